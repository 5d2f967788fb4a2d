"""The forms that come along: read once, checked, and never changed once they are in use."""

import json
from functools import cache
from importlib import resources
from typing import Any, Final

from hembesok.forms.assembling import canonical_in
from hembesok.forms.questionnaire import ANY_STEP, Form
from hembesok.forms.reading import read

MODULES: Final = (
    "breastfeeding",
    "epds",
    "language-screening",
    "parent-talk",
    "smoke-free",
    "vaccination",
)
"""The questionnaires that are put into visit forms and also stand alone."""


@cache
def texts() -> dict[str, str]:
    """Return the shipped files by name."""
    folder = resources.files("hembesok.forms") / "questionnaires"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name: file.read_text("utf-8") for file in files if file.name.endswith(".json")}


@cache
def modules() -> dict[str, dict[str, Any]]:
    """Return the questionnaires that need no other, by canonical."""
    tables = [json.loads(text) for text in texts().values()]
    return {
        f"{table['url']}|{table['version']}": table for table in tables if not canonical_in(table)
    }


@cache
def shipped() -> tuple[Form, ...]:
    """Return all forms in all versions, by file name; raises FormProblem for a broken file."""
    return tuple(read(text, name=name, modules=modules()) for name, text in texts().items())


@cache
def _by_canonical() -> dict[str, Form]:
    return {form.canonical: form for form in shipped()}


def form_of(canonical: str) -> Form:
    """Return the form of a canonical with its version; raises LookupError."""
    return _by_canonical()[canonical]


def for_step(step_key: str, programme_key: str) -> Form | None:
    """Return the form for a step of a programme: its own, the step's, or the one for any step."""
    for step in (f"{programme_key}/{step_key}", step_key, ANY_STEP):
        found = [form for form in shipped() if form.status == "active" and step in form.steps]
        if found:
            return max(found, key=_age)
    return None


def standalone(key: str) -> Form:
    """Return the newest form of a key, as "language-screening"; raises LookupError."""
    found = [form for form in shipped() if form.status == "active" and form.key == key]
    if not found:
        raise LookupError(key)
    return max(found, key=_age)


def _age(form: Form) -> tuple[int, ...]:
    return tuple(int(part) for part in form.version.split("."))
