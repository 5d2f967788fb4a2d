"""An agreement on paper."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from hembesok.agreements.queries import AgreementPage, Party
from hembesok.agreements.rules.agreements import Clause, Step, Version
from hembesok.documents.content import Document, Part, Table, blocks_of
from hembesok.web.journal import RECORD_LANGUAGE
from hembesok.web.papers.amounts import amount_text
from hembesok.web.words_agreements import AGREEMENT_STATES, CLAUSES


def agreement(page: AgreementPage, version: Version, *, written: str) -> Document:
    """Return a version of an agreement. Its day is that of the later signature, or its first."""
    with override(RECORD_LANGUAGE):
        terms = version.terms
        facts = [
            (_("Commissioner"), _party(page.commissioner)),
            (_("Provider"), _party(page.provider)),
            (_("Term"), f"{terms.starts} – {terms.ends}"),
            (_("Notice"), _("%(months)s months") % {"months": terms.notice_months}),
            (_("Version"), f"{version.number}"),
            (_("State"), written or str(AGREEMENT_STATES[page.states[version.number - 1]])),
        ]
        if page.case:
            facts.append((_("Registry number"), page.case[1]))
        parts = [
            Part(one.value, str(CLAUSES[one]), blocks_of(terms.clauses[one]))
            for one in Clause
            if terms.clauses.get(one, "").strip()
        ]
        day = version.signed or terms.starts
        parts += [*_prices(version), *_duties(version), _signatures(version)]
        return Document("agreement", page.title, day, facts, parts, RECORD_LANGUAGE)


def _party(party: Party) -> str:
    return f"{party.name}, {party.organisation}"


def _prices(version: Version) -> list[Part]:
    rows = [[f"{one.year}", amount_text(one.ore), one.note] for one in version.terms.prices]
    head = [_("Year"), _("Amount"), _("Note")]
    return [Part("prices", _("Price for each year"), [Table("", head, rows)])] if rows else []


def _duties(version: Version) -> list[Part]:
    rows = [[one.what, f"{one.due}"] for one in version.terms.duties]
    head = [_("What is reported"), _("At the latest")]
    return [Part("duties", _("Reports"), [Table("", head, rows)])] if rows else []


def _signatures(version: Version) -> Part:
    rows = []
    for step, party in (
        (Step.SIGN_COMMISSIONER, _("For the commissioner")),
        (Step.SIGN_PROVIDER, _("For the provider")),
    ):
        done = version.when(step)
        rows.append([party, done.whom if done else "", f"{done.day}" if done else _("not signed")])
    return Part("signatures", _("Signatures"), [Table("", [_("Party"), _("Who"), _("Day")], rows)])
