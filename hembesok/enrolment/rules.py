"""When a child may join, be moved to another version, or leave."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from hembesok.values.refusals import Reason


class EndReason(StrEnum):
    """Why a family is no longer in the programme."""

    LEFT = "left"
    MOVED = "moved"
    DIED = "died"
    PROJECT_OVER = "project_over"


def why_not_enrol(*, born: date, enrolled: date, on: date, already: bool) -> Reason | None:
    """Return why a child may not join on a day, or None."""
    if already:
        return Reason("already_enrolled")
    if enrolled > on:
        return Reason("day_in_future", {"day": enrolled})
    if enrolled < born:
        return Reason("day_before_birth", {"day": enrolled, "born": born})
    return None


def why_not_move(
    *, reason: str, same: bool, programme_same: bool, ended: bool, lacking: Iterable[str]
) -> Reason | None:
    """Return why a child may not be moved to another version, or None.

    `lacking` are the steps of the old version that the new one has not: what is
    booked or recorded for them would be seen by nobody after the move.
    """
    if ended:
        return Reason("enrolment_ended")
    if same:
        return Reason("already_on_version")
    if not programme_same:
        return Reason("another_programme")
    if missing := ", ".join(lacking):
        return Reason("version_lacks_steps", {"steps": missing})
    return None if reason.strip() else Reason("reason_missing")


def why_not_end(*, enrolled: date, ended: date, on: date, already: bool) -> Reason | None:
    """Return why an enrolment may not end on a day, or None."""
    if already:
        return Reason("enrolment_ended")
    if ended > on:
        return Reason("day_in_future", {"day": ended})
    if ended < enrolled:
        return Reason("day_before_enrolment", {"day": ended, "enrolled": enrolled})
    return None
