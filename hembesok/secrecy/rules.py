"""What may be written where, and when a consent or another ground is whole."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from hembesok.access.rules.roles import VISITORS, Role, Service
from hembesok.access.rules.secrecy import (
    OWNER,
    SHAREABLE,
    Compartment,
    DisclosureGround,
    Field,
)
from hembesok.values.refusals import Reason


class DocumentationMode(StrEnum):
    """What the adviser's part of a site keeps about a person, by the board's decision.

    Source: SoL 2025:400 and the two exceptions a board may decide (domain handbook 5.3).
    """

    IDENTIFIED = "identified"
    ANONYMOUS = "anonymous"
    NONE = "none"


class Purpose(StrEnum):
    """What a consent is for."""

    TAKE_PART = "take_part"
    SHARE = "share"


class Interpreted(StrEnum):
    """How a consent was understood."""

    NOT_NEEDED = "not_needed"
    ON_SITE = "on_site"
    BY_PHONE = "by_phone"
    BY_VIDEO = "by_video"


GROUNDS_BY_HAND: Final = (
    DisclosureGround.HARM_TEST,
    DisclosureGround.CHILD_NEED,
    DisclosureGround.DUTY_TO_REPORT,
)
"""The grounds that a person decides on and writes; consent and emergency have acts of their own."""


def why_not_note(
    compartment: Compartment,
    *,
    role: Role,
    service: Service | None,
    mode: DocumentationMode,
    text: str,
    guardian: int | None,
) -> Reason | None:
    """Return why a note may not be written, or None.

    Each service writes in its own record; where the site keeps no social record
    the adviser's part keeps presence only, and says nothing of a parent's own.
    """
    if not text.strip():
        return Reason("note_empty")
    if role not in VISITORS and service is None:
        return Reason("role_writes_no_notes")
    owner = OWNER.get(compartment)
    if compartment is Compartment.AUTHORITY or (owner is not None and owner is not service):
        return Reason("not_your_record")
    if (compartment is Compartment.PARENT) != (guardian is not None):
        return Reason("parent_note_needs_parent")
    social = service is Service.SOCIAL and compartment is not Compartment.JOINT
    if social and mode is DocumentationMode.NONE:
        return Reason("site_keeps_presence_only")
    if social and mode is DocumentationMode.ANONYMOUS and compartment is Compartment.PARENT:
        return Reason("site_keeps_no_names")
    return None


def why_not_correct(
    *, same_place: bool, same_unit: bool, mode: DocumentationMode, compartment: Compartment
) -> Reason | None:
    """Return why a note may not be written as the correction of another, or None.

    Whoever reads the one has to read the other: both stand in one place.
    """
    if not same_unit:
        return Reason("not_your_record")
    if not same_place:
        return Reason("correction_elsewhere")
    if mode is DocumentationMode.ANONYMOUS and compartment is Compartment.SOCIAL:
        # What is kept without a family cannot point at what has one.
        return Reason("site_keeps_no_names")
    return None


def place_word(compartment: Compartment, guardian: int | None) -> str:
    """Say in the trail where a note stands: the compartment, and whose where it is one parent's."""
    return f"{compartment}-{guardian}" if guardian is not None else compartment.value


def why_not_consent(
    *,
    given: date,
    on: date,
    ends: date | None,
    fields: Iterable[Field],
    purpose: Purpose,
    interpreter_needed: bool,
    interpreted: Interpreted,
) -> Reason | None:
    """Return why a consent may not be written down, or None."""
    if given > on:
        return Reason("day_in_future", {"day": given})
    if ends is not None and ends < given:
        return Reason("ends_before_start", {"ends": ends, "starts": given})
    chosen = frozenset(fields)
    if purpose is Purpose.SHARE and not chosen:
        return Reason("consent_to_nothing")
    if not chosen <= SHAREABLE:
        return Reason("field_not_shareable")
    if interpreter_needed and interpreted is Interpreted.NOT_NEEDED:
        return Reason("consent_needs_interpreter")
    return None


def why_not_disclose(
    ground: DisclosureGround,
    *,
    fields: Iterable[Field],
    purpose: str,
    same_unit: bool,
    starts: date,
    ends: date | None,
    on: date,
) -> Reason | None:
    """Return why a ground other than a consent may not be written down, or None."""
    if ground not in GROUNDS_BY_HAND:
        return Reason("ground_has_own_act")
    if same_unit:
        return Reason("ground_needs_two_units")
    if not purpose.strip():
        return Reason("purpose_missing")
    chosen = frozenset(fields)
    if not chosen:
        return Reason("consent_to_nothing")
    if not chosen <= SHAREABLE:
        return Reason("field_not_shareable")
    if starts < on:
        return Reason("day_has_passed", {"day": starts})
    if ends is not None and ends < starts:
        return Reason("ends_before_start", {"ends": ends, "starts": starts})
    return None
