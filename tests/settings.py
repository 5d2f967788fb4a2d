"""The product's settings, with what makes tests quick and apart from any real data."""

import os
import tempfile
from datetime import date

from hembesok.access.keyring import Keyring

# Before the settings are read: a folder of its own, so that no test meets a site's data.
os.environ["HEMBESOK_DATA"] = tempfile.mkdtemp(prefix="hembesok-tests-")
os.environ["HEMBESOK_PLAIN_HTTP"] = "1"
# As the demo has it; the tests of second factors and of providers turn theirs on.
os.environ["HEMBESOK_MFA"] = "off"
# Keys of its own too, in the environment, where commands that tests start find them.
os.environ["HEMBESOK_KEYS"] = Keyring.fresh(date(2026, 3, 16)).text()

from hembesok.project.settings import *  # noqa: F403
from hembesok.project.settings import DATABASES, STATIC_ROOT

# WhiteNoise warns of a folder that is not there, and warnings are errors here.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# Hashing that is slow on purpose would be most of the suite's time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A file, not memory: threads of the live server and tests of concurrent writes share it.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": os.environ["HEMBESOK_DATA"] + "/test.sqlite3"}
