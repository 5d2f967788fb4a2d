"""When a child may join, pause, be moved to another version, or leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hembesok.values.refusals import Reason


class EndReason(StrEnum):
    """Why a family is no longer in the programme."""

    COMPLETED = "completed"
    LEFT = "left"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNREACHABLE = "unreachable"
    MOVED = "moved"
    DIED = "died"
    PROJECT_OVER = "project_over"


class PauseReason(StrEnum):
    """Why a family takes a pause."""

    AWAY = "away"
    ILLNESS = "illness"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that a site has decided on; without an end it is open."""

    starts: date
    ends: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether a day is in the period."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Steps:
    """What leads to an enrolment, as far as it has come; days are None where it has not."""

    born: date
    eligible: bool | None
    offered: date | None
    said_yes: date | None
    consented: bool
    already: bool = False
    period: Period | None = None


def why_not_enrol(steps: Steps, *, enrolled: date, on: date) -> Reason | None:
    """Return why a child may not join on a day, or None.

    Offered after it was found eligible, answered with a yes, consented by every
    guardian with custody; and inside the enrolment period, where the site has one.
    """
    if steps.already:
        return Reason("already_enrolled")
    if enrolled > on:
        return Reason("day_in_future", {"day": enrolled})
    if enrolled < steps.born:
        return Reason("day_before_birth", {"day": enrolled, "born": steps.born})
    if not steps.eligible:
        return Reason("not_eligible")
    if steps.offered is None or steps.said_yes is None:
        return Reason("no_yes_yet")
    if enrolled < steps.said_yes:
        return Reason("day_before_yes", {"day": enrolled, "yes": steps.said_yes})
    if not steps.consented:
        return Reason("consent_missing")
    if steps.period is not None and not steps.period.holds(enrolled):
        return Reason("outside_enrolment_period", {"day": enrolled})
    return None


def why_not_pause(
    *, starts: date, enrolled: date, ended: bool, paused: bool, on: date
) -> Reason | None:
    """Return why an enrolment may not be paused, or None."""
    if ended:
        return Reason("enrolment_ended")
    if paused:
        return Reason("paused_already")
    if starts > on:
        return Reason("day_in_future", {"day": starts})
    if starts < enrolled:
        return Reason("day_before_enrolment", {"day": starts, "enrolled": enrolled})
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
