"""The papers of a grant: the requisition sheet, and the report to the state.

Figures come as plain values: whoever keeps the money hands them over, and nothing is counted here
but what the paper itself adds up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import override

from hembesok.documents.content import Document, Lines, Part, Table, blocks_of
from hembesok.web.journal import RECORD_LANGUAGE
from hembesok.web.papers.amounts import amount_text


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is claimed of a grant for a purpose, in whole öre."""

    purpose: str
    ore: int


@dataclass(frozen=True, slots=True)
class Requisition:
    """A claim of grant money: who claims what of whom, by which decision, for which days."""

    agency: str
    claimant: str
    decision: str
    first: date
    last: date
    lines: Sequence[Claimed]
    day: date
    officer: str
    registry_number: str = ""

    @property
    def ore(self) -> int:
        """What is claimed in all."""
        return sum(line.ore for line in self.lines)


def requisition(claim: Requisition) -> Document:
    """Return the requisition sheet."""
    with override(RECORD_LANGUAGE):
        facts = [
            (_("To"), claim.agency),
            (_("Claimed by"), claim.claimant),
            (_("By the decision"), claim.decision),
            (_("For the days"), f"{claim.first} – {claim.last}"),
            (_("Date"), f"{claim.day}"),
        ]
        if claim.registry_number:
            facts.append((_("Registry number"), claim.registry_number))
        rows = [[line.purpose, amount_text(line.ore)] for line in claim.lines]
        rows.append([_("In all"), amount_text(claim.ore)])
        parts = [
            Part("claim", _("What is claimed"), [
                Table("", [_("Purpose"), _("Amount")], rows)
            ]),
            Part("officer", _("Claimed by"), [Lines(claim.officer)]),
        ]  # fmt: skip
        return Document(
            "requisition", _("Requisition of grant money"), claim.day, facts, parts,
            RECORD_LANGUAGE,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Used:
    """What became of a year's grant, in whole öre; `costs` by their type."""

    received_ore: int
    costs: Sequence[tuple[str, int]]
    repaid_ore: int = 0
    retained_ore: int = 0

    @property
    def used_ore(self) -> int:
        """What was used in all."""
        return sum(ore for _type, ore in self.costs)

    @property
    def unspent_ore(self) -> int:
        """What was received and not used."""
        return self.received_ore - self.used_ore

    @property
    def undecided_ore(self) -> int:
        """What is neither repaid nor retained yet."""
        return self.unspent_ore - self.repaid_ore - self.retained_ore


def state_report(
    *, agency: str, claimant: str, decision: str, year: int, day: date, use: str,
    counts: Sequence[tuple[str, str]], money: Used, cooperation: str,
    counted: date,
) -> Document:  # fmt: skip
    """Return the report to the state: how it was used, the economy, who worked together.

    `counts` are measures with their values, as they may leave the unit, from the start to the
    day they were `counted`: the paper says so, as the money is of one year.
    """
    with override(RECORD_LANGUAGE):
        facts = [
            (_("To"), agency),
            (_("Reported by"), claimant),
            (_("By the decision"), decision),
            (_("Year"), f"{year}"),
        ]
        used: list[Part] = [Part("use", _("How the grant was used"), blocks_of(use))]
        if counts:
            head = [_("Measure"), _("Value")]
            used.append(
                Part(
                    "counts",
                    _("Measures"),
                    [
                        Lines(_("From the start, as of %(day)s.") % {"day": counted}),
                        Table("", head, [list(one) for one in counts]),
                    ],
                )
            )
        parts = [
            *used,
            Part("economy", _("Economy"), [_economy(money)]),
            Part("cooperation", _("Cooperation"), blocks_of(cooperation)),
        ]
        title = _("Report of the grant, %(year)s") % {"year": year}
        return Document("state-report", title, day, facts, parts, RECORD_LANGUAGE)


def _economy(money: Used) -> Table:
    rows = [[_("Received"), amount_text(money.received_ore)]]
    rows += [[what, amount_text(ore)] for what, ore in money.costs]
    rows += [
        [_("Used in all"), amount_text(money.used_ore)],
        [_("Not used"), amount_text(money.unspent_ore)],
        [_("Repaid"), amount_text(money.repaid_ore)],
        [_("Retained by a decision"), amount_text(money.retained_ore)],
    ]
    if money.undecided_ore:
        rows.append([_("Not decided yet"), amount_text(money.undecided_ore)])
    return Table("", [_("What"), _("Amount")], rows)
