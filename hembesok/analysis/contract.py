"""The tables that follow-up reads: columns, types, keys, units, and what an empty value means.

Any system may deliver them. A delivery is a folder with a file or more for each table, CSV
or Parquet, and `delivery.json`, written last, which names the files and how many rows they
hold: a delivery without it, or with other numbers, is half written.

A table that a system does not collect is delivered empty, with `collected` false in the
table `sources`. What is empty is missing: it never means no.

Source: ours. Terms are those of docs/glossary.md; the coded values are those of the rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

CONTRACT: Final = "hembesok-follow-up"
VERSION: Final = 1
"""Raised when a column is added, removed, or changes its meaning."""

DELIVERY: Final = "delivery.json"
"""Names the contract, its version, the instant of the extract, and the files with their rows:

{"contract": "hembesok-follow-up", "version": 1, "made": "2026-06-30T02:00:00+02:00",
 "tables": {"children": {"files": ["children.parquet"], "rows": 141, "clustered": true}, …}}

`clustered` tells that the rows stand child by child, in rising order of child, through all
files in the order named. Every table of the contract is named, also one without rows.
"""


class Type(StrEnum):
    """What a column holds. In Parquet the type named; in CSV the same as text."""

    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    DATE = "date"
    """A day of the calendar; in CSV as 2021-03-22."""
    TRUTH = "bool"
    """In CSV true or false."""
    TEXT = "string"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `empty` says what an empty value means; without it none may be empty.

    `codes` are all values there may be, with their meaning; `refers` is the table.column
    in which each value stands; `past` refuses days after the instant of the delivery.
    """

    name: str
    type: Type
    meaning: str
    empty: str = ""
    unit: str = ""
    codes: Mapping[str | int, str] = field(default_factory=dict)
    refers: str = ""
    past: bool = False
    lowest: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table. No two rows have the same values in the columns of `key`."""

    name: str
    a_row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column of this name; raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


_NOT_THERE: Final = "none was, or not written where the other is empty too"
_CHILD: Final = Column("child", Type.INT64, "the child", refers="children.child")

PLANNED, DONE, CANCELLED, NO_SHOW, DECLINED = range(5)
STATUS: Final[Mapping[str | int, str]] = {
    PLANNED: "planned, and no outcome is known",
    DONE: "done on the day `actual`",
    CANCELLED: "cancelled: another time can be found",
    NO_SHOW: "nobody was home on the day `actual`",
    DECLINED: "the family said no to it on the day `actual`",
}
ANSWERS: Final[Mapping[str | int, str]] = {
    "yes": "accepted",
    "no": "declined",
    "later": "wants to wait",
    "unreachable": "could not be reached",
}
END_REASONS: Final[Mapping[str | int, str]] = {
    "completed": "went through the programme",
    "left": "left it",
    "consent_withdrawn": "withdrew the consent",
    "unreachable": "can no longer be reached",
    "moved": "moved away",
    "died": "the child died",
    "project_over": "the project ended",
}
KINDS: Final[Mapping[str | int, str]] = {
    "home": "home visit",
    "clinic": "visit to the clinic",
    "team": "nurse and doctor together",
    "remote": "by phone or video",
}
PARTS: Final[Mapping[str | int, str]] = {
    "own": "a step of the extended programme; does not apply to who joined after it closed",
    "base": "a step of the national programme, for all",
    "vaccination": "a dose; for all",
}
SCREENINGS: Final[Mapping[str | int, str]] = {
    "epds": "EPDS with the parent who gave birth: done, declined, not_offered",
    "parent_talk": "individual talk with the other parent: done, declined, not_offered",
    "breastfeeding": "what the child is fed: exclusive, partial, none",
    "smoking": "whether a guardian smokes: smoke_free, smoker",
    "language": "language screening: clear, deviation, declined",
}
RESULTS: Final[Mapping[str, tuple[str, ...]]] = {
    "epds": ("done", "declined", "not_offered"),
    "parent_talk": ("done", "declined", "not_offered"),
    "breastfeeding": ("exclusive", "partial", "none"),
    "smoking": ("smoke_free", "smoker"),
    "language": ("clear", "deviation", "declined"),
}
"""The results that each kind of screening may have."""

_SITE = Column("site", Type.TEXT, "the site", refers="sites.site")

TABLES: Final = (
    Table(
        "sites",
        "a site that runs a programme",
        (
            Column("site", Type.TEXT, "its short name"),
            Column("starts", Type.DATE, "first day of the project", empty="not decided"),
            Column(
                "ends",
                Type.DATE,
                "last day of the project; a family whose enrolment ended with project_over"
                " is in the programme again when this day is moved to a later one",
                empty="it goes on",
            ),
        ),
        key=("site",),
    ),
    Table(
        "children",
        "a child that the site knows of, enrolled or not",
        (
            Column("child", Type.INT64, "a number that is no identity number"),
            Column("born", Type.DATE, "day of birth", past=True),
            _SITE,
            Column("unit", Type.TEXT, "the unit whose list the child is on", empty="not known"),
            Column("area", Type.TEXT, "where it lives", empty="not known", refers="areas.area"),
            Column("language", Type.TEXT, "main language at home, ISO 639", empty="not known"),
            Column(
                "parity",
                Type.TEXT,
                "whether it is a parent's first child",
                empty="not known",
                codes={"first": "a parent's first child", "later": "both have others"},
            ),
            Column(
                "parents", Type.INT8, "parents in the child's life", empty="not known", lowest=0
            ),
            Column(
                "discharged",
                Type.DATE,
                "day of coming home after neonatal care",
                empty="was in no such care",
                past=True,
            ),
            Column(
                "followed_until",
                Type.DATE,
                "last day on which this system hears what happens to the child: it moved, died,"
                " or the follow-up has no ground any more",
                empty="followed still, also after the programme",
            ),
            Column("protected", Type.TRUTH, "has protected personal data"),
        ),
        key=("child",),
    ),
    Table(
        "enrolments",
        "a child's way into the programme; a child has one at most",
        (
            _CHILD,
            Column("programme", Type.TEXT, "key of the programme", empty="not enrolled"),
            Column("version", Type.TEXT, "its version", empty="not enrolled"),
            Column("eligible", Type.TRUTH, "what the site's rule says", empty="not judged"),
            Column("offered", Type.DATE, "first offer", empty="not offered", past=True),
            Column("answered", Type.DATE, "first answer", empty="not answered", past=True),
            Column("answer", Type.TEXT, "the first answer", empty="not answered", codes=ANSWERS),
            Column("enrolled", Type.DATE, "day of joining", empty="not enrolled", past=True),
            Column("ended", Type.DATE, "last day in the programme", empty="in it", past=True),
            Column("end_reason", Type.TEXT, "why it ended", empty="it has not", codes=END_REASONS),
        ),
        key=("child",),
    ),
    Table(
        "steps",
        "a step of the programme, with its window",
        (
            Column("step", Type.INT16, "its number, from 1, as events name it", lowest=1),
            Column("key", Type.TEXT, "its key in the programme file"),
            Column("part", Type.TEXT, "of which part it is", codes=PARTS),
            Column("kind", Type.TEXT, "where and how", codes=KINDS),
            Column("joint", Type.TRUTH, "is for nurse and parental adviser together"),
            Column(
                "opens",
                Type.TEXT,
                "first day of the window, as a span: 4 months + 2 weeks",
                unit="calendar months, then weeks and days",
            ),
            Column("target", Type.TEXT, "the best day, as a span"),
            Column("closes", Type.TEXT, "last day of the window, as a span"),
            Column(
                "grace",
                Type.TEXT,
                "span after the window in which it may still be done",
                empty="until the next step of the kind opens, the last one 90 days",
            ),
            Column(
                "anchor",
                Type.TEXT,
                "what the spans are counted from",
                codes={"birth": "birth", "discharge": "coming home, else birth"},
            ),
        ),
        key=("step",),
    ),
    Table(
        "events",
        "one attempt at a step; recorded twice, the earliest counts",
        (
            _CHILD,
            Column("step", Type.INT16, "the step; 0 is a contact outside the programme", lowest=0),
            Column("planned", Type.DATE, "the day agreed on", empty="none was"),
            Column("actual", Type.DATE, "the day it happened", empty="it has not", past=True),
            Column("status", Type.INT8, "what became of it", codes=STATUS),
            Column(
                "value",
                Type.INT16,
                "what was found, where the step asks for a number",
                empty="nothing is written",
            ),
        ),
    ),
    Table(
        "visits",
        "a visit that was held",
        (
            Column("visit", Type.INT64, "its number"),
            _CHILD,
            Column("step", Type.INT16, "the step it was for", empty="none", refers="steps.step"),
            Column("held", Type.DATE, "its day", past=True),
            Column("kind", Type.TEXT, "where and how", codes=KINDS),
            Column("nurse", Type.INT32, "number of the nurse who was there", empty=_NOT_THERE),
            Column("adviser", Type.INT32, "number of the adviser there", empty=_NOT_THERE),
            Column("parents", Type.INT8, "parents present", empty="not written", lowest=0),
            Column("interpreter_needed", Type.TRUTH, "was one needed", empty="not written"),
            Column(
                "interpreter",
                Type.TEXT,
                "who interpreted",
                empty="not written",
                codes={
                    "professional": "a professional interpreter",
                    "other": "somebody else",
                    "none": "nobody",
                },
            ),
            Column("minutes", Type.INT16, "how long", empty="not said", unit="minutes", lowest=0),
        ),
        key=("visit",),
    ),
    Table(
        "vaccinations",
        "a dose given",
        (
            _CHILD,
            Column(
                "vaccine",
                Type.TEXT,
                "against what",
                codes={
                    "rota": "rotavirus",
                    "dtp": "diphtheria, tetanus, pertussis, polio, Hib (and hepatitis B)",
                    "pcv": "pneumococci",
                    "mmr": "measles, mumps, rubella",
                    "bcg": "tuberculosis",
                },
            ),
            Column("given", Type.DATE, "its day", past=True),
        ),
        key=("child", "vaccine", "given"),
    ),
    Table(
        "screenings",
        "something asked or tested at an age",
        (
            _CHILD,
            Column("kind", Type.TEXT, "what", codes=SCREENINGS),
            Column("day", Type.DATE, "when", past=True),
            Column("result", Type.TEXT, "what was found; see the kinds", empty="not written"),
        ),
        key=("child", "kind", "day"),
    ),
    Table(
        "handoffs",
        "a matter passed to another service",
        (
            Column("handoff", Type.INT64, "its number"),
            _CHILD,
            Column("receiver", Type.TEXT, "kind of service that receives it"),
            Column("sent", Type.DATE, "when", past=True),
            Column(
                "confirmed",
                Type.DATE,
                "day on which the receiver told a result",
                empty="no result is told",
                past=True,
            ),
        ),
        key=("handoff",),
    ),
    Table(
        "areas",
        "an area of residence",
        (
            Column("area", Type.TEXT, "its code (DeSO or RegSO)"),
            Column("area_type", Type.TEXT, "its type, as whoever made the types calls it"),
        ),
        key=("area",),
    ),
    Table(
        "costs",
        "a cost of the programme",
        (
            Column("cost", Type.INT64, "its number"),
            _SITE,
            Column("day", Type.DATE, "the day it belongs to", past=True),
            Column("kind", Type.TEXT, "what for"),
            Column("amount", Type.INT64, "how much; negative when it is paid back", unit="öre"),
        ),
        key=("cost",),
    ),
    Table(
        "sources",
        "what a site collects of one table; one row for each site and table",
        (
            _SITE,
            Column("table", Type.TEXT, "name of the table"),
            Column("collected", Type.TRUTH, "false: nothing is, and what is empty says nothing"),
            Column("data_from", Type.DATE, "first day that the data cover", empty="not collected"),
            Column("data_to", Type.DATE, "last day that they cover", empty="not collected"),
        ),
        key=("site", "table"),
    ),
)

BY_NAME: Final[Mapping[str, Table]] = {table.name: table for table in TABLES}

SOURCED: Final = (
    "enrolments", "events", "visits", "vaccinations", "screenings", "handoffs", "costs",
)  # fmt: skip
"""The tables that `sources` tells of."""

CLUSTERED: Final = ("children", "enrolments", "events", "visits", "vaccinations", "screenings")
"""The tables that are quicker to read child by child."""
