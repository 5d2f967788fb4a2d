"""Agreements: what is in force, each agreement with its versions, steps, duties and paper."""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.models import Unit
from hembesok.access.services.trail import note
from hembesok.agreements import queries
from hembesok.agreements.models import Agreement, Case, Duty
from hembesok.agreements.queries import AgreementPage
from hembesok.agreements.rules.acting import READERS, WRITERS, why_not_by
from hembesok.agreements.rules.agreements import BY_DECIDERS, WARN_DAYS, Step, Terms
from hembesok.agreements.rules.cases import Act
from hembesok.agreements.services import agreements as services
from hembesok.documents.content import MissingLetter
from hembesok.documents.word import TemplateProblem
from hembesok.values.refusals import Reason, Refusal
from hembesok.web.forms_agreements import (
    AgreementForm,
    DutyDoneForm,
    DutyForm,
    PriceForm,
    RowsOf,
    StepForm,
)
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.papers.agreeing import agreement as paper_of
from hembesok.web.papers.files import KINDS, download, problem_text
from hembesok.web.people import act_page
from hembesok.web.standing import standing_words
from hembesok.web.words_agreements import STEPS
from hembesok.web.writing import done

AHEAD: Final = timedelta(days=WARN_DAYS)
"""How long before its day a duty is a task."""


@for_roles(*READERS)
@require_safe
def agreements(request: StaffRequest) -> HttpResponse:
    """Whoever reads agreements sees what is in force, what is to be reported, and every case."""
    actor = request.actor
    note(actor, "agreements.read", f"site:{request.assignment.site.key}")
    return render(
        request,
        "web/agreements.html",
        {
            "on": actor.on,
            "standing": standing_words(actor),
            "agreements": queries.agreements(actor),
            "cases": queries.cases(actor),
            "duties": _duties(request),
            "may_write": actor.role in WRITERS,
        },
    )


def _duties(request: StaffRequest) -> list[tuple[queries.DutyRow, bool]]:
    on = request.actor.on
    return [
        (row, row.late(on)) for row in queries.open_duties(request.actor.site, until=on + AHEAD)
    ]


def _page(request: StaffRequest, number: int, action: str = "agreement.read") -> AgreementPage:
    found = queries.agreement_page(request.actor, number)
    if found is None:
        raise Http404
    note(request.actor, action, f"agreement:{number}")
    return found


@for_roles(*READERS)
@require_safe
def agreement(request: StaffRequest, agreement: int) -> HttpResponse:
    """One agreement: how it stands, what comes next, its parts, its duties, its versions."""
    page = _page(request, agreement)
    role = request.actor.role
    return render(
        request,
        "web/agreement.html",
        {
            "on": request.actor.on,
            "page": page,
            "clauses": [(key, text) for key, text in page.last.terms.clauses.items()],
            "duties": [(row, row.late(request.actor.on)) for row in page.duties],
            "may": [s for s in page.may if not why_not_by(role, decides=s in BY_DECIDERS)],
            "may_write": role in WRITERS and not page.last.when(Step.END),
            "may_do": role in WRITERS,
        },
    )


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_agreement(request: StaffRequest) -> HttpResponse:
    """Staff draw up an agreement between two units."""
    units = list(Unit.objects.select_related("organisation").order_by("organisation__name", "name"))
    form = AgreementForm(request.POST or None, cases=queries.cases(request.actor), units=units)
    return _write(request, form, None)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def write_agreement(request: StaffRequest, agreement: int) -> HttpResponse:
    """Staff write a new version; the one in force holds until both have signed the new one."""
    page = _page(request, agreement)
    form = AgreementForm(
        request.POST or None, cases=queries.cases(request.actor), units=None,
        initial=AgreementForm.filled(page),
    )  # fmt: skip
    return _write(request, form, page)


def _write(request: StaffRequest, form: AgreementForm, page: AgreementPage | None) -> HttpResponse:
    data = request.POST or None
    terms = page.last.terms if page else None
    prices = RowsOf(
        PriceForm, "price", data, [PriceForm.filled(one) for one in terms.prices] if terms else ()
    )
    duties = RowsOf(
        DutyForm, "duty", data, [DutyForm.filled(one) for one in terms.duties] if terms else ()
    )
    made: list[int] = []
    if all([form.is_valid(), prices.is_valid(), duties.is_valid()]) and done(
        form, lambda: made.append(_save(request, form, prices, duties, page))
    ):
        messages.success(request, _("The agreement is saved."))
        return redirect("agreement", made[0])
    every = [form, *prices.rows, *duties.rows]
    wrong = data is not None
    context = {
        "on": request.actor.on, "page": page, "form": form, "prices": prices, "duties": duties,
        "wrong": [one for one in every if one.errors] if wrong else (),
        "clauses": [form[name] for name in form.fields if name.startswith("clause-")],
        "head": [form[name] for name in form.fields
                 if not name.startswith("clause-") and name != "command"],
    }  # fmt: skip
    return render(request, "web/agreement_form.html", context, status=422 if wrong else 200)


def _save(
    request: StaffRequest,
    form: AgreementForm,
    prices: RowsOf[PriceForm],
    duties: RowsOf[DutyForm],
    page: AgreementPage | None,
) -> int:
    """Write the agreement and return its key. Raises Refusal."""
    found, actor = form.cleaned_data, request.actor
    case = Case.objects.filter(site=actor.site, pk=found["case"] or 0).first()
    try:
        terms: Terms = form.terms(prices, duties)
    except ValueError:
        raise Refusal(Reason("two_prices_of_a_year")) from None
    if page is not None:
        stored = Agreement.objects.get(pk=page.pk)
        services.write_anew(stored, terms, case=case, by=actor, command=form.pressed)
        return page.pk
    units = Unit.objects.in_bulk([int(found["commissioner"]), int(found["provider"])])
    return services.draw_up(
        request.assignment.site, terms, title=found["title"],
        commissioner=units[int(found["commissioner"])], provider=units[int(found["provider"])],
        case=case, by=actor, command=form.pressed,
    ).pk  # fmt: skip


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_agreement(request: StaffRequest, agreement: int, act: str) -> HttpResponse:
    """Staff press one of what may be done with an agreement."""
    page = _page(request, agreement)
    if act not in list(Step):
        raise Http404
    step = Step(act)
    form = StepForm(
        request.POST or None, step=step, may_sign=_may_sign(request, page), on=request.actor.on
    )
    stored = Agreement.objects.get(pk=page.pk)
    if form.is_valid() and done(form, lambda: services.take(
        stored, form.done(request.actor.staff), by=request.actor, command=form.pressed
    )):  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("agreement", page.pk)
    return act_page(request, back=_back(page), form=form, title=str(STEPS[step]), button=_("Save"))


def _may_sign(request: StaffRequest, page: AgreementPage) -> list[str]:
    case = queries.case_page(request.actor, page.case[0]) if page.case else None
    return [did.whom for did in case.done if did.act is Act.AUTHORISE] if case else []


def _back(page: AgreementPage) -> tuple[str, str]:
    return reverse("agreement", args=[page.pk]), page.title


@for_roles(*READERS)
@require_safe
def agreement_paper(request: StaffRequest, agreement: int, version: int, form: str) -> HttpResponse:
    """Staff download a version of an agreement, as PDF or as Word."""
    page = _page(request, agreement, "agreement.paper_made")
    if not 0 < version <= len(page.versions) or form not in KINDS:
        raise Http404
    try:
        return download(paper_of(page, page.versions[version - 1], written=""), form)
    except (MissingLetter, TemplateProblem) as problem:
        return act_page(
            request, back=_back(page), title=page.title, form=None, refused=problem_text(problem)
        )


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def do_duty(request: StaffRequest, duty: int) -> HttpResponse:
    """Staff write that something is reported."""
    mine = Duty.objects.filter(version__agreement__site=request.actor.site)
    found = get_object_or_404(mine.select_related("version__agreement"), pk=duty)
    form = DutyDoneForm(request.POST or None, initial={"day": f"{request.actor.on}"})
    if form.is_valid() and done(form, lambda: services.do_duty(
        found, day=form.cleaned_data["day"], by=request.actor
    )):  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("agreement", found.version.agreement_id)
    back = reverse("agreement", args=[found.version.agreement_id]), found.version.agreement.title
    return act_page(request, back=back, form=form, title=found.what, button=_("Save"))
