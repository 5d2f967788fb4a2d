"""Families of the demo that have something special about them, and who may see them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from hembesok.access.models import Assignment
from hembesok.access.rules.roles import Role
from hembesok.access.services.assignments import actor_for
from hembesok.families.models import Family
from hembesok.programme.rules.states import State
from hembesok.project import demo
from hembesok.visits.models import Block, BlockText
from hembesok.visits.queries.pages import families_within_reach
from hembesok.visits.rows import ChildPage, StepRow


@dataclass(frozen=True)
class Place:
    """A child's step: where it is, and the account of the nurse in its team."""

    account: str
    ref: str
    number: int
    step: str
    title: str
    code: str
    name: str

    @property
    def family(self) -> str:
        """Address of the family."""
        return f"/f/{self.ref}"

    def visit(self, action: str) -> str:
        """Address of something to do with the step."""
        return f"/f/{self.ref}/{self.number}/v/{self.step}/{action}"


def _next_is(state: State) -> Callable[[ChildPage, StepRow], bool]:
    return lambda page, row: row is page.next and row.state is state and not row.awaits_outcome


def _booked_today(page: ChildPage, row: StepRow) -> bool:
    at = row.booked_for
    return row.own and at is not None and at.date() == page.on and not row.booked_after_window


WANTED: dict[str, Callable[[ChildPage, StepRow], bool]] = {
    "overdue": _next_is(State.OVERDUE),
    "due": _next_is(State.DUE),
    "booked today": _booked_today,
    "awaiting": lambda page, row: row.own and row.awaits_outcome,
    "missed": lambda page, row: row.own and row.state is State.MISSED and not page.child.ended,
    "declined": lambda page, row: row.own and row.state is State.DECLINED,
    "done": lambda page, row: row.own and row.state is State.DONE,
    "ended": lambda page, row: page.child.end_reason == "left",
    "died": lambda page, row: page.child.end_reason == "died",
    "twins": lambda page, row: page.child.number == 2,
    "protected": lambda page, row: page.family.protected,
    "notes": lambda page, row: page.family.code == demo.WRITTEN,
    "nothing left": lambda page, row: page.next is None and not page.child.ended,
}


NEWCOMERS = {"to offer": "S-0604", "not judged": "S-0601", "not eligible": "S-0616"}
"""Families of the demo that are not enrolled, by their codes."""
FOLLOWED = {"followed": "S-0205", "followed long": "S-0208"}
"""Families of the demo whose programme is over."""


def places(on: date) -> dict[str, Place]:
    """Return one place for each thing wanted; raises KeyError where the demo has none."""
    found: dict[str, Place] = {}
    nurses = Assignment.objects.filter(role=Role.CHILD_HEALTH_NURSE).select_related("staff")
    for assignment in nurses.order_by("pk"):
        for page in families_within_reach(actor_for(assignment, on=on)):
            for row in page.rows:
                for name, fits in WANTED.items():
                    if name not in found and fits(page, row):
                        found[name] = _place(assignment.staff.login, page, row)
    for name, code in (NEWCOMERS | FOLLOWED).items():
        family = Family.objects.get(code=code)
        child = family.children.get()
        found[name] = Place("maria.ek", family.ref, 1, "", "", code, child.given_name)
    found |= _documented()
    if missing := WANTED.keys() - found.keys():
        raise KeyError(f"the demo lacks {missing}")
    return found


def _documented() -> dict[str, Place]:
    """Return visits that are signed, begun, and of which there are two versions."""
    begun = Block.objects.filter(signed_at=None).select_related("visit__child__family")
    waiting = BlockText.objects.waiting().values("block")
    blocks = {
        "signed": Block.objects.exclude(signed_at=None).filter(compartment="health").first(),
        "begun": begun.exclude(pk__in=waiting).first(),
        "two versions": begun.filter(pk__in=waiting).first(),
    }
    found = {}
    for name, block in blocks.items():
        if block is None:
            raise KeyError(f"the demo lacks {name}")
        visit, child = block.visit, block.visit.child
        found[name] = Place(
            "maria.ek", child.family.ref, child.number, visit.step, "", child.family.code,
            child.given_name,
        )  # fmt: skip
    return found


def _place(account: str, page: ChildPage, row: StepRow) -> Place:
    return Place(
        account=account,
        ref=page.family.ref,
        number=page.child.number,
        step=row.key,
        title=row.step.title.sv,
        code=page.family.code,
        name=page.child.given_name,
    )
