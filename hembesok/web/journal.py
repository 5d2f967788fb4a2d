"""A signed block as text and as paper for the service's own record, which stands elsewhere."""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from hembesok.access.rules.roles import Service
from hembesok.documents.paper import Paper, Section
from hembesok.visits.queries.around import Heading
from hembesok.visits.queries.documentation import AddendumRow, BlockRow, VisitRow
from hembesok.visits.rules.journal import headings_of
from hembesok.web import questionnaire as questions
from hembesok.web.visit_page import visit_lines
from hembesok.web.words_around import HEADINGS

RECORD_LANGUAGE = "sv"
"""Of the record, whatever language the person at the screen has."""


@dataclass(frozen=True, slots=True, repr=False)
class Journal:
    """What goes to the record: which visit, its facts, and what was written under headings."""

    title: str
    day: date
    facts: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def text(self) -> str:
        """To copy: headings on lines of their own, nothing that another system would lose."""
        parts = [f"{self.title}, {self.day}", *(f"{name}: {said}" for name, said in self.facts)]
        for heading, texts in self.sections:
            parts += ["", heading.upper(), *texts]
        return "\n".join(parts) + "\n"

    @property
    def paper(self) -> Paper:
        """To print or to file."""
        return Paper(
            title=self.title,
            day=self.day,
            facts=((_("Day"), f"{self.day}"), *self.facts),
            sections=[Section(heading, texts) for heading, texts in self.sections],
            language=RECORD_LANGUAGE,
        )


def journal_of(
    visit: VisitRow,
    row: BlockRow,
    *,
    title: str,
    whose: str,
    service: Service,
    headings: tuple[Heading, ...],
) -> Journal:
    """Return a signed block as it goes to the record, in the language that is active."""
    if row.text is None or row.signed_at is None:
        raise ValueError("what is not signed does not go to the record")
    belongs = headings_of(row.part, service)
    lines = questions.lines(row.part, row.place, row.text.answers)
    sections = []
    for heading in headings:
        said = tuple(_said(line) for line in lines if belongs.get(line.link_id) == heading.code)
        if said:
            sections.append((heading.title or str(HEADINGS[service][heading.code]), said))
    if row.addenda:
        sections.append((_("Additions"), tuple(_added(one) for one in row.addenda)))
    signed = localtime(row.signed_at)
    return Journal(
        title=title,
        day=visit.day or signed.date(),
        facts=(
            (_("Child"), whose),
            *visit_lines(visit),
            (_("Signed"), f"{row.signed_by}, {signed:%Y-%m-%d %H.%M}"),
        ),
        sections=tuple(sections),
    )


def _said(line: questions.Line) -> str:
    return f"{line.words} {_('Not asked') if line.unasked else line.answer}"


def _added(one: AddendumRow) -> str:
    at = localtime(one.at)
    return _("%(day)s, %(name)s: %(text)s (%(reason)s)") % {
        "day": f"{at:%Y-%m-%d %H.%M}",
        "name": one.author,
        "text": one.text,
        "reason": one.reason,
    }
