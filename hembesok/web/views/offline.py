"""Visits taken along: the shell, the pack, and what comes back from where there was no coverage."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hembesok.access.models import Staff
from hembesok.access.rules.roles import VISITORS
from hembesok.access.services.assignments import assignments_in_force
from hembesok.access.services.trail import note_all
from hembesok.values.refusals import Refusal
from hembesok.visits.models import OfflinePack
from hembesok.visits.queries.carrying import Packed, is_closed, visits_to_take
from hembesok.visits.rules.carrying import Became, last_day
from hembesok.visits.services.packing import owner_of, secret_of, take
from hembesok.visits.services.replaying import Command, replay
from hembesok.web import clock
from hembesok.web.carried import Faults, sheet_of, writer_of
from hembesok.web.gate import StaffRequest, for_roles, open_to_all, signed_in
from hembesok.web.given import moment_in, object_in, pairs_in, uid_in
from hembesok.web.words import reason_text
from hembesok.web.words_offline import BECAME, NOT_READ, TOO_LONG

LARGEST: Final = 512 * 1024
"""Bytes of what is sent of one visit; the largest form filled to its limits takes a third."""

STATIC: Final = (
    "web/hembesok.css",
    "web/icon.svg",
    "web/icon-192.png",
    "web/questions.js",
    *(
        f"web/offline/{name}.js"
        for name in ("bag", "clock", "page", "replay", "store", "taking", "vault", "waiting")
    ),
)
"""The static files of the shell."""

STATUS: Final = {Became.WRITTEN: 200, Became.SEALED: 202, Became.COMPETING: 409}


@open_to_all
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The browser asks for the service worker: from the root, as it serves all pages."""
    shell = {"version": _version(), "files": [static(name) for name in STATIC]}
    answer = render(request, "web/sw.js", shell | _pages(), content_type="text/javascript")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@open_to_all
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The browser asks what to put on the home screen."""
    return render(request, "web/app.webmanifest", content_type="application/manifest+json")


@open_to_all
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Staff open what they took along: a page without anybody, which the device fills."""
    return _shell(request, outbox=False)


@open_to_all
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Staff see what is saved on the device, sent, and in need of them."""
    return _shell(request, outbox=True)


def _shell(request: HttpRequest, *, outbox: bool) -> HttpResponse:
    answer = render(request, "web/offline.html", _context(outbox=outbox))
    answer.headers["Shell"] = f"hembesok-{_version()}"
    return answer


def _context(*, outbox: bool) -> dict[str, object]:
    return {"outbox": outbox, "lock_after": settings.LOCK_AFTER_PHONE, **_pages()}


def _pages() -> dict[str, str]:
    return {"offline": reverse("offline"), "outbox": reverse("outbox")}


@lru_cache(maxsize=1)
def _version() -> str:
    """Return a word that changes when anything of the shell does, in whichever language."""
    parts = [static(name) for name in STATIC]
    for language, _name in settings.LANGUAGES:
        with override(language):
            parts += [
                render_to_string("web/offline.html", _context(outbox=outbox))
                for outbox in (False, True)
            ]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


@for_roles(*VISITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: StaffRequest) -> HttpResponse:
    """Staff press "Take with me": the page, and to its script the visits themselves."""
    on = request.actor.on
    last = last_day(on, settings.PACK_DAYS, is_closed)
    visits = visits_to_take(request.actor, last=last)
    if request.method == "POST":
        return _packed(request, visits, last)
    _listed(request, visits)
    context = {"on": on, "last": last, "visits": visits, "owner": owner_of(request.user.pk)}
    return render(request, "web/pack.html", context)


def _listed(request: StaffRequest, visits: Sequence[Packed]) -> None:
    subjects = sorted({one.page.family.subject for one in visits})
    note_all(request.actor, "family.listed", subjects, "pack")


def _packed(request: StaffRequest, visits: Sequence[Packed], last: date) -> JsonResponse:
    device = uid_in(object_in(request).get("device"))
    taken = take(
        [one.to_take for one in visits],
        request.assignment,
        device=device,
        last=last,
        by=request.actor,
    )
    told = {"id": str(taken.device_id)}
    if taken.device_id != device:
        told["secret"] = taken.device.secret
    return JsonResponse(
        {
            "device": told,
            "pack": {
                "id": str(taken.uid),
                "server": _ms(taken.taken_at),
                "expires": _ms(taken.expires_at),
                "visits": [_sheet(request, taken, one) for one in visits],
            },
        }
    )


def _sheet(request: StaffRequest, taken: OfflinePack, packed: Packed) -> dict[str, Any]:
    return {
        "pack": str(taken.uid),
        "uid": str(packed.to_take.uid),
        **sheet_of(packed, by=request.actor),
    }


@signed_in
@require_POST
def pack_secret(request: HttpRequest) -> JsonResponse:
    """Staff have forgotten the PIN: what opens their own device's vault to choose another."""
    device = uid_in(object_in(request).get("device"))
    if device is None:
        return JsonResponse({}, status=422)
    try:
        return JsonResponse({"secret": secret_of(device, staff=cast(Staff, request.user))})
    except Refusal:
        return JsonResponse({}, status=404)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def replay_view(request: HttpRequest) -> JsonResponse:
    """The device asks whose session it has and what time it is, and sends what it holds."""
    if request.method != "POST":
        return JsonResponse(_met(request))
    if len(request.body) > LARGEST:
        return _said(str(object_in(request).get("id", "")), "refused", str(TOO_LONG), 413)
    sent = object_in(request)
    command = _command(sent)
    if command is None:
        return _said(str(sent.get("id", "")), "refused", str(NOT_READ), 422)
    return _replayed(request, command, sent)


def _met(request: HttpRequest) -> dict[str, Any]:
    staff = cast(Staff, request.user)
    wanted = uid_in(request.GET.get("pack"))
    own = OfflinePack.objects.filter(device__staff=staff)
    taken = own.filter(uid=wanted).first() if wanted else None
    in_force = assignments_in_force(staff, on=clock.today())
    return {
        "token": get_token(request),
        "now": _ms(clock.now()),
        "owner": owner_of(staff.pk),
        "over": wanted is not None
        and (taken is None or not in_force.filter(pk=taken.assignment_id).exists()),
    }


def _replayed(request: HttpRequest, command: Command, sent: dict[str, Any]) -> JsonResponse:
    uid = str(command.uid)
    try:
        made = replay(
            command,
            writer_of(sent["fields"], command.uid),
            staff=cast(Staff, request.user),
            on=clock.today(),
            at=clock.now(),
        )
    except Refusal as refusal:
        return _said(uid, "refused", reason_text(refusal.reason), 422)
    except Faults as faults:
        return _said(uid, "refused", " ".join(faults.words), 422)
    became = Became(made.became)
    return _said(uid, became, str(BECAME[became]), STATUS[became])


def _said(uid: str, became: str, words: str, status: int) -> JsonResponse:
    return JsonResponse({"id": uid, "became": became, "words": words}, status=status)


def _command(sent: dict[str, Any]) -> Command | None:
    """Return what a device has sent, or None where it is not what devices send."""
    uid, pack, visit = (uid_in(sent.get(name)) for name in ("id", "pack", "visit"))
    made, fields = moment_in(sent.get("made")), pairs_in(sent.get("fields"))
    if uid is None or pack is None or visit is None or made is None or fields is None:
        return None
    after = uid_in(sent.get("after"))
    return Command(uid, pack, visit, made, after, body=json.dumps(sent, ensure_ascii=False))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
