"""Money, read: a year, the rows behind a figure, what waits, what was decided, the year's end."""

from collections import defaultdict
from datetime import date
from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hembesok.access.rules.roles import Role
from hembesok.funding.queries import (
    MoneyYear,
    TrancheRow,
    history,
    money_year,
    sites_money,
    tasks_of,
    unit_costs,
)
from hembesok.funding.rows import EntryRow, Figure, rows_behind
from hembesok.funding.rules.deciding import READERS, WRITERS
from hembesok.funding.rules.ledger import Kind, Phase
from hembesok.web import money as as_shown
from hembesok.web import words_money as words
from hembesok.web.forms_money import YEARS
from hembesok.web.gate import StaffRequest, for_roles

MOST_SHOWN: Final = 10
A_PAGE: Final = 200
OPEN_ACTS: Final = (Kind.COST, Kind.CLAIMED, Kind.RECEIVED, Kind.TRANSFERRED, Kind.RETURNED)
CLOSED_ACTS: Final = (Kind.REPAID, Kind.RECEIVED, Kind.RETURNED)


def year_of(request: StaffRequest) -> int:
    """Return the year that is asked for, today's where none is. Raises Http404."""
    asked = request.GET.get("year", "")
    if not asked:
        return request.actor.on.year
    if not (asked.isascii() and asked.isdigit()) or not YEARS[0] <= int(asked) <= YEARS[1]:
        raise Http404
    return int(asked)


@for_roles(*READERS)
@require_safe
def money(request: StaffRequest) -> HttpResponse:
    """Whoever keeps the site's money sees a year: a sentence, a picture, the figures, the costs."""
    actor, found = request.actor, money_year(request.actor, year_of(request))
    costs = [row for row in found.rows if row.kind in (Kind.COST, Kind.OWN)]
    writes = actor.role in WRITERS
    context = {
        **_head(request, found),
        "sentences": as_shown.sentences(found, actor.on),
        "years_picture": as_shown.picture_of_years(found),
        "year_picture": as_shown.picture_of_year(found, actor.on),
        "tranches": [(one, as_shown.figures(one), _acts(one, writes)) for one in found.tranches],
        "costs": costs[:MOST_SHOWN],
        "cost_count": len(costs),
        "checks": as_shown.checks(found, actor.on),
        "tasks": tasks_of(found.tranches, actor.on),
        "unit_costs": unit_costs(actor, found) if actor.role is Role.COORDINATOR else None,
    }
    return render(request, "web/money.html", context)


def _head(request: StaffRequest, found: MoneyYear) -> dict[str, object]:
    return {
        "on": request.actor.on,
        "year": found.year,
        "years": found.years,
        "found": found,
        "may_write": request.actor.role in WRITERS,
    }


def _acts(tranche: TrancheRow, writes: bool) -> list[tuple[Kind, str]]:
    """Return what can be written of a tranche now, the most common first."""
    if not writes:
        return []
    kinds = OPEN_ACTS if tranche.phase is Phase.OPEN else CLOSED_ACTS
    return [(kind, str(words.ACTS[kind][0])) for kind in kinds]


@for_roles(*READERS)
@require_safe
def rows(request: StaffRequest, figure: str) -> HttpResponse:
    """The rows that a figure is made of: as many, and adding up to it."""
    found = money_year(request.actor, year_of(request))
    tranche = request.GET.get("tranche", "")
    chosen = [row for row in found.rows if not tranche or str(row.tranche) == tranche]
    behind, title = _behind(chosen, figure)
    unit = request.GET.get("unit", "")
    if unit:
        behind = [(row, amount) for row, amount in behind if str(row.unit_key) == unit]
    if "csv" in request.GET:
        return as_file(as_shown.rows_csv(behind), f"money-{found.year}-{figure}")
    page = Paginator(behind, A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        **_head(request, found),
        "title": title,
        "page": page,
        "count": len(behind),
        "total": sum(amount for _row, amount in behind),
        "query": asked.urlencode(),
    }
    return render(request, "web/money_rows.html", context)


def _behind(rows: list[EntryRow], figure: str) -> tuple[list[tuple[EntryRow, int]], str]:
    """Return the rows of a figure with what each adds, and its name. Raises Http404."""
    match figure:
        case "all":
            return [(row, row.counted) for row in rows], _("All entries")
        case "waiting":
            waiting = [(row, row.counted) for row in rows if row.state == "waiting"]
            return waiting, _("Waits to be attested")
        case "costs":
            costs = [row for row in rows if row.kind in (Kind.COST, Kind.OWN)]
            return [(row, row.counted) for row in costs], _("All costs")
    try:
        asked = Figure(figure)
    except ValueError:
        raise Http404 from None
    return rows_behind(rows, asked), str(words.FIGURES[asked])


def as_file(text: str, name: str) -> HttpResponse:
    """Answer with a file for a spreadsheet."""
    # The mark at the start tells spreadsheets that it is UTF-8.
    answer = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@for_roles(*READERS)
@require_safe
def decisions(request: StaffRequest) -> HttpResponse:
    """What was decided before and beside the ledger: mandate, choice, grants, what is expected."""
    context = {
        "on": request.actor.on,
        "history": history(request.actor),
        "may_write": request.actor.role in WRITERS,
    }
    return render(request, "web/money_decisions.html", context)


@for_roles(*READERS)
@require_safe
def year_end(request: StaffRequest) -> HttpResponse:
    """The year's end: each tranche on the balance day, budget and outcome, dates to keep."""
    found = money_year(request.actor, year_of(request))
    closes = date(found.year, 12, 31)
    earlier = [
        one for year in found.years if year < found.year
        for one in money_year(request.actor, year).tranches
    ]  # fmt: skip
    context = {
        **_head(request, found),
        "closes": closes,
        "positions": [(one, one.position(closes)) for one in (*earlier, *found.tranches)],
        "budgets": [(one, _budget(one)) for one in found.tranches],
        "tasks": tasks_of(found.tranches, request.actor.on),
    }
    return render(request, "web/money_year_end.html", context)


def _budget(one: TrancheRow) -> list[tuple[str, int, int, list[tuple[date, int, int]]]]:
    """Return budget and outcome of each type of cost: in all, and month by month."""
    spent: dict[tuple[str, date], int] = defaultdict(int)
    for row in one.rows:
        if row.kind is Kind.COST and row.in_force:
            spent[row.cost_type, row.last.replace(day=1)] += row.counted
    lines = []
    for cost_type in sorted({of for of, _month in (*one.budget, *spent)}):
        months = sorted({m for of, m in (*one.budget, *spent) if of == cost_type})
        told = [(m, one.budget.get((cost_type, m), 0), spent[cost_type, m]) for m in months]
        planned, used = sum(p for _m, p, _u in told), sum(u for _m, _p, u in told)
        lines.append((cost_type, planned, used, told))
    return lines


@for_roles(Role.STATE_CASE_OFFICER)
@require_safe
def sites(request: StaffRequest) -> HttpResponse:
    """The state's case officer sees each site's years in sums, and no row of any of them."""
    found = sites_money(request.actor)
    if "csv" in request.GET:
        return as_file(as_shown.sites_csv(found), "money-sites")
    return render(request, "web/money_sites.html", {"on": request.actor.on, "found": found})
