"""Money, written: each act is a form, a service and a way back to the year it belongs to."""

from collections.abc import Callable, Sequence
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hembesok.funding.models import Application, Entry, Request
from hembesok.funding.queries import TrancheRow, known_rows, tranches_of, units_of, waiting_rows
from hembesok.funding.rows import EntryRow
from hembesok.funding.rules.bringing import Chosen, Fault, Read, as_known, read_csv, read_sie
from hembesok.funding.rules.deciding import READERS, WRITERS, Milestone, StepKind
from hembesok.funding.rules.ledger import Kind
from hembesok.funding.rules.year_end import compare
from hembesok.funding.services import bringing, ending, granting, writing
from hembesok.funding.services.bringing import Brought, Sent
from hembesok.values.refusals import Refusal
from hembesok.web import money as as_shown
from hembesok.web import words_money as words
from hembesok.web.filled import page
from hembesok.web.forms_money import (
    AnswerForm,
    AskForm,
    BackForm,
    BudgetForm,
    CostFileForm,
    EntryForm,
    ExpectationForm,
    GrantForm,
    MilestoneForm,
    ShareForm,
    StepForm,
)
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.people import act_page
from hembesok.web.words import reason_text
from hembesok.web.writing import done

WRITTEN_BY_FORM: Final = {kind.value: kind for kind in (Kind(key) for key in words.ACTS)}
MOST_FAULTS: Final = 200
MOST_ATTESTED: Final = 500
"""Entries on one page: a browser may send no more than a thousand fields."""
_METHODS = require_http_methods(["GET", "HEAD", "POST"])


def tranche_of(request: StaffRequest, number: int) -> TrancheRow:
    """Return a tranche of the site. Raises Http404."""
    found = tranches_of(request.actor, number=number)
    if not found:
        raise Http404
    return found[0]


def _to(year: int) -> str:
    return f"{reverse('money')}?year={year}"


def back_to(one: TrancheRow) -> tuple[str, str]:
    """Return the address and the name of the page a tranche stands on."""
    return _to(one.year), _("Money %(year)s") % {"year": one.year}


def _act(
    request: StaffRequest,
    form: forms.Form,
    write: Callable[[], object],
    *,
    back: tuple[str, str],
    title: str,
    **more: object,
) -> HttpResponse:
    """Show a form, or write it and go back with a receipt in the words of its heading."""
    if form.is_valid() and done(form, write):
        messages.success(request, _("%(what)s: done.") % {"what": title})
        return redirect(back[0])
    return act_page(
        request, back=back, title=title, form=form, button=str(more.pop("button", title)), **more
    )


@for_roles(*WRITERS)
@_METHODS
def new_entry(request: StaffRequest, tranche: int, act: str) -> HttpResponse:
    """Economist or manager writes an entry of the ledger."""
    kind = WRITTEN_BY_FORM.get(act)
    if kind is None:
        raise Http404
    one = tranche_of(request, tranche)
    form = EntryForm(
        request.POST or None, kind=kind, tranche=one, units=_units(request, one.recipient_key)
    )
    title, lead = words.ACTS[kind]
    return _act(
        request, form,
        lambda: writing.write(one.number, form.entry, key=form.once, by=request.actor),
        back=back_to(one), title=str(title), lead=[str(lead), _about(one)],
    )  # fmt: skip


def _about(one: TrancheRow) -> str:
    return _("%(grant)s, %(reference)s, for %(recipient)s.") % {
        "grant": one.grant, "reference": one.reference, "recipient": one.recipient,
    }  # fmt: skip


def _units(request: StaffRequest, *also: int) -> list[tuple[int, str]]:
    return units_of(request.actor.site, request.actor.unit, *also)


@for_roles(*WRITERS)
@_METHODS
def new_grant(request: StaffRequest) -> HttpResponse:
    """Economist or manager writes a decision that grants a year's money."""
    form = GrantForm(request.POST or None, units=_units(request), year=request.actor.on.year)
    return _act(
        request, form,
        lambda: granting.grant(
            form.decision, form.tranche, form.recipient, key=form.once, by=request.actor
        ),
        back=(reverse("money-decisions"), _("Decisions about money")),
        title=_("Register a grant decision"),
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def new_milestone(request: StaffRequest) -> HttpResponse:
    """Economist or manager writes the mandate, the choice of the site or the evaluator."""
    form = MilestoneForm(request.POST or None)
    return _act(
        request, form, lambda: _reach(form, request),
        back=(reverse("money-decisions"), _("Decisions about money")),
        title=_("Register a mandate, a choice or an engagement"),
    )  # fmt: skip


def _reach(form: MilestoneForm, request: StaffRequest) -> object:
    found = form.cleaned_data
    return granting.reach_milestone(
        Milestone(found["kind"]), by_whom=found["by_whom"], starts=found["starts"],
        ends=found["ends"], reference=found["reference"], text=found["text"], key=form.once,
        by=request.actor,
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def new_expectation(request: StaffRequest) -> HttpResponse:
    """Economist or manager writes what is expected and not decided."""
    form = ExpectationForm(request.POST or None)
    return _act(
        request, form,
        lambda: granting.expect(
            form.cleaned_data["year"], form.ore, reference=form.cleaned_data["reference"],
            key=form.once, by=request.actor,
        ),
        back=(reverse("money-decisions"), _("Decisions about money")),
        title=_("Register what is expected"),
        lead=[_("What is expected is in no sum until it is decided.")],
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def new_share(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager writes how much of a tranche is meant for a unit."""
    one = tranche_of(request, tranche)
    form = ShareForm(request.POST or None, units=_units(request, one.recipient_key))
    return _act(
        request, form,
        lambda: granting.share(
            one.number, form.of_unit, form.ore, decision=form.cleaned_data["decision"],
            key=form.once, by=request.actor,
        ),
        back=back_to(one), title=_("Decide a unit's share"), lead=[_about(one)],
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def new_budget(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager plans what a type of cost may be each month."""
    one = tranche_of(request, tranche)
    form = BudgetForm(request.POST or None, tranche=one)
    return _act(
        request, form,
        lambda: granting.plan_budget(one.number, form.lines(), by=request.actor),
        back=back_to(one), title=_("Plan the budget"),
        lead=[_about(one), _("The dearest month tells by when hiring must begin.")],
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def report(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager writes that the use of the money was reported."""
    one = tranche_of(request, tranche)
    form = StepForm(request.POST or None, review=False)
    return _act(
        request, form,
        lambda: ending.report(
            one.number, day=form.cleaned_data["day"], reference=form.cleaned_data["reference"],
            key=form.once, by=request.actor,
        ),
        back=back_to(one), title=_("Register the report"),
        lead=[_about(one), _("After the report no more costs are written.")],
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def review(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager writes what the state agency's review came to."""
    one = tranche_of(request, tranche)
    form = StepForm(request.POST or None, review=True)
    return _act(
        request, form,
        lambda: ending.review(
            one.number, StepKind(form.cleaned_data["kind"]), day=form.cleaned_data["day"],
            reference=form.cleaned_data["reference"], key=form.once, by=request.actor,
        ),
        back=back_to(one), title=_("Register the review"), lead=[_about(one)],
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def retain(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager writes an application to retain unspent money."""
    one = tranche_of(request, tranche)
    form = AskForm(request.POST or None)
    return _act(
        request, form,
        lambda: ending.apply_to_retain(
            one.number, form.ore, asked=form.cleaned_data["asked"],
            reference=form.cleaned_data["reference"], key=form.once, by=request.actor,
        ),
        back=back_to(one), title=_("Ask to retain unspent money"),
        lead=[_about(one), _("It is no right: the answer may be no, and the money is repaid.")],
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def request_anew(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager writes that the state agency asks the government for repaid money."""
    one = tranche_of(request, tranche)
    form = AskForm(request.POST or None, year=one.year + 3)
    return _act(
        request, form,
        lambda: ending.request_anew(
            one.number, form.ore, year=form.cleaned_data["year"],
            asked=form.cleaned_data["asked"], reference=form.cleaned_data["reference"],
            key=form.once, by=request.actor,
        ),
        back=back_to(one), title=_("Register the state agency's request"),
        lead=[_about(one), _("The agency asks the government; we write down what it answers.")],
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def answer_application(request: StaffRequest, asked: int) -> HttpResponse:
    """The answer to an application; a yes is the manager's to write."""
    found = Application.objects.within_reach_of(request.actor).filter(pk=asked).first()
    if found is None:
        raise Http404
    one = tranche_of(request, found.tranche_id)
    form = AnswerForm(request.POST or None, before=one, year=one.year + 1)
    return _act(
        request, form,
        lambda: ending.answer_application(asked, form.new, by=request.actor),
        back=back_to(one), title=_("Register the answer"),
        lead=[_about(one), _("A yes retains the money in a new year; the manager writes it.")],
    )  # fmt: skip


@for_roles(*WRITERS)
@_METHODS
def answer_request(request: StaffRequest, asked: int) -> HttpResponse:
    """The government's answer; a yes makes a new year and may move the project's end."""
    found = Request.objects.within_reach_of(request.actor).filter(pk=asked).first()
    if found is None:
        raise Http404
    one = tranche_of(request, found.tranche_id)
    form = AnswerForm(request.POST or None, before=one, year=found.year)
    lead = _(
        "A yes makes a new year of at most what was repaid, and moves the project's end with it;"
        " the manager writes it."
    )
    return _act(
        request, form,
        lambda: ending.answer_request(asked, form.new, by=request.actor),
        back=back_to(one), title=_("Register the government's answer"), lead=[_about(one), lead],
    )  # fmt: skip


@for_roles(*READERS)
@_METHODS
def entry(request: StaffRequest, entry: int) -> HttpResponse:
    """One entry: what it says, who stands for it; attest it, or take it back."""
    one, row = entry_of(request, entry)
    writes = request.actor.role in WRITERS
    form = BackForm(request.POST if request.POST.get("do") == "back" else None)
    attesting = forms.Form(request.POST if request.POST.get("do") == "attest" else None)
    if writes and attesting.is_valid():
        if done(attesting, lambda: writing.attest(entry, by=request.actor)):
            messages.success(request, _("The entry is attested."))
            return redirect("money-entry", entry)
    elif writes and form.is_valid() and done(form, lambda: _take_back(form, entry, request)):
        messages.success(request, _("The entry is taken back."))
        return redirect("money-entry", entry)
    context = {
        "on": request.actor.on,
        "row": row,
        "tranche": one,
        "back": back_to(one),
        "form": form,
        "attesting": attesting,
        "may_attest": writes and row.state == "waiting"
        and row.registrar_key != request.actor.staff,
        "may_write": writes,
        "may_take_back": writes and row.state in ("", "waiting") and not row.takes_back,
    }  # fmt: skip
    return page(request, "web/money_entry.html", context, form, attesting)


def entry_of(request: StaffRequest, number: int) -> tuple[TrancheRow, EntryRow]:
    """Return an entry of the site with its tranche. Raises Http404."""
    found = Entry.objects.within_reach_of(request.actor).filter(pk=number).first()
    if found is None:
        raise Http404
    one = tranche_of(request, found.tranche_id)
    return one, next(row for row in one.rows if row.number == number)


def _take_back(form: BackForm, entry: int, request: StaffRequest) -> object:
    why = form.cleaned_data["why"]
    return writing.take_back(entry, why=why, key=form.once, by=request.actor)


@for_roles(*WRITERS)
@_METHODS
def attest(request: StaffRequest) -> HttpResponse:
    """What waits for a second person: economist or manager attests what others wrote."""
    every = waiting_rows(request.actor)
    waiting = every[:MOST_ATTESTED]
    mine = {row.number for _year, row in waiting if row.registrar_key == request.actor.staff}
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        open_to_me = {row.number for _year, row in waiting} - mine
        ticked = set(request.POST.getlist("entry"))
        picked = [number for number in open_to_me if str(number) in ticked]
        if not picked:
            form.add_error(None, _("Choose at least one entry that somebody else wrote."))
        elif done(form, lambda: writing.attest_all(picked, by=request.actor)):
            said = ngettext(
                "%(count)s entry is attested.", "%(count)s entries are attested.", len(picked)
            )
            messages.success(request, said % {"count": len(picked)})
            return redirect("money-attest")
    context = {
        "on": request.actor.on, "waiting": waiting, "count": len(every), "mine": mine,
        "form": form,
    }  # fmt: skip
    return page(request, "web/money_attest.html", context, form)


@for_roles(*WRITERS)
@_METHODS
def bring_in(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager brings in a file of costs: all of it, or what is wrong with it."""
    one = tranche_of(request, tranche)
    form = CostFileForm(request, units=_units(request, one.recipient_key))
    brought = Brought()
    if form.is_valid():
        try:
            brought = bringing.bring_in(
                one.number, _sent(form), form.of_unit, own=form.cleaned_data["own"],
                key=form.cleaned_data["key"], by=request.actor,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, reason_text(refusal.reason))
        else:
            if not brought.faults:
                messages.success(request, _what_came(brought))
                return redirect(_to(one.year))
            form.add_error(None, _("Mend these rows and send the file again."))
    return _file_page(request, one, form, title=_("Bring in costs"), faults=brought.faults)


def _file_page(
    request: StaffRequest,
    one: TrancheRow,
    form: CostFileForm,
    *,
    title: str,
    faults: Sequence[Fault],
    **more: object,
) -> HttpResponse:
    said = [as_shown.fault_text(fault) for fault in faults[:MOST_FAULTS]]
    context = {
        "on": request.actor.on, "tranche": one, "back": back_to(one), "form": form, "title": title,
        "faults": said, "fault_count": len(faults), "types": words.FILE_WORDS,
        **more,
    }  # fmt: skip
    return page(request, "web/money_file.html", context, form)


def _sent(form: CostFileForm) -> Sent:
    found = form.cleaned_data
    content = found["file"].read()
    if content.lstrip()[:1] in (b"#", b"<") or found["object"]:
        chosen = Chosen(found["dimension"], found["object"].strip(), found["accounts"])
        return Sent(
            "sie", content, f"{chosen.dimension} {chosen.object}", read_sie(content, chosen)
        )
    return Sent("csv", content, "", read_csv(content, words.FILE_WORDS))


def _what_came(brought: Brought) -> str:
    said = ngettext(
        "%(count)s cost is written and waits to be attested.",
        "%(count)s costs are written and wait to be attested.",
        brought.added,
    ) % {"count": brought.added}
    if brought.known:
        said += " " + _("%(count)s were known already.") % {"count": brought.known}
    if brought.own:
        said += " " + _("%(count)s are own money.") % {"count": brought.own}
    return said


@for_roles(*WRITERS)
@_METHODS
def compare_file(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager sees the bookkeeping's total beside the ledger's, and what differs."""
    one = tranche_of(request, tranche)
    form = CostFileForm(request, units=(), compare=True)
    compared, read = None, Read()
    if form.is_valid():
        sent = _sent(form)
        read = sent.read
        if read.faults:
            form.add_error(None, _("The file cannot be compared."))
        else:
            compared = compare(as_known(read.rows), known_rows(one.number, sent.chosen))
    return _file_page(
        request, one, form, title=_("Compare with the bookkeeping"), faults=read.faults,
        compared=compared, comparing=True,
    )  # fmt: skip
