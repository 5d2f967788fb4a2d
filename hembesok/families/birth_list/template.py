"""An empty list to fill in: our headings, and one invented family to overwrite."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from hembesok.values.identity import TEST_SERIALS, test_number, written

_BORN: Final = date(2025, 9, 12)
_MOTHER: Final = date(1994, 5, 17)
_FATHER: Final = date(1992, 2, 3)

_EXAMPLE: Final = {
    "Barnets personnummer": written(test_number(_BORN, serial=TEST_SERIALS[0])),
    "Födelsedatum": _BORN.isoformat(),
    "Hem från neonatalvård": "",
    "Barnets tilltalsnamn": "Exempel",
    "Vårdnadshavare 1 namn": "Amina Exempelsson",
    "Vårdnadshavare 1 personnummer": written(test_number(_MOTHER, serial=TEST_SERIALS[0])),
    # Numbers that the Swedish telecom authority keeps for books and films.
    "Vårdnadshavare 1 mobil": "070-174 06 05",
    "Vårdnadshavare 2 namn": "Åke Exempelsson",
    "Vårdnadshavare 2 personnummer": written(test_number(_FATHER, serial=TEST_SERIALS[1])),
    "Vårdnadshavare 2 mobil": "070-174 06 06",
    "Språk": "somaliska",
    "Tolk (ja/nej)": "ja",
    "Adress": "Exempelvägen 1",
    "Postnummer": "582 00",
    "Ort": "Linköping",
    "DeSO": "0580C1010",
    "RegSO": "0580R018",
    "Förstagångsförälder (ja/nej)": "ja",
    "Första barnet i Sverige (ja/nej)": "nej",
    "Skyddade personuppgifter": "nej",
    "BVC": "BVC Exempel",
    "Familjekod": "",
}


def template_csv(example: Mapping[str, str] = _EXAMPLE) -> bytes:
    """Return the list as CSV in the form that Excel in Swedish opens rightly."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([example.keys(), example.values()])
    return out.getvalue().encode("utf-8-sig")


def template_xlsx(example: Mapping[str, str] = _EXAMPLE) -> bytes:
    """Return the list as a workbook whose cells are all text, so that no number loses a digit."""
    book = Workbook()
    sheet = book.active
    if sheet is None:  # pragma: no cover — a new workbook has a sheet
        raise RuntimeError("a new workbook has no sheet")
    sheet.title = "Barn"
    for row, values in enumerate((list(example), list(example.values())), start=1):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row=row, column=column, value=value)
            cell.number_format = "@"
            if row == 1:
                cell.font = Font(bold=True)
    for at, (title, value) in enumerate(example.items(), start=1):
        dimension = sheet.column_dimensions[get_column_letter(at)]
        dimension.width = max(len(title), len(value)) + 2
        dimension.number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
