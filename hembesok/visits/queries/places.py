"""Where somebody writes of a visit: the step, the visit, its form and the blocks begun."""

from dataclasses import dataclass
from uuid import UUID

from hembesok.access.rules.roles import Actor
from hembesok.access.rules.secrecy import Compartment
from hembesok.enrolment.models import Enrolment
from hembesok.families.models import Child, Guardian
from hembesok.forms.catalogue import for_step, form_of
from hembesok.forms.questionnaire import Form
from hembesok.programme.rules.protocol import Plan, Step
from hembesok.programme.rules.states import Membership
from hembesok.secrecy.queries import mode_of
from hembesok.secrecy.rules import DocumentationMode, place_word
from hembesok.values.refusals import Reason, Refusal
from hembesok.visits.models import Block, Visit, VisitQuerySet
from hembesok.visits.rules.acting import Outcome
from hembesok.visits.rules.documenting import Parent, Slot, slots_of


@dataclass(frozen=True, repr=False)
class Place:
    """A step of the programme that is written of, by whom, and what the site keeps."""

    child: Child
    plan: Plan
    step: Step
    form: Form | None
    membership: Membership
    mode: DocumentationMode
    guardians: dict[int, Guardian]
    by: Actor

    @property
    def visits(self) -> VisitQuerySet:
        """All that is written of the step, withdrawn or not, the earliest first."""
        keys = self.plan.same_visit(self.step.key)
        return Visit.objects.filter(child=self.child, step__in=keys).order_by("pk")

    def visit(self, uid: UUID | None = None) -> Visit | None:
        """Return the visit that is written of now, None where the next is a new one.

        Without `uid` that is the booking that waits for its outcome, else the held visit.
        """
        counted = self.visits.counted()
        if uid is not None:
            return counted.filter(uid=uid).last()
        waiting = counted.filter(outcome="").first()
        return waiting or counted.filter(outcome=Outcome.HELD).last()

    def form_of(self, visit: Visit | None) -> Form | None:
        """Return the form a visit is written in, None where the step has none.

        It is that of the visit's first block, also when the step has got a newer one since.
        """
        first = visit.blocks.order_by("pk").first() if visit else None
        return form_of(first.form) if first else self.form

    def slots(self, visit: Visit | None) -> dict[str, Slot]:
        """Return where the actor may write of a visit, by the place's word."""
        form = self.form_of(visit)
        if form is None:
            return {}
        found = slots_of(
            form,
            role=self.by.role,
            service=self.by.service,
            mode=self.mode,
            parents=[Parent(one.number, one.birth_parent) for one in self.guardians.values()],
        )
        return {slot.key: slot for slot in found}

    def block(self, visit: Visit, slot: Slot) -> Block | None:
        """Return the block that stands in a place, if somebody has begun it."""
        found = visit.blocks.filter(compartment=slot.compartment.value)
        if slot.compartment is not Compartment.JOINT:
            found = found.filter(unit=self.by.unit)
        if slot.guardian is not None:
            found = found.filter(guardian=self.guardians[slot.guardian])
        return found.select_related("owner").first()

    @property
    def detail(self) -> str:
        """How the trail names the step."""
        return f"{self.child.number} {self.step.key}"


def word_of(block: Block) -> str:
    """Return the place a block stands in, in a word."""
    guardian = block.guardian.number if block.guardian else None
    return place_word(Compartment(block.compartment), guardian)


def place_of(child: Child, step_key: str, by: Actor) -> Place:
    """Return a step of a child to write of; raises Refusal.

    Only steps of the programme itself are documented here: the base programme stands in
    the health record.
    """
    enrolment = Enrolment.objects.select_related("version__base").filter(child=child).first()
    if enrolment is None:
        raise Refusal(Reason("not_within_reach"))
    plan = enrolment.version.plan
    step = next((one for one in plan.own if one.key == step_key), None)
    if step is None:
        raise Refusal(Reason("no_such_step", {"step": step_key}))
    return Place(
        child=child,
        plan=plan,
        step=step,
        form=for_step(step.key, enrolment.version.key),
        membership=enrolment.membership,
        mode=mode_of(child.family.site_id, on=by.on),
        guardians={one.number: one for one in child.family.guardians.order_by("number")},
        by=by,
    )
