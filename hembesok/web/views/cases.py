"""Cases: their list, the memorandum, each act, and the papers."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.services.trail import note
from hembesok.agreements import queries
from hembesok.agreements.models import Case
from hembesok.agreements.queries import CasePage
from hembesok.agreements.rules.acting import DECIDERS, READERS, WRITERS, why_not_by
from hembesok.agreements.rules.cases import BY_DECIDERS, Act, CaseState, why_not
from hembesok.agreements.services import cases as services
from hembesok.documents.content import Document, MissingLetter
from hembesok.documents.word import TemplateProblem
from hembesok.values.refusals import Refusal
from hembesok.web.forms_agreements import (
    ActForm,
    CaseForm,
    GoalForm,
    MemorandumForm,
    RowsOf,
    SumForm,
)
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.papers.archive import archive
from hembesok.web.papers.deciding import extract, memorandum
from hembesok.web.papers.files import KINDS, download, problem_text
from hembesok.web.people import act_page
from hembesok.web.words import reason_text
from hembesok.web.words_agreements import ACTS
from hembesok.web.writing import done


def _page(request: StaffRequest, number: int, action: str = "case.read") -> CasePage:
    """Return a case of the site, and note that it was read; raises Http404."""
    found = queries.case_page(request.actor, number)
    if found is None:
        raise Http404
    note(request.actor, action, f"case:{number}")
    return found


def _stored(page: CasePage) -> Case:
    return Case.objects.get(pk=page.pk)


@for_roles(*READERS)
@require_safe
def case(request: StaffRequest, case: int) -> HttpResponse:
    """Whoever reads cases sees how one stands, what comes next, and all that was done."""
    page = _page(request, case)
    return render(
        request,
        "web/case.html",
        {
            "on": request.actor.on,
            "page": page,
            "may": _may(request, page),
            "may_write": Act.WRITE in page.may and request.actor.role in WRITERS,
            "may_archive": page.state is CaseState.CLOSED and request.actor.role in DECIDERS,
            "may_measure": request.actor.role in WRITERS,
        },
    )


def _may(request: StaffRequest, page: CasePage) -> list[Act]:
    """Return the acts that this role may do next, except writing, which has a page of its own."""
    role = request.actor.role
    return [
        act
        for act in page.may
        if act is not Act.WRITE and not why_not_by(role, decides=act in BY_DECIDERS)
        and not _pointless(act, page)
    ]  # fmt: skip


def _pointless(act: Act, page: CasePage) -> bool:
    """Tell whether there is nothing left to do of an act that the state allows."""
    unsent, unanswered = page.waiting
    done = {did.act for did in page.done}
    return (
        (act is Act.DISPATCH and not unsent)
        or (act is Act.RECEIVE and not unanswered)
        or (act is Act.VERIFY and Act.VERIFY in done)
        or (act is Act.REPORT and (Act.DELEGATE not in done or Act.REPORT in done))
    )


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: StaffRequest) -> HttpResponse:
    """Staff press "New case"."""
    form = CaseForm(request.POST or None)
    made: list[Case] = []
    if form.is_valid() and done(form, lambda: made.append(_open(request, form))):
        return redirect("case", made[0].pk)
    return act_page(
        request, back=(reverse("agreements"), _("Agreements and decisions")), form=form,
        title=_("New case"), button=_("Open the case"),
    )  # fmt: skip


def _open(request: StaffRequest, form: CaseForm) -> Case:
    return services.open_case(
        request.assignment.site,
        registry_number=form.cleaned_data["registry_number"],
        title=form.cleaned_data["title"],
        by=request.actor,
        command=form.pressed,
    )


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def write_case(request: StaffRequest, case: int) -> HttpResponse:
    """Staff write the memorandum, finished or not; each save is a version that is kept."""
    page = _page(request, case)
    data = request.POST or None
    form = MemorandumForm(data, initial=_initial(request, page))
    text = page.text
    sums = RowsOf(SumForm, "sum", data, [SumForm.filled(one) for one in text.sums] if text else ())
    goals = RowsOf(
        GoalForm, "goal", data, [GoalForm.filled(one) for one in text.goals] if text else ()
    )
    if (
        all([form.is_valid(), sums.is_valid(), goals.is_valid()])
        and done(form, lambda: services.write_memorandum(
            _stored(page), form.text(sums, goals), by=request.actor, command=form.pressed
        ))
    ):  # fmt: skip
        messages.success(request, _("The memorandum is saved."))
        return redirect("case", page.pk)
    every = [form, *sums.rows, *goals.rows]
    wrong = data is not None
    context = {
        "on": request.actor.on, "page": page, "form": form, "sums": sums, "goals": goals,
        "wrong": [one for one in every if one.errors] if wrong else (),
    }  # fmt: skip
    return render(request, "web/memorandum.html", context, status=422 if wrong else 200)


def _initial(request: StaffRequest, page: CasePage) -> dict[str, object]:
    if page.text:
        return MemorandumForm.filled(page.text)
    return {"title": page.title, "day": f"{request.actor.on}", "signer": page.officer}


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def act_case(request: StaffRequest, case: int, act: str) -> HttpResponse:
    """Staff press one of what may be done with a case."""
    page, wanted = _page(request, case), _act(act)
    form = ActForm(request.POST or None, act=wanted, page=page, on=request.actor.on)
    if form.is_valid() and done(form, lambda: services.act(
        _stored(page), form.did, by=request.actor, command=form.pressed
    )):  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("case", page.pk)
    return act_page(
        request, back=_back(page), form=form, title=str(ACTS[wanted]), button=_("Save"),
        refused=_refused(request, page, wanted) if not form.is_bound else "",
    )  # fmt: skip


def _refused(request: StaffRequest, page: CasePage, act: Act) -> str:
    """Return why an act has no form: nothing that is written in it would help."""
    probe = ActForm(None, act=act, page=page, on=request.actor.on)
    whom = [choice for choice, _word in getattr(probe.fields.get("whom"), "choices", ())]
    wanted = ActForm.probe(act, request.actor.on, whom[0] if whom else "")
    reason = why_not(
        wanted, page.done, text=page.text, role=request.actor.role, on=request.actor.on
    )
    return reason_text(reason) if reason else ""


def _act(name: str) -> Act:
    if name not in list(Act) or name == Act.WRITE:
        raise Http404
    return Act(name)


def _back(page: CasePage) -> tuple[str, str]:
    return reverse("case", args=[page.pk]), page.registry_number


@for_roles(*READERS)
@require_safe
def case_paper(request: StaffRequest, case: int, paper: str, form: str) -> HttpResponse:
    """Staff download a paper of a case, as PDF or as Word."""
    page = _page(request, case, "case.paper_made")
    documents = papers_of(page)
    if paper not in documents or form not in KINDS:
        raise Http404
    try:
        return download(documents[paper], form)
    except (MissingLetter, TemplateProblem) as problem:
        return act_page(
            request, back=_back(page), title=documents[paper].title,
            form=None, refused=problem_text(problem),
        )  # fmt: skip


@for_roles(*DECIDERS)
@require_POST
def archive_case(request: StaffRequest, case: int) -> HttpResponse:
    """The manager presses "Make the archive package", and is given it as a file."""
    page = _page(request, case)
    try:
        made = archive(page, by=request.actor)
    except Refusal as refusal:
        return _not_made(page, request, reason_text(refusal.reason))
    except MissingLetter as problem:
        return _not_made(page, request, problem_text(problem))
    answer = HttpResponse(made, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="case-{page.pk}.zip"'
    return answer


def _not_made(page: CasePage, request: StaffRequest, why: str) -> HttpResponse:
    answer = act_page(
        request, back=_back(page), title=_("The archive package"), form=None, refused=why
    )
    answer.status_code = 422
    return answer


def papers_of(page: CasePage) -> dict[str, Document]:
    """Return the papers that a case has by now."""
    found: dict[str, Document] = {}
    if page.text is not None:
        found["memorandum"] = memorandum(page, page.text)
        if page.decision and page.verified:
            found["extract"] = extract(page, page.text, page.decision, page.verified)
    return found
