"""Outcomes that come after the programme: language and vaccination, when due; values only.

Language is screened at 2.5 to 3 years, and counted from 30 to 41 months; vaccination is read
at 24 months (domain handbook 2.1, 2.3, 3.3). When it is late is ours. All month ends are told
by values.dates.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.access.rules.roles import Role
from hembesok.enrolment.rules.following import FOLLOWED
from hembesok.forms.answers import Answers
from hembesok.forms.unasked import NOT_ASKED
from hembesok.values.dates import Span, add
from hembesok.values.refusals import Reason


class OutcomeKind(StrEnum):
    """What is followed."""

    LANGUAGE = "language"
    VACCINATION = "vaccination"


class How(StrEnum):
    """By which way an outcome came in."""

    FORM = "form"
    IMPORT = "import"


class DueState(StrEnum):
    """How an outcome of a child stands on a day, the most urgent first."""

    OVERDUE = "overdue"
    DUE = "due"
    NOT_YET = "not_yet"
    RECORDED = "recorded"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Ages:
    """At which ages an outcome may be recorded first, is asked for, and is late."""

    first: Span
    opens: Span
    late: Span


AGES: Final[Mapping[OutcomeKind, Ages]] = {
    OutcomeKind.LANGUAGE: Ages(Span(months=24), Span(months=30), Span(months=37)),
    OutcomeKind.VACCINATION: Ages(Span(months=12), Span(months=24), Span(months=27)),
}

FORM: Final[Mapping[OutcomeKind, str]] = {
    OutcomeKind.LANGUAGE: "language-screening",
    OutcomeKind.VACCINATION: "vaccination",
}
"""The questionnaire of each, by its key."""

DONE: Final = "language-screening.done"
LANGUAGE_RESULT: Final = "language-screening.result"
STATUS: Final = "vaccination.status"


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one child's outcome; `last` is the last one it can be recorded on."""

    first: date
    opens: date
    late: date
    last: date


def days(kind: OutcomeKind, born: date) -> Days:
    """Return when an outcome may be recorded, is due and is late for a child."""
    ages = AGES[kind]
    return Days(
        add(born, ages.first), add(born, ages.opens), add(born, ages.late), add(born, FOLLOWED)
    )


def state(kind: OutcomeKind, born: date, on: date, *, settled: bool) -> DueState:
    """Return how an outcome stands on a day, given whether what is recorded settles it."""
    if settled:
        return DueState.RECORDED
    known = days(kind, born)
    if on < known.opens:
        return DueState.NOT_YET
    if on < known.late:
        return DueState.DUE
    return DueState.OVERDUE if on <= known.last else DueState.MISSING


def outcomes(
    born: date, on: date, settled: Collection[OutcomeKind]
) -> Mapping[OutcomeKind, DueState]:
    """Return how each outcome of a child stands on a day."""
    return {kind: state(kind, born, on, settled=kind in settled) for kind in OutcomeKind}


def settles(kind: OutcomeKind, answers: Answers, *, born: date, day: date) -> bool:
    """Tell whether answers of a day settle the matter, so that it is not asked for again.

    A screening that was not done, or is to be done again, is still to be done. Doses that are
    missing settle only what is read at the age it is asked for: before that they may still come.
    """
    if kind is OutcomeKind.LANGUAGE:
        done = one_of(answers, DONE)
        return done == "declined" or (
            done == "done" and one_of(answers, LANGUAGE_RESULT) != "repeat"
        )
    status = one_of(answers, STATUS)
    in_time = day >= days(kind, born).opens
    return status == "complete" or (in_time and status in ("partial", "none"))


def one_of(answers: Answers, question: str) -> str:
    """Return the one answer to a question, "" where it was not asked or not answered."""
    given = answers.get(question, ())
    return str(given[0]) if given and given is not NOT_ASKED else ""


def says_no_more(answers: Answers, stored: Answers, how: How) -> bool:
    """Tell whether answers are those stored; a list has few columns, and may tell less."""
    return answers == stored or (how is How.IMPORT and answers.items() <= stored.items())


def why_not_follow(*, role: Role, own_unit: bool, until: date | None, on: date) -> Reason | None:
    """Return why somebody may not read or write a child's outcomes on a day, or None.

    `until` is the last day the child is followed, None where it is not.
    """
    if role is not Role.CHILD_HEALTH_NURSE or not own_unit:
        return Reason("outcome_of_the_clinic")
    return Reason("outcome_not_followed") if until is None or until < on else None


def why_not_record(kind: OutcomeKind, *, born: date, day: date, on: date) -> Reason | None:
    """Return why an outcome of a day may not be recorded of a child who is followed, or None."""
    if day > on:
        return Reason("day_in_future", {"day": day})
    if day < (first := days(kind, born).first):
        return Reason("outcome_too_early", {"day": day, "first": first})
    return None
