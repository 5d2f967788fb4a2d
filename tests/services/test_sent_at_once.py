"""The same command at the same moment, and several about one visit: none lost or doubled."""

from uuid import uuid4

import pytest

from hembesok.visits.models import BlockText, OfflineCommand, OfflinePack, Visit
from tests.conftest import Cast, build_cast
from tests.services.test_concurrency import at_once
from tests.services.test_replaying import command, notes, packed, send

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("tables_may_be_emptied"),
]


@pytest.fixture
def cast() -> Cast:
    """The cast, committed, so that every thread meets it."""
    return build_cast()


@pytest.fixture
def pack(cast: Cast) -> OfflinePack:
    """The pack that Anna took along."""
    return packed(cast)


def test_the_same_command_from_four_tabs_is_written_once(cast: Cast, pack: OfflinePack):
    one = command(pack)
    results = at_once(*(lambda: send(cast, pack, one) for _tab in range(4)))
    answers = [each for each in results if isinstance(each, OfflineCommand)]
    assert [each.became for each in answers] == ["written"] * 4, results
    assert OfflineCommand.objects.get().answer == answers[0].answer
    assert len(notes()) == 1
    assert Visit.objects.counted().get().outcome == "held"


def test_of_different_commands_about_one_visit_each_is_kept(cast: Cast, pack: OfflinePack):
    texts = {f"text {n}": command(pack, uid=uuid4()) for n in range(3)}
    results = at_once(
        *(lambda text=text, one=one: send(cast, pack, one, text) for text, one in texts.items())
    )
    became = sorted(each.became for each in results if isinstance(each, OfflineCommand))
    assert became == ["competing", "competing", "written"], results
    stored = [one.answers for one in BlockText.objects.filter(block__compartment="joint")]
    assert all(any(text in each for each in stored) for text in texts)
    assert len(stored) == 3
