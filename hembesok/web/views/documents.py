"""What is documented of a visit: read it, add to it, choose between two versions of it."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hembesok.access.rules.roles import TEAM, VISITORS
from hembesok.access.rules.secrecy import OWNER
from hembesok.secrecy.queries import door
from hembesok.values.refusals import Refusal
from hembesok.visits.models import Block
from hembesok.visits.queries.documentation import BlockRow, VisitRow, visits_read
from hembesok.visits.queries.facts import facts_at, facts_of
from hembesok.visits.rules.documenting import Facts
from hembesok.visits.services.settling import FACTS, add, settle, settle_facts, why_not_choose
from hembesok.web import questionnaire as questions
from hembesok.web.filled import page
from hembesok.web.forms_documentation import AddendumForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.questionnaire import Questions
from hembesok.web.visit_page import (
    Shown,
    Writing,
    facts_lines,
    names_of,
    noted,
    place_of_request,
    shown,
    visit_lines,
    writing_of,
)
from hembesok.web.words import reason_text


@for_roles(*TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def doc_read(request: StaffRequest, ref: str, number: int, step: str) -> HttpResponse:
    """Staff read what is documented of a visit, and add to what their unit has signed."""
    family, place = place_of_request(request, ref, number, step)
    actor = request.actor
    rows = visits_read(place.visits, family, door(family, actor), actor, actor.on)
    block = _to_add_to(request, rows)
    form = AddendumForm(request.POST or None) if block else None
    if block and form is not None and form.is_valid() and _added(request, block, form):
        return redirect("doc-read", ref, number, step)
    noted(request, family, place, [block for row in rows for block in row.blocks])
    context = {
        "on": actor.on,
        "family": family,
        "child": place.child,
        "step": place.step,
        "rows": [(row, visit_lines(row), [shown(block) for block in row.blocks]) for row in rows],
        "form": form,
        "adding": block,
        "may_visit": actor.role in VISITORS,
        "may_transfer": actor.role in VISITORS
        and any(
            block.own and block.signed and OWNER.get(block.compartment) is actor.service
            for row in rows
            if row.withdrawn_at is None
            for block in row.blocks
        ),
    }
    return page(request, "web/doc_read.html", context, form)


def _to_add_to(request: StaffRequest, rows: tuple[VisitRow, ...]) -> BlockRow | None:
    """Return the signed part that is named, where the actor may add to it; raises Http404."""
    wanted = request.POST.get("add") or request.GET.get("add") or ""
    if not wanted:
        return None
    for block in (block for row in rows for block in row.blocks):
        if str(block.key) == wanted and block.own and block.signed:
            return block
    raise Http404


def _added(request: StaffRequest, row: BlockRow, form: AddendumForm) -> bool:
    data = form.cleaned_data
    block = Block.objects.select_related("visit__child").get(pk=row.key)
    try:
        add(block, data["text"], data["reason"], by=request.actor)
    except Refusal as refusal:
        form.add_error(None, reason_text(refusal.reason))
        return False
    messages.success(request, _("Added. What was signed stays as it is."))
    return True


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def doc_settle(request: StaffRequest, ref: str, number: int, step: str, block: str) -> HttpResponse:
    """Staff see two versions side by side and keep one, or write what shall stand."""
    writing = writing_of(request, ref, number, step)
    if writing.visit is None or (block != FACTS and block not in writing.rows):
        raise Http404
    if request.method != "POST":
        return settle_page(request, writing, block)
    written = _written(request, writing, block)
    if written is not None and written.faulty:
        return settle_page(request, writing, block, written, status=422)
    try:
        _choose(request, writing, block, written)
    except Refusal as refusal:
        refused = reason_text(refusal.reason)
        return settle_page(request, writing, block, written, refused=refused, status=422)
    messages.success(request, _("Chosen. The other version is kept in the history."))
    return redirect("doc", ref, number, step)


def _written(request: StaffRequest, writing: Writing, block: str) -> Questions | None:
    """Return what somebody wrote instead of both, None where one of them is kept."""
    if block == FACTS or "keep" in request.POST or block not in writing.open:
        return None
    return questions.sent(writing.slots[block].block, block, request.POST)


def _choose(request: StaffRequest, writing: Writing, block: str, written: Questions | None) -> None:
    seen = [_number(one) for one in request.POST.getlist("version")]
    base, keep = (_number(request.POST.get(name, "")) for name in ("head", "keep"))
    child, step, by = writing.place.child, writing.place.step.key, request.actor
    if block == FACTS:
        facts = _facts_at(writing, keep) if keep in seen else None
        settle_facts(child, step, facts, base=base, seen=seen, by=by)
        return
    kept = {one.number: one.answers for one in writing.rows[block].versions if one.number in seen}
    answers = written.answers if written else kept.get(keep)
    settle(child, step, block, answers, base=base, seen=seen, by=by)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _facts_at(writing: Writing, number: int) -> Facts | None:
    return facts_at(writing.visit, number) if writing.visit else None


def settle_page(
    request: StaffRequest,
    writing: Writing,
    block: str,
    written: Questions | None = None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show two versions side by side; both are kept, whatever is chosen."""
    of_facts = block == FACTS
    row = None if of_facts else shown(writing.rows[block])
    versions = _facts_versions(writing) if of_facts else _block_versions(row)
    row_text = None if row is None else row.row.text
    if written is None and row is not None and row_text is not None and block in writing.open:
        written = questions.shown(row.row.part, block, row_text.answers, row_text.number)
    context = {
        "on": request.actor.on,
        "family": writing.family,
        "child": writing.place.child,
        "step": writing.place.step,
        "block": block,
        "shown": row,
        "versions": versions,
        "waiting": versions[1:],
        "written": written,
        "why_not": _why_not(writing, block),
        "refused": refused,
        "conflict": status == HTTPStatus.CONFLICT,
    }
    return render(request, "web/doc_settle.html", context, status=status)


def _why_not(writing: Writing, block: str) -> str:
    if writing.visit is None:
        return ""
    reason = why_not_choose(writing.place, writing.visit, block)
    return reason_text(reason) if reason else ""


@dataclass(frozen=True, slots=True, repr=False)
class Version:
    """One of two versions, in words: who wrote it when, and what."""

    number: int
    author: str
    written_at: datetime
    lines: list[tuple[str, str]]


def _block_versions(row: Shown | None) -> list[Version]:
    if row is None or row.row.text is None:
        return []
    texts = [(row.row.text, row.lines), *row.versions]
    return [
        Version(text.number, text.author, text.written_at, [_line(one) for one in lines])
        for text, lines in texts
    ]


def _line(line: questions.Line) -> tuple[str, str]:
    return line.words, _("Not asked") if line.unasked else line.answer


def _facts_versions(writing: Writing) -> list[Version]:
    if writing.visit is None:
        return []
    texts = writing.visit.facts_texts.select_related("author").order_by("number")
    waiting = texts.waiting()
    names = names_of(writing.people)
    return [
        Version(
            text.number,
            text.author.name,
            text.written_at,
            [
                (_("Day"), f"{facts_of(text).day:%Y-%m-%d}"),
                *facts_lines(facts_of(text), names),
            ],
        )
        for text in (*texts.filter(number=writing.base), *waiting)
    ]
