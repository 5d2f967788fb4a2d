"""Thirty faults that somebody could make in the analysis; the second opinion must see each.

`python -m tests.analysis.faults` lists them. A fault is a piece of source and what stands in
its place: off by a day, a wrong join, missing counted as no, < for <=.
"""

import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.need import ROOT


class Fault(NamedTuple):
    """One planted fault: what it is, in which file, and the source before and after."""

    name: str
    file: str
    before: str
    after: str


FAULTS = (
    Fault("a visit after the day counts", "answers.py",
          "visits.held <= on).join(child", "visits.held.notnull()).join(child"),
    Fault("the latest attempt counts, not the first", "firsts.py",
          "done.a).min()", "done.a).max()"),
    Fault("what is cancelled counts as done", "firsts.py",
          "events.status == DONE", "events.status.isin([DONE, 2])"),
    Fault("a window ends a day early", "states.py",
          "(held > closes), LATE", "(held >= closes), LATE"),
    Fault("a window begins a day late", "states.py",
          "(held >= opens), DONE", "(held > opens), DONE"),
    Fault("the grace ends a day early", "states.py",
          "(child.last > ends), MISSED", "(child.last >= ends), MISSED"),
    Fault("a visit after leaving counts", "states.py",
          "((held <= child.last) & (held > closes)", "((held <= child.age) & (held > closes)"),
    Fault("a booking of the day itself is forgotten", "states.py",
          "(age >= known.child_last)", "(age > known.child_last)"),
    Fault("a step that closed on the day of joining does not apply", "states.py",
          "(closes < child.en)", "(closes <= child.en)"),
    Fault("leaving does not end open steps", "states.py",
          "return child.gone.ifelse(ENDED, code)", "return child.gone.ifelse(code, code)"),
    Fault("grace of one part runs to a step of another", "steps.py",
          "items = [item for item in steps if item.part == part]",
          "items = [item for item in steps if item.part == part or part == 'own']"),
    Fault("discharge is taken for birth", "steps.py", "Anchors(*pair)", "Anchors(pair[0])"),
    Fault("a month is thirty days", "steps.py",
          "(add(born, span) - born).days for born", "span.months * 30 + span.days for born"),
    Fault("children without an enrolment are lost", "wide.py",
          'c.left_join(e, "child")', 'c.join(e, "child")'),
    Fault("a prolonged project takes nobody back", "wide.py",
          "(joined.ends > joined.ended)", "(joined.ends < joined.ended)"),
    Fault("a prolonged project takes back who left, too", "wide.py",
          'over = (joined.end_reason == "project_over") & ', "over = "),
    Fault("what is not covered counts as not done", "indicators/defining.py",
          "one(among & known), one(among & ~known)", "one(among), one(among & ~known)"),
    Fault("a source covers the day after its last", "wide.py",
          '(t.b + last <= t[f"to_{table}"])', '(t.b + last <= t[f"to_{table}"] + 1)'),
    Fault("a late start is 31 days", "indicators/reach.py",
          "(t.offered < EARLY_DAYS)", "(t.offered <= EARLY_DAYS)"),
    Fault("a window that closes today is counted", "indicators/health.py",
          "(t.age > closes)", "(t.age >= closes)"),
    Fault("who is no longer followed is counted", "indicators/health.py",
          "(t.until.fill_null(NEVER) >= closes)", "t.child.notnull()"),
    Fault("the first answer counts, not the latest", "extras.py",
          'ibis.null("int32")).max()', 'ibis.null("int32")).min()'),
    Fault("an answer on the last day is too late", "extras.py",
          '(age <= age_in(found, known, f"{name}_to', '(age < age_in(found, known, f"{name}_to'),
    Fault("a dose on the birthday is too late", "extras.py", "(age <= until)", "(age < until)"),
    Fault("an answer that is not written is a no", "extras.py",
          ".nullif(NOT_WRITTEN)", ".nullif(-1)"),
    Fault("the register's year is the day's own", "indicators/health.py",
          "else c.on.year - 1", "else c.on.year"),
    Fault("who moved has dropped out", "indicators/staying.py",
          '("moved", "died", "project_over")', '("died", "project_over")'),
    Fault("who went through the programme has dropped out", "indicators/staying.py",
          '~left | sure(t.end_reason == "completed")', "~left"),
    Fault("a phase begins with those who left on its first day", "indicators/staying.py",
          "(t.ex > starts)", "(t.ex >= starts)"),
    Fault("two visits are enough for continuity", "indicators/visiting.py",
          "LEAST_VISITS: Final = 3", "LEAST_VISITS: Final = 2"),
    Fault("one parent of an unknown number is two", "indicators/visiting.py",
          "known = t.parents_known.notnull() & ", "known = "),
    Fault("a handoff has 91 days", "indicators/visiting.py",
          "t.took <= DAYS_TO_CLOSE", "t.took <= DAYS_TO_CLOSE + 1"),
    Fault("costs of tomorrow are spent", "answers.py", "costs.day <= on, ", ""),
    Fault("a quarter of birth is a quarter too late", "answers.py", "Q{quarter + 1}", "Q{quarter}"),
)  # fmt: skip


def plant(fault: Fault, folder: Path) -> Path:
    """Copy what the analysis needs, with the fault in it; raises ValueError if it has no place."""
    here, there = ROOT / "hembesok", folder / "hembesok"
    for room in ("analysis", "programme", "values"):
        shutil.copytree(here / room, there / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(here / "__init__.py", there / "__init__.py")
    path = there / "analysis" / fault.file
    text = path.read_text(encoding="utf-8")
    if text.count(fault.before) != 1:
        raise ValueError(f"{fault.name}: {fault.before!r} stands {text.count(fault.before)} times")
    path.write_text(text.replace(fault.before, fault.after), encoding="utf-8")
    return folder


def seen(folder: Path, delivery: Path, expected: Path) -> int:
    """Return on how many figures the analysis in a folder and the second opinion differ."""
    words = [sys.executable, "-m", "tests.analysis.faults", str(delivery), str(expected)]
    # The copy is found first; the tests, and what they need, come from here.
    environment = {"PYTHONPATH": f"{folder}:{ROOT}", "PYTHONSAFEPATH": "1", "PATH": "/usr/bin"}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return int(done.stdout)


def _main(arguments: list[str]) -> None:
    if not arguments:
        sys.stdout.write("\n".join(fault.name for fault in FAULTS) + "\n")
        return
    from tests.analysis.test_second_opinion import computed, differences

    delivery, expected = map(Path, arguments)
    found = computed(delivery)
    known = pickle.loads(expected.read_bytes())  # noqa: S301 — written by the test that runs this
    sys.stdout.write(f"{len(differences(found, known))}\n")


if __name__ == "__main__":
    _main(sys.argv[1:])
