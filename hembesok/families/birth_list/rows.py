"""From one row of a list to a candidate, or to all that is wrong with the row."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, TypeVar

from hembesok.families.birth_list import cells
from hembesok.families.birth_list.candidates import Candidate, CandidateGuardian, Remark
from hembesok.families.birth_list.columns import Columns, heading
from hembesok.families.birth_list.fields import JOINED, Field, Protection
from hembesok.families.birth_list.languages import language_code
from hembesok.values.dates import Span, add
from hembesok.values.identity import Identifier, parse_identifier
from hembesok.values.refusals import Reason, Refusal

OLDEST: Final = Span(months=18 * 12)
"""Whoever is older is no child, but perhaps a parent in the child's column."""

_LONGEST: Final = {Field.ADDRESS: 200, Field.CODE: 20}
_LONGEST_NAME: Final = 100

_DESO: Final = re.compile(r"\d{4}[A-C]\d{4}", re.ASCII)
_REGSO: Final = re.compile(r"\d{4}R\d{3}", re.ASCII)
_CODE: Final = re.compile(r"(\d{4})[ -]?([A-CR])[ -]?(\d{3,4})", re.ASCII | re.IGNORECASE)

T = TypeVar("T")


class ListReader:
    """Reads rows with one choice of columns, on one day."""

    def __init__(self, header: Sequence[str], columns: Columns, on: date) -> None:
        self.on = on
        self.places = {
            field: places
            for field in Field
            if (places := [at for at in columns.of(field) if at < len(header)])
        }
        self.headings = {field: heading(header, places[0]) for field, places in self.places.items()}


class Row:
    """One row while it is read: what it says, and what is to be said of it."""

    def __init__(self, number: int, values: Sequence[str], reader: ListReader) -> None:
        self.number = number
        self.faults: list[Remark] = []
        self.warnings: list[Remark] = []
        self._reader = reader
        self._texts = {
            field: JOINED.get(field, " ").join(
                filter(None, (_clean(values[at], field) for at in places))
            )
            for field, places in reader.places.items()
        }

    def fault(self, field: Field | None, reason: Reason) -> None:
        """Note what makes the row unfit."""
        self.faults.append(self._remark(field, reason))

    def warn(self, field: Field | None, reason: Reason) -> None:
        """Note what somebody should know, but which stops nothing."""
        self.warnings.append(self._remark(field, reason))

    def _remark(self, field: Field | None, reason: Reason) -> Remark:
        column = self._reader.headings.get(field, "") if field else ""
        return Remark(self.number, column, reason)

    def text(self, field: Field) -> str:
        """Return what a field says, as a text fit to store."""
        text = self._texts.get(field, "")
        if not text:
            return ""
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
            self.fault(field, Reason("list_characters"))
            return ""
        longest = _LONGEST.get(field, _LONGEST_NAME)
        if len(text) > longest:
            self.fault(field, Reason("list_too_long", {"most": longest}))
            return ""
        return text

    def read(self, field: Field, how: Callable[[str], T]) -> T | None:
        """Return what a field says, read by a function that may refuse; None when it is empty."""
        text = self.text(field)
        if not text:
            return None
        try:
            return how(text)
        except Refusal as refusal:
            self.fault(field, refusal.reason)
            return None


def candidate(row: Row, reader: ListReader) -> Candidate:
    """Return the child of a row as far as it can be read; it is unfit when the row has faults."""
    identifier = _identifier(row, Field.CHILD_IDENTIFIER, reader.on)
    born = _born(row, reader, identifier)
    guardians = _guardians(row, reader.on, identifier)
    protection = _protection(row, reader)
    name = row.text(Field.GIVEN_NAME)
    if not (row.faults or identifier or name or guardians or row.text(Field.CODE)):
        row.fault(None, Reason("list_nobody"))
    return Candidate(
        row=row.number,
        household=row.number,
        identifier=identifier,
        born=born or reader.on,
        discharged=_discharged(row, reader, born),
        given_name=name,
        guardians=guardians,
        language=row.read(Field.LANGUAGE, _language) or "",
        interpreter_needed=row.read(Field.INTERPRETER_NEEDED, cells.yes_or_no) or False,
        address=row.text(Field.ADDRESS),
        deso=_area(row, Field.DESO, _DESO),
        regso=_area(row, Field.REGSO, _REGSO),
        first_time_parent=row.read(Field.FIRST_TIME_PARENT, cells.yes_or_no) or False,
        first_child_in_sweden=row.read(Field.FIRST_CHILD_IN_SWEDEN, cells.yes_or_no) or False,
        protection=protection,
        clinic=row.text(Field.CLINIC),
        code=row.text(Field.CODE),
    )


_UNSEEN: Final = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
)
"""Marks that come along when text is copied from a page, and that nobody can see to mend."""


def _clean(text: str, field: Field) -> str:
    plain = unicodedata.normalize("NFC", " ".join(text.translate(_UNSEEN).split()))
    # That nobody knows of a protection does not mean that there is none.
    if field is not Field.PROTECTION and plain.casefold() in cells.NOTHING:
        return ""
    return plain


def _identifier(row: Row, field: Field, on: date) -> Identifier | None:
    return row.read(field, lambda text: parse_identifier(text, on=on))


def _born(row: Row, reader: ListReader, identifier: Identifier | None) -> date | None:
    """The birth date by its own column, or else by the number; a contradiction is only told."""
    faults = len(row.faults)
    written = row.read(Field.BORN, lambda text: cells.day(text, on=reader.on))
    if len(row.faults) > faults:
        return None
    told = identifier.born if identifier else None
    born = written or told
    field = Field.BORN if written or not told else Field.CHILD_IDENTIFIER
    if born is None:
        _say_born_is_missing(row, reader)
    elif born > reader.on:
        row.fault(field, Reason("list_born_in_future"))
    elif add(born, OLDEST) <= reader.on:
        row.fault(field, Reason("list_no_child"))
    if written and told and written != told:
        row.warn(Field.BORN, Reason("list_born_differs"))
    return born


def _say_born_is_missing(row: Row, reader: ListReader) -> None:
    number = reader.headings.get(Field.CHILD_IDENTIFIER)
    if any(fault.column == number for fault in row.faults):
        return  # The number is to be mended, and the day comes with it.
    if row.text(Field.EXPECTED):
        row.fault(Field.EXPECTED, Reason("list_not_born"))
    else:
        field = Field.BORN if Field.BORN in reader.places else Field.CHILD_IDENTIFIER
        row.fault(field, Reason("list_born_missing"))


def _discharged(row: Row, reader: ListReader, born: date | None) -> date | None:
    discharged = row.read(Field.DISCHARGED, lambda text: cells.day(text, on=reader.on))
    if discharged is None:
        return None
    if discharged > reader.on:
        row.fault(Field.DISCHARGED, Reason("list_discharged_in_future"))
    elif born and discharged < born:
        row.fault(Field.DISCHARGED, Reason("list_discharged_before_birth"))
    return discharged


_GUARDIANS: Final = (
    (Field.GUARDIAN1_NAME, Field.GUARDIAN1_IDENTIFIER, Field.GUARDIAN1_PHONE),
    (Field.GUARDIAN2_NAME, Field.GUARDIAN2_IDENTIFIER, Field.GUARDIAN2_PHONE),
)


def _guardians(row: Row, on: date, child: Identifier | None) -> tuple[CandidateGuardian, ...]:
    found = []
    seen = {child.value} if child else set()
    for name_field, number_field, phone_field in _GUARDIANS:
        name = row.text(name_field)
        identifier = _identifier(row, number_field, on)
        phone = row.read(phone_field, cells.phone) or ""
        if identifier and identifier.value in seen:
            row.fault(number_field, Reason("list_same_number"))
        if identifier:
            seen.add(identifier.value)
        if name or identifier or phone:
            found.append(CandidateGuardian(name=name, identifier=identifier, phone=phone))
    return tuple(found)


def _protection(row: Row, reader: ListReader) -> Protection:
    said = row.text(Field.PROTECTION)
    column = reader.headings.get(Field.PROTECTION, "")
    found = row.read(Field.PROTECTION, lambda text: cells.protection(text, column))
    if found is Protection.PROTECTED_REGISTRATION and cells.is_bare_yes(said):
        row.warn(Field.PROTECTION, Reason("list_protection_kind"))
    # A protection that cannot be read makes the row unfit, and hides the address of its siblings.
    return Protection.PROTECTED_REGISTRATION if said and found is None else found or Protection.NONE


def _language(text: str) -> str:
    if code := language_code(text):
        return code
    raise Refusal(Reason("list_language"))


def _area(row: Row, field: Field, form: re.Pattern[str]) -> str:
    """An area code; anything else is left out and told, since nothing depends on it."""
    text = row.text(field)
    match = _CODE.match(text)
    code = "".join(match.groups()).upper() if match else ""
    if form.fullmatch(code):
        return code
    if text:
        row.warn(field, Reason("list_area"))
    return ""
