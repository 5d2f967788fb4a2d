"""Passkeys between browser and site: what is asked, and an answer that is believed or not.

Source: Web Authentication Level 3. The person must be verified by the key (a finger, a
face, a PIN), so a passkey alone is two factors. A challenge is used once.
"""

import json
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hembesok.access.models import Passkey, Staff
from hembesok.access.rules.sign_in import HALF_WAY, too_old
from hembesok.access.services import factors
from hembesok.web import clock

CHALLENGE: Final = "challenge"
"""Where the session keeps what a passkey is asked to sign."""
_REFUSED = (WebAuthnException, ValueError, KeyError, TypeError)


def options_to_make(request: HttpRequest, staff: Staff) -> str:
    """Return what the browser needs to make a passkey, as JSON."""
    options = generate_registration_options(
        rp_id=_site(request),
        rp_name=factors.ISSUER,
        user_name=staff.login,
        user_display_name=staff.login,
        user_id=salted_hmac("hembesok.passkey.user", str(staff.pk), algorithm="sha256").digest(),
        exclude_credentials=_known(staff),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    _ask(request, "make", options.challenge)
    return options_to_json(options)


def options_to_use(request: HttpRequest, staff: Staff | None) -> str:
    """Return what the browser needs to use a passkey, as JSON; of one person, or of anybody."""
    options = generate_authentication_options(
        rp_id=_site(request),
        allow_credentials=_known(staff) if staff else [],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _ask(request, "use", options.challenge)
    return options_to_json(options)


def make(request: HttpRequest, staff: Staff) -> bool:
    """Keep the passkey that was made, if the answer holds; False otherwise."""
    try:
        made = verify_registration_response(
            credential=_given(request),
            expected_challenge=_asked(request, "make"),
            expected_rp_id=_site(request),
            expected_origin=_origin(request),
            require_user_verification=True,
        )
    except _REFUSED:
        return False
    return factors.add_passkey(
        staff,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )


@transaction.atomic
def whose(request: HttpRequest) -> Staff | None:
    """Return whose passkey answered, if the answer holds and the account is open."""
    try:
        given = _given(request)
        challenge = _asked(request, "use")
        passkey = _passkey(given)
        if passkey is None:
            return None
        used = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=_site(request),
            expected_origin=_origin(request),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _REFUSED:
        return None
    passkey.sign_count = used.new_sign_count
    passkey.save(update_fields=["sign_count"])
    return passkey.staff


def _passkey(given: dict[str, Any]) -> Passkey | None:
    of_active = Passkey.objects.select_for_update(of=("self",)).filter(staff__is_active=True)
    return of_active.select_related("staff").filter(credential=str(given["id"])[:1400]).first()


def _given(request: HttpRequest) -> dict[str, Any]:
    given = json.loads(request.POST.get("credential", "")[:20_000])
    if not isinstance(given, dict):
        raise ValueError("the answer of a passkey is an object")
    # No text holds a NUL for the database.
    if not str(given["id"]).replace("-", "").replace("_", "").isalnum():
        raise ValueError("the name of a passkey is base64url")
    return given


def _ask(request: HttpRequest, what: str, challenge: bytes) -> None:
    request.session[CHALLENGE] = {
        "what": what,
        "value": bytes_to_base64url(challenge),
        "at": clock.moment(),
    }


def _asked(request: HttpRequest, what: str) -> bytes:
    asked = request.session.pop(CHALLENGE, None)
    if not asked or asked["what"] != what:
        raise ValueError("nothing was asked")
    if too_old(asked["at"], now=clock.moment(), span=HALF_WAY):
        raise ValueError("it was asked long ago")
    return base64url_to_bytes(asked["value"])


def _known(staff: Staff) -> list[PublicKeyCredentialDescriptor]:
    known = Passkey.objects.filter(staff=staff).values_list("credential", flat=True)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known]


def _site(request: HttpRequest) -> str:
    """Return the host alone: what a passkey is bound to."""
    return request.get_host().rsplit(":", 1)[0] if _has_port(request) else request.get_host()


def _has_port(request: HttpRequest) -> bool:
    return not request.get_host().endswith("]") and ":" in request.get_host()


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
