"""Cases and agreements through their services: what is written, kept, refused and noted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from hembesok.access.models import Assignment, Site, Staff, TrailEntry, Unit
from hembesok.access.rules.roles import Actor, Role
from hembesok.access.services.assignments import actor_for
from hembesok.agreements import queries
from hembesok.agreements.models import (
    Agreement,
    AgreementStep,
    AgreementVersion,
    Case,
    CaseAct,
    Duty,
    MemorandumVersion,
)
from hembesok.agreements.rules.agreements import AgreementState, Done, Kind, Step
from hembesok.agreements.rules.cases import Act, CaseState, Did
from hembesok.agreements.rules.memoranda import Union
from hembesok.agreements.services import agreements, cases
from hembesok.values.refusals import Refusal
from tests.conftest import ON, Cast
from tests.rules.deciding import TERMS, WHOLE
from tests.services.test_concurrency import at_once, keys, meanwhile

pytestmark = pytest.mark.django_db


@dataclass
class Office:
    """Greta manages the site, Frida coordinates it; two units to agree."""

    site: Site
    greta: Actor
    frida: Actor
    commissioner: Unit
    provider: Unit


@pytest.fixture
def office(cast: Cast) -> Office:
    return build_office(cast)


def build_office(cast: Cast) -> Office:
    """Write Greta, who manages, and the unit that commissions, beside the cast."""
    site = Site.objects.get(key="here")
    assert site.advice
    commissioner = Unit.objects.create(organisation=site.advice.organisation, name="Nämnden")
    staff = Staff.objects.create_user("greta", "Greta Gran", "a long test password")
    assignment = Assignment.objects.create(
        staff=staff, role=Role.MANAGER, unit=commissioner, site=site, starts=ON - timedelta(900)
    )
    return Office(site, actor_for(assignment, on=ON), cast.frida, commissioner, site.advice)


WAY = (
    Did(Act.INFORM, date(2026, 3, 2), Union.INFORMATION),
    Did(Act.SIGN, date(2026, 3, 2)),
    Did(Act.SEND, date(2026, 3, 11)),
    Did(Act.APPROVE, date(2026, 3, 11), "§ 12"),
    Did(Act.AUTHORISE, date(2026, 3, 11), whom="Direktören"),
    Did(Act.VERIFY, date(2026, 3, 13), "§ 12"),
)
STEPS = (
    Step.REVIEW, Step.INFORM, Step.APPROVE, Step.SIGN_COMMISSIONER, Step.SIGN_PROVIDER,
)  # fmt: skip


def opened(office: Office, number: str = "SN 2026-1") -> Case:
    return cases.open_case(office.site, registry_number=number, title="Hembesök", by=office.frida)


def decided(office: Office) -> Case:
    """Return a case whose memorandum was approved, and which lets the director sign."""
    case = opened(office)
    cases.write_memorandum(case, WHOLE, by=office.frida)
    for did in WAY:
        cases.act(case, did, by=office.greta)
    return case


def drafted(office: Office, case: Case | None, **terms: object) -> Agreement:
    return agreements.draw_up(
        office.site, replace(TERMS, **terms), title="Överenskommelse",  # type: ignore[arg-type]
        commissioner=office.commissioner, provider=office.provider, case=case, by=office.frida,
    )  # fmt: skip


def step(office: Office, which: Step, day: date = date(2026, 3, 11)) -> Done:
    whom = {Step.SIGN_COMMISSIONER: "Direktören", Step.SIGN_PROVIDER: "Enhetschefen"}
    return Done(which, day, office.greta.staff, Union.INFORMATION, whom.get(which, ""), "x")


def signed(office: Office, **terms: object) -> Agreement:
    agreement = drafted(office, decided(office), **terms)
    for which in STEPS:
        agreements.take(agreement, step(office, which), by=office.greta)
    return agreement


def refused(key: str, do: Callable[[], object]) -> None:
    with pytest.raises(Refusal) as refusal:
        do()
    assert refusal.value.reason.key == key


def test_a_case_goes_from_its_memorandum_to_its_last_receipt(office: Office):
    case = decided(office)
    page = queries.case_page(office.frida, case.pk)
    assert page
    assert page.state is CaseState.APPROVED
    assert page.decision
    assert page.decision.reference == "§ 12"
    assert page.waiting == (["Råd och stöd", "Registrator"], [])
    for whom in WHOLE.distribution:
        cases.act(case, Did(Act.DISPATCH, ON, whom=whom), by=office.frida)
    refused("receipts_missing", lambda: cases.act(case, Did(Act.CLOSE, ON), by=office.greta))
    for whom in WHOLE.distribution:
        cases.act(case, Did(Act.RECEIVE, ON, whom=whom), by=office.frida)
    cases.act(case, Did(Act.CLOSE, ON), by=office.greta)
    page = queries.case_page(office.frida, case.pk)
    assert page
    assert page.state is CaseState.CLOSED
    assert page.receipts == [(whom, ON, ON) for whom in WHOLE.distribution]
    noted = TrailEntry.objects.filter(subject=case.subject).values_list("action", flat=True)
    assert list(noted) == ["case.opened", *(f"case.{one.did.act}" for one in _acts(case))]


def _acts(case: Case) -> list[CaseAct]:
    return list(case.acts.order_by("number"))


def test_what_was_written_before_is_kept(office: Office):
    case = opened(office)
    cases.write_memorandum(case, replace(WHOLE, matter=""), by=office.frida)
    cases.write_memorandum(case, WHOLE, by=office.greta)
    assert [one.text.matter for one in case.versions.order_by("number")] == ["", WHOLE.matter]


def test_nothing_that_was_written_or_done_can_be_changed_or_removed(office: Office):
    signed(office)
    for model in (MemorandumVersion, CaseAct, AgreementVersion, AgreementStep):
        for change in (
            lambda model=model: model.objects.update(number=F("number") + 1),
            lambda model=model: model.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change()


def test_what_is_refused_leaves_nothing(office: Office):
    case = opened(office)
    lines = TrailEntry.objects.count()
    refused("memorandum_missing", lambda: cases.act(
        case, Did(Act.INFORM, ON, Union.INFORMATION), by=office.frida
    ) and cases.act(case, Did(Act.SIGN, ON), by=office.frida))  # fmt: skip
    assert case.acts.count() == 1
    assert TrailEntry.objects.count() == lines + 1


def test_another_site_finds_and_changes_nothing(office: Office, cast: Cast):
    case, agreement = opened(office), drafted(office, None)
    stranger = replace(office.greta, site=cast.cilla.site)
    assert queries.case_page(stranger, case.pk) is None
    assert queries.agreement_page(stranger, agreement.pk) is None
    assert not queries.cases(stranger)
    assert not queries.agreements(stranger)
    refused("not_your_site", lambda: cases.act(case, WAY[0], by=stranger))
    refused("not_your_site", lambda: cases.write_memorandum(case, WHOLE, by=stranger))
    refused("not_your_site", lambda: agreements.write_anew(agreement, TERMS, by=stranger))


def test_who_reads_only_writes_nothing(office: Office):
    economist = replace(office.greta, role=Role.ECONOMIST)
    refused(
        "role_prepares_nothing",
        lambda: cases.open_case(office.site, registry_number="1", title="x", by=economist),
    )
    refused("role_prepares_nothing", lambda: drafted(replace(office, frida=economist), None))


def test_a_number_is_given_to_one_case_at_a_site(office: Office):
    opened(office)
    refused("registry_number_taken", lambda: opened(office))


def test_an_agreement_binds_from_its_first_day_and_its_duties_become_tasks(office: Office):
    agreement = signed(office)
    page = queries.agreement_page(office.frida, agreement.pk)
    assert page
    assert page.state is AgreementState.SIGNED
    assert page.in_force is None
    assert [duty.what for duty in page.duties] == ["Lägesrapport", "Årsrapport"]
    assert queries.standing_of(office.site.pk, on=ON).kind is Kind.COMING
    assert queries.standing_of(office.site.pk, on=TERMS.starts).kind is Kind.IN_FORCE
    assert queries.standing_of(office.site.pk, on=TERMS.ends).kind is Kind.ENDING
    assert queries.standing_of(office.site.pk, on=TERMS.ends + timedelta(1)).kind is Kind.OVER
    assert queries.providers_of(office.site.pk) == {office.provider.pk}


def test_a_site_without_any_agreement_says_so(office: Office):
    assert queries.standing_of(office.site.pk, on=ON).kind is Kind.NONE
    drafted(office, None)
    assert queries.standing_of(office.site.pk, on=ON).kind is Kind.NONE


def test_a_duty_is_done_once_and_leaves_the_tasks(office: Office):
    signed(office)
    first, _second = queries.open_duties(office.site.pk, until=date(2027, 12, 31))
    duty = Duty.objects.get(pk=first.pk)
    agreements.do_duty(duty, day=ON, by=office.frida)
    agreements.do_duty(duty, day=ON - timedelta(1), by=office.greta)
    duty.refresh_from_db()
    assert (duty.done, duty.done_by_id) == (ON, office.frida.staff)
    assert len(queries.open_duties(office.site.pk, until=date(2027, 12, 31))) == 1
    refused(
        "day_in_future",
        lambda: agreements.do_duty(duty, day=ON + timedelta(1), by=office.frida),
    )


def test_a_new_version_needs_a_new_decision_and_the_old_one_binds_meanwhile(office: Office):
    agreement = signed(office, starts=date(2026, 3, 12))
    longer = replace(TERMS, starts=date(2026, 3, 12), ends=date(2028, 12, 31))
    agreements.write_anew(agreement, longer, by=office.frida)
    page = queries.agreement_page(office.frida, agreement.pk)
    assert page
    assert page.states == (AgreementState.ACTIVE, AgreementState.DRAFT)
    assert page.in_force
    assert page.in_force.number == 1
    late = date(2026, 3, 12)
    agreements.take(agreement, step(office, Step.REVIEW, late), by=office.greta)
    agreements.take(agreement, step(office, Step.INFORM, late), by=office.greta)
    refused(
        "decided_before_review",
        lambda: agreements.take(agreement, step(office, Step.APPROVE, late), by=office.greta),
    )


def test_an_agreement_is_between_two(office: Office):
    refused(
        "agreement_with_itself",
        lambda: drafted(replace(office, commissioner=office.provider), None),
    )


def test_the_number_of_queries_does_not_grow(
    office: Office, django_assert_num_queries: DjangoAssertNumQueries
):
    agreement = signed(office)
    case = Case.objects.get()
    for number in range(2, 5):
        opened(office, f"SN 2026-{number}")
        drafted(office, None)
    with django_assert_num_queries(2):
        assert len(queries.cases(office.frida)) == 4
    with django_assert_num_queries(6):
        assert len(queries.agreements(office.frida)) == 4
    with django_assert_num_queries(5):
        queries.case_page(office.frida, case.pk)
    with django_assert_num_queries(6):
        queries.agreement_page(office.frida, agreement.pk)
    with django_assert_num_queries(3):
        queries.standing_of(office.site.pk, on=ON)


@pytest.mark.usefixtures("tables_may_be_emptied")
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two press at the same moment, on connections of their own."""

    @pytest.fixture
    def office(self) -> Office:
        from tests.conftest import build_cast

        return build_office(build_cast())

    @pytest.mark.parametrize("pressing", [at_once, meanwhile])
    def test_of_two_approvals_one_is_written(
        self, office: Office, pressing: Callable[..., list[object]]
    ):
        case = opened(office)
        cases.write_memorandum(case, WHOLE, by=office.frida)
        for did in WAY[:3]:
            cases.act(case, did, by=office.greta)
        results = pressing(
            lambda: cases.act(case, WAY[3], by=office.greta),
            lambda: cases.act(case, replace(WAY[3], act=Act.REJECT, said="x"), by=office.greta),
        )
        assert keys(results) == ["case_not_in_state"]
        assert case.acts.filter(act__in=[Act.APPROVE, Act.REJECT]).count() == 1

    @pytest.mark.parametrize("pressing", [at_once, meanwhile])
    def test_a_button_pressed_twice_does_its_work_once(
        self, office: Office, pressing: Callable[..., list[object]]
    ):
        one, other, third = uuid4(), uuid4(), uuid4()

        def opens() -> Case:
            return cases.open_case(
                office.site, registry_number="1", title="x", by=office.frida, command=one
            )

        assert keys(pressing(opens, opens)) == []
        case = Case.objects.get()

        def writes() -> object:
            return cases.write_memorandum(case, WHOLE, by=office.frida, command=other)

        def informs() -> object:
            return cases.act(case, WAY[0], by=office.frida, command=third)

        assert keys(pressing(writes, writes)) == []
        assert keys(pressing(informs, informs)) == []
        assert case.versions.count() == 1
        assert [one.act for one in _acts(case)] == ["write", "inform"]

    @pytest.mark.parametrize("pressing", [at_once, meanwhile])
    def test_two_signatures_at_once_make_the_duties_once(
        self, office: Office, pressing: Callable[..., list[object]]
    ):
        agreement = drafted(office, decided(office))
        for which in STEPS[:3]:
            agreements.take(agreement, step(office, which), by=office.greta)
        results = pressing(
            *(
                lambda which=which: agreements.take(agreement, step(office, which), by=office.greta)
                for which in STEPS[3:]
            )
        )
        assert keys(results) == []
        assert Duty.objects.count() == len(TERMS.duties)

    def test_a_crash_between_two_writes_leaves_neither(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ):
        case = opened(office)

        def crash(*args: object, **more: object) -> None:
            raise RuntimeError("the machine stopped")

        monkeypatch.setattr(MemorandumVersion.objects, "create", crash)
        with pytest.raises(RuntimeError):
            cases.write_memorandum(case, WHOLE, by=office.frida)
        assert case.acts.count() == case.versions.count() == 0
