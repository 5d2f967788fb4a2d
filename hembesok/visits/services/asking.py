"""Asking people for a visit: the parts and the interpreter that a booking comes with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

from django.db.models import Q
from django.utils.timezone import localtime, now

from hembesok.access.rules.roles import Actor, Role
from hembesok.families.models import Family
from hembesok.visits.models import Absence, InterpreterBooking, Visit, VisitPart
from hembesok.visits.rules.parts import (
    ROLE_OF,
    Answer,
    GenderWish,
    Mode,
    PartKind,
    Place,
)


class AsBefore(Enum):
    """That something is to be as it was, or as the family's need says."""

    AS_BEFORE = "as before"


AS_BEFORE: Final = AsBefore.AS_BEFORE


@dataclass(frozen=True, slots=True, repr=False)
class InterpreterWanted:
    """Which interpreter is wanted; without a language, one for the family's."""

    mode: Mode
    language: str = ""
    dialect: str = ""
    gender_wish: GenderWish | None = None
    agency: str = ""
    authorised: bool = False

    def write_to(self, booking: InterpreterBooking, family: Family) -> None:
        """Write what is wanted to a booking, which is not saved yet."""
        booking.mode = self.mode.value
        booking.language = self.language or family.language
        booking.dialect = self.dialect.strip()
        booking.gender_wish = self.gender_wish.value if self.gender_wish else ""
        booking.agency = self.agency.strip()
        booking.authorised = self.authorised


def ask(
    visit: Visit,
    kinds: Sequence[PartKind],
    interpreter: "InterpreterWanted | AsBefore | None",
    *,
    earlier: Visit | None,
    by: Actor,
) -> None:
    """Ask those who are to come to a visit that was booked, in place of an earlier booking of it.

    Whoever books says yes at once for the own part; what others have answered stands
    where the visit is at the same time and place as before.
    """
    ask_parts(visit, kinds, earlier=earlier, by=by)
    _ask_interpreter(visit, interpreter, earlier=earlier, by=by)


def same_time_and_place(visit: Visit, earlier: Visit) -> bool:
    """Tell whether what people have answered about one booking holds for the other."""
    return (visit.booked_for, visit.minutes, visit.place) == (
        earlier.booked_for,
        earlier.minutes,
        earlier.place,
    )


def ask_parts(
    visit: Visit, kinds: Sequence[PartKind], *, earlier: Visit | None, by: Actor | None
) -> None:
    """Make the parts of a visit that are not there yet; `by` is who books it, and says yes."""
    there = set(visit.parts.values_list("kind", flat=True))
    before = {part.kind: part for part in earlier.parts.all()} if earlier is not None else {}
    stands = earlier is not None and same_time_and_place(visit, earlier)
    wanted = [kind for kind in kinds if kind not in there]
    seats = _seats(visit, by) if set(wanted) & set(ROLE_OF) else {}
    made = []
    for kind in wanted:
        part, former = VisitPart(visit=visit, kind=kind.value), before.get(kind)
        if kind in ROLE_OF:
            part.staff_id = _chosen(seats[ROLE_OF[kind]], former, stands=stands, kind=kind, by=by)
        part.name = former.name if former is not None else ""
        if stands and former is not None and former.staff_id == part.staff_id:
            part.answer = former.answer
            part.answered_by_id, part.answered_at = former.answered_by_id, former.answered_at
        if by is not None and is_own(part, by) and part.answer == Answer.ASKED:
            say(part, Answer.YES, by)
        made.append(part)
    VisitPart.objects.bulk_create(made)


def is_own(part: VisitPart, by: Actor) -> bool:
    """Tell whether a part is this actor's own, in the role the actor is in."""
    role = ROLE_OF.get(PartKind(part.kind))
    return role is by.role and part.staff_id == by.staff


def say(part: VisitPart, answer: Answer, by: Actor | None) -> None:
    """Write an answer to a part, which is not saved yet; without an actor, that it is asked."""
    part.answer = answer.value
    part.answered_by_id = by.staff if by is not None else None
    part.answered_at = now() if by is not None else None


def named_on(family: Family, role: Role, day: date) -> list[int]:
    """Return who is named for a family in a role on a day: the team first, then who covers."""
    on = Q(role=role.value, starts__lte=day) & (Q(ends=None) | Q(ends__gte=day))
    team = family.team.filter(on).order_by("pk").values_list("staff", flat=True)
    covers = family.covers.filter(on).order_by("pk").values_list("staff", flat=True)
    return list(dict.fromkeys([*team, *covers]))


def day_of(moment: datetime | None) -> date:
    """Return the day in Sweden of a booked moment."""
    return localtime(moment).date()


def _seats(visit: Visit, by: Actor | None) -> dict[Role, list[int]]:
    """Return who can fill each place on the day, the first choice first.

    Whoever books goes, if named that day; then the team and those who cover for it,
    the ones at work before the ones away.
    """
    day, family = day_of(visit.booked_for), visit.child.family
    seats = {role: named_on(family, role, day) for role in ROLE_OF.values()}
    everybody = {one for seat in seats.values() for one in seat}
    away = set(
        Absence.objects.filter(staff__in=everybody, starts__lte=day, ends__gte=day).values_list(
            "staff", flat=True
        )
    )
    booker = (by.role, by.staff) if by is not None else None
    return {
        role: sorted(seat, key=lambda one: ((role, one) != booker, one in away))
        for role, seat in seats.items()
    }


def _chosen(
    seat: list[int], former: VisitPart | None, *, stands: bool, kind: PartKind, by: Actor | None
) -> int | None:
    """Return who is asked: who was to come before, if possible, else the first of the seat."""
    if former is not None and former.staff_id is not None:
        books = by is not None and ROLE_OF[kind] is by.role and by.staff in seat
        if stands or (former.staff_id in seat and not books):
            return former.staff_id
    return seat[0] if seat else None


def _ask_interpreter(
    visit: Visit,
    wanted: InterpreterWanted | AsBefore | None,
    *,
    earlier: Visit | None,
    by: Actor,
) -> None:
    former = interpreter_of(earlier) if earlier is not None else None
    if isinstance(wanted, AsBefore):
        wanted = _as_before(visit, former, new=earlier is None)
    if wanted is None:
        return
    booking = InterpreterBooking(visit=visit, booked_by_id=by.staff, booked_at=now())
    wanted.write_to(booking, visit.child.family)
    stands = earlier is not None and same_time_and_place(visit, earlier)
    if former is not None and stands and same_interpreter(booking, former):
        # The agency has said yes to just this.
        booking.confirmed_by_id, booking.confirmed_at = former.confirmed_by_id, former.confirmed_at
    booking.save()


def interpreter_of(visit: Visit) -> InterpreterBooking | None:
    """Return the interpreter of a visit, if one is booked."""
    return InterpreterBooking.objects.filter(visit=visit).first()


def same_interpreter(one: InterpreterBooking, other: InterpreterBooking) -> bool:
    """Tell whether an agency that has confirmed the one has confirmed the other."""
    return (one.mode, one.language, one.agency) == (other.mode, other.language, other.agency)


def _as_before(
    visit: Visit, former: InterpreterBooking | None, *, new: bool
) -> InterpreterWanted | None:
    if former is not None:
        return InterpreterWanted(
            Mode(former.mode),
            former.language,
            former.dialect,
            GenderWish(former.gender_wish) if former.gender_wish else None,
            former.agency,
            former.authorised,
        )
    if not new or not visit.child.family.interpreter_needed:
        return None
    return InterpreterWanted(usual_mode(Place(visit.place)))


def usual_mode(place: Place) -> Mode:
    """Return how an interpreter takes part at a place, unless somebody says otherwise."""
    return {Place.PHONE: Mode.PHONE, Place.VIDEO: Mode.VIDEO}.get(place, Mode.ON_SITE)


def copy_parts(visit: Visit, earlier: Visit) -> None:
    """Let a booking that stands again have the parts and the interpreter that it had.

    How it went with the interpreter went with the outcome that was taken back.
    """
    parts = list(earlier.parts.all())
    for part in parts:
        part.pk, part.visit = None, visit
    VisitPart.objects.bulk_create(parts)
    former = interpreter_of(earlier)
    if former is not None:
        former.pk, former.visit = None, visit
        former.came, former.quality, former.cost = "", "", None
        former._state.adding = True
        former.save()
