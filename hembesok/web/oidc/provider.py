"""The identity providers of a site, read from a file; no Django, as the settings read it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_KNOWN: Final = frozenset(
    {
        "label", "label_en", "issuer", "client_id", "client_secret_file", "scopes", "claim",
        "acr", "auth_time",
    }
)  # fmt: skip


class ProviderError(Exception):
    """What is wrong with the file, where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: where it is, how we are known there, and what we demand of its answer."""

    key: str
    label: str
    label_en: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str
    """The claim that says who the person is; an answer without it is refused."""
    acr: tuple[str, ...]
    """The levels of assurance that are good enough; none: any level."""
    scopes: tuple[str, ...] = ("openid",)
    auth_time: bool = True
    """Demand that the provider says the person signed in just now."""


def read_providers(path: str) -> dict[str, Provider]:
    """Read the providers, in the order they stand; none without a file; raises ProviderError."""
    if not path:
        return {}
    try:
        tables = tomllib.loads(Path(path).read_text())
    except OSError as error:
        raise ProviderError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProviderError(f"{path}: {error}") from None
    if not tables:
        raise ProviderError(f"{path}: no provider stands in it; write one as [key]")
    return {key: _provider(f"{path}, [{key}]", key, table) for key, table in tables.items()}


def _provider(where: str, key: str, table: Any) -> Provider:
    if not re.fullmatch(r"[a-z0-9-]{1,40}", key):
        raise ProviderError(f"{where}: a key is small letters, digits and hyphens, at most 40")
    if not isinstance(table, dict):
        raise ProviderError(f"{where}: write the provider as a table, [{key}]")
    if unknown := sorted(set(table) - _KNOWN):
        raise ProviderError(f"{where}: {unknown[0]} is not known; known are {', '.join(_KNOWN)}")
    label = _text(where, table, "label")
    return Provider(
        key=key,
        label=label,
        label_en=_text(where, table, "label_en") if "label_en" in table else label,
        issuer=_issuer(where, table),
        client_id=_text(where, table, "client_id"),
        client_secret=_secret(where, table),
        claim=_text(where, table, "claim"),
        acr=_texts(where, table, "acr"),
        scopes=_texts(where, table, "scopes") if "scopes" in table else ("openid",),
        auth_time=_flag(where, table, "auth_time", default=True),
    )


def _text(where: str, table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ProviderError(f'{where}: write {name} = "…"')
    return value


def _texts(where: str, table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ProviderError(f'{where}: write {name} = ["…", "…"]')
    if name == "scopes" and "openid" not in value:
        raise ProviderError(f'{where}: scopes must hold "openid"')
    return tuple(value)


def _flag(where: str, table: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = table.get(name, default)
    if not isinstance(value, bool):
        raise ProviderError(f"{where}: write {name} = true or false")
    return value


def _issuer(where: str, table: Mapping[str, Any]) -> str:
    issuer = _text(where, table, "issuer")
    if not is_safe(issuer):
        raise ProviderError(f"{where}: the issuer is an address that begins with https://")
    return issuer


def is_safe(address: object) -> bool:
    """Tell whether we may speak to an address: by HTTPS, or to this machine itself."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _secret(where: str, table: Mapping[str, Any]) -> str:
    file = Path(_text(where, table, "client_secret_file"))
    try:
        secret = file.read_text().strip()
    except OSError as error:
        raise ProviderError(f"{where}: client_secret_file {file}: {error.strerror}") from None
    if not secret:
        raise ProviderError(f"{where}: client_secret_file {file} is empty")
    return secret
