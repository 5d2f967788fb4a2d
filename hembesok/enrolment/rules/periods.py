"""The periods a site decides on, and what happens when a project is over; values only."""

from datetime import date
from enum import StrEnum

from hembesok.access.rules.roles import Role
from hembesok.values.refusals import Reason


class PeriodKind(StrEnum):
    """What a dated period of a site is for."""

    ENROLMENT = "enrolment"
    IMPLEMENTATION = "implementation"
    EVALUATION = "evaluation"


class Then(StrEnum):
    """What happens to families in mid-programme when the implementation ends."""

    FINISH = "finish"
    END = "end"


def why_not_decide(
    *, role: Role, starts: date, ends: date | None, decision: str, overlaps: bool
) -> Reason | None:
    """Return why a period may not be decided, or None."""
    if role is not Role.MANAGER:
        return Reason("role_decides_nothing")
    if ends is not None and ends < starts:
        return Reason("ends_before_start", {"ends": ends, "starts": starts})
    if not decision.strip():
        return Reason("decision_missing")
    return Reason("periods_overlap") if overlaps else None


def why_not_end_project(
    *, role: Role, then: Then | None, ends: date | None, on: date
) -> Reason | None:
    """Return why a site's enrolments may not all be ended, or None."""
    if role is not Role.MANAGER:
        return Reason("role_decides_nothing")
    if then is not Then.END:
        return Reason("families_finish")
    if ends is None or on <= ends:
        return Reason("project_not_over")
    return None
