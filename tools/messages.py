"""Renew the translation catalogues from the code, and compile them.

GNU gettext is not on every machine; Babel reads our Python, and Django's own
`templatize` turns a template into something Babel can read. Without an argument
the catalogues are renewed; with --check nothing is written and the exit code
says whether they were up to date and complete.
"""

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "hembesok"
LOCALES = PACKAGE / "web" / "locale"
TRANSLATED = ("sv", "ar", "so")
"""English stands in the code itself."""
FOR_PARENTS = frozenset({"ar", "so"})
"""Languages of parents, which staff do not have: only what parents are shown is translated."""

KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS}
KEYWORDS |= {
    "gettext_lazy": (1,),
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def found(*, for_parents: bool = False) -> Catalog:
    """Return every text of the interface, or that of parents, with the files it stands in."""
    catalog = Catalog(project="Hembesök", charset="utf-8")
    for path, text in _sources():
        if for_parents and not _is_for_parents(path):
            continue
        for _line, message, comments, context in extract(
            "python", io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            name = path.relative_to(ROOT).as_posix()
            # No line numbers: they would change with every edit and drown what did change.
            catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def _sources() -> Iterator[tuple[Path, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text()
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield path, templatize(path.read_text(), origin=str(path))


def _is_for_parents(path: Path) -> bool:
    return path.name == "words_parents.py" or path.parent.name == "parents"


def renewed(language: str) -> Catalog:
    """Return the language's catalogue with new texts added and dead ones removed."""
    old = _written(language) if po_path(language).exists() else Catalog(locale=language)
    old.update(found(for_parents=language in FOR_PARENTS), no_fuzzy_matching=True)
    old.obsolete.clear()
    return old


def _written(language: str) -> Catalog:
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def po_path(language: str) -> Path:
    """Return where a language's texts are written."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def po_bytes(catalog: Catalog) -> bytes:
    """Return the catalogue as a file, without a date: the same texts give the same bytes."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, sort_output=True, omit_header=True, include_lineno=False)
    header = [
        'msgid ""',
        'msgstr ""',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        f'"Language: {catalog.locale}\\n"',
        f'"Plural-Forms: {catalog.plural_forms}\\n"',
        "",
        "",
    ]
    return "\n".join(header).encode() + out.getvalue()


def mo_bytes(language: str) -> bytes:
    """Return the compiled catalogue."""
    out = io.BytesIO()
    catalog = _written(language)
    catalog.creation_date = catalog.revision_date = _NO_DATE
    write_mo(out, catalog)
    return out.getvalue()


_NO_DATE = datetime(2021, 1, 1, tzinfo=UTC)
"""A fixed day in the header, so that the same texts give the same bytes."""


def untranslated(catalog: Catalog) -> list[Message]:
    """Return the texts without a translation; a plural needs all its forms."""
    return [message for message in catalog if message.id and not all(_forms(message))]


def _forms(message: Message) -> Sequence[str]:
    string = message.string
    return [string or ""] if string is None or isinstance(string, str) else string


def main() -> int:
    """Renew and compile, or only check; report what lacks a translation."""
    parser = argparse.ArgumentParser(prog="./run messages")
    parser.add_argument("--check", action="store_true", help="write nothing, only tell")
    check = parser.parse_args().check
    missing = old = 0
    for language in TRANSLATED:
        catalog = renewed(language)
        if check:
            old += not is_up_to_date(language)
        else:
            path = po_path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(po_bytes(catalog))
            path.with_suffix(".mo").write_bytes(mo_bytes(language))
        for message in untranslated(catalog):
            missing += 1
            sys.stdout.write(f"{language}: {message.id!r}\n")
    if old:
        sys.stdout.write("The catalogues are older than the code: ./run messages\n")
    sys.stdout.write(f"{missing} texts lack a translation\n")
    return 1 if missing or old else 0


def is_up_to_date(language: str) -> bool:
    """Tell whether the files hold what the code says, compiled."""
    path = po_path(language)
    return path.read_bytes() == po_bytes(renewed(language)) and path.with_suffix(
        ".mo"
    ).read_bytes() == mo_bytes(language)


if __name__ == "__main__":
    sys.exit(main())
