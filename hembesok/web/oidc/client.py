"""Our side of OpenID Connect: the way there with PKCE, and an answer that is believed or not.

Source: OpenID Connect Core 1.0 (3.1), RFC 7636 (PKCE), RFC 9207 (iss in the answer).
Whatever is wrong raises `NotSignedIn` with a key, never with anything of the answer: a
token must reach neither a log nor a page.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from hembesok.web.oidc.provider import Provider, is_safe

TIMEOUT: Final = 10
"""Seconds to wait for the provider."""
CLOCKS: Final = 60
"""Seconds that the provider's clock and ours may differ."""
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
"""Signatures with a public key only: never `none`, never one that the client's secret makes."""
LARGEST: Final = 256 * 1024
"""Bytes of an answer that we read."""


class NotSignedIn(Exception):
    """The sign-in failed; `key` says how, for the words on the page.

    `subject` is whom a genuine answer is about that was not good enough, for the trail.
    """

    def __init__(self, key: str, subject: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.subject = subject


@dataclass(frozen=True)
class Flow:
    """What we remember between going there and coming back: it stays in the session."""

    provider: str
    state: str
    nonce: str
    verifier: str
    back: str
    begun: float

    def kept(self) -> dict[str, Any]:
        """Return it as the session keeps it."""
        return asdict(self)


def begin(provider: Provider, *, back: str, now: float) -> tuple[str, Flow]:
    """Return the address to go to, and what to remember; raises NotSignedIn."""
    flow = Flow(
        provider=provider.key,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        back=back,
        begun=now,
    )
    with _session(provider) as session:
        endpoint = _discover(session, provider)["authorization_endpoint"]
        address, _state = session.create_authorization_url(
            endpoint,
            state=flow.state,
            nonce=flow.nonce,
            code_verifier=flow.verifier,
            redirect_uri=back,
            # A computer is shared: whoever sits there now signs in, not whoever sat there before.
            prompt="login",
            max_age=CLOCKS,
            **_demands(provider),
        )
    return str(address), flow


def _demands(provider: Provider) -> dict[str, str]:
    """Name the claim and the levels that we need, for providers that heed it."""
    claims = {"id_token": {provider.claim: {"essential": True}, "auth_time": {"essential": True}}}
    levels = {"acr_values": " ".join(provider.acr)} if provider.acr else {}
    return {"claims": json.dumps(claims), **levels}


def finish(provider: Provider, flow: Flow, answer: Mapping[str, str], *, now: float) -> str:
    """Return who the person is to the provider; raises NotSignedIn."""
    if not secrets.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
        raise NotSignedIn("state")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise NotSignedIn("answer")
    if "error" in answer:
        raise NotSignedIn("cancelled" if answer["error"] == "access_denied" else "answer")
    if not answer.get("code"):
        raise NotSignedIn("answer")
    with _session(provider) as session:
        places = _discover(session, provider)
        token = _fetch_token(session, places["token_endpoint"], flow, answer["code"])
        keys = _get(session, places["jwks_uri"])
    claims = _claims(token, keys)
    _check(claims, provider, flow, now=now)
    subject = _subject(claims, provider)
    _check_strength(claims, provider, flow, subject)
    return subject


def _session(provider: Provider) -> OAuth2Session:
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope=" ".join(provider.scopes),
        code_challenge_method="S256",
    )


def _discover(session: OAuth2Session, provider: Provider) -> dict[str, str]:
    """Ask the provider where things are; it must say that it is who we think."""
    places = _get(session, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if places.get("issuer") != provider.issuer:
        raise NotSignedIn("provider")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(is_safe(places.get(name)) for name in needed):
        raise NotSignedIn("provider")
    return {name: places[name] for name in needed}


def _get(session: OAuth2Session, address: str) -> dict[str, Any]:
    try:
        answer = session.get(address, withhold_token=True, timeout=TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
        if len(answer.content) > LARGEST:
            raise NotSignedIn("provider")
        found = answer.json()
    except (requests.RequestException, ValueError):
        raise NotSignedIn("provider") from None
    if not isinstance(found, dict):
        raise NotSignedIn("provider")
    return found


def _fetch_token(session: OAuth2Session, endpoint: str, flow: Flow, code: str) -> str:
    try:
        token = session.fetch_token(
            endpoint,
            grant_type="authorization_code",
            code=code,
            code_verifier=flow.verifier,
            redirect_uri=flow.back,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except (requests.ConnectionError, requests.Timeout):
        raise NotSignedIn("provider") from None
    except (AuthlibBaseError, requests.RequestException, ValueError):
        raise NotSignedIn("answer") from None
    id_token = token.get("id_token") if isinstance(token, dict) else None
    if not isinstance(id_token, str):
        raise NotSignedIn("answer")
    return id_token


def _claims(token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    try:
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        return dict(jwt.decode(token, KeySet.import_key_set(keys), registry=registry).claims)  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotSignedIn("answer") from None


def _check(claims: Mapping[str, Any], provider: Provider, flow: Flow, *, now: float) -> None:
    rules = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=CLOCKS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": flow.nonce},
    )
    try:
        rules.validate(dict(claims))
    except (JoseError, ValueError, TypeError):
        raise NotSignedIn("answer") from None
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise NotSignedIn("answer")


def _check_strength(
    claims: Mapping[str, Any], provider: Provider, flow: Flow, subject: str
) -> None:
    """Demand the level of assurance, and that the person was asked just now."""
    if provider.acr and claims.get("acr") not in provider.acr:
        raise NotSignedIn("acr", subject)
    at = claims.get("auth_time")
    if provider.auth_time and not (isinstance(at, int) and at >= flow.begun - CLOCKS):
        raise NotSignedIn("auth_time", subject)


def _subject(claims: Mapping[str, Any], provider: Provider) -> str:
    subject = claims.get(provider.claim)
    if not isinstance(subject, str) or not 0 < len(subject.strip()) <= 255:
        raise NotSignedIn("claim")
    return subject.strip()
