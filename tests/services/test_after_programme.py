"""When an enrolment has ended: who still reaches the family, who is followed, what is written."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hembesok.access.models import Assignment, Staff
from hembesok.access.rules.roles import Actor, Role
from hembesok.enrolment.models import Enrolment, Following
from hembesok.enrolment.rules.following import FollowUp
from hembesok.enrolment.rules.membership import EndReason
from hembesok.enrolment.rules.periods import PeriodKind, Then
from hembesok.enrolment.services.membership import end
from hembesok.enrolment.services.periods import decide_period, end_project
from hembesok.families.models import Child, Cover, Family, TeamMember
from hembesok.families.services.naming import change_team, cover
from hembesok.forms.answers import Answers
from hembesok.values.dates import Span, add
from hembesok.visits.models import LaterOutcome
from hembesok.visits.queries.outcomes import outcome_counts, outcome_list
from hembesok.visits.rules.outcomes_later import DueState, How, OutcomeKind
from hembesok.visits.services.outcomes import NewOutcome, record_outcome
from tests.conftest import ON, Cast, joins
from tests.services.stored import refusal, trail

BORN = date(2025, 10, 10)
TWO = add(BORN, Span(months=24))
MONTH_31 = add(BORN, Span(months=31))
LAST = add(BORN, Span(months=42)) - timedelta(1)

SCREENED: Answers = {
    "language-screening.done": ("done",),
    "language-screening.child-languages": ("somaliska, svenska",),
    "language-screening.languages": ("all",),
    "language-screening.interpreter": ("on-site",),
    "language-screening.method": ("westerlund",),
    "language-screening.result": ("as-expected",),
}
DEVIATES: Answers = {
    **SCREENED,
    "language-screening.result": ("deviation",),
    "language-screening.referral": ("speech",),
}


def on(actor: Actor, day: date) -> Actor:
    return replace(actor, on=day)


def reaches(actor: Actor, day: date) -> bool:
    return Family.objects.within_reach_of(on(actor, day)).filter(ref="FAMYAAAA").exists()


def ended(cast: Cast, reason: EndReason = EndReason.COMPLETED, day: date = TWO) -> Enrolment:
    return end(cast.child.enrolment, ended=day, reason=reason, by=on(cast.anna, day))


def found(day: date, answers: Answers = SCREENED, **more: object) -> NewOutcome:
    return NewOutcome(OutcomeKind.LANGUAGE, day, answers, **more)  # type: ignore[arg-type]


@pytest.fixture
def at_31(cast: Cast) -> Actor:
    """Anna when Doris is 31 months old and her programme ended at two years."""
    ended(cast)
    return on(cast.anna, MONTH_31)


# Who reaches the family


def test_the_adviser_reaches_the_family_to_the_end_of_the_day_and_the_nurse_to_41_months(
    cast: Cast,
):
    with trail() as lines:
        ended(cast)
    assert [line.action for line in lines] == ["enrolment.ended", "team.closed"]
    assert reaches(cast.bo, TWO)
    assert not reaches(cast.bo, TWO + timedelta(1))
    assert reaches(cast.anna, LAST)
    assert not reaches(cast.anna, LAST + timedelta(1))
    decided = Following.objects.get()
    assert (decided.why, decided.until, decided.decided) == (FollowUp.OWN_RECORD, LAST, TWO)
    assert "PDL" in decided.statute


@pytest.mark.parametrize("reason", EndReason)
def test_each_end_closes_for_the_adviser_and_stores_why_the_child_is_followed_or_not(
    cast: Cast, reason: EndReason
):
    ended(cast, reason)
    assert not reaches(cast.bo, TWO + timedelta(1))
    decided = Following.objects.get()
    followed = decided.why == FollowUp.OWN_RECORD
    assert followed == (reason in (EndReason.COMPLETED, EndReason.PROJECT_OVER))
    assert bool(decided.until) == bool(decided.statute) == followed
    assert bool(outcome_list(on(cast.anna, MONTH_31))) == followed


def test_an_end_written_later_does_not_rewrite_who_was_named_meanwhile(cast: Cast):
    week = TWO + timedelta(7)
    end(cast.child.enrolment, ended=TWO, reason=EndReason.COMPLETED, by=on(cast.anna, week))
    assert TeamMember.objects.get(role=Role.PARENTAL_ADVISER).ends == week


def test_while_a_twin_is_in_the_programme_the_team_stays(cast: Cast):
    twin = Child.objects.create(family=cast.family, number=2, given_name="Didi", born=BORN)
    joins(twin, cast.version, enrolled=ON, by=cast.anna)
    ended(cast)
    assert reaches(cast.bo, TWO + timedelta(30))
    assert TeamMember.objects.get(role=Role.CHILD_HEALTH_NURSE).ends is None
    later = TWO + timedelta(31)
    end(twin.enrolment, ended=later, reason=EndReason.LEFT, by=on(cast.anna, later))
    assert not reaches(cast.bo, later + timedelta(1))
    assert reaches(cast.anna, LAST), "for the twin who finished"
    assert not reaches(cast.anna, LAST + timedelta(1))


def test_a_sibling_who_joins_keeps_the_nurse(cast: Cast):
    ended(cast)
    day = TWO + timedelta(40)
    sibling = Child.objects.create(family=cast.family, number=2, born=day - timedelta(9))
    joins(sibling, cast.version, enrolled=day, by=on(cast.anna, day))
    assert reaches(cast.anna, LAST + timedelta(90))


def test_covers_of_the_adviser_end_too_and_those_to_come_are_dropped(cast: Cast):
    stand_in = Staff.objects.create_user("pia", "Pia Palm", "a long test password")
    bo = Assignment.objects.get(staff=cast.bo.staff)
    Assignment.objects.create(
        staff=stand_in, role=bo.role, unit=bo.unit, site=bo.site, starts=bo.starts
    )
    for first in (TWO, TWO + timedelta(20)):
        cover(
            cast.family,
            stand_in,
            Role.PARENTAL_ADVISER,
            starts=first,
            ends=first + timedelta(9),
            by=on(cast.frida, TWO),
        )
    ended(cast)
    pia = replace(cast.bo, staff=stand_in.pk)
    assert reaches(pia, TWO)
    assert not any(reaches(pia, TWO + timedelta(days)) for days in (1, 5, 20, 25))
    assert Cover.objects.count() == 1


def test_only_a_new_naming_opens_the_family_again(cast: Cast):
    ended(cast)
    day = TWO + timedelta(3)
    change_team(
        cast.family, Staff.objects.get(login="bo"), Role.PARENTAL_ADVISER, by=on(cast.frida, day)
    )
    assert reaches(cast.bo, day + timedelta(400))


def test_who_takes_over_from_the_nurse_has_the_family_as_long_and_not_longer(cast: Cast):
    ended(cast)
    other = Staff.objects.create_user("ada", "Ada Alm", "a long test password")
    anna = Assignment.objects.get(staff=cast.anna.staff)
    Assignment.objects.create(
        staff=other, role=anna.role, unit=anna.unit, site=anna.site, starts=anna.starts
    )
    change_team(cast.family, other, Role.CHILD_HEALTH_NURSE, by=on(cast.frida, MONTH_31))
    ada = replace(cast.anna, staff=other.pk)
    assert not reaches(cast.anna, MONTH_31)
    assert reaches(ada, LAST)
    assert not reaches(ada, LAST + timedelta(1))


def test_the_end_of_a_project_follows_everybody_and_closes_for_the_advisers(
    cast: Cast, django_assert_max_num_queries
):
    manager = replace(cast.frida, role=Role.MANAGER)
    decide_period(
        cast.family.site,
        PeriodKind.IMPLEMENTATION,
        starts=BORN,
        ends=ON - timedelta(1),
        decision="SN 1",
        then=Then.END,
        by=manager,
    )
    with django_assert_max_num_queries(35), trail() as lines:
        assert end_project(cast.family.site, by=manager) == 1
    assert [line.action for line in lines] == ["site.project_ended", "team.closed"]
    assert Following.objects.get().until == LAST
    assert not reaches(cast.bo, ON + timedelta(1))
    assert reaches(cast.anna, LAST)


# The list


def test_a_child_whose_enrolment_ended_at_24_months_is_screened_at_31_months(cast: Cast):
    assert outcome_list(cast.anna) == [], "while in the programme nobody is on the list"
    ended(cast)

    def states(day: date) -> Mapping[str, str]:
        return {row.kind: row.state for row in outcome_list(on(cast.anna, day))}

    assert states(TWO) == {"vaccination": "due", "language": "not_yet"}
    assert states(MONTH_31) == {"vaccination": "overdue", "language": "due"}
    assert states(LAST) == {"vaccination": "overdue", "language": "overdue"}
    assert states(LAST + timedelta(1)) == {}


def test_the_most_urgent_comes_first_and_counts_are_those_of_the_rows(cast: Cast, at_31: Actor):
    rows = outcome_list(at_31)
    assert [row.kind for row in rows] == ["vaccination", "language"]
    record_outcome(cast.child, found(MONTH_31), by=at_31)
    rows = outcome_list(at_31)
    assert [(row.kind, row.state) for row in rows] == [
        (OutcomeKind.VACCINATION, DueState.OVERDUE), (OutcomeKind.LANGUAGE, DueState.RECORDED),
    ]  # fmt: skip
    counts = outcome_counts(on(cast.frida, MONTH_31))
    for row in rows:
        assert counts[row.kind][row.state] == 1
    assert sum(sum(states.values()) for states in counts.values()) == len(rows)
    after = outcome_counts(on(cast.frida, LAST + timedelta(1)))
    assert after[OutcomeKind.VACCINATION][DueState.MISSING] == 1
    assert after[OutcomeKind.LANGUAGE][DueState.RECORDED] == 1


def test_only_the_named_nurse_of_the_clinic_has_the_child_on_the_list(cast: Cast, at_31: Actor):
    for other in (cast.bo, cast.cilla):
        assert outcome_list(on(other, MONTH_31)) == []
    Family.objects.update(clinic=cast.cilla.unit)
    assert outcome_list(at_31) == []


# Recording


def test_a_finding_is_sealed_and_noted_once_however_often_it_is_sent(cast: Cast, at_31: Actor):
    with trail() as lines:
        first = record_outcome(cast.child, found(MONTH_31), by=at_31)
        again = record_outcome(cast.child, found(MONTH_31), by=at_31)
    assert first == again
    assert [(line.action, line.detail, line.why) for line in lines] == [
        ("outcome.recorded", "1 language form", "own_record_follow_up")
    ]
    stored = LaterOutcome.objects.get()
    assert (stored.given, stored.settled, stored.how) == (SCREENED, True, How.FORM)
    assert '"status": "completed"' in stored.answers
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM visits_lateroutcome")
        assert "somaliska" not in str(cursor.fetchall())


def test_a_correction_is_a_row_of_its_own_and_the_old_one_stays(cast: Cast, at_31: Actor):
    wrong = record_outcome(cast.child, found(MONTH_31), by=at_31)
    assert refusal(lambda: record_outcome(cast.child, found(MONTH_31, DEVIATES), by=at_31)).key == (
        "outcome_that_day"
    )
    right = found(MONTH_31 - timedelta(1), DEVIATES, corrects=wrong.pk)
    with trail() as lines:
        made = record_outcome(cast.child, right, by=at_31)
        assert record_outcome(cast.child, right, by=at_31) == made
    assert [line.action for line in lines] == ["outcome.corrected"]
    assert list(LaterOutcome.objects.counted()) == [made]
    assert made.corrects == wrong
    wrong.refresh_from_db()
    assert wrong.given == SCREENED
    twice = found(MONTH_31 - timedelta(2), SCREENED, corrects=wrong.pk)
    assert refusal(lambda: record_outcome(cast.child, twice, by=at_31)).key == (
        "outcome_corrected_already"
    )


def test_what_may_not_be_recorded_is_refused_and_nothing_written(cast: Cast):
    day = on(cast.anna, MONTH_31)
    deed = lambda new, by: lambda: record_outcome(cast.child, new, by=by)  # noqa: E731
    new = found(MONTH_31)
    assert refusal(deed(new, day)).key == "outcome_not_followed", "still in the programme"
    ended(cast)
    assert refusal(deed(new, on(cast.bo, MONTH_31))).key == "not_within_reach"
    assert refusal(deed(new, on(cast.bo, TWO))).key == "outcome_of_the_clinic"
    assert refusal(deed(new, on(cast.frida, MONTH_31))).key == "outcome_of_the_clinic"
    assert refusal(deed(new, on(cast.cilla, MONTH_31))).key == "not_within_reach"
    assert refusal(deed(new, on(cast.anna, LAST + timedelta(1)))).key == "not_within_reach"
    assert refusal(deed(found(MONTH_31 + timedelta(1)), day)).key == "day_in_future"
    assert refusal(deed(found(TWO - timedelta(1)), day)).key == "outcome_too_early"
    half = {"language-screening.done": ("done",)}
    assert refusal(deed(found(MONTH_31, half), day)).key == "outcome_not_whole"
    record_outcome(cast.child, found(MONTH_31, half, how=How.IMPORT), by=day)
    assert '"status": "in-progress"' in LaterOutcome.objects.get().answers, "a list may tell less"


# What the database never stores


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "weight"},
        {"how": "letter"},
        {"form": ""},
        {"why": "own_record", "until": None},
        {"why": "own_record", "statute": ""},
        {"why": "left"},
        {"why": "because"},
    ],
)
def test_the_database_refuses_what_must_never_be_stored(
    cast: Cast, at_31: Actor, wrong: dict[str, object]
):
    record_outcome(cast.child, found(MONTH_31), by=at_31)
    model = Following if {"why"} & set(wrong) else LaterOutcome
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**wrong)


def test_the_database_keeps_one_finding_a_day_and_one_correction_of_each(cast: Cast, at_31: Actor):
    one = record_outcome(cast.child, found(MONTH_31), by=at_31)
    two = LaterOutcome.objects.get()
    two.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        two.save(force_insert=True)
    record_outcome(cast.child, found(MONTH_31, DEVIATES, corrects=one.pk), by=at_31)
    two.corrects = one
    with pytest.raises(IntegrityError), transaction.atomic():
        two.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        LaterOutcome.objects.filter(pk=one.pk).update(corrects=one.pk)
