"""A page as it is read: its words, links, forms and attributes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Protocol

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hembesok.access.rules.roles import Role


class Answer(Protocol):
    """What the test client gives back."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for found in resolver.url_patterns:
        if isinstance(found, URLPattern):
            yield found
        else:
            yield from _patterns(found)


ADDRESSES = tuple(_patterns(get_resolver("hembesok.project.urls")))
"""Every address of the product."""


def gate_of(pattern: URLPattern) -> frozenset[Role] | None:
    """Return the roles that an address is for; empty for all who have signed in, None for all."""
    gate: frozenset[Role] | None = vars(pattern.callback)["gate"]
    return gate


def address(pattern: URLPattern, *, ref: str = "FAMYAAAA", step: str = "home-2") -> str:
    """Return an address with its parts filled in, for Doris unless told."""
    parts = {
        "ref": ref, "number": 1, "step": step, "provider": "siths", "waiting": "NOSUCHXX",
        "token": "no-such-token", "measure": "on_time",
        "service": "child_health",
        "block": "joint", "part": 1, "file": 1,
        "command": "nosuch",
        "agreement": 1, "version": 1, "case": 1, "duty": 1,
        "act": "cost" if pattern.name == "new-entry" else "inform",
         "paper": "memorandum", "form": "pdf",
        "tranche": 1, "entry": 1, "asked": 1, "figure": "used",
        "kind": "language" if pattern.name == "outcome" else "csv",
    }  # fmt: skip
    wanted = pattern.pattern.converters
    assert pattern.name
    return reverse(pattern.name, kwargs={name: parts[name] for name in wanted})


def of_family(pattern: URLPattern) -> bool:
    """Tell whether an address is about one family."""
    return "ref" in pattern.pattern.converters


@dataclass
class Page:
    """What stands on a page."""

    title: str = ""
    text: str = ""
    errors: str = ""
    links: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    radios: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)


def read(answer: Answer) -> Page:
    """Read an answer; a file that is no text has no words, links or forms."""
    kind = answer.headers.get("Content-Type", "text/html")
    if not kind.startswith(("text/", "application/json")):
        return Page()
    reader = _Reader()
    reader.feed(answer.content.decode())
    found = reader.page
    found.text, found.title, found.errors = (
        re.sub(r"\s+", " ", text).strip() for text in (found.text, found.title, found.errors)
    )
    found.rows = [re.sub(r"\s+", " ", row).strip() for row in found.rows]
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._inside: list[tuple[str, dict[str, str]]] = []
        self._waiting = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        # What a template holds is not on the page; a lock screen waits in it.
        self._waiting += tag == "template"
        if self._waiting:
            return
        if given.get("type") == "radio":
            self.page.radios.append(given["value"])
        self.page.attributes += [(tag, name, value) for name, value in given.items()]
        if tag not in _VOID:
            self._inside.append((tag, given))
        if tag not in _IN_A_LINE:
            self.page.text += " "
        match tag:
            case "a":
                self.page.links.append(given["href"])
            case "form":
                self.page.actions.append(given.get("action", ""))
            case "script":
                self.page.scripts.append(given.get("src", ""))
            case "input" if given.get("type") not in ("radio", "hidden") or "checked" in given:
                self.page.values[given["name"]] = given.get("value", "")
            case "textarea":
                self.page.values[given["name"]] = ""
            case "tr" if any(open_tag == "tbody" for open_tag, _given in self._inside):
                self.page.rows.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._waiting:
            self._waiting -= tag == "template"
            return
        if tag not in _IN_A_LINE:
            self.page.text += " "
        while self._inside and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._waiting:
            return
        tags = [tag for tag, _given in self._inside]
        if "title" in tags and "svg" not in tags:
            self.page.title += data
        elif "body" in tags:
            self.page.text += data
        if any("errors" in given.get("class", "").split() for _tag, given in self._inside):
            self.page.errors += data
        if "tbody" in tags and "tr" in tags:
            self.page.rows[-1] += data
        if tags and tags[-1] == "textarea":
            self.page.values[self._inside[-1][1]["name"]] += data
        if tags and tags[-1] == "option" and "selected" in self._inside[-1][1]:
            self.page.values["selected"] = data


_IN_A_LINE = frozenset({"a", "b", "span", "abbr"})
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
