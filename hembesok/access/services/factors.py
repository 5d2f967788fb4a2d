"""Second factors: an app with codes, passkeys, recovery codes."""

import re
import secrets
import time

import pyotp
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from webauthn.helpers import bytes_to_base64url

from hembesok.access.models import Passkey, RecoveryCode, Staff, TotpFactor
from hembesok.access.rules.sign_in import STEP, step_of
from hembesok.access.services.trail import note_sign_in

ISSUER = "Hembesök"
CODES = 10
"""How many recovery codes are made at a time."""
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def has_factor(staff: Staff) -> bool:
    """Tell whether an account has a second factor; recovery codes alone are none."""
    return (
        TotpFactor.objects.filter(staff=staff).exists()
        or Passkey.objects.filter(staff=staff).exists()
    )


def new_secret() -> str:
    """Make the secret of an app, not yet anybody's."""
    return pyotp.random_base32()


def uri_of(secret: str, staff: Staff) -> str:
    """Return what the picture for the app holds."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=staff.login, issuer_name=ISSUER)


@transaction.atomic
def add_app(staff: Staff, secret: str, code: str) -> bool:
    """Take an app into use when it shows the right code; it takes the place of a former one."""
    step = _step(secret, code, last=0)
    if step is None:
        return False
    TotpFactor.objects.update_or_create(
        staff=staff, defaults={"secret": secret, "last_step": step, "made": now()}
    )
    _changed(staff, "factor.added")
    return True


@transaction.atomic
def code_is_right(staff: Staff, code: str) -> bool:
    """Take a code of the app, or a recovery code; each is taken once."""
    code = re.sub(r"[\s-]", "", code).lower()
    return _app_code(staff, code) if code.isdecimal() else _recovery_code(staff, code)


def _app_code(staff: Staff, code: str) -> bool:
    app = TotpFactor.objects.select_for_update().filter(staff=staff).first()
    if app is None:
        return False
    step = _step(app.secret, code, last=app.last_step)
    if step is None:
        return False
    app.last_step = step
    app.save(update_fields=["last_step"])
    return True


def _recovery_code(staff: Staff, code: str) -> bool:
    # One statement: of two that give the same code at once, one finds it unused.
    unused = RecoveryCode.objects.filter(staff=staff, code=_hash(staff, code), used=None)
    if not unused.update(used=now()):
        return False
    note_sign_in(staff, "recovery_code.used")
    return True


def _step(secret: str, code: str, *, last: int) -> int | None:
    app = pyotp.TOTP(secret, interval=STEP)
    here = int(time.time()) // STEP
    return step_of(code, {n: app.generate_otp(n) for n in (here - 1, here, here + 1)}, last=last)


@transaction.atomic
def new_recovery_codes(staff: Staff) -> list[str]:
    """Make recovery codes in place of all former ones; they are shown now and never again."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in range(CODES)]
    RecoveryCode.objects.filter(staff=staff).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(staff=staff, code=_hash(staff, code)) for code in codes
    )
    note_sign_in(staff, "recovery_codes.made")
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def codes_left(staff: Staff) -> int:
    """Return how many recovery codes are unused."""
    return RecoveryCode.objects.filter(staff=staff, used=None).count()


@transaction.atomic
def add_passkey(staff: Staff, *, credential: bytes, public_key: bytes, sign_count: int) -> bool:
    """Keep the public half of a key whose answer was verified; False when it is known already."""
    _passkey, made = Passkey.objects.get_or_create(
        credential=bytes_to_base64url(credential),
        defaults={
            "staff": staff,
            "public_key": public_key,
            "sign_count": sign_count,
            "made": now(),
        },
    )
    if made:
        _changed(staff, "factor.added")
    return made


@transaction.atomic
def remove_factor(staff: Staff, which: str) -> bool:
    """Take away the app ("app") or a passkey (its number); the last factor stays."""
    apps = TotpFactor.objects.select_for_update().filter(staff=staff)
    keys = Passkey.objects.select_for_update().filter(staff=staff)
    if len(apps) + len(keys) < 2:
        return False
    chosen = apps if which == "app" else keys.filter(pk=int(which) if which.isdecimal() else 0)
    if not chosen.delete()[0]:
        return False
    _changed(staff, "factor.removed")
    return True


def _changed(staff: Staff, action: str) -> None:
    """End the sessions begun before: whoever is in them proved less, or something else."""
    end_sessions(staff)
    note_sign_in(staff, action)


def end_sessions(staff: Staff) -> None:
    """End every session of a member of staff; a caller may let its own go on."""
    staff.session_stamp = secrets.token_hex(8)
    staff.save(update_fields=["session_stamp"])


def _hash(staff: Staff, code: str) -> str:
    both = f"{staff.pk}:{code}"
    return salted_hmac("hembesok.access.recovery", both, algorithm="sha256").hexdigest()
