"""The keys that what is sensitive is sealed with: a value, and what can be done with it.

Three sections, each with keys of its own, of which the newest is used for what is
written and all for what is read: `seal` (texts in the database), `index` (blind indexes,
by which an identity number can be found and not read), `trail` (the chain of the trail).

Sealed with AES-256-GCM-SIV (RFC 8452), indexed with HMAC-SHA-256. Knows nothing of
Django, files or the environment: `hembesok.access.keys` says where keys are read from.
"""

import base64
import binascii
import hmac
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
SECTIONS: Final = ("seal", "index", "trail")
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_HEADER: Final = """\
# Keys of a Hembesök site. Whoever has this file and the database can read everything;
# whoever loses it can read nothing of what is sealed. Keep a copy apart from the database.
"""


class KeyProblem(Exception):
    """Keys are missing, unreadable or do not fit; says what, which, where, and how to mend.

    Never holds a key, or anything of what was or was to be sealed.
    """


@dataclass(frozen=True, repr=False)
class Section:
    """The keys of one purpose, by id, and the one used for what is written."""

    name: str
    newest: str
    keys: Mapping[str, bytes]
    where: str

    @property
    def ids(self) -> list[str]:
        """All ids, the newest key's first."""
        return [self.newest, *(key_id for key_id in self.keys if key_id != self.newest)]

    def key(self, key_id: str) -> bytes:
        """Return a key; raises KeyProblem when it is not there."""
        try:
            return self.keys[key_id]
        except KeyError:
            raise self.lacking(key_id) from None

    def lacking(self, key_id: str) -> KeyProblem:
        """Say that a key is not there."""
        return KeyProblem(
            f"The key {key_id!r} of [{self.name}] is needed and is not in {self.where}. Put it back"
            f" from where keys are kept, or start again if it was added a moment ago."
        )

    def with_new_key(self, on: date) -> Self:
        """Return the section with one more key, which is now the newest."""
        key_id = _free_id(self.keys, on)
        keys = {key_id: secrets.token_bytes(KEY_BYTES), **self.keys}
        return replace(self, newest=key_id, keys=keys)

    def text(self) -> str:
        """Return the section as TOML."""
        lines = [f"[{self.name}]", f'newest = "{self.newest}"', f"[{self.name}.keys]"]
        lines += [f'"{key_id}" = "{_text(key)}"' for key_id, key in self.keys.items()]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, repr=False)
class Keyring:
    """All keys of a site. `where` says in words where they were read from."""

    sections: Mapping[str, Section]
    where: str

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        """Read a keyring from TOML; raises KeyProblem saying what is wrong and where."""
        tables = _tables(text, where)
        if unknown := sorted(tables.keys() - set(SECTIONS)):
            raise KeyProblem(
                f"{where}: [{_shown(unknown[0])}] is none of the sections"
                f" {', '.join(SECTIONS)}. Correct its name or remove it."
            )
        sections = {name: _section(name, tables.get(name), where) for name in SECTIONS}
        every = [key for section in sections.values() for key in section.keys.values()]
        if len(set(every)) < len(every):
            raise KeyProblem(
                f"{where}: two ids hold the same key, and each key is for one use. Put the key"
                " that is missing back, or remove the id that is too many."
            )
        return cls(sections, where)

    @classmethod
    def fresh(cls, on: date) -> Self:
        """Return a keyring with one new key in each section, named after the month."""
        sections = {
            name: Section(name, "", {}, "a new keyring").with_new_key(on) for name in SECTIONS
        }
        return cls(sections, "a new keyring")

    def with_new_key(self, section: str, on: date) -> Self:
        """Return the keyring with one more key in a section, which is now its newest."""
        return replace(
            self, sections={**self.sections, section: self.sections[section].with_new_key(on)}
        )

    def text(self) -> str:
        """Return the keyring as TOML, as `parse` reads it."""
        return "\n".join([_HEADER, *(section.text() for section in self.sections.values())])

    def seal(self, text: str, context: str) -> str:
        """Return a text sealed under the newest key: `id:base64(nonce + what is sealed)`.

        `context` says where it stands, as "families.guardian.phone": in another column it
        does not open. Raises ValueError for what is no text, such as half a character.
        """
        key_id = self.sections["seal"].newest
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[key_id].encrypt(nonce, _bytes(text), _bound(key_id, context))
        return f"{key_id}:{_text(nonce + sealed)}"

    def unseal(self, stored: str, context: str) -> str:
        """Return what was sealed, whole and unchanged, or raise KeyProblem."""
        key_id, whole = _parted(stored, context)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise self.sections["seal"].lacking(key_id)
        try:
            opened = cipher.decrypt(
                whole[:NONCE_BYTES], whole[NONCE_BYTES:], _bound(key_id, context)
            )
        except InvalidTag:
            raise KeyProblem(
                f"A value of {context} does not open with the key {key_id!r} of [seal] from"
                f" {self.where}: the key is another one under the same id, or the value was"
                " changed or moved. Put the right key back; if other values of the column open,"
                " put this one back from a backup."
            ) from None
        return opened.decode()

    def blind(self, value: str, context: str, key_id: str | None = None) -> str:
        """Return what a value can be found by and not read from: `id:hex`, by the newest key."""
        index = self.sections["index"]
        key_id = key_id or index.newest
        message = b"hembesok index 1\0" + context.encode() + b"\0" + _bytes(value)
        return f"{key_id}:{hmac.digest(index.key(key_id), message, 'sha256').hex()}"

    def blinds(self, value: str, context: str) -> list[str]:
        """Return the index under every key, the newest first: what to look for in a rotation."""
        return [self.blind(value, context, key_id) for key_id in self.sections["index"].ids]

    def mac(self, data: bytes, *, key: str | None = None) -> tuple[str, str]:
        """Return the id of a key of the trail, the newest unless told, and the code in hex."""
        trail = self.sections["trail"]
        key_id = key or trail.newest
        return key_id, hmac.digest(trail.key(key_id), data, "sha256").hex()

    @cached_property
    def _ciphers(self) -> Mapping[str, AESGCMSIV]:
        try:
            return {k: AESGCMSIV(key) for k, key in self.sections["seal"].keys.items()}
        except UnsupportedAlgorithm:
            raise KeyProblem(
                "AES-GCM-SIV is not to be had here: the cryptography package is built on an"
                " OpenSSL older than 3.2. Install the package as requirements/base.txt names it."
            ) from None


def _parted(stored: str, context: str) -> tuple[str, bytes]:
    """Return the id and the bytes of what is sealed; raises KeyProblem, repeating nothing.

    What was never sealed has come here in plain text, and must not reach a log.
    """
    key_id, _colon, written = stored.partition(":")
    try:
        whole = base64.b64decode(written, validate=True)
    except ValueError:
        whole = b""
    # Base64 can write the same bytes in several ways; only the one we write is ours.
    as_ours = len(whole) >= NONCE_BYTES + TAG_BYTES and _text(whole) == written
    if not as_ours or not _ID.fullmatch(key_id):
        raise KeyProblem(
            f"A value of {context} is not sealed as it should be: it never was, or it is damaged."
            " Put it back from a backup."
        )
    return key_id, whole


def _bound(key_id: str, context: str) -> bytes:
    return f"hembesok seal 1\0{key_id}\0{context}".encode()


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        # The error of Python's own carries the text.
        raise ValueError("a text holds half a character (a lone surrogate)") from None


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _shown(name: str) -> str:
    """Return a name from the file if it is surely no key: a slip may put one anywhere."""
    return name if len(name) <= 20 and name.isidentifier() else "…"


def _free_id(taken: Mapping[str, bytes], on: date) -> str:
    month = f"{on:%Y-%m}"
    ids = [month, *(f"{month}-{number}" for number in range(2, len(taken) + 2))]
    return next(key_id for key_id in ids if key_id not in taken)


def _tables(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The error may repeat a letter of a key; its place may not.
        place = re.search(r"\(at [^()]*\)", str(error))
        raise KeyProblem(
            f"{where} is not TOML {place[0] if place else ''}. Correct it, or put the file back"
            " from where keys are kept."
        ) from None


def _section(name: str, table: object, where: str) -> Section:
    if not isinstance(table, dict) or not isinstance(table.get("keys"), dict):
        raise KeyProblem(f"{where}: [{name}] and [{name}.keys] are missing. Put them back.")
    keys = {
        key_id: _key(f"{where}: [{name}.keys]", key_id, k) for key_id, k in table["keys"].items()
    }
    newest = table.get("newest")
    if not isinstance(newest, str) or newest not in keys:
        raise KeyProblem(
            f"{where}: newest of [{name}] names none of the keys of [{name}.keys]. Write the id of"
            " the key to use for what is written."
        )
    return Section(name, newest, keys, where)


def _key(where: str, key_id: str, written: object) -> bytes:
    if not _ID.fullmatch(key_id):
        raise KeyProblem(
            f"{where}: an id is up to 40 letters, digits, hyphens, stops and underscores; one is"
            " not. Is an id and its key the wrong way round?"
        )
    try:
        key = base64.b64decode(written if isinstance(written, str) else "", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyProblem(
            f"{where}: the key {key_id!r} is not {KEY_BYTES} bytes in base64. Put it back"
            " whole from where keys are kept."
        )
    return key
