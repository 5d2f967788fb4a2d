"""Settings, from the environment, each with a safe default. docs/settings.md lists them.

What is not set is closed: no debug pages, HTTPS only, local hosts only. The demo
opens one thing, plain HTTP on this machine, because it has no certificate.
"""

import os
import re
import secrets
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from hembesok.access.ownfiles import made_once
from hembesok.project.mail import TIMEOUT, MailProblem, read_mail_server
from hembesok.web.oidc.provider import ProviderError, read_providers


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _hours(name: str, default: str) -> tuple[time, time]:
    """Read two hours of a day, as 06-20."""
    text = os.environ.get(name) or default
    found = re.fullmatch(r"(\d\d)-(\d\d)", text, re.ASCII)
    if not found or not int(found[1]) < int(found[2]) < 24:
        raise ImproperlyConfigured(f"{name}={text!r}: write two hours of a day, as 06-20")
    return time(int(found[1])), time(int(found[2]))


def _number(name: str, default: int, *, least: int, most: int) -> int:
    text = os.environ.get(name, str(default))
    if text.isascii() and text.isdecimal() and least <= int(text) <= most:
        return int(text)
    raise ImproperlyConfigured(f"{name} is {text!r}: write a whole number, {least} to {most}")


def _word(name: str, default: str, *words: str) -> str:
    text = os.environ.get(name, default).lower()
    if text in words:
        return text
    raise ImproperlyConfigured(f"{name} is {text!r}: write {' or '.join(words)}")


def _secret_key() -> str:
    """Read the key from the environment, or from a file only we can read, made once."""
    given = os.environ.get("HEMBESOK_SECRET_KEY")
    if given:
        return given
    path = DATA / "secret-key"
    if not path.exists():
        made_once(path, secrets.token_urlsafe(64))
    return path.read_text()


PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("HEMBESOK_DATA", "var")).resolve()
SECRET_KEY = _secret_key()
KEYS = os.environ.get("HEMBESOK_KEYS", "")
KEYS_FILE = Path(os.environ.get("HEMBESOK_KEYS_FILE") or DATA / "keys.toml").resolve()
DEBUG = False
ALLOWED_HOSTS = _list("HEMBESOK_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _list("HEMBESOK_ORIGINS", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "hembesok.access",
    "hembesok.programme",
    "hembesok.families",
    "hembesok.secrecy",
    "hembesok.enrolment",
    "hembesok.visits",
    "hembesok.agreements",
    "hembesok.funding",
    "hembesok.delivery",
    "hembesok.web",
    "hembesok.project",
]

MIDDLEWARE = [
    # First, so that also an answer given by one of the others carries their headers.
    "hembesok.web.headers.PolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "hembesok.web.gate.GateMiddleware",
    "hembesok.web.without_keys.KeysMiddleware",
]

CSRF_FAILURE_VIEW = "hembesok.web.views.errors.csrf_failed"
ROOT_URLCONF = "hembesok.project.urls"
WSGI_APPLICATION = "hembesok.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "hembesok.web.gate.who_and_where",
            ],
        },
    }
]

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(os.environ["HEMBESOK_DATABASE"], conn_max_age=60)
    if os.environ.get("HEMBESOK_DATABASE")
    # Not by way of an address: a folder may be called anything, also a#b.
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "hembesok.sqlite3"}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # SQLite knows no row locks: a transaction that will write must take the one lock at its
    # start, else two of them lose an update. FULL, because what is acknowledged must be there
    # after the power has gone. Recursive triggers, because only with them does a trigger see the
    # row that REPLACE deletes.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
        ),
    }
# The newest head of the trail of each day, outside the database that it vouches for.
TRAIL_HEADS = Path(os.environ.get("HEMBESOK_TRAIL_HEADS") or DATA / "trail-heads.txt")
# What a log reviewer is shown as outside working hours, in Swedish time: 06-20 on weekdays.
WORKING_HOURS = _hours("HEMBESOK_WORKING_HOURS", "06-20")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Staff"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
try:
    OIDC = read_providers(os.environ.get("HEMBESOK_OIDC", ""))
except ProviderError as error:
    raise ImproperlyConfigured(f"HEMBESOK_OIDC: {error}") from None
# With a provider its sign-in is the only one, unless the site says otherwise.
LOCAL_ACCOUNTS = _word("HEMBESOK_LOCAL_ACCOUNTS", "off" if OIDC else "on", "on", "off") == "on"
FACTORS_REQUIRED = _word("HEMBESOK_MFA", "required", "required", "off") == "required"
LOCK_AFTER = 60 * _number("HEMBESOK_LOCK_AFTER", 10, least=1, most=60)
LOCK_AFTER_PHONE = 60 * _number("HEMBESOK_LOCK_AFTER_PHONE", 2, least=1, most=60)
# Working days that somebody takes visits along for, today counted; never more than seven days.
PACK_DAYS = _number("HEMBESOK_PACK_DAYS", 2, least=1, most=7)
SESSION_HOURS = _number("HEMBESOK_SESSION_HOURS", 12, least=1, most=24)

# Tries are counted per account and for every address at once; axes is told neither the address
# nor the browser, and the account only blind (access/services/attempts.py).
AXES_FAILURE_LIMIT = _number("HEMBESOK_TRIES", 5, least=3, most=20)
AXES_COOLOFF_TIME = timedelta(minutes=_number("HEMBESOK_BLOCKED_FOR", 15, least=1, most=1440))
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "hembesok.access.services.attempts.key_of"
AXES_RESET_ON_SUCCESS = True
# Else whoever keeps trying would keep the account shut for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
# W002: our own pages answer, not its middleware. W006: an account is blocked whatever the address.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W006"]

# A list of people that is sent in must not lie in clear in a folder for temporary files.
FILE_UPLOAD_HANDLERS = ["hembesok.web.uploads.MemoryOnly"]

LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

try:
    _mail = read_mail_server(os.environ.get("HEMBESOK_MAIL", ""))
except MailProblem as error:
    raise ImproperlyConfigured(f"HEMBESOK_MAIL: {error}") from None
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.tls_at_once, _mail.tls_started
EMAIL_TIMEOUT = TIMEOUT
DEFAULT_FROM_EMAIL = os.environ.get("HEMBESOK_MAIL_FROM", "hembesok@localhost")

# Receipts stay in the session: a cookie would carry them out of the server.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

STATIC_URL = "static/"
WORD_TEMPLATES = DATA / "templates"
"""The municipality's own templates for Word, where it has any."""
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hembesok.web.static_files.HashedFiles"},
}

PLAIN_HTTP = _flag("HEMBESOK_PLAIN_HTTP")
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _flag("HEMBESOK_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "hembesok.project.logs.QuietFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django gives its own logger handlers of its own: one that writes values, one that mails them.
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Refused tries stand in the trail; here they would be said again for each.
        "axes": {"level": "ERROR"},
    },
}
