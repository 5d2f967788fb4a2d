"""The demo site: invented families, the same at every start, on every kind of day."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from hembesok.access.models import Assignment, TrailEntry
from hembesok.access.rules.roles import Role
from hembesok.access.services.assignments import actor_for
from hembesok.families.models import Child, Family, Guardian, PersonIdentifier
from hembesok.forms.answers import faults
from hembesok.forms.catalogue import shipped as shipped_forms
from hembesok.programme.rules.states import State
from hembesok.project import demo, demo_documents
from hembesok.values.identity import TEST_SERIALS, IdentifierSystem, parse_identifier
from hembesok.visits.models import Visit
from hembesok.visits.queries.pages import families_within_reach

LEAP_DAY = date(2028, 2, 29)
NEW_YEARS_SUNDAY = date(2023, 1, 1)
LAST_OF_AUGUST = date(2025, 8, 31)

pytestmark = pytest.mark.django_db


def loaded(on: date) -> dict[str, list[tuple[Any, ...]]]:
    """Load the demo, and return what a person would know again."""
    demo.load(on=on)
    return {
        "families": list(
            Family.objects.order_by("ref").values_list(
                "ref", "code", "language", "interpreter_needed", "address", "door_note"
            )
        ),
        "team": list(
            Family.objects.order_by("ref", "team__role").values_list("ref", "team__staff__login")
        ),
        "children": list(
            Child.objects.order_by("family__ref", "number").values_list(
                "family__ref", "given_name", "born", "discharged", "identifiers__system",
                "enrolment__enrolled", "enrolment__ended", "enrolment__end_reason",
            )
        ),
        "guardians": list(
            Guardian.objects.order_by("family__ref", "pk").values_list(
                "family__ref", "given_name", "birth_parent", "first_time_parent",
                "first_child_in_sweden",
            )
        ),
        "visits": list(
            Visit.objects.order_by("child__family__ref", "child__number", "pk").values_list(
                "child__family__ref", "child__number", "step", "booked_for", "outcome",
                "outcome_on", "not_held_reason", "withdrawn_reason",
            )
        ),
    }  # fmt: skip


def check(on: date) -> None:
    """Check what holds of the demo on every day."""
    assert 45 <= Family.objects.count() <= 55
    assert Child.objects.filter(number=2).count() == 1, "one pair of twins"
    coordinator = Assignment.objects.get(staff__login="anna.lind", role=Role.COORDINATOR)
    pages = families_within_reach(actor_for(coordinator, on=on))
    assert {row.state for page in pages for row in page.own} == set(State)
    assert any(page.awaits_outcome for page in pages)
    assert any(page.visits_between(on, on) for page in pages), "someone is visited today"
    stranger = Assignment.objects.get(staff__login="cilla.falk")
    assert families_within_reach(actor_for(stranger, on=on)) == []
    for number in PersonIdentifier.objects.values_list("value", flat=True):
        assert parse_identifier(number, on=on).system is IdentifierSystem.PERSONAL_NUMBER
        assert int(number[8:11]) in TEST_SERIALS == (238, 239)
    assert TrailEntry.objects.exists(), "all of it went through the services"


def test_each_start_gives_the_same_families():
    with transaction.atomic():
        first = loaded(LEAP_DAY)
        check(LEAP_DAY)
        transaction.set_rollback(True)
    assert not Family.objects.exists()
    assert loaded(LEAP_DAY) == first


@pytest.mark.parametrize("on", [NEW_YEARS_SUNDAY, LAST_OF_AUGUST])
def test_the_demo_works_on_awkward_days(on: date):
    demo.load(on=on)
    check(on)


def test_the_demo_can_answer_every_form_that_is_shipped():
    """Whichever visits are the latest on the day it is loaded."""
    for form in shipped_forms():
        for block in form.blocks:
            answers = demo_documents._answers(block, "En anteckning")
            assert faults(block, answers, whole=True) == (), (form.key, block.key)
