"""Money as pages, pictures and files show it: sentences by rule, and one list of rows."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hembesok.analysis.charts.svg import Stack, Words, running, stacks
from hembesok.funding.queries import MoneyYear, SiteMoney, TrancheRow
from hembesok.funding.rows import ALWAYS, EntryRow, Figure, value_of
from hembesok.funding.rules.bringing import Fault
from hembesok.funding.rules.forecast import Forecast, months_between
from hembesok.funding.rules.ledger import Kind, Phase, Standing
from hembesok.values.money import Ore, plain
from hembesok.web import words_money as words
from hembesok.web.words import reason_text


def sentences(found: MoneyYear, on: date) -> list[str]:
    """Return what a board member reads first: what is used, what will be left, what becomes of it.

    A rule for each sentence, the most important first.
    """
    now = found.now
    if not found.tranches:
        return _of_nothing(found)
    values = {"used": Ore(now.used), "available": Ore(now.available), "granted": Ore(now.granted)}
    if not now.available:
        said = [_("%(granted)s is granted for the year, and nothing is claimed yet.") % values]
    else:
        said = [_("%(used)s of %(available)s is used.") % values]
    said += _what_comes(found, on)
    if now.not_yet_claimed and now.available:
        said.append(_("%(left)s is not claimed yet.") % {"left": Ore(now.not_yet_claimed)})
    if now.advanced:
        said.append(
            _("%(amount)s has been laid out before the state has paid.")
            % {"amount": Ore(now.advanced)}
        )
    if now.own:
        said.append(
            _("%(own)s is own money. It was expected to be nothing.") % {"own": Ore(now.own)}
        )
    return said


def _of_nothing(found: MoneyYear) -> list[str]:
    if not found.expected:
        return [_("No money is granted for the year.")]
    amount = sum(ore for ore, _reference in found.expected)
    return [
        _("%(amount)s is expected for the year. Nothing is decided yet.") % {"amount": Ore(amount)}
    ]


def _what_comes(found: MoneyYear, on: date) -> list[str]:
    """Say what will be left, or what has become of what was."""
    now, said = found.now, []
    ahead = [one.forecast(on) for one in found.tranches]
    told = [one for one in ahead if one is not None]
    if told:
        left = Forecast(0, 0, *(sum(getattr(f, name) for f in told) for name in _LEFT))
        values = {name: _about(getattr(left, name)) for name in _LEFT}
        if left.high:
            said.append(
                _("At the same pace %(left)s will be left (between %(low)s and %(high)s).") % values
            )
            said.append(
                _("It is repaid, unless a decision or the government lets it be used later.")
            )
        else:
            said.append(_("At the same pace all of it will be used."))
    if any(one.phase is not Phase.OPEN for one in found.tranches) and now.unspent:
        values = {
            "unspent": Ore(now.unspent), "repaid": Ore(now.repaid),
            "retained": Ore(now.retained), "undecided": Ore(now.undecided),
        }  # fmt: skip
        text = _("%(unspent)s was unspent: %(repaid)s is repaid and %(retained)s retained.")
        if now.undecided:
            text = _(
                "%(unspent)s was unspent: %(repaid)s is repaid, %(retained)s retained, and"
                " %(undecided)s waits for a decision."
            )
        said.append(text % values)
    return said


_LEFT = ("left", "low", "high")
_THOUSAND = 1_000 * 100


def _about(ore: int) -> Ore:
    """Return an amount to the nearest thousand kronor: a forecast knows no better."""
    return Ore(round(ore / _THOUSAND) * _THOUSAND)


def figures(tranche: TrancheRow) -> list[tuple[Figure, int]]:
    """Return the figures that are shown of a tranche; each equals the rows behind it."""
    found = [(figure, value_of(tranche.rows, figure)) for figure in Figure]
    sides = (Figure.UNDECIDED, Figure.ADVANCED)
    return [
        (figure, value)
        for figure, value in found
        if figure in ALWAYS or (value > 0 if figure in sides else value)
    ]


def picture_of_years(found: MoneyYear) -> SafeString:
    """Draw each year as a bar: what was claimed as its frame, used, repaid and retained in it."""
    rows = [
        Stack(str(year), now.available, _parts(now)) for year, now in sorted(found.by_year.items())
    ]
    if not rows:
        return mark_safe("")
    said = _(
        "Claimed and kept money is a frame, used is filled, repaid is dashed, retained dotted."
    )
    told = [
        _("%(year)s: %(used)s of %(available)s used, %(repaid)s repaid.")
        % {
            "year": year, "used": Ore(now.used), "available": Ore(now.available),
            "repaid": Ore(now.repaid),
        }
        for year, now in sorted(found.by_year.items())
    ]  # fmt: skip
    name = Words(_("Money year by year"), " ".join([said, *told]))
    return mark_safe(stacks(rows, name, "years"))  # noqa: S308 — escaped where it is made


def _parts(now: Standing) -> Sequence[tuple[str, int]]:
    return (
        ("used", now.used), ("repaid", now.repaid), ("retained", now.retained), ("over", now.own),
    )  # fmt: skip


def picture_of_year(found: MoneyYear, on: date) -> SafeString:
    """Draw the year's running sum: what is used, the pace carried on, and an even pace."""
    if not found.tranches or not found.now.available:
        return mark_safe("")
    first = min(one.first for one in found.tranches)
    last = max(one.last for one in found.tranches)
    months = months_between(first, last)
    spent = [sum(one.costs.get(month, 0) for one in found.tranches) for month in months]
    over = sum(month <= on.replace(day=1) for month in months)
    done, total = [], 0
    for amount in spent[:over]:
        total += amount
        done.append(total)
    told = [f for f in (one.forecast(on) for one in found.tranches) if f is not None]
    rate = sum(one.rate for one in told)
    ahead = [total + rate * n for n in range(1, len(months) - over + 1)] if told else []
    said = _("The thick line is what is used, the thin one an even pace.")
    if ahead:
        said += " " + _("The dashed one is the pace so far carried on.")
    name = Words(_("Used through the year"), said)
    return mark_safe(running(done, ahead, found.now.available, name, "year"))  # noqa: S308


def checks(found: MoneyYear, on: date) -> list[str]:
    """Return what would stop a report, or should be looked at; nothing where nothing is."""
    said = []
    if found.waiting:
        said.append(_("%(count)s entries wait to be attested.") % {"count": len(found.waiting)})
    now = found.now
    if now.with_provider < 0:
        said.append(
            _("Providers have used %(amount)s more than they have got.")
            % {"amount": Ore(-now.with_provider)}
        )
    closed = [one for one in found.tranches if on > one.last]
    held = sum(max(one.now.with_provider, 0) for one in closed)
    if held:
        said.append(
            _("Providers hold %(amount)s of a period that is over.") % {"amount": Ore(held)}
        )
    own = [row for row in found.rows if row.kind is Kind.OWN and row.in_force]
    if own:
        said.append(
            _("%(count)s costs are own money: outside purpose, period or the money claimed.")
            % {"count": len(own)}
        )
    return said


def rows_csv(rows: Iterable[tuple[EntryRow, int]]) -> str:
    """Return entries as a file for a spreadsheet, each with what it adds to the figure."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Entry"), _("What"), _("From"), _("Until"), _("Unit"), _("Type of cost"),
         _("Amount, kr"), _("Voucher or reference"), _("About"), _("Registered by"),
         _("Attested by"), _("State"),
         _("Why own money")]
    )  # fmt: skip
    for row, amount in rows:
        writer.writerow(
            [
                row.number, words.KINDS[row.kind], row.first, row.last, _safe(row.unit),
                words.COST_TYPES[row.cost_type] if row.cost_type else "", plain(amount),
                _safe(row.reference), _safe(row.text), _safe(row.registrar), _safe(row.attester),
                words.STATES[row.state], why_own(row),
            ]
        )  # fmt: skip
    return out.getvalue()


def why_own(row: EntryRow) -> str:
    """Say why a cost is own money, in words of its own."""
    return str(words.WHY_OWN[row.why]) if row.why else ""


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def sites_csv(found: Iterable[SiteMoney]) -> str:
    """Return sites' years in sums as a file for a spreadsheet, in kronor."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    shown = (Figure.GRANTED, Figure.CLAIMED, Figure.RECEIVED, Figure.USED, Figure.UNDECIDED,
             Figure.REPAID, Figure.RETAINED)  # fmt: skip
    writer.writerow([_("Site"), _("Year"), *(words.FIGURES[figure] for figure in shown)])
    for one in found:
        amounts = [plain(getattr(one.now, figure.value)) for figure in shown]
        writer.writerow([_safe(one.site), one.year, *amounts])
    return out.getvalue()


def fault_text(fault: Fault) -> str:
    """Say what is wrong with a row of a file, and where."""
    said = reason_text(fault.reason)
    return _("Row %(row)s: %(what)s") % {"row": fault.place, "what": said} if fault.place else said
