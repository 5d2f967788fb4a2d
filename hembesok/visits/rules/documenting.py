"""What is written of a visit: facts, blocks, promises. When it may be saved, signed or settled.

Values only. A visit has facts that all who were there share, and blocks that each belong to
a compartment. Everybody writes on a numbered text: who wrote on another than the latest
competes with it, and both are kept (ux.md 3.3). Whose record a block is follows the
compartments of secrecy (OSL 2009:400 25 kap. 1 §, 26 kap. 1 §; domain handbook 0, 5.1, 5.3).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Any, Final, Self

from hembesok.access.rules.roles import VISITORS, Role, Service
from hembesok.access.rules.secrecy import OWNER, Compartment
from hembesok.forms.questionnaire import Block as FormBlock
from hembesok.forms.questionnaire import Form
from hembesok.secrecy.rules import DocumentationMode, place_word
from hembesok.values.refusals import Reason
from hembesok.visits.rules.acting import NotHeldReason, Outcome
from hembesok.visits.rules.parts import Came

COMPARTMENTS: Final = (
    Compartment.JOINT,
    Compartment.HEALTH,
    Compartment.SOCIAL,
    Compartment.PARENT,
)
"""Where a block can stand; the authority unit documents no visit of the programme."""


class PersonKind(StrEnum):
    """As what somebody was there."""

    NURSE = "nurse"
    ADVISER = "adviser"
    MIDWIFE = "midwife"
    DENTAL = "dental"
    INTERPRETER = "interpreter"
    GUARDIAN = "guardian"
    OTHER_ADULT = "other_adult"


STAFF_KINDS: Final = (
    PersonKind.NURSE,
    PersonKind.ADVISER,
    PersonKind.MIDWIFE,
    PersonKind.DENTAL,
)
"""Those who come from a service: somebody of them is there at every held visit."""

KIND_OF: Final = {
    Role.CHILD_HEALTH_NURSE: PersonKind.NURSE,
    Role.PARENTAL_ADVISER: PersonKind.ADVISER,
    Role.MATERNITY_PROFESSIONAL: PersonKind.MIDWIFE,
    Role.DENTAL_PROFESSIONAL: PersonKind.DENTAL,
}
"""As what somebody in a role comes."""


class Promiser(StrEnum):
    """Who has promised something."""

    FAMILY = "family"
    NURSE = "nurse"
    ADVISER = "adviser"
    OTHER = "other"


class PromiseResult(StrEnum):
    """What became of a promise."""

    KEPT = "kept"
    NOT_KEPT = "not_kept"
    DROPPED = "dropped"


class Saved(StrEnum):
    """What became of something that was sent in."""

    SAVED = "saved"
    UNCHANGED = "unchanged"
    COMPETING = "competing"
    SIGNED = "signed"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class PersonKey:
    """Somebody who can be there: as what, and which of the guardians by number."""

    kind: PersonKind
    guardian: int | None = None

    def __post_init__(self) -> None:
        """Refuse a guardian without a number, and a number without a guardian."""
        if (self.kind is PersonKind.GUARDIAN) != (self.guardian is not None):
            raise ValueError("a guardian, and nobody else, has a number")

    @property
    def word(self) -> str:
        """The key as forms and stored facts write it, as `guardian-2`."""
        return self.kind.value if self.guardian is None else f"{self.kind}-{self.guardian}"

    @classmethod
    def read(cls, word: str) -> Self:
        """Return the key of a word; raises ValueError."""
        kind, _, number = word.partition("-")
        return cls(PersonKind(kind), int(number) if number else None)


# repr=False here and below: what is said of people must not reach a log by way of an error.
@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """What became of a visit, when, and who was there. Times are Swedish time of the day."""

    outcome: Outcome | NotHeldReason
    day: date
    began: time | None = None
    finished: time | None = None
    present: frozenset[PersonKey] = frozenset()
    interpreter_came: Came | None = None

    @property
    def held(self) -> bool:
        """Whether the visit took place."""
        return self.outcome is Outcome.HELD

    @property
    def joint(self) -> bool:
        """Whether a nurse and an adviser were there together."""
        return {PersonKind.NURSE, PersonKind.ADVISER} <= {one.kind for one in self.present}

    def as_json(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "outcome": self.outcome.value,
            "day": self.day.isoformat(),
            "began": f"{self.began:%H:%M}" if self.began else None,
            "finished": f"{self.finished:%H:%M}" if self.finished else None,
            "present": sorted(one.word for one in self.present),
            "interpreter_came": self.interpreter_came.value if self.interpreter_came else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return facts that `as_json` gave; raises ValueError or KeyError for anything else."""
        came, began, finished = stored["interpreter_came"], stored["began"], stored["finished"]
        return cls(
            outcome=outcome_of(stored["outcome"]),
            day=date.fromisoformat(stored["day"]),
            began=time.fromisoformat(began) if began else None,
            finished=time.fromisoformat(finished) if finished else None,
            present=frozenset(PersonKey.read(word) for word in stored["present"]),
            interpreter_came=Came(came) if came else None,
        )


def outcome_of(word: str) -> Outcome | NotHeldReason:
    """Return held, declined, or why a visit was not held; raises ValueError."""
    return Outcome(word) if word in (Outcome.HELD, Outcome.DECLINED) else NotHeldReason(word)


def tidied(facts: Facts) -> Facts:
    """Return facts without what belongs to a held visit only, where it was not held."""
    if facts.held:
        return facts
    return replace(facts, began=None, finished=None, present=frozenset())


def why_not_facts(facts: Facts) -> Reason | None:
    """Return why facts may not be saved, or None."""
    if not facts.held:
        return None
    if facts.began and facts.finished and facts.finished < facts.began:
        return Reason("ends_before_it_began")
    if not any(one.kind in STAFF_KINDS for one in facts.present):
        return Reason("nobody_of_staff_there")
    return None


def why_not_change_facts(wanted: Facts, stored: Facts, *, signed: bool) -> Reason | None:
    """Return why facts that are stored may not be changed on the page, or None.

    An outcome is taken back first, with why; and what somebody has signed stands.
    """
    if wanted.outcome is not stored.outcome:
        return Reason("outcome_taken_back_first")
    return Reason("facts_signed") if signed else None


def merged(base: Facts, theirs: Facts, mine: Facts) -> Facts | None:
    """Return what both changed of facts, or None where both changed the same thing.

    Somebody who was there is in if either wrote so, and out if either took the person away.
    """
    found: dict[str, Any] = {}
    for name in ("outcome", "day", "began", "finished", "interpreter_came"):
        was, other, own = (getattr(facts, name) for facts in (base, theirs, mine))
        if own != other and was not in (own, other):
            return None
        found[name] = own if other == was else other
    both, since = mine.present & theirs.present, mine.present | theirs.present
    return Facts(**found, present=both | (since - base.present))


@dataclass(frozen=True, slots=True)
class Parent:
    """A guardian, as the rule of whose block it is needs to know."""

    number: int
    birth_parent: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in which somebody may write of a visit: a block of the form, and whose."""

    compartment: Compartment
    guardian: int | None
    block: FormBlock

    @property
    def key(self) -> str:
        """The place in a word, as `parent-1`: it stands in addresses, the trail and answers."""
        return place_word(self.compartment, self.guardian)


def slots_of(
    form: Form,
    *,
    role: Role,
    service: Service | None,
    mode: DocumentationMode,
    parents: Iterable[Parent],
) -> tuple[Slot, ...]:
    """Return where an actor may write of a visit, in the order of the form.

    Those who visit write the joint part; each service writes its own, and what is a
    parent's own where the form gives it to that service. Where the site keeps no social
    record, or one without identities, the adviser's part has no block.
    """
    known = tuple(parents)
    found: dict[str, Slot] = {}
    for block in form.blocks:
        if _may_write(block, role, service, mode):
            for number in _whose(block, known):
                slot = Slot(Compartment(block.compartment), number, block)
                found.setdefault(slot.key, slot)
    return tuple(found.values())


def _may_write(
    block: FormBlock, role: Role, service: Service | None, mode: DocumentationMode
) -> bool:
    compartment = Compartment(block.compartment)
    if role not in VISITORS or compartment not in COMPARTMENTS:
        return False
    if compartment is Compartment.JOINT:
        return True
    if compartment is Compartment.PARENT:
        mine = block.profession in (None, "", role.value)
    else:
        mine = OWNER[compartment] is service
    return mine and (service is not Service.SOCIAL or mode is DocumentationMode.IDENTIFIED)


def _whose(block: FormBlock, parents: tuple[Parent, ...]) -> tuple[int | None, ...]:
    if Compartment(block.compartment) is not Compartment.PARENT:
        return (None,)
    bore = any(parent.birth_parent for parent in parents)
    if not block.about or (block.about == "birth_parent" and not bore):
        # Nobody is marked: better asked of each than of nobody.
        return tuple(parent.number for parent in parents)
    return tuple(
        parent.number
        for parent in parents
        if bore and parent.birth_parent is (block.about == "birth_parent")
    )


def why_not_document(role: Role) -> Reason | None:
    """Return why a role may not document visits, or None."""
    return None if role in VISITORS else Reason("role_may_not", {"role": role})


def why_not_blocks(outcome: str, day: date | None, *, ended: date | None) -> Reason | None:
    """Return why nothing may be written in the blocks of a visit, or None.

    After the end of an enrolment what was before it can still be written.
    """
    if outcome not in ("", Outcome.HELD):
        return Reason("not_held_has_no_blocks")
    if day is not None and ended is not None and day > ended:
        return Reason("day_after_end", {"day": day, "ended": ended})
    return None


def why_not_write(
    place: str, offered: Iterable[str], *, service: Service | None, mode: DocumentationMode
) -> Reason | None:
    """Return why somebody may not write in a place, or None."""
    if place in offered:
        return None
    if service is Service.SOCIAL and mode is DocumentationMode.NONE:
        return Reason("site_keeps_presence_only")
    if service is Service.SOCIAL and mode is DocumentationMode.ANONYMOUS:
        return Reason("site_keeps_no_names")
    return Reason("not_your_record")


def standing(*, head: int, base: int, same_as_base: bool, same_as_head: bool) -> Saved:
    """Return what becomes of a text that was written on text `base` when `head` is the latest."""
    if same_as_head or same_as_base:
        return Saved.UNCHANGED
    return Saved.SAVED if base == head else Saved.COMPETING


def why_not_save(
    became: Saved, *, signed: bool, base_known: bool, from_device: bool
) -> Reason | None:
    """Return why a text may not be saved, or None.

    On a page somebody reads the refusal and has the text before them; what was written
    offline is kept beside what was signed.
    """
    if not base_known:
        return Reason("text_not_known")
    if signed and became is not Saved.UNCHANGED and not from_device:
        return Reason("block_signed")
    return None


def why_not_sign(*, held: bool, versions: bool, unanswered: int) -> Reason | None:
    """Return why a block may not be signed, or None.

    `versions` is whether two versions of it wait for somebody to choose; `unanswered` is how
    many questions are still to be answered, or marked as not asked.
    """
    if not held:
        return Reason("sign_needs_held")
    if versions:
        return Reason("versions_first")
    if unanswered:
        return Reason("answers_missing", {"count": unanswered})
    return None


def signs(compartment: Compartment, *, begun: bool, owner: bool, required: int) -> bool:
    """Tell whether a block is among those that an actor signs, of the places they may write in.

    The joint part is signed by who began it; one nobody began, and what is a parent's own,
    only where something has to be answered.
    """
    if compartment is Compartment.JOINT:
        return owner if begun else required > 0
    return begun or compartment is not Compartment.PARENT or required > 0


def why_not_settle(*, staff: int, writers: Iterable[int], named: Iterable[int]) -> Reason | None:
    """Return why somebody may not choose between two versions, or None.

    It is for who began the block or wrote its latest text; when none of them is named for
    the family any more, for whoever may write in it.
    """
    known = frozenset(writers)
    if staff in known or not known & frozenset(named):
        return None
    return Reason("settled_by_writer")


def why_not_add(
    text: str, reason: str, *, role: Role, signed: bool, joint: bool, same_unit: bool
) -> Reason | None:
    """Return why nothing may be added to a block, or None: who may write in it may add to it."""
    if role not in VISITORS:
        return Reason("role_may_not", {"role": role})
    if not (joint or same_unit):
        return Reason("not_your_record")
    if not signed:
        return Reason("not_signed_yet")
    if not text.strip():
        return Reason("note_empty")
    return None if reason.strip() else Reason("reason_missing")


def why_not_promise(what: str, until: date | None, *, on: date) -> Reason | None:
    """Return why a promise may not be written down, or None."""
    if not what.strip():
        return Reason("promise_empty")
    return Reason("day_has_passed", {"day": until}) if until and until < on else None


PROMISE_SOON: Final = 7
"""Days before its day on which a promise comes on the first page. Ours."""


def due(until: date | None, *, on: date) -> bool:
    """Tell whether a promise is to be thought of now: its day is near, or has passed."""
    return until is not None and (until - on).days <= PROMISE_SOON
