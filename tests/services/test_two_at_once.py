"""Two people write of one visit at the same moment: nothing is overwritten, both texts stay."""

from collections.abc import Callable

import pytest
from django.db.models import Max

from hembesok.access.rules.secrecy import Compartment
from hembesok.visits.models import Block, BlockText, Visit
from hembesok.visits.rules.documenting import Saved
from hembesok.visits.services.booking import book
from hembesok.visits.services.documenting import Documented, document
from tests.conftest import ON, Cast, build_cast
from tests.services.days import moment
from tests.services.documents import STEP, block, facts, said, sends, texts_of, whole
from tests.services.test_concurrency import at_once, keys, meanwhile

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tables_may_be_emptied"),
]

JOINT, HEALTH, SOCIAL = Compartment.JOINT, Compartment.HEALTH, Compartment.SOCIAL
Pressing = Callable[..., list[object]]


@pytest.fixture
def cast() -> Cast:
    """The cast, committed, with home visit 2 booked for this morning."""
    cast = build_cast()
    book(cast.child, STEP, at=moment(ON), by=cast.anna)
    return cast


def _both(cast: Cast, pressing: Pressing, anna: object, bo: object) -> list[Documented]:
    results = pressing(
        lambda: document(cast.child, STEP, anna, by=cast.anna),  # type: ignore[arg-type]
        lambda: document(cast.child, STEP, bo, by=cast.bo),  # type: ignore[arg-type]
    )
    assert keys(results) == []
    return [one for one in results if isinstance(one, Documented)]


@pytest.mark.parametrize("pressing", [at_once, meanwhile])
def test_two_write_their_own_parts_of_one_visit(cast: Cast, pressing: Pressing):
    done = _both(
        cast,
        pressing,
        sends(block(HEALTH, said(HEALTH, "Annas")), of=facts()),
        sends(block(SOCIAL, said(SOCIAL, "Bos")), of=facts()),
    )
    assert [one.blocks[0][1] for one in done] == [Saved.SAVED, Saved.SAVED]
    visit = Visit.objects.get()
    assert texts_of(visit, HEALTH) == [(1, 0, False, "Annas")]
    assert texts_of(visit, SOCIAL) == [(1, 0, False, "Bos")]
    assert visit.facts_number == 1, "the same facts twice are the facts once"


@pytest.mark.parametrize("pressing", [at_once, meanwhile])
def test_two_write_the_joint_part_at_once(cast: Cast, pressing: Pressing):
    done = _both(
        cast,
        pressing,
        sends(block(JOINT, said(JOINT, "Annas")), block(HEALTH, said(HEALTH, "a")), of=facts()),
        sends(block(JOINT, said(JOINT, "Bos")), block(SOCIAL, said(SOCIAL, "b")), of=facts()),
    )
    joint = Block.objects.get(compartment=JOINT)
    texts = texts_of(joint.visit, JOINT)
    assert {text for *_rest, text in texts} == {"Annas", "Bos"}
    assert sorted(competing for _n, _base, competing, _text in texts) == [False, True]
    assert [number for number, _base, competing, _text in texts if not competing] == [joint.head]
    assert sorted(one.blocks[0][1] for one in done) == [Saved.COMPETING, Saved.SAVED]
    assert BlockText.objects.filter(competing=False).count() == Block.objects.count() == 3


def test_four_hands_on_one_text_leave_one_line_and_every_text(cast: Cast):
    """Whatever the order, texts that do not compete follow each other up to the head."""
    document(cast.child, STEP, sends(block(JOINT, said(JOINT, "0")), of=facts()), by=cast.anna)
    wanted = [
        (who, sends(block(JOINT, said(JOINT, f"{who} {n}"), base=1)))
        for n in range(2)
        for who in ("anna", "bo")
    ]
    results = at_once(
        *(
            lambda who=who, one=one: document(cast.child, STEP, one, by=getattr(cast, who))
            for who, one in wanted
        )
    )
    assert keys(results) == []
    joint = Block.objects.get()
    assert joint.texts.count() == 5
    line = list(
        joint.texts.filter(competing=False).order_by("number").values_list("number", "base")
    )
    assert line == [(1, 0), (joint.head, 1)]
    assert joint.texts.aggregate(latest=Max("number"))["latest"] == 5


def test_who_signs_while_another_writes_signs_what_stands(cast: Cast):
    """The other's text is beside what was signed, or was there before it: never under it unseen."""
    first = sends(block(JOINT, whole(JOINT, "ett")), block(HEALTH, whole(HEALTH)), of=facts())
    document(cast.child, STEP, first, by=cast.anna)
    signing = sends(block(JOINT, None, 1), block(HEALTH, None, 1), sign=True)
    results = meanwhile(
        lambda: document(cast.child, STEP, signing, by=cast.anna),
        lambda: document(
            cast.child, STEP, sends(block(JOINT, whole(JOINT, "två"), base=1)), by=cast.bo
        ),
    )
    assert keys(results) == ["block_signed"]
    joint = Block.objects.get(compartment=JOINT)
    assert (joint.head, joint.signed_at is not None) == (1, True)
