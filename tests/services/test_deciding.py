"""What services refuse though no page offers it: each door has its own lock."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hembesok.access.models import Staff, Unit
from hembesok.access.rules.roles import Role
from hembesok.access.rules.secrecy import Compartment, DisclosureGround, Field
from hembesok.access.services import administration
from hembesok.families.models import EmergencyAccess, Family, Guardian
from hembesok.families.rules.protection import ProtectionLevel
from hembesok.families.services.homes import protect
from hembesok.families.services.naming import cover_all, open_in_emergency, review_emergency
from hembesok.secrecy.models import Note
from hembesok.secrecy.rules import DocumentationMode, why_not_correct
from hembesok.secrecy.services.grounds import disclose
from hembesok.secrecy.services.notes import write
from tests.conftest import ON, Cast
from tests.services.stored import refusal


def test_only_nurse_and_manager_protect(cast: Cast):
    for by, key in ((cast.bo, "role_protects_nobody"), (cast.frida, "role_protects_nobody"),
                    (cast.cilla, "not_within_reach")):  # fmt: skip
        deed = lambda by=by: protect(  # noqa: E731
            cast.family, ProtectionLevel.FICTITIOUS, parents_apart=False, by=by
        )
        assert refusal(deed).key == key


def test_another_organisations_opening_is_not_reviewed(cast: Cast):
    nurse = replace(cast.cilla, site=cast.anna.site)
    opened = open_in_emergency("H-0001", reason="Barnet är sjukt nu", by=nurse)
    assert opened is not None
    reviewer = replace(cast.frida, role=Role.LOG_REVIEWER)
    deed = lambda: review_emergency(opened, justified=True, by=reviewer)  # noqa: E731
    assert refusal(deed).key == "not_your_organisation"
    assert EmergencyAccess.objects.get().justified is None


def test_a_correction_stands_where_its_note_stands(cast: Cast):
    write(cast.family, "Fel", compartment=Compartment.HEALTH, about_day=ON, by=cast.anna)
    wrong = Note.objects.get()

    def correct(compartment: Compartment, guardian: Guardian | None = None) -> Callable[[], object]:
        return lambda: write(
            cast.family,
            "Rätt",
            compartment=compartment,
            about_day=ON,
            guardian=guardian,
            corrects=wrong,
            by=cast.anna,
        )

    assert refusal(correct(Compartment.JOINT)).key == "correction_elsewhere"
    dana = cast.family.guardians.get()
    assert refusal(correct(Compartment.PARENT, dana)).key == "correction_elsewhere"
    wrong.unit_id = cast.bo.unit
    wrong.save()
    assert refusal(correct(Compartment.HEALTH)).key == "not_your_record"
    reason = why_not_correct(
        same_place=True,
        same_unit=True,
        mode=DocumentationMode.ANONYMOUS,
        compartment=Compartment.SOCIAL,
    )
    assert reason is not None
    assert reason.key == "site_keeps_no_names"


@pytest.mark.parametrize("other_family", [False, True])
def test_a_ground_for_a_parents_notes_names_a_parent_of_the_family(cast: Cast, other_family: bool):
    elsewhere = Family.objects.create(site_id=cast.anna.site, code="H-0002", language="sv")
    stranger = Guardian.objects.create(family=elsewhere, given_name="Disa")
    deed = lambda: disclose(  # noqa: E731
        cast.family,
        DisclosureGround.HARM_TEST,
        recipient=Unit.objects.get(pk=cast.bo.unit),
        fields={Field.PARENT_NOTE},
        purpose="Stöd",
        starts=ON,
        guardian=stranger if other_family else None,
        by=cast.anna,
    )
    expected = "not_within_reach" if other_family else "parent_note_needs_parent"
    assert refusal(deed).key == expected


def test_nobody_but_the_administrator_administers(cast: Cast):
    anna = Staff.objects.get(login="anna")
    own = anna.assignments.get()
    deeds = (
        lambda: administration.add_account("ny", "Ny", by=cast.anna),
        lambda: administration.open_account(anna, by=cast.anna),
        lambda: administration.close_account(anna, by=cast.anna),
        lambda: administration.end_assignment(own, by=cast.anna),
        lambda: administration.assign(
            anna, Role.COORDINATOR, unit=own.unit, site=own.site, starts=ON, by=cast.anna
        ),
        lambda: administration.add_unit("Region", "Ny", by=cast.anna),
        lambda: administration.save_site(
            "ny", "Ny", clinic=None, advice=None, new=True, by=cast.anna
        ),
    )
    assert {refusal(deed).key for deed in deeds} == {"role_administers_nothing"}


def test_an_assignment_is_ended_once(cast: Cast):
    administrator = replace(cast.frida, role=Role.TECHNICAL_ADMINISTRATOR)
    own = Staff.objects.get(login="anna").assignments.get()
    administration.end_assignment(own, by=administrator)
    deed = lambda: administration.end_assignment(own, by=administrator)  # noqa: E731
    assert refusal(deed).key == "ended_already"


def test_covers_are_made_for_all_or_none(cast: Cast):
    anna = Staff.objects.get(login="anna")
    deed = lambda: cover_all(  # noqa: E731
        ["H-0001", "H-9"], anna, Role.CHILD_HEALTH_NURSE, starts=ON, ends=ON, by=cast.frida
    )
    assert refusal(deed).key == "no_such_code"
