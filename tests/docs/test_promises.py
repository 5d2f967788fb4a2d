"""Each setting, command and room stands in the documents, and each document says what is so."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from hembesok.analysis import definitions
from hembesok.project.states import table
from tests.need import ROOT

DOCS = ROOT / "docs"


def test_the_table_of_states_is_what_the_rules_say():
    assert (DOCS / "states.md").read_text() == table(), "renew it: ./run hembesok states"


def test_each_setting_has_its_heading_and_each_heading_its_setting():
    source = (ROOT / "hembesok/project/settings.py").read_text()
    read = set(re.findall(r"HEMBESOK_[A-Z_]+", source))
    told = set(re.findall(r"^## (HEMBESOK_[A-Z_]+)$", (DOCS / "settings.md").read_text(), re.M))
    assert read == told


def test_each_command_is_listed_in_plain_words():
    from hembesok.project.cli import overview

    listed = overview()
    for name, app in get_commands().items():
        if app == "hembesok.project":
            assert re.search(rf"^  {name.replace('_', '-')}  +\w.{{20,}}", listed, re.M), name


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/schedule.md",
        "docs/keys.md",
        "docs/follow-up.md",
        "docs/tables.md",
    ],
)
def test_each_command_line_of_a_document_is_understood(name: str):
    """The options a document shows are options the command has."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = re.findall(r"^\./run hembesok (.+)$", text, re.M)
    assert lines or name == "docs/schedule.md"
    for line in lines:
        command, *words = line.split()
        shown = subprocess.run(
            [sys.executable, "-m", "hembesok.project.cli", command, "--help"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        for option in (word for word in words if word.startswith("--")):
            assert option in shown, (command, option)


def test_each_indicator_and_each_table_stands_in_the_documents_as_it_is_defined():
    assert (DOCS / "follow-up.md").read_text().endswith(definitions.indicators())
    assert (DOCS / "tables.md").read_text().endswith(definitions.tables())


def test_each_link_of_a_document_leads_somewhere():
    for document in [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("hembesok/*/README.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)\)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), (document.name, target)


def test_each_room_is_in_the_plan_of_the_house_and_has_its_words():
    rooms = {path.parent.name for path in (ROOT / "hembesok").glob("*/__init__.py")}
    plan = (DOCS / "house.md").read_text()
    for room in rooms:
        assert f"`{room}`" in plan
        words = (ROOT / "hembesok" / room / "README.md").read_text()
        assert 3 <= len(words.splitlines()) <= 14, room


def test_no_room_is_empty():
    for folder in (ROOT / "hembesok").iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            code = sum(len(ast.parse(path.read_text()).body) for path in folder.rglob("*.py"))
            assert code > 3, folder.name


def test_locks_hold_no_addresses():
    for lock in Path(ROOT / "requirements").glob("*.txt"):
        assert "://" not in lock.read_text(), lock.name
        assert "--hash=sha256:" in lock.read_text()


def test_each_decision_has_a_number_of_its_own():
    numbers = [path.name[:4] for path in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
