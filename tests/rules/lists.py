"""Invented birth lists: rows, files of each kind, and everything that can be wrong with a row."""

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from openpyxl import Workbook

from hembesok.families.birth_list import Known, KnownChild
from hembesok.values.identity import check_digit, written

ON = date(2026, 3, 16)
HEADER = [
    "Barnets personnummer", "Födelsedatum", "Barnets förnamn", "Vårdnadshavare 1 namn",
    "Vårdnadshavare 1 personnummer", "Vårdnadshavare 1 mobil", "Språk", "Tolk (ja/nej)", "Adress",
    "Skyddade personuppgifter",
]  # fmt: skip
NUMBER, BORN, NAME, PARENT, PARENT_NUMBER, PHONE, LANGUAGE, INTERPRETER, ADDRESS, PROTECTED = range(
    len(HEADER)
)
NAMES = ("Åke", "Ärla", "Östen", "Amina", "Yusuf", "Noor", "Zahra", "Filmon", "Dilan", "Maja")
TONGUES = ("somaliska", "arabiska", "svenska", "Dari", "ti", "kurdiska (sorani)", "")


def nobody(_number: str) -> None:
    """Know no number."""


def known(*children: KnownChild, **numbers: str) -> Known:
    """Know some children, and numbers as n198112189876="REF"."""
    return Known(lambda number: numbers.get(f"n{number}"), children)


def number(born: date, serial: int) -> str:
    """Return a number of any serial, for lists longer than there are test numbers."""
    nine = f"{born:%y%m%d}{serial:03}"
    return f"{born:%Y%m%d}{serial:03}{check_digit(nine)}"


def good_rows(count: int, draw: random.Random) -> list[list[str]]:
    """Return rows of different children of different families."""
    rows = []
    for at in range(count):
        born = ON - timedelta(at % 700)
        serial = 1 + at // 700
        rows.append([
            written(number(born, serial)),
            born.isoformat() if at % 3 else "",
            draw.choice(NAMES),
            f"{draw.choice(NAMES)} Exempelsson",
            written(number(date(1990, 1, 1) + timedelta(at), 501)),
            f"07017{at:05}",
            draw.choice(TONGUES),
            draw.choice(("ja", "nej", "")),
            f"Exempelvägen {at}",
            "nej",
        ])  # fmt: skip
    return rows


SPOILS: dict[str, tuple[int, Sequence[str]]] = {
    "identifier_check_digit": (NUMBER, ("20251010-2389", "202510102380")),
    "identifier_form": (NUMBER, ("2025-10-10-12", "Barn Bertilsson", "20251010-238")),
    "identifier_no_such_day": (NUMBER, ("20251341-2383", "20250230-2383")),
    "identifier_organisation": (NUMBER, ("556036-0793",)),
    "identifier_space": (NUMBER, ("20251010 2382",)),
    "list_day_form": (BORN, ("i höstas", "10/11/2025", "45940")),
    "list_no_such_day": (BORN, ("2025-02-30", "20251301", "1812-01-01")),
    "list_born_in_future": (BORN, ("2026-03-17", "2126-01-01")),
    "list_no_child": (BORN, ("1990-01-01",)),
    "list_phone_form": (PHONE, ("ring mormor", "12", "070-12")),
    "list_yes_or_no": (INTERPRETER, ("kanske", "ja/nej")),
    "list_language": (LANGUAGE, ("klingonska", "arabiska och dari")),
    "list_protection": (PROTECTED, ("okänt", "7")),
    "list_too_long": (NAME, ("A" * 101,)),
    "list_characters": (NAME, ("A\x07na",)),
}
"""For each reason the column to spoil and what to write there."""


def spoil(row: list[str], key: str, draw: random.Random) -> list[str]:
    """Return a row with one thing wrong in it."""
    column, values = SPOILS[key]
    return [draw.choice(values) if at == column else cell for at, cell in enumerate(row)]


def as_csv(
    rows: Sequence[Sequence[str]], *, delimiter: str = ";", encoding: str = "utf-8"
) -> bytes:
    """Return rows as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Barn")
    for row in rows:
        sheet.append([None if cell == "" else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
