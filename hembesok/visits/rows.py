"""What pages show of a child's steps: frozen values, with what can be told from them.

Nothing here knows a database; `queries.py` fills these values.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from hembesok.access.rules.roles import Actor, Role
from hembesok.access.rules.secrecy import OWNER, Compartment
from hembesok.families.rules.protection import HOME_NOT_STORED, ProtectionLevel
from hembesok.programme.rules.protocol import Kind, Step
from hembesok.programme.rules.states import Action, State, allowed
from hembesok.programme.rules.windows import Window
from hembesok.values.dates import Age, age
from hembesok.visits.rules.acting import NotHeldReason
from hembesok.visits.rules.parts import USUAL_MINUTES, Readiness


# repr=False here and below: what is shown of a person must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """A booked visit that was not held."""

    on: date
    reason: NotHeldReason


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A part of a visit that waits to be signed, or to be written at all.

    `place` is its compartment in a word; `unit` and `owner` are of what is begun.
    """

    step: str
    day: date | None
    place: str
    unit: int | None = None
    owner: int | None = None

    def waits_for(self, actor: Actor) -> bool:
        """Tell whether this actor is one of those who sign it."""
        if self.place == Compartment.JOINT:
            return self.owner == actor.staff
        if self.unit is not None:
            return self.unit == actor.unit
        return OWNER[Compartment(self.place)] is actor.service


@dataclass(frozen=True, repr=False)
class StepRow:
    """One step of one child on one day, with all a page shows of it.

    `place` is the step's number among the steps of its sort; `mirrored` marks a
    base step that is held together with a programme step.
    """

    step: Step
    own: bool
    state: State
    window: Window
    on: date
    visit_date: date | None
    days_from_target: int | None
    booked_for: datetime | None
    attempts: tuple[Attempt, ...]
    place: int
    mirrored: bool
    has_outcome: bool
    declined_on: date | None
    ended: date | None
    readiness: Readiness | None = None
    alone: Role | None = None
    minutes: int = USUAL_MINUTES
    """How long it is booked for, or would be."""

    @property
    def key(self) -> str:
        """The step's key, as it stands in web addresses."""
        return self.step.key

    @property
    def home(self) -> bool:
        """Whether it is a visit at home."""
        return self.step.kind is Kind.HOME

    @property
    def actions(self) -> frozenset[Action]:
        """What may be done with the step now."""
        return allowed(
            self.state, open_booking=self.booked_for is not None, has_outcome=self.has_outcome
        )

    @property
    def may_book(self) -> bool:
        """Whether a time may be booked now."""
        return Action.BOOK in self.actions

    @property
    def may_record(self) -> bool:
        """Whether an outcome may be recorded now."""
        return Action.RECORD_HELD in self.actions

    @property
    def asks_for_outcome(self) -> bool:
        """Whether a list offers to record the step: not what nobody can have come to yet.

        A visit held before its window can still be recorded: by the card of the
        next step, or once it is booked.
        """
        unborn = self.state is State.UPCOMING and self.booked_for is None
        never = (
            self.state is State.ENDED and self.ended is not None and self.ended < self.window.opens
        )
        return self.may_record and not unborn and not never

    @property
    def may_withdraw(self) -> bool:
        """Whether there is an outcome that may be taken back."""
        return Action.WITHDRAW in self.actions

    @property
    def days_to_close(self) -> int:
        """Days until the window closes; negative when it has closed."""
        return (self.window.closes - self.on).days

    @property
    def days_late(self) -> int:
        """Days after the window closed: of the visit where one was held, else of today."""
        return ((self.visit_date or self.on) - self.window.closes).days

    @property
    def awaits_outcome(self) -> bool:
        """Whether a booked time has passed and nobody has written what became of it.

        Asked once: of the programme step, not of the base step held together with it.
        """
        return (
            self.booked_for is not None and self.booked_for.date() < self.on and not self.mirrored
        )

    @property
    def pressing(self) -> bool:
        """Whether the step waits for somebody to do something: due or overdue."""
        return self.state in (State.DUE, State.OVERDUE)

    @property
    def booked_after_window(self) -> bool:
        """Whether the booked day lies after the window."""
        return self.booked_for is not None and self.booked_for.date() > self.window.closes

    @property
    def urgency(self) -> tuple[int, date]:
        """Sort key for what to do next: overdue, due (soonest close), booked, upcoming."""
        rank = rank_of(self.state)
        if self.state is State.BOOKED and self.booked_for is not None:
            return rank, self.booked_for.date()
        return rank, self.window.closes if self.state is not State.UPCOMING else self.window.opens


_URGENCY = {
    state: n for n, state in enumerate((State.OVERDUE, State.DUE, State.BOOKED, State.UPCOMING))
}


def rank_of(state: State) -> int:
    """Return how far up a list a state stands: 0 first."""
    return _URGENCY.get(state, len(_URGENCY))


@dataclass(frozen=True, repr=False)
class FamilyFacts:
    """What pages show of a family: values, so that a template can ask the database nothing."""

    subject: str
    ref: str
    code: str
    language: str
    interpreter_needed: bool
    address: str
    door_note: str
    meeting_place: str
    protection: ProtectionLevel
    home_hidden: bool = False

    @property
    def protected(self) -> bool:
        """Whether the family's personal data are protected, at any level."""
        return self.protection is not ProtectionLevel.NONE

    @property
    def home_not_stored(self) -> bool:
        """Whether no home may be stored: a place to meet stands instead."""
        return self.protection in HOME_NOT_STORED


@dataclass(frozen=True, repr=False)
class ChildFacts:
    """What pages show of a child; `key` is the database's."""

    key: int
    number: int
    given_name: str
    born: date
    has_number: bool
    paused_since: date | None
    ended: date | None
    end_reason: str

    @property
    def paused(self) -> bool:
        """Whether the family takes a pause from the visits."""
        return self.paused_since is not None and self.ended is None


@dataclass(frozen=True, repr=False)
class ChildPage:
    """A child with its family's facts and every step, on one day."""

    family: FamilyFacts
    child: ChildFacts
    on: date
    rows: tuple[StepRow, ...]
    guardians: tuple[str, ...]
    team: tuple[tuple[Role, str, str], ...]
    first_time_parents: bool
    first_child_in_sweden: bool
    unplanned: tuple[date, ...]
    unsigned: tuple[Unsigned, ...] = ()

    @property
    def called(self) -> str:
        """How the child is spoken of: by its name, or by the family's code where none is shown."""
        return self.child.given_name or self.family.code

    @cached_property
    def age(self) -> Age:
        """The child's age; a child not born yet is of no days."""
        return age(self.child.born, max(self.on, self.child.born))

    def row(self, step: str) -> StepRow | None:
        """Return the row of a step, None where the plan or the reader has none."""
        return next((row for row in self.rows if row.key == step), None)

    @cached_property
    def own(self) -> tuple[StepRow, ...]:
        """The programme's own steps, home visits first: the marks of the strip."""
        own = [row for row in self.rows if row.own]
        return tuple(
            sorted(own, key=lambda row: (row.step.kind is not Kind.HOME, row.window.target))
        )

    @cached_property
    def base(self) -> tuple[StepRow, ...]:
        """The steps of the base programme, by age."""
        base = [row for row in self.rows if not row.own]
        return tuple(sorted(base, key=lambda row: row.window.target))

    @cached_property
    def base_now(self) -> tuple[StepRow, ...]:
        """The steps of the base programme that are overdue, due or booked."""
        return tuple(row for row in self.base if row.pressing or row.booked_for)

    @cached_property
    def next(self) -> StepRow | None:
        """The step to do something about first, or None when nothing is left to do."""
        left = [row for row in self.own if row.state in _URGENCY]
        return min(left, key=lambda row: row.urgency, default=None)

    @cached_property
    def states(self) -> frozenset[State]:
        """The states of the programme's own steps."""
        return frozenset(row.state for row in self.own)

    @property
    def awaits_outcome(self) -> bool:
        """Whether the outcome of some booked visit is missing."""
        return any(row.awaits_outcome for row in self.rows)

    def visits_between(self, first: date, last: date) -> tuple[StepRow, ...]:
        """Return the steps booked for a day from `first` to `last`, soonest first."""
        booked = [
            (row.booked_for, row)
            for row in self.rows
            # A base step held together with a programme step is the same visit.
            if row.booked_for is not None and not row.mirrored
        ]
        within = [(at, row) for at, row in booked if first <= at.date() <= last]
        return tuple(row for _at, row in sorted(within, key=lambda one: one[0]))

    @property
    def urgency(self) -> tuple[int, date]:
        """Sort key for a list: the urgency of the next step; finished children last."""
        return self.next.urgency if self.next else (len(_URGENCY) + 1, date.max)


def week_of(on: date) -> tuple[date, date]:
    """Return Monday and Sunday of the week that holds a day."""
    monday = on - timedelta(on.weekday())
    return monday, monday + timedelta(6)
