"""Reading a programme from TOML, with errors that name file, key and remedy.

The whole file is checked before anything is used, and every fault is told at
once, so that whoever wrote it can mend them in one go.
"""

import codecs
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from hembesok.programme.rules.protocol import (
    Anchor,
    Kind,
    Profession,
    Protocol,
    Relation,
    Step,
    Words,
)
from hembesok.values.dates import Span

LARGEST_FILE: Final = 1_000_000
"""Bytes. A programme of fifty steps is about 20,000."""

_KEY: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_VERSION: Final = re.compile(r"[0-9]+(\.[0-9]+)*", re.ASCII)
_FORMAT: Final = 1
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a programme file: where, what, and how to mend it."""

    key: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """Write it as one line."""
        return f"{self.key}: {self.what}. {self.remedy}"


class ProtocolError(Exception):
    """A file that is no programme; `problems` says all that is wrong with it."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems))


def read_file(path: Path) -> Protocol:
    """Read and check a programme file.

    Raises ProtocolError with every fault found; a file that cannot be opened
    or is not UTF-8 TOML is one fault.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        fault = Problem("file", error.strerror or str(error), "Give the path of a readable file")
        raise ProtocolError(str(path), [fault]) from None
    return read(content, name=str(path))


def read(content: bytes, *, name: str) -> Protocol:
    """Read and check a programme from the bytes of a TOML file; `name` goes into the errors."""
    try:
        table = _toml(content)
    except ValueError as error:
        fault = Problem("file", str(error), "Save it as TOML in UTF-8; see template.toml")
        raise ProtocolError(name, [fault]) from None
    reader = _Reader()
    protocol = reader.protocol(table)
    if reader.problems or protocol is None:
        raise ProtocolError(name, reader.problems)
    return protocol


def _toml(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_FILE:
        raise ValueError(f"it is larger than {LARGEST_FILE:,} bytes")
    # Editors on Windows put a mark before UTF-8 text; TOML knows none.
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise ValueError("it is empty")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"it is not TOML: {error}") from None
    except ValueError:  # Python reads no whole number of more than 4300 digits
        raise ValueError("it holds a number far too large") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


class _Reader:
    """Walks the table and gathers problems; a missing value is told once and read as None."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def protocol(self, table: dict[str, Any]) -> Protocol | None:
        self._only(table, "", _PROTOCOL_KEYS)
        if table.get("format") is True or table.get("format") != _FORMAT:
            self._tell("format", _what(table.get("format")), f"Write format = {_FORMAT}")
        key = self._pattern(table, "key", _KEY, "letters a-z, digits and hyphens, as in home-1")
        version = self._pattern(table, "version", _VERSION, "numbers and dots, as in 2021.1")
        title = self._words(table.get("title"), "title")
        base = self._base(table.get("base"))
        themes = self._themes(table.get("themes", {}))
        steps = self._steps(table.get("steps"), themes, has_base=base is not None)
        source = self._text(table.get("source", ""), "source")
        if self.problems or not (key and version and title):
            return None
        return Protocol(key, version, title, tuple(steps), themes, base, source or "")

    def _steps(self, found: object, themes: Mapping[str, Words], *, has_base: bool) -> list[Step]:
        if not isinstance(found, list) or not all(isinstance(step, dict) for step in found):
            self._tell("steps", "is not a list of steps", "Write each step as [[steps]]")
            return []
        if not found:
            self._tell("steps", "is empty", "Write at least one [[steps]]")
        read = [self._step(step, n, themes, has_base) for n, step in enumerate(found, start=1)]
        seen: dict[str, str] = {}
        for n, step in enumerate(found, start=1):
            key = step.get("key")
            place = f"steps[{n}].key"
            if isinstance(key, str) and key in seen:
                self._tell(place, f"{key!r} is already the key of {seen[key]}", "Choose another")
            elif isinstance(key, str):
                seen[key] = f"steps[{n}]"
        return [step for step in read if step is not None]

    def _step(
        self, table: dict[str, Any], n: int, themes: Mapping[str, Words], has_base: bool
    ) -> Step | None:
        place = f"steps[{n}]"
        if isinstance(table.get("key"), str):
            place += f" ({table['key'][:40]})"
        self._only(table, place, _STEP_KEYS)
        before = len(self.problems)
        key = self._pattern(table, "key", _KEY, "letters a-z, digits and hyphens", place)
        title = self._words(table.get("title"), f"{place}.title")
        kind = self._choice(table.get("kind"), Kind, f"{place}.kind")
        opens, target, closes = (
            self._span(table.get(name), f"{place}.{name}") for name in ("opens", "target", "closes")
        )
        grace = self._span(table["grace"], f"{place}.grace") if "grace" in table else None
        anchor = self._choice(table.get("anchor", "birth"), Anchor, f"{place}.anchor")
        professions = [
            self._choice(item, Profession, f"{place}.professions")
            for item in self._list(table, "professions", place)
        ]
        step_themes = self._list(table, "themes", place)
        for theme in step_themes:
            if not isinstance(theme, str) or theme not in themes:
                self._tell(
                    f"{place}.themes", f"{theme!r} is not among [themes]", _nearest(theme, themes)
                )
        relation, base_step = self._relation(table, place, has_base=has_base)
        if len(self.problems) > before or not (
            key and title and kind and anchor and opens and target and closes
        ):
            return None
        try:
            return Step(
                key=key,
                title=title,
                kind=kind,
                opens=opens,
                target=target,
                closes=closes,
                professions=tuple(item for item in professions if item),
                themes=tuple(step_themes),
                grace=grace,
                anchor=anchor,
                relation=relation,
                base_step=base_step,
            )
        except ValueError as error:
            self._tell(place, str(error), "Let the ages follow each other: opens, target, closes")
            return None

    def _relation(
        self, table: dict[str, Any], place: str, *, has_base: bool
    ) -> tuple[Relation | None, str | None]:
        found, base_step = table.get("relation"), table.get("base_step")
        if not has_base:
            for name in ("relation", "base_step"):
                if name in table:
                    self._tell(
                        f"{place}.{name}",
                        "is set, but there is no base programme",
                        'Remove it, or name the base: base = "se-national 2024.1"',
                    )
            return None, None
        relation = self._choice(found, Relation, f"{place}.relation")
        if relation is Relation.ADDITIONAL and base_step is not None:
            self._tell(
                f"{place}.base_step",
                "is set on an additional step",
                'Remove it, or write relation = "combined_with" or "replaces"',
            )
        elif relation not in (None, Relation.ADDITIONAL) and not isinstance(base_step, str):
            self._tell(
                f"{place}.base_step",
                "is missing" if base_step is None else "is not a text",
                "Name the step of the base programme",
            )
        return relation, base_step if isinstance(base_step, str) else None

    def _base(self, found: object) -> tuple[str, str] | None:
        if found is None:
            return None
        key, _, version = found.partition(" ") if isinstance(found, str) else ("", "", "")
        if not (_KEY.fullmatch(key) and _VERSION.fullmatch(version)):
            self._tell("base", _what(found), 'Write key and version: "se-national 2024.1"')
            return None
        return key, version

    def _themes(self, found: object) -> dict[str, Words]:
        if not isinstance(found, dict):
            self._tell("themes", "is not a table", "Write [themes] and a line for each theme")
            return {}
        read = {key: self._words(words, f"themes.{key}") for key, words in found.items()}
        return {key: words for key, words in read.items() if words}

    def _words(self, found: object, place: str) -> Words | None:
        remedy = 'Write { sv = "…", en = "…" }'
        if not isinstance(found, dict):
            self._tell(place, _what(found), remedy)
            return None
        self._only(found, place, ("sv", "en"))
        texts = [
            self._text(found.get(language), f"{place}.{language}", remedy)
            for language in ("sv", "en")
        ]
        return Words(*texts) if all(texts) else None  # type: ignore[arg-type]

    def _text(self, found: object, place: str, remedy: str = "Write a text") -> str | None:
        if isinstance(found, str) and (found.strip() or place == "source") and len(found) <= 2000:
            return found
        self._tell(place, _what(found), remedy)
        return None

    def _span(self, found: object, place: str) -> Span | None:
        remedy = 'Write an age such as "4 months + 2 weeks"'
        if not isinstance(found, str):
            self._tell(place, _what(found), remedy)
            return None
        try:
            span = Span.parse(found)
        except ValueError as error:
            self._tell(place, str(error), remedy)
            return None
        if not 0 <= span.months * 30 + span.days <= _LONGEST_AGE_DAYS:
            self._tell(place, f"{found!r} is not an age between 0 and 18 years", remedy)
            return None
        return span

    def _choice(self, found: object, choices: type[_Choice], place: str) -> _Choice | None:
        if isinstance(found, str) and found in list(choices):
            return choices(found)
        self._tell(place, _what(found), _nearest(found, [choice.value for choice in choices]))
        return None

    def _list(self, table: dict[str, Any], name: str, place: str) -> list[Any]:
        found = table.get(name, [])
        if isinstance(found, list):
            return found
        self._tell(f"{place}.{name}", _what(found), 'Write a list in brackets: ["…", "…"]')
        return []

    def _pattern(
        self, table: dict[str, Any], name: str, pattern: re.Pattern[str], form: str, place: str = ""
    ) -> str | None:
        found = table.get(name)
        if isinstance(found, str) and len(found) <= 60 and pattern.fullmatch(found):
            return found
        self._tell(f"{place}.{name}".lstrip("."), _what(found), f"Write {form}")
        return None

    def _only(self, table: Mapping[str, object], place: str, known: tuple[str, ...]) -> None:
        for name in table:
            if name not in known:
                self._tell(
                    f"{place}.{name}".lstrip("."), "is no key of ours", _nearest(name, known)
                )

    def _tell(self, key: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(key, what, remedy))


_PROTOCOL_KEYS: Final = ("format", "key", "version", "title", "source", "base", "themes", "steps")
_STEP_KEYS: Final = (
    "key", "title", "kind", "professions", "themes", "opens", "target", "closes", "grace",
    "anchor", "relation", "base_step",
)  # fmt: skip
_LONGEST_AGE_DAYS: Final = 18 * 366


def _nearest(found: object, known: Mapping[str, object] | list[str] | tuple[str, ...]) -> str:
    near = get_close_matches(str(found), list(known), n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Choose among: {', '.join(known)}" if known else "Remove it"


def _what(found: object) -> str:
    """Say what stands there in place of what should, as TOML writes it."""
    if found is None:
        return "is missing"
    return "is empty" if found == "" else f"is {_shown(found)}"


def _shown(found: object) -> str:
    try:
        text = _as_written(found)
    except ValueError:  # Python writes out no whole number of more than 4300 digits
        return "a number far too large"
    return text if len(text) <= 60 else f"{text[:57]}…"


def _as_written(found: object) -> str:
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, date | time):
        return found.isoformat()
    return repr(found)
