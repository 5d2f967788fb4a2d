"""From the bytes of a file to a sheet: what kind of file it is, and what to do when it is none."""

from pathlib import PurePath
from typing import Final

from hembesok.families.birth_list.delimited import read_delimited
from hembesok.families.birth_list.sheet import MOST_BYTES, Sheet
from hembesok.families.birth_list.workbook import read_workbook
from hembesok.values.refusals import Reason, Refusal

_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"GIF8", b"Rar!", b"7z\xbc\xaf")


def read_list(content: bytes, name: str) -> Sheet:
    """Return the list in an uploaded file (.csv, .txt or .xlsx), judged by its content.

    Raises Refusal with what to do; no file, however damaged, raises anything else.
    """
    if not content:
        raise Refusal(Reason("file_empty"))
    if len(content) > MOST_BYTES:
        raise Refusal(Reason("file_too_large", {"megabytes": MOST_BYTES // 1_000_000}))
    if content.startswith(_OLD_OFFICE):
        # Excel hides a workbook with a password inside a file of the old kind.
        raise Refusal(
            Reason("file_password") if _ENCRYPTED in content else Reason("file_old_excel")
        )
    if content.startswith(_ZIP):
        return read_workbook(content)
    if PurePath(name).suffix.lower() in (".xlsx", ".xlsm"):
        raise Refusal(Reason("file_broken"))
    if content.startswith(_OTHERS):
        raise Refusal(Reason("file_kind"))
    return read_delimited(content)
