"""Broken programme files: the job names file, key and remedy, ends with 2 and writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hembesok.programme.reader import read_file
from tests.exchange.runs import DUTCH, arguments, command, names_in, refused

STEP = """
[[steps]]
key = "home-1"
title = { sv = "Hembesök 1", en = "Home visit 1" }
kind = "home"
opens = "4 months"
target = "4 months + 2 weeks"
closes = "5 months"
"""
RIGHT = f"""
format = 1
key = "ours"
version = "2024.1"
title = {{ sv = "Vårt program", en = "Our programme" }}

[themes]
sleep = {{ sv = "Sömn", en = "Sleep" }}
{STEP}"""
EXTRA = RIGHT.replace('version = "2024.1"', 'version = "2024.1"\nbase = "dutch-clinic 1988.1"')


@dataclass(frozen=True)
class Broken:
    """A change that breaks a programme, and words that the error must have: key and remedy."""

    old: str
    new: str
    key: str
    remedy: str
    whole: str = RIGHT

    def __str__(self) -> str:
        return f"{self.key}-{self.new[:30]}"

    def text(self) -> str:
        assert self.old in self.whole
        return self.whole.replace(self.old, self.new, 1)


BROKEN = [
    Broken(RIGHT, "", "file: it is empty", "Save it as TOML"),
    Broken(RIGHT, "child_id,born\na,2021-01-31\n", "file: it is not TOML", "Save it as TOML"),
    Broken(RIGHT, "x = " + "[" * 5000 + "]" * 5000, "file: it is", "Save it as TOML"),
    Broken(RIGHT, "# " + "x" * 1_000_000, "file: it is larger than", "Save it as TOML"),
    Broken('key = "ours"', 'key = "ours', "file: it is not TOML", "line 3"),
    Broken("format = 1", "", "format: is missing", "Write format = 1"),
    Broken("format = 1", "format = true", "format: is true", "Write format = 1"),
    Broken("format = 1", f"format = {'9' * 5000}", "file: it holds a number far", "Save it as"),
    Broken("format = 1", "format = 2", "format: is 2", "Write format = 1"),
    Broken('key = "ours"', "", "key: is missing", "letters a-z"),
    Broken('key = "ours"', 'key = "Our programme"', "key: is 'Our programme'", "letters a-z"),
    Broken('"2024.1"', '"first"', "version: is 'first'", "numbers and dots"),
    Broken('"2024.1"', "2024.1", "version: is 2024.1", "numbers and dots"),
    Broken('"2024.1"', "2024-01-31", "version: is 2024-01-31", "numbers and dots"),
    Broken(', en = "Our programme"', "", "title.en: is missing", 'Write { sv = "…", en = "…" }'),
    Broken(', en = "Our programme"', ', en = ""', "title.en: is empty", "Write { sv"),
    Broken("title = {", "titel = {", "titel: is no key of ours", "Did you mean 'title'?"),
    Broken(STEP, "", "steps: is not a list of steps", "Write each step as [[steps]]"),
    Broken(STEP, STEP + STEP, "steps[2].key: 'home-1' is already the key", "Choose another"),
    Broken("[[steps]]", "[steps]", "steps: is not a list of steps", "Write each step as [[steps]]"),
    Broken('key = "home-1"', "", "steps[1].key: is missing", "letters a-z"),
    Broken('"home"', '"hom"', "steps[1] (home-1).kind: is 'hom'", "Did you mean 'home'?"),
    Broken('kind = "home"', "", "steps[1] (home-1).kind: is missing", "home"),
    Broken('opens = "4 months"', "opens = 4", "steps[1] (home-1).opens: is 4", "4 months + 2"),
    Broken('opens = "4 months"', "", "steps[1] (home-1).opens: is missing", "4 months + 2 weeks"),
    Broken('"5 months"', '"5 moons"', "(home-1).closes: '5 moons' is not a span", "4 months + 2"),
    Broken('"5 months"', '"90 years"', "(home-1).closes: '90 years' is not an age", "an age such"),
    Broken('"5 months"', '"3 months"', "steps[1] (home-1): a window runs", "opens, target, closes"),
    Broken('"5 months"', '"5 months"\ngrace = "-1 day"', "(home-1).grace", "an age such"),
    Broken('"5 months"', '"5 months"\nthemes = ["slep"]', "(home-1).themes", "mean 'sleep'?"),
    Broken('"5 months"', '"5 months"\nthemes = "sleep"', "(home-1).themes: is", "in brackets"),
    Broken(
        '"5 months"', '"5 months"\nprofessions = ["nurse"]', "(home-1).professions", "Choose among"
    ),
    Broken('"5 months"', '"5 months"\nanchor = "birt"', "(home-1).anchor", "mean 'birth'?"),
    Broken(
        '"5 months"', '"5 months"\ncolour = "red"', "(home-1).colour: is no key", "Choose among"
    ),
    Broken('"5 months"', '"5 months"\nrelation = "replaces"', "(home-1).relation", "name the base"),
    Broken("steps]]", "steps]]", "(home-1).relation: is missing", "Choose among", EXTRA),
    Broken(
        '"5 months"',
        '"5 months"\nrelation = "replaces"',
        "(home-1).base_step: is missing",
        "Name the step",
        EXTRA,
    ),
    Broken('"dutch-clinic 1988.1"', '"dutch-clinic"', "base: is", "Write key and version", EXTRA),
]


def folder_with(folder: Path, programme: bytes) -> list[str]:
    """Write a programme and good tables, and return the command line."""
    files = {
        "programme.toml": programme,
        "children.csv": b"child_id,born\na,2021-01-31\n",
        "visits.csv": b"child_id,date\na,2021-03-02\n",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    out = folder / "out.csv"
    tables = folder / "children.csv", folder / "visits.csv"
    return arguments(*tables, out, programme=folder / "programme.toml")


FILES = {"programme.toml", "children.csv", "visits.csv"}


@pytest.mark.parametrize("form", [str.encode, lambda text: text.encode("utf-8-sig")])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_programmes_that_are_broken_below_are_right_to_begin_with(form, end, tmp_path):
    """And an editor on Windows may have saved them."""
    assert command(folder_with(tmp_path, form(RIGHT.replace("\n", end)))).returncode == 0


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_a_broken_programme_is_refused(broken, tmp_path, capsys):
    said = refused(folder_with(tmp_path, broken.text().encode()), capsys)
    told = [line for line in said.splitlines() if broken.key in line]
    assert told, said
    assert str(tmp_path / "programme.toml") in told[0]
    assert broken.remedy in told[0]
    assert names_in(tmp_path) == FILES


@pytest.mark.parametrize("broken", BROKEN[::17], ids=str)
def test_the_command_line_refuses_as_well(broken, tmp_path):
    done = command(folder_with(tmp_path, broken.text().encode()))
    assert (done.returncode, done.stdout) == (2, "")
    assert broken.key in done.stderr
    assert "Traceback" not in done.stderr
    assert names_in(tmp_path) == FILES


@pytest.mark.parametrize(
    "content",
    [RIGHT.encode("latin-1"), RIGHT.encode("utf-16"), b"\x89PNG\r\n\x1a\n\0", bytes(range(256))],
)
def test_a_programme_that_is_no_text_is_refused(content, tmp_path, capsys):
    said = refused(folder_with(tmp_path, content), capsys)
    assert "programme.toml: file: " in said
    assert "Save it as TOML in UTF-8" in said
    assert names_in(tmp_path) == FILES


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir])
def test_a_programme_that_is_no_file_is_refused(make: Callable[[Path], None], tmp_path, capsys):
    given = folder_with(tmp_path, b"")
    (tmp_path / "programme.toml").unlink()
    make(tmp_path / "programme.toml")
    said = refused(given, capsys)
    assert "programme.toml: file: " in said
    assert "Give the path of a readable file" in said


def test_every_fault_is_told_at_once(tmp_path, capsys):
    text = RIGHT.replace('"home"', '"hom"').replace('"5 months"', '"5 moons"').replace("ours", "O!")
    said = refused(folder_with(tmp_path, text.encode()), capsys)
    assert said.count("programme.toml: ") == 3


# The base programme

ADDED = EXTRA.replace('"5 months"', '"5 months"\nrelation = "combined_with"\nbase_step = "month-6"')


def with_base(folder: Path, programme: str, base: Path) -> list[str]:
    """Return the command line of a programme beside a base."""
    return [*folder_with(folder, programme.encode()), "--base", str(base)]


def test_a_programme_beside_its_base_is_right_to_begin_with(tmp_path):
    assert command(with_base(tmp_path, ADDED, DUTCH)).returncode == 0


@pytest.mark.parametrize(
    ("programme", "says"),
    [
        (RIGHT, "it names no base programme, and this is dutch-clinic 1988.1; give the one"),
        (ADDED.replace("1988.1", "1989.1"), "it names dutch-clinic 1989.1, and this is"),
        (
            ADDED.replace('"month-6"', '"month-7"'),
            "step home-1: the base programme has no step 'month-7'; did you mean 'month-",
        ),
        (ADDED.replace('"home-1"', '"month-1"'), "step month-1: the base programme has a step"),
    ],
)
def test_a_base_that_does_not_fit_is_refused(programme, says, tmp_path, capsys):
    said = refused(with_base(tmp_path, programme, DUTCH), capsys)
    assert f"{tmp_path / 'programme.toml'}: beside {DUTCH}: " in said
    assert says in said
    assert names_in(tmp_path) == FILES


def test_a_broken_base_is_named(tmp_path, capsys):
    base = tmp_path / "base.toml"
    base.write_text(DUTCH.read_text(encoding="utf-8").replace('"clinic"', '"clinick"', 1))
    said = refused(with_base(tmp_path, ADDED, base), capsys)
    assert f"{base}: steps[1] (month-1).kind: is 'clinick'" in said
    assert names_in(tmp_path) == FILES | {"base.toml"}


def test_a_missing_base_is_named(tmp_path, capsys):
    said = refused(with_base(tmp_path, ADDED, tmp_path / "base.toml"), capsys)
    assert f"{tmp_path / 'base.toml'}: file: No such file" in said


def test_the_dutch_programme_is_the_one_named():
    assert read_file(DUTCH).identity == ("dutch-clinic", "1988.1")
