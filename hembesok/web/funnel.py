"""The funnel as pages, pictures and files show it: one list, so that they cannot differ."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hembesok.enrolment.queries import Funnel
from hembesok.web.words_people import END_REASONS, FAILED, NO_REASONS

STEPS: Final[tuple[tuple[str, Promise], ...]] = (
    ("born", gettext_lazy("Born")),
    ("judged", gettext_lazy("Looked at by the rule")),
    ("eligible", gettext_lazy("The programme is for them")),
    ("offered", gettext_lazy("Offered")),
    ("answered", gettext_lazy("Answered")),
    ("yes", gettext_lazy("Said yes")),
    ("consented", gettext_lazy("All guardians consent")),
    ("enrolled", gettext_lazy("Enrolled")),
)
OTHERS: Final[tuple[tuple[str, Promise], ...]] = (
    ("no", gettext_lazy("Said no")),
    ("later", gettext_lazy("Wants to wait")),
    ("unreachable", gettext_lazy("Cannot be reached")),
    ("paused", gettext_lazy("On a pause now")),
    ("handed_over", gettext_lazy("Handed over to another site")),
)
FEW: Final = 5
"""Fewer than this could point a person out to somebody who sees no persons."""

WIDTH, NAME_WIDTH, ROW_HEIGHT = 1000, 330, 44


@dataclass(frozen=True)
class Line:
    """A count with its words; None where it is too small to be told."""

    group: str
    name: str
    count: int | None

    @property
    def told(self) -> str:
        """The count as it is written."""
        return _("fewer than %(few)s") % {"few": FEW} if self.count is None else str(self.count)


@dataclass(frozen=True)
class Bar:
    """One bar of the picture, in its own units."""

    name: str
    count: int
    y: int
    width: float

    @property
    def text_y(self) -> int:
        """Where the words stand."""
        return self.y + 20

    @property
    def count_x(self) -> float:
        """Where the count stands, after the bar."""
        return NAME_WIDTH + self.width + 10


def steps(funnel: Funnel) -> list[Line]:
    """Return the way from birth to enrolment."""
    return [Line("", str(name), getattr(funnel, key)) for key, name in STEPS]


def rest(funnel: Funnel, *, protect: bool) -> list[Line]:
    """Return what else became of the children, and why; `protect` withholds small counts."""
    groups = (
        (_("Not for the programme"), funnel.not_eligible, FAILED),
        (_("Why no, or why wait"), funnel.said_no_because, NO_REASONS),
        (_("Ended"), funnel.ended, END_REASONS),
    )
    found = [Line("", str(name), getattr(funnel, key)) for key, name in OTHERS]
    found += [
        Line(group, str(words[key]), count) for group, counts, words in groups
        for key, count in counts
    ]  # fmt: skip
    if not protect:
        return found
    return [Line(x.group, x.name, None if x.count and x.count < FEW else x.count) for x in found]


def bars(lines: Sequence[Line]) -> list[Bar]:
    """Return the steps as bars from 0, all on one scale."""
    most = max((line.count or 0 for line in lines), default=0) or 1
    room = WIDTH - NAME_WIDTH - 80
    return [
        Bar(
            line.name,
            line.count or 0,
            n * ROW_HEIGHT + 2,
            round(room * (line.count or 0) / most, 1),
        )
        for n, line in enumerate(lines)
    ]


def as_csv(lines: Sequence[Line]) -> str:
    """Return the same lines as a file for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Group"), _("What"), _("Children")])
    writer.writerows([line.group, line.name, line.told] for line in lines)
    return out.getvalue()
