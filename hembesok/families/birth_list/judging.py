"""Judge a list row by row: good, bad, a duplicate, or near enough to somebody to ask."""

from dataclasses import replace
from datetime import date

from hembesok.families.birth_list.candidates import (
    Candidate,
    Judged,
    JudgedRow,
    Remark,
    Verdict,
)
from hembesok.families.birth_list.columns import Columns, heading, why_not_judge
from hembesok.families.birth_list.fields import Field
from hembesok.families.birth_list.households import in_households, with_protected_sibling
from hembesok.families.birth_list.likeness import Known, Likenesses
from hembesok.families.birth_list.rows import ListReader, Row, candidate
from hembesok.families.birth_list.sheet import Sheet
from hembesok.values.refusals import Reason, refuse


def judge(sheet: Sheet, columns: Columns, known: Known, on: date) -> Judged:
    """Judge every row on a day; the same list and the same known children give the same answer.

    Raises Refusal when the columns cannot carry a list (see `why_not_judge`).
    """
    refuse(next(iter(why_not_judge(columns, sheet.header)), None))
    judging = _Judging(sheet, columns, known, on)
    return Judged(tuple(judging.rows()))


class _Judging:
    def __init__(self, sheet: Sheet, columns: Columns, known: Known, on: date) -> None:
        self._sheet = sheet
        self._columns = columns
        self._reader = ListReader(sheet.header, columns, on)
        self._likenesses = Likenesses(known)
        # Rows with faults too: a protected child whose phone number is wrong still has siblings.
        self._children: list[Candidate] = []

    def rows(self) -> list[JudgedRow]:
        numbered = zip(self._sheet.numbers, self._sheet.rows, strict=True)
        rows = [self._judged(number, values) for number, values in numbered]
        fit = [row.candidate for row in rows if row.candidate]
        households = {child.row: child.household for child in in_households(fit)}
        hidden = with_protected_sibling(self._children)
        return [self._in_household(row, households, hidden) for row in rows]

    def _judged(self, number: int, values: list[str]) -> JudgedRow:
        if cells := self._sheet.ragged.get(number):
            counts = {"cells": cells, "columns": len(self._sheet.header)}
            ragged = Remark(number, "", Reason("list_ragged", counts))
            return JudgedRow(number, Verdict.BAD, faults=(ragged,))
        row = Row(number, values, self._reader)
        child = candidate(row, self._reader)
        self._children.append(child)
        if row.faults:
            return JudgedRow(number, Verdict.BAD, faults=_once(row.faults))
        return self._compared(child, tuple(row.warnings))

    def _compared(self, child: Candidate, warnings: tuple[Remark, ...]) -> JudgedRow:
        if same := self._likenesses.exact(child):
            return JudgedRow(child.row, Verdict.DUPLICATE, child, warnings=warnings, match=same)
        near = self._likenesses.near(child)
        sibling = self._likenesses.sibling(child)
        self._likenesses.add(child)
        verdict = Verdict.NEAR if near else Verdict.GOOD
        return JudgedRow(
            child.row, verdict, child, warnings=warnings, match=near, sibling_of=sibling
        )

    def _in_household(
        self, row: JudgedRow, households: dict[int, int], hidden: set[int]
    ) -> JudgedRow:
        """Put siblings together, and let no sibling's address give away a protected child."""
        child = row.candidate
        if child is None:
            return row
        child = replace(child, household=households[child.row])
        if child.row not in hidden or not (child.address or child.deso or child.regso):
            return replace(row, candidate=child)
        dropped = Remark(row.number, self._address_heading(), Reason("list_address_dropped"))
        child = replace(child, address="", deso="", regso="")
        return replace(row, candidate=child, warnings=(*row.warnings, dropped))

    def _address_heading(self) -> str:
        of = self._columns.of
        places = of(Field.ADDRESS) or of(Field.DESO) or of(Field.REGSO)
        return heading(self._sheet.header, places[0])


def _once(faults: list[Remark]) -> tuple[Remark, ...]:
    """Each fault once: a cell may be read for two purposes."""
    return tuple({(fault.column, fault.reason.key): fault for fault in faults}.values())
