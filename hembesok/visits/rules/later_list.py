"""A clinic's list of outcomes after the programme: what its columns hold, and what each row says.

It is read as birth lists are (families.birth_list): the same files, days, remarks and limits.
Nothing here is stored, and no row is half right: one fault, and nothing of the row is written.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from hembesok.families.birth_list import Remark, Sheet, cells, heading
from hembesok.families.birth_list.headings import plain
from hembesok.forms.answers import Answers, Given, why_not_value
from hembesok.forms.asking import kept
from hembesok.forms.questionnaire import Block, Item
from hembesok.values.identity import parse_identifier
from hembesok.values.names import folded
from hembesok.values.refusals import Reason, Refusal, refuse
from hembesok.visits.rules.outcomes_later import (
    DONE,
    LANGUAGE_RESULT,
    STATUS,
    How,
    OutcomeKind,
    says_no_more,
    why_not_record,
)

T = TypeVar("T")


class Column(StrEnum):
    """One thing a column can hold."""

    CODE = "code"
    NUMBER = "number"
    IDENTIFIER = "identifier"
    LANGUAGE_DAY = "language_day"
    LANGUAGE_DONE = "language_done"
    LANGUAGE_RESULT = "language_result"
    CHILD_LANGUAGES = "child_languages"
    LANGUAGES = "languages"
    INTERPRETER = "interpreter"
    METHOD = "method"
    REFERRAL = "referral"
    VACCINATION_DAY = "vaccination_day"
    VACCINATION_STATUS = "vaccination_status"
    SOURCE = "source"
    HEXAVALENT_DAY = "hexavalent_day"
    PNEUMOCOCCAL_DAY = "pneumococcal_day"
    MMR_DAY = "mmr_day"


QUESTIONS: Final[Mapping[OutcomeKind, Mapping[Column, str]]] = {
    OutcomeKind.LANGUAGE: {
        Column.LANGUAGE_DONE: DONE,
        Column.LANGUAGE_RESULT: LANGUAGE_RESULT,
        Column.CHILD_LANGUAGES: "language-screening.child-languages",
        Column.LANGUAGES: "language-screening.languages",
        Column.INTERPRETER: "language-screening.interpreter",
        Column.METHOD: "language-screening.method",
        Column.REFERRAL: "language-screening.referral",
    },
    OutcomeKind.VACCINATION: {
        Column.VACCINATION_STATUS: STATUS,
        Column.SOURCE: "vaccination.source",
    },
}
"""The columns that answer a question of the form, by its linkId."""

DAY: Final[Mapping[OutcomeKind, Column]] = {
    OutcomeKind.LANGUAGE: Column.LANGUAGE_DAY,
    OutcomeKind.VACCINATION: Column.VACCINATION_DAY,
}

DOSES: Final[Mapping[Column, str]] = {
    Column.HEXAVALENT_DAY: "hexavalent",
    Column.PNEUMOCOCCAL_DAY: "pneumococcal",
    Column.MMR_DAY: "mmr",
}
"""The days of the last doses of the programme's first two years, and what the form calls them."""

_HEADINGS: Final = {
    plain(words): column
    for column, all_words in {
        Column.CODE: "familjekod, kod, familjens kod, family code, code",
        Column.NUMBER: "barn nr, barnets nummer, barn, child number, child no",
        Column.IDENTIFIER: "personnummer, pnr, barnets personnummer, person id, patient id, "
        "identity number, personal identity number, child s identity number",
        Column.LANGUAGE_DAY: "språkscreening datum, datum språkscreening, språk datum, "
        "screeningdatum, språkscreening dag, language screening date, language date",
        Column.LANGUAGE_DONE: "språkscreening gjord, språkscreening genomförd, "
        "language screening done",
        Column.LANGUAGE_RESULT: "språkscreening, språkscreening resultat, språkscreening utfall, "
        "resultat språkscreening, utfall språkscreening, språk resultat, "
        "language screening, language screening result, language result",
        Column.CHILD_LANGUAGES: "barnets språk, språk, child s languages, languages",
        Column.LANGUAGES: "prövade språk, screenade språk, languages screened",
        Column.INTERPRETER: "tolk, interpreter",
        Column.METHOD: "metod, språkscreening metod, method",
        Column.REFERRAL: "hänvisning, remiss, remitterad, referral",
        Column.VACCINATION_DAY: "vaccination datum, vaccinationer datum, vaccinationsdatum, "
        "vaccinationer avlästa, vaccination date",
        Column.VACCINATION_STATUS: "vaccinationer, vaccination, vaccinationsstatus, "
        "vaccinationer kompletta, vaccination status, vaccinations",
        Column.SOURCE: "källa, vaccination källa, source",
        Column.HEXAVALENT_DAY: "hexavalent dos 3, hexavalent 3, dtp dos 3, dtp 3, dtp polio hib 3, "
        "hexavalent dose 3, dtp dose 3",
        Column.PNEUMOCOCCAL_DAY: "pneumokocker dos 3, pneumokocker 3, pcv 3, pcv dos 3, "
        "pneumococcal dose 3, pneumococcal 3, pcv dose 3",
        Column.MMR_DAY: "mpr dos 1, mpr 1, mpr, mmr dose 1, mmr 1, mmr",
    }.items()
    for words in all_words.split(", ")
}

_ALSO: Final = {
    (DONE, "gjord"): "done",
    (DONE, "genomförd"): "done",
    (DONE, "ej gjord"): "not-done",
    (DONE, "avböjd"): "declined",
    (LANGUAGE_RESULT, "ua"): "as-expected",
    (LANGUAGE_RESULT, "u.a."): "as-expected",
    (LANGUAGE_RESULT, "utan anmärkning"): "as-expected",
    (LANGUAGE_RESULT, "godkänd"): "as-expected",
    (LANGUAGE_RESULT, "avvikelse"): "deviation",
    (LANGUAGE_RESULT, "avvikande"): "deviation",
    (STATUS, "ja"): "complete",
    (STATUS, "kompletta"): "complete",
    (STATUS, "komplett"): "complete",
    (STATUS, "ofullständiga"): "partial",
    (STATUS, "nej"): "partial",
}
"""What clinics write beside the form's own words."""


def propose_columns(header: Sequence[str]) -> list[Column | None]:
    """Propose what each column holds from its heading; of two alike the first."""
    found: list[Column | None] = []
    for text in header:
        guess = _HEADINGS.get(plain(text))
        found.append(guess if guess not in found else None)
    return found


def why_not_read(columns: Sequence[Column | None], header: Sequence[str]) -> list[Reason]:
    """Return why a list cannot be read with these columns; nothing when it can."""
    held = Counter(column for column in columns if column)
    reasons = []
    if not held.keys() & {Column.CODE, Column.IDENTIFIER}:
        reasons.append(Reason("outcome_list_needs_child"))
    if not held.keys() - {Column.CODE, Column.NUMBER, Column.IDENTIFIER}:
        reasons.append(Reason("outcome_list_needs_outcome"))
    if 0 < len(held.keys() & DOSES.keys()) < len(DOSES):
        # Of a dose without a column nothing is known: that is not the same as missing.
        reasons.append(Reason("outcome_list_needs_doses"))
    for column, count in held.items():
        if count > 1:
            second = [at for at, one in enumerate(columns) if one is column][1]
            reasons.append(Reason("list_column_twice", {"column": heading(header, second)}))
    return reasons


# repr=False here and below: what is told of a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Stored:
    """A finding that is stored: of which day, with which answers."""

    day: date
    answers: Answers


@dataclass(frozen=True, slots=True, repr=False)
class Followed:
    """A child that is followed and the sender's, with what is stored of it, the oldest first."""

    key: int
    subject: str
    code: str
    number: int
    born: date
    identifiers: frozenset[str]
    stored: Mapping[OutcomeKind, Sequence[Stored]]


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """A finding that a row tells of a child and that is not stored yet."""

    child: int
    kind: OutcomeKind
    day: date
    answers: Answers


@dataclass(frozen=True, slots=True, repr=False)
class ListRow:
    """One row: what it adds, how much of it is here already, and what is wrong with it."""

    number: int
    child: Followed | None = None
    found: tuple[Found, ...] = ()
    here: int = 0
    faults: tuple[Remark, ...] = ()


@dataclass(slots=True, repr=False)
class _Row:
    """A row while it is read."""

    number: int
    texts: Mapping[Column, str]
    headings: Mapping[Column, str]
    faults: list[Remark] = field(default_factory=list)
    doses: Mapping[str, date] = field(default_factory=dict)

    def fault(self, column: Column | None, reason: Reason) -> None:
        where = self.headings.get(column, "") if column else ""
        self.faults.append(Remark(self.number, where, reason))

    def read(self, column: Column, how: Callable[[str], T]) -> T | None:
        """Return what a cell says; None where it is empty, or wrong and noted."""
        text = self.texts.get(column, "")
        if not text:
            return None
        try:
            return how(text)
        except Refusal as refusal:
            self.fault(column, refusal.reason)
            return None


class ListJudge:
    """Judges a list on a day, given the forms and the children it can be about."""

    def __init__(
        self,
        sheet: Sheet,
        columns: Sequence[Column | None],
        children: Sequence[Followed],
        forms: Mapping[OutcomeKind, Block],
        on: date,
    ) -> None:
        self._sheet = sheet
        self._on = on
        self._forms = forms
        self._columns = {column: at for at, column in enumerate(columns) if column}
        self._headings = {one: heading(sheet.header, at) for one, at in self._columns.items()}
        self._by_code: dict[str, list[Followed]] = {}
        for child in children:
            self._by_code.setdefault(folded(child.code), []).append(child)
        self._by_number = {number: child for child in children for number in child.identifiers}
        self._seen: set[tuple[int, OutcomeKind]] = set()

    def rows(self) -> list[ListRow]:
        """Return each row with what becomes of it, in the list's own order."""
        numbered = zip(self._sheet.numbers, self._sheet.rows, strict=True)
        return [self._row(number, values) for number, values in numbered]

    def _row(self, number: int, values: Sequence[str]) -> ListRow:
        texts = {column: _clean(values[at]) for column, at in self._columns.items()}
        row = _Row(number, texts, self._headings)
        if count := self._sheet.ragged.get(number):
            told = {"cells": count, "columns": len(self._sheet.header)}
            row.fault(None, Reason("list_ragged", told))
            return ListRow(number, faults=tuple(row.faults))
        child = self._child(row)
        told_of = [one for kind in OutcomeKind if (one := self._told(kind, row))]
        if not told_of and not row.faults:
            row.fault(None, Reason("outcome_list_nothing"))
        if child is not None:
            told_of = [self._of(child, kind, day, answers, row) for kind, day, answers in told_of]
        if child is None or row.faults:
            return ListRow(number, child, faults=tuple(row.faults))
        found = tuple(
            Found(child.key, kind, day, answers)
            for kind, day, answers in told_of
            if not self._is_here(child, kind, day, answers, row)
        )
        if row.faults:
            return ListRow(number, child, faults=tuple(row.faults))
        self._seen |= {(child.key, kind) for kind, _day, _answers in told_of}
        return ListRow(number, child, found, here=len(told_of) - len(found))

    def _child(self, row: _Row) -> Followed | None:
        """Return whom a row is about: by number, by code, and where both stand by both."""
        number = row.read(Column.IDENTIFIER, lambda text: parse_identifier(text, on=self._on))
        code = row.texts.get(Column.CODE, "")
        if row.faults:
            return None
        if not number and not code:
            row.fault(None, Reason("outcome_list_no_child"))
            return None
        by_number = self._by_number.get(number.value) if number else None
        by_code = self._of_code(code, row) if code else []
        if (number and by_number is None) or (code and not by_code):
            row.fault(
                Column.IDENTIFIER if number and by_number is None else Column.CODE,
                Reason("outcome_list_unknown"),
            )
        elif by_number is not None and code and by_number not in by_code:
            row.fault(Column.CODE, Reason("outcome_list_two_children"))
        elif by_number is None and len(by_code) > 1:
            row.fault(Column.CODE, Reason("outcome_list_which_child"))
        else:
            return by_number or by_code[0]
        return None

    def _of_code(self, code: str, row: _Row) -> list[Followed]:
        found = self._by_code.get(folded(code), [])
        number = row.texts.get(Column.NUMBER, "")
        return [child for child in found if not number or number == str(child.number)]

    def _told(self, kind: OutcomeKind, row: _Row) -> tuple[OutcomeKind, date, Answers] | None:
        """Return what a row tells of one outcome, None where it tells nothing or wrongly."""
        faults = len(row.faults)
        answers = dict(self._answers(kind, row))
        day = row.read(DAY[kind], lambda text: cells.day(text, on=self._on))
        if kind is OutcomeKind.VACCINATION and STATUS not in answers:
            day, of_doses = self._of_doses(day, row)
            answers |= of_doses
        if LANGUAGE_RESULT in answers:
            answers.setdefault(DONE, ("done",))
        counting = kept(self._forms[kind], answers)
        if len(row.faults) > faults or not (counting or day):
            return None
        if not counting:
            row.fault(DAY[kind], Reason("outcome_list_no_result"))
        elif day is None:
            row.fault(None, Reason("outcome_list_no_day"))
        else:
            return kind, day, counting
        return None

    def _answers(self, kind: OutcomeKind, row: _Row) -> Iterator[tuple[str, Given]]:
        questions = {item.link_id: item for item in self._forms[kind].questions}
        for column, link_id in QUESTIONS[kind].items():
            value = row.read(column, lambda text, item=questions[link_id]: _answer(item, text))  # type: ignore[misc]
            if value is not None:
                yield link_id, (value,)

    def _of_doses(self, day: date | None, row: _Row) -> tuple[date | None, dict[str, Given]]:
        """Return the status that days of doses amount to: complete since the last of them."""
        given = {
            code: when
            for column, code in DOSES.items()
            if (when := row.read(column, lambda text: cells.day(text, on=self._on)))
        }
        row.doses = given
        if not given:
            return day, {}
        missing = tuple(code for code in DOSES.values() if code not in given)
        if missing:
            # Of what is missing the list says: as it stands when it is sent.
            return day or self._on, {STATUS: ("partial",), "vaccination.missing": missing}
        return day or max(given.values()), {STATUS: ("complete",)}

    def _of(
        self, child: Followed, kind: OutcomeKind, day: date, answers: Answers, row: _Row
    ) -> tuple[OutcomeKind, date, Answers]:
        """Note what forbids a finding of this child."""
        reason = why_not_record(kind, born=child.born, day=day, on=self._on)
        if (child.key, kind) in self._seen:
            reason = Reason("outcome_list_twice")
        if reason is not None:
            row.fault(DAY[kind], reason)
        if kind is OutcomeKind.VACCINATION:
            for column, code in DOSES.items():
                given = row.doses.get(code, child.born)
                if given > self._on:
                    row.fault(column, Reason("day_in_future", {"day": given}))
                elif given < child.born:
                    told = {"day": given, "born": child.born}
                    row.fault(column, Reason("day_before_birth", told))
        return kind, day, answers

    def _is_here(
        self, child: Followed, kind: OutcomeKind, day: date, answers: Answers, row: _Row
    ) -> bool:
        """Tell whether a finding is stored; another one for its day is a fault.

        A list of the next month says of most children what the last one said: what says no
        more than the latest finding is here, whatever day it was read.
        """
        stored = child.stored.get(kind, ())
        if any(one.day == day for one in stored):
            same = [one for one in stored if one.day == day]
            if any(says_no_more(answers, one.answers, How.IMPORT) for one in same):
                return True
            row.fault(DAY[kind], Reason("outcome_that_day", {"day": day}))
            return False
        undated = kind is OutcomeKind.VACCINATION and day == self._on
        return undated and bool(stored) and says_no_more(answers, stored[-1].answers, How.IMPORT)


def _clean(text: str) -> str:
    plain_text = " ".join(text.split())
    return "" if plain_text.casefold() in cells.NOTHING - {"none"} else plain_text


def _answer(item: Item, text: str) -> str:
    """Return the answer a cell gives: a text as it stands, or the code of an option."""
    if not item.options:
        refuse(why_not_value(item, text))
        return text
    said = text.casefold()
    for option in item.options:
        if said in {option.code, *(words.casefold() for words in option.words.values())}:
            return option.code
    if also := _ALSO.get((item.link_id, said)):
        return also
    offered = ", ".join(option.words["sv"] for option in item.options)
    raise Refusal(Reason("outcome_list_answer", {"offered": offered}))


EXAMPLE: Final = {
    "Familjekod": "S-0000",
    "Barn nr": "1",
    "Personnummer": "",
    "Språkscreening datum": "2026-03-02",
    "Språkscreening resultat": "Som förväntat",
    "Barnets språk": "somaliska, svenska",
    "Prövade språk": "Alla barnets språk",
    "Tolk": "På plats",
    "Metod": "Westerlund",
    "Hänvisning": "",
    "Hexavalent dos 3": "2024-10-14",
    "Pneumokocker dos 3": "2024-10-14",
    "MPR dos 1": "2025-04-14",
    "Källa": "Journalen",
}
"""Our headings, with a row to overwrite."""
