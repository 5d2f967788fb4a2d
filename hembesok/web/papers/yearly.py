"""The yearly report to the board: first the sentence, the picture and the table, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hembesok.documents.content import Block, Bullets, Document, Lines, Part, Table
from hembesok.web.follow_up import Shown
from hembesok.web.papers.pictures import whole


@dataclass(frozen=True, slots=True)
class Year:
    """What a report is made of: the measures in their rows, and what is said of them first."""

    site: str
    day: date
    said: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Shown]]]
    absent: Sequence[str]

    @property
    def measures(self) -> list[Shown]:
        """The measures, in their order."""
        return [one for _title, some in self.rows for one in some]

    @property
    def pictured(self) -> Shown | None:
        """The measure that is drawn first: the one the first sentence is about, or the first."""
        drawn = [one for one in self.measures if one.picture]
        about = [one for one in drawn if self.said and self.said[0] in one.sentences]
        return next(iter([*about, *drawn]), None)


def board_report(year: Year, *, language: str) -> Document:
    """Return the report. Its figures are those that may leave the unit: the caller sees to it."""
    first: list[Block] = [Lines(text) for text in year.said] or [
        Lines(_("Nothing has changed beyond what is usual."))
    ]
    drawn = year.pictured
    if drawn is not None:
        first += [Lines(drawn.name), whole(drawn.picture, _told(drawn))]
    first.append(_table(year.measures))
    parts = [Part("first", _("The year in short"), first)]
    for n, (title, some) in enumerate(year.rows, start=1):
        parts.append(Part(f"row-{n}", title, [block for one in some for block in _measure(one)]))
    if year.absent:
        parts.append(
            Part("absent", _("Not collected yet, or too few to show"), [Bullets(list(year.absent))])
        )
    parts.append(
        Part("read", _("How to read this"), [
            Lines(_("Counts of few are not shown, nor what would tell them.")),
            Lines(_("Groups differ in more than the programme: a difference is no effect of it.")),
        ])
    )  # fmt: skip
    facts = [(_("Site"), year.site), (_("As of"), f"{year.day}")]
    title = _("Report to the board: extended home visits in %(site)s") % {"site": year.site}
    return Document("board-report", title, year.day, facts, parts, language)


def _told(one: Shown) -> str:
    said = " ".join(filter(None, (one.name, one.whole.value, one.whole.of, *one.sentences)))
    return said + (" " + one.band if one.band else "")


def _table(measures: Sequence[Shown]) -> Table:
    head = [_("Measure"), _("Percent"), _("Counted"), _("Goal")]
    rows = [[one.name, one.whole.value, one.whole.of, one.goal] for one in measures]
    return Table(_("Measures"), head, rows)


def _measure(one: Shown) -> list[Block]:
    counted, among, _missing = one.definition
    found: list[Block] = [
        Lines(f"{one.name}: {one.whole.value}"),
        Lines(_("Counted: %(what)s. Among: %(whom)s.") % {"what": counted, "whom": among}),
    ]
    if one.serves:
        found.append(Lines(_("Serves the goal: %(goal)s") % {"goal": one.serves}))
    found += [Lines(text) for text in one.sentences]
    if one.band:
        found.append(Lines(one.band))
    if one.picture:
        found.append(whole(one.picture, _told(one), width_mm=90))
    return found
