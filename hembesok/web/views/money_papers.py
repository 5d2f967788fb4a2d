"""Money's papers: the requisition sheet of a claim, and the report of a year to the state."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from hembesok.access.services.trail import note
from hembesok.delivery.queries import follow_up
from hembesok.documents.content import Document, MissingLetter
from hembesok.documents.word import TemplateProblem
from hembesok.funding.queries import TrancheRow
from hembesok.funding.rules.deciding import WRITERS
from hembesok.web import follow_up as measures
from hembesok.web.forms_money import StateReportForm
from hembesok.web.gate import StaffRequest, for_roles
from hembesok.web.journal import RECORD_LANGUAGE
from hembesok.web.papers.files import KINDS, download, problem_text
from hembesok.web.papers.granting import Claimed, Requisition, Used, requisition, state_report
from hembesok.web.people import act_page
from hembesok.web.views.money_acts import back_to, entry_of, tranche_of
from hembesok.web.words_money import COST_TYPES


@for_roles(*WRITERS)
@require_safe
def requisition_file(request: StaffRequest, entry: int, form: str) -> HttpResponse:
    """Economist or manager downloads the sheet of a claim that a second person stands for."""
    one, row = entry_of(request, entry)
    if form not in KINDS or not row.is_claim:
        raise Http404
    claim = Requisition(
        agency=one.grantor,
        claimant=one.recipient,
        decision=one.reference,
        first=one.first,
        last=one.last,
        lines=[Claimed(one.purpose, row.counted)],
        day=row.first,
        officer=row.registrar,
        registry_number=row.reference,
    )
    back = reverse("money-entry", args=[entry]), _("The entry")
    return _file(request, requisition(claim), form, back)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def state_report_file(request: StaffRequest, tranche: int) -> HttpResponse:
    """Economist or manager writes the report to the state: two texts beside the figures."""
    one = tranche_of(request, tranche)
    form = StateReportForm(request.POST or None)
    title = _("Report to the state, %(year)s") % {"year": one.year}
    if form.is_valid():
        return _file(request, _state_report(request, one, form), form.chosen, back_to(one))
    return act_page(
        request, back=back_to(one), title=title, form=form, button=_("Make the report"),
        lead=[
            _("The economy comes from the ledger, and the measures are those that may leave."),
            _("The texts are kept in the file, and not here."),
        ],
    )  # fmt: skip


def _state_report(request: StaffRequest, one: TrancheRow, form: StateReportForm) -> Document:
    site = request.assignment.site
    note(request.actor, "followup.read", f"site:{site.key}", "state-report")
    found = follow_up(request.actor, site)
    if found.exact:
        # Whoever reaches the families has no part in this paper, and must not get one by mistake.
        raise Http404
    with override(RECORD_LANGUAGE):
        counts = [
            (shown.name, shown.whole.value + (f" ({of})" if (of := shown.whole.of) else ""))
            for _title, some in measures.shown(found)
            for shown in some
        ]
        costs = [(str(COST_TYPES[key]), ore) for key, ore in one.cost_by_type.items()]
    now = one.now
    return state_report(
        agency=one.grantor,
        claimant=one.recipient,
        decision=one.reference,
        year=one.year,
        day=request.actor.on,
        use=form.cleaned_data["use"],
        counts=counts,
        money=Used(now.had, costs, now.repaid, now.retained),
        cooperation=form.cleaned_data["cooperation"],
        counted=measures.as_of(found, request.actor.on),
    )


def _file(
    request: StaffRequest, document: Document, form: str, back: tuple[str, str]
) -> HttpResponse:
    try:
        return download(document, form)
    except (MissingLetter, TemplateProblem) as problem:
        return act_page(
            request, back=back, title=document.title, form=None, refused=problem_text(problem)
        )
