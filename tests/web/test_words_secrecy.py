"""Each code of secrecy and naming has words, in both languages."""

import ast
from collections.abc import Iterator
from enum import StrEnum

import pytest
from django.utils import translation

from hembesok.access.rules.secrecy import Basis, Compartment, DisclosureGround, Field
from hembesok.families.rules.protection import PROTECTED, ProtectionLevel
from hembesok.web import words_secrecy as words
from tests.need import ROOT

LANGUAGES = ["sv", "en"]


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.COMPARTMENTS, Compartment),
        (words.WHO_READS, Compartment),
        (words.BASES, Basis),
        (words.GROUNDS, DisclosureGround),
        (words.FIELDS, Field),
        (words.LEVELS, ProtectionLevel),
        (words.BANNERS, PROTECTED),
        (words.NOTICES, ("cover", "emergency")),
    ],
)
def test_each_code_has_words_of_its_own(table: dict[str, object], codes: type[StrEnum]):
    assert set(table) == set(codes)
    for language in LANGUAGES:
        with translation.override(language):
            said = [str(getattr(word, "name", word)) for word in table.values()]
        assert all(said)
        assert len(set(said)) == len(said)


def actions_about_families() -> Iterator[str]:
    """Find what is noted in the trail about a family, wherever the product notes it."""
    for path in (ROOT / "hembesok").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or len(node.args) < 3:
                continue
            called = getattr(node.func, "id", "")
            subject = ast.unparse(node.args[2])
            if called.startswith("note") and ("subject" in subject):
                action = node.args[1]
                if isinstance(action, ast.Constant):
                    yield str(action.value)


def test_each_deed_on_a_family_is_said_in_the_familys_words():
    found = set(actions_about_families())
    assert len(found) >= 30
    # Deeds on staff and their calendars, on a list, on what a board decides: in no family's log.
    others = (
        "staff.", "assignment.", "list.brought_in", "list.read", "list.sent", "list.thrown_",
        "absence.", "busy.", "feed.", "hours.", "agreement.", "case.",
    )  # fmt: skip
    assert {name for name in found if not name.startswith(others)} <= set(words.EXTRACT)
    # Noted of several families at once, or by a helper: the walk above does not see them.
    assert {
        "child.read", "consents.read", "enrolment.read", "handover.read", "list.matched",
        "offer.read", "outcome.listed", "outcome.recorded", "plan.read", "team.closed",
        "visit.alone",
    } <= set(words.EXTRACT)  # fmt: skip


def test_a_deed_without_words_is_not_left_out():
    with translation.override("sv"):
        assert words.extract_text("future.deed") == "Gjorde något annat med era uppgifter"
