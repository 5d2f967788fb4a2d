"""Who may read what: drawn readers, records, grounds and days, judged by a second opinion."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hembesok.access.law import references, statute
from hembesok.access.rules.roles import FAMILY_ROLES, TEAM, Actor, Role, Service
from hembesok.access.rules.secrecy import (
    FACTS,
    PLANNING,
    Basis,
    Compartment,
    DisclosureGround,
    Field,
    Ground,
    GuardianReader,
    Record,
    may_read,
)

ON = date(2026, 3, 16)
CLINIC, ADVICE, FAR = 1, 2, 3
DANA, DAN = 10, 11
ME = 100

days = st.dates(ON - timedelta(40), ON + timedelta(40))
units = st.sampled_from([CLINIC, ADVICE, FAR])
fields = st.sampled_from(Field)
guardians = st.sampled_from([DANA, DAN])


@st.composite
def actors(draw: st.DrawFn) -> Actor:
    return Actor(
        staff=draw(st.sampled_from([ME, 101])),
        name="Anna",
        # Mostly those who can be named, at the site: the others read nothing soon enough.
        role=draw(st.sampled_from([*TEAM, *TEAM, *TEAM, *[Role.COORDINATOR] * 4, *Role])),
        unit=draw(units),
        site=draw(st.sampled_from([1, 1, 1, 2])),
        on=ON,
    )


def mostly(right: Any, others: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw what fits four times of five: what never fits opens nothing, and proves nothing."""
    return st.integers(0, 4).flatmap(lambda n: others if n == 0 else st.just(right))


@st.composite
def grounds(draw: st.DrawFn, unit: int | None = CLINIC, about: Field = Field.NOTE) -> Ground:
    kind = draw(st.sampled_from(DisclosureGround))
    emergency = kind is DisclosureGround.EMERGENCY
    source = draw(mostly(unit or CLINIC, units))
    return Ground(
        kind=kind,
        source=draw(mostly(None, st.just(source))) if emergency else source,
        fields=draw(st.frozensets(fields, min_size=1)) | draw(mostly({about}, st.just(set()))),
        starts=draw(mostly(ON - timedelta(30), days)),
        recipient=None if emergency else draw(mostly(ADVICE, units)),
        staff=draw(mostly(ME, st.just(101))) if emergency else None,
        guardian=draw(st.sampled_from([DANA, DAN, None])),
        ends=draw(mostly(None, days)),
        withdrawn=draw(mostly(None, days)),
    )


@st.composite
def records(draw: st.DrawFn) -> Record:
    compartment = draw(st.sampled_from(Compartment))
    field = draw(fields)
    unit = draw(mostly(CLINIC, units))
    parents = compartment is Compartment.PARENT
    return Record(
        compartment=compartment,
        field=field,
        unit=None if compartment is Compartment.JOINT else unit,
        site=1,
        family=1,
        named=draw(st.sampled_from([frozenset({ME, 101}), frozenset({ME}), frozenset()])),
        guardians=draw(st.sampled_from([frozenset({DANA}), frozenset({DANA, DAN}), frozenset()])),
        guardian=draw(guardians) if parents else None,
        apart=draw(st.booleans()),
        protected=draw(st.booleans()),
        grounds=tuple(draw(st.lists(grounds(unit, field), max_size=5))),
    )


HEALTH_NOTE = Record(
    Compartment.HEALTH,
    Field.NOTE,
    unit=CLINIC,
    site=1,
    family=1,
    named=frozenset({ME}),
    guardians=frozenset({DANA, DAN}),
)
ADVISER = Actor(ME, "Bo", Role.PARENTAL_ADVISER, ADVICE, 1, ON)


def ground(kind: DisclosureGround, guardian: int | None = None, **more: Any) -> Ground:
    emergency = kind is DisclosureGround.EMERGENCY
    given = {
        "source": None if emergency else CLINIC,
        "recipient": None if emergency else ADVICE,
        "staff": ME if emergency else None,
        "starts": ON,
        "guardian": guardian,
    }
    return Ground(kind=kind, fields=frozenset({Field.NOTE}), **{**given, **more})


@pytest.mark.parametrize("kind", DisclosureGround)
def test_each_ground_opens_what_it_names_to_whom_it_names_while_it_holds(kind: DisclosureGround):
    def read(*, actor: Actor = ADVISER, on: date = ON, field: Field = Field.NOTE, **more: Any):
        both = tuple(ground(kind, one, **more) for one in (DANA, DAN))
        return may_read(actor, replace(HEALTH_NOTE, field=field, grounds=both), on)

    day = timedelta(1)
    assert read() == Basis(kind.value)
    assert read(ends=ON) == Basis(kind.value)
    assert read(withdrawn=ON + day) == Basis(kind.value)
    for closed in (
        read(on=ON - day),
        read(ends=ON, on=ON + day),
        read(withdrawn=ON),
        read(field=Field.BASE_VISITS),
        read(actor=replace(ADVISER, staff=101)),
        read(actor=replace(ADVISER, site=2)),
    ):
        assert closed is None
    if kind is not DisclosureGround.EMERGENCY:
        assert read(actor=replace(ADVISER, unit=FAR)) is None
        assert read(source=FAR) is None


def test_a_consent_is_of_every_guardian_with_custody_and_for_a_parents_own_of_that_parent():
    yes = ground(DisclosureGround.CONSENT, DANA)
    assert may_read(ADVISER, replace(HEALTH_NOTE, grounds=(yes,)), ON) is None
    own = replace(HEALTH_NOTE, compartment=Compartment.PARENT, grounds=(yes,))
    assert may_read(ADVISER, replace(own, guardian=DANA), ON) is Basis.CONSENT
    assert may_read(ADVISER, replace(own, guardian=DAN), ON) is None


def in_force(ground: Ground, actor: Actor, record: Record, on: date) -> bool:
    """Say again, in other words, when a ground opens a record."""
    if record.field not in ground.fields or on < ground.starts:
        return False
    if ground.ends and ground.ends < on:
        return False
    if ground.withdrawn and ground.withdrawn <= on:
        return False
    if ground.source is not None and ground.source != record.unit:
        return False
    if ground.kind is DisclosureGround.EMERGENCY:
        return ground.staff == actor.staff
    return ground.recipient == actor.unit


@settings(max_examples=300)
@given(actors(), records(), days)
def test_nothing_is_read_across_units_without_a_ground_in_force_that_day(
    actor: Actor, record: Record, on: date
):
    basis = may_read(actor, record, on)
    if basis is None:
        return
    assert actor.role in FAMILY_ROLES
    assert actor.site == record.site
    if record.compartment is Compartment.JOINT or record.unit == actor.unit:
        return
    opening = [one for one in record.grounds if in_force(one, actor, record, on)]
    assert opening
    if basis is Basis.CONSENT:
        owners = {record.guardian} if record.guardian else record.guardians
        yes = {one.guardian for one in opening if one.kind is DisclosureGround.CONSENT}
        assert owners <= yes
        assert owners


@settings(max_examples=300)
@given(actors(), records(), days)
def test_only_the_own_service_reads_its_record_without_a_ground(
    actor: Actor, record: Record, on: date
):
    if may_read(actor, replace(record, grounds=()), on) is None:
        return
    match record.compartment:
        case Compartment.HEALTH:
            assert (actor.service, actor.unit) == (Service.CHILD_HEALTH, record.unit)
        case Compartment.SOCIAL:
            assert (actor.service, actor.unit) == (Service.SOCIAL, record.unit)
        case Compartment.PARENT:
            assert actor.unit == record.unit
        case Compartment.AUTHORITY:
            pytest.fail("nobody in the programme reads the authority's files")
    if actor.role is Role.COORDINATOR:
        assert record.compartment is Compartment.JOINT
        assert record.field in PLANNING
        assert not (record.protected and record.field in (Field.NAMES, Field.CONTACT))
    else:
        assert actor.staff in record.named


@given(actors(), records(), days, st.data())
def test_withdrawing_closes_at_once_and_from_then_on(
    actor: Actor, record: Record, on: date, data: st.DataObject
):
    closed = replace(record, grounds=tuple(replace(one, withdrawn=on) for one in record.grounds))
    later = on + timedelta(data.draw(st.integers(0, 400)))
    bare = replace(record, grounds=())
    assert may_read(actor, closed, later) == may_read(actor, bare, later)


@given(actors(), records(), days, grounds())
def test_a_ground_more_never_closes_anything(actor: Actor, record: Record, on: date, more: Ground):
    if may_read(actor, record, on) is not None:
        wider = replace(record, grounds=(*record.grounds, more))
        assert may_read(actor, wider, on) is not None


@given(records(), days, guardians)
def test_what_is_one_parents_own_never_reaches_the_other(record: Record, on: date, reader: int):
    seen = may_read(GuardianReader(reader, record.family), record, on)
    if record.compartment is Compartment.PARENT:
        assert (seen is not None) == (record.guardian == reader)
    if record.compartment is Compartment.AUTHORITY:
        assert seen is None


@given(records(), days, guardians)
def test_a_guardian_cannot_block_a_childs_record(record: Record, on: date, reader: int):
    """Also with every consent withdrawn: the own unit reads, and both guardians do."""
    assume(record.compartment is Compartment.HEALTH)
    withdrawn = tuple(replace(one, withdrawn=one.starts) for one in record.grounds)
    closed = replace(record, grounds=withdrawn, named=frozenset({ME}))
    nurse = Actor(ME, "Anna", Role.CHILD_HEALTH_NURSE, record.unit or 0, record.site, on)
    assert may_read(nurse, closed, on) is Basis.NAMED
    assert may_read(GuardianReader(reader, record.family), closed, on) is Basis.GUARDIAN
    assert may_read(GuardianReader(reader, record.family + 1), closed, on) is None


@pytest.mark.parametrize("role", [role for role in Role if role not in FAMILY_ROLES])
@given(record=records(), on=days)
def test_eight_roles_read_nothing_whatever_the_grounds(role: Role, record: Record, on: date):
    everything = replace(record, named=frozenset({ME}))
    for unit in (CLINIC, ADVICE, FAR):
        assert may_read(Actor(ME, "X", role, unit, record.site, on), everything, on) is None


@pytest.mark.parametrize("role", TEAM)
def test_who_is_not_named_reads_nothing(role: Role):
    for field, compartment in FACTS.items():
        record = Record(compartment, field, CLINIC, site=1, family=1, named=frozenset({101}))
        assert may_read(Actor(ME, "X", role, CLINIC, 1, ON), record, ON) is None


@pytest.mark.parametrize("field", Field)
def test_who_coordinates_is_told_the_visits_of_a_protected_family_and_nothing_else(field: Field):
    frida = Actor(ME, "Frida", Role.COORDINATOR, ADVICE, 1, ON)
    open_one = Record(Compartment.JOINT, field, None, site=1, family=1)
    seen = may_read(frida, replace(open_one, protected=True), ON)
    assert (seen is not None) == (field is Field.PROGRAMME_VISITS)
    assert (may_read(frida, open_one, ON) is not None) == (field in PLANNING)


def test_a_ground_is_for_a_unit_or_in_an_emergency_for_a_person():
    for wrong in (
        {"kind": DisclosureGround.CONSENT, "source": CLINIC},
        {"kind": DisclosureGround.CONSENT, "source": CLINIC, "staff": ME},
        {"kind": DisclosureGround.EMERGENCY, "source": CLINIC, "recipient": ADVICE},
        {"kind": DisclosureGround.HARM_TEST, "source": None, "recipient": ADVICE},
    ):
        with pytest.raises(ValueError, match=r"ground|emergency"):
            Ground(fields=frozenset({Field.NOTE}), starts=ON, **wrong)


@pytest.mark.parametrize(
    ("on", "law"),
    [(date(2025, 6, 30), "SoL (2001:453)"), (date(2025, 7, 1), "SoL (2025:400)")],
)
def test_the_law_is_dated(on: date, law: str):
    assert statute("social_services", on=on) == law
    assert law.removeprefix("SoL ") in statute("duty_to_report", on=on)


def test_every_ground_has_one_statute_on_every_day_since_the_secrecy_act():
    for ground in DisclosureGround:
        for day in (date(2009, 6, 30), date(2021, 3, 1), date(2025, 7, 1), date(2040, 1, 1)):
            assert statute(ground, on=day)
            assert (
                sum(
                    one.key == ground
                    and one.starts <= day
                    and (one.ends is None or day <= one.ends)
                    for one in references()
                )
                == 1
            )
    assert {one.sure for one in references()} <= {"read", "known"}
    with pytest.raises(LookupError):
        statute("social_services", on=date(1990, 1, 1))
