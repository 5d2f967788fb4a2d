"""Every page, in both languages and at three widths: open to all, quiet, light and steady."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from django.utils.timezone import localdate
from playwright.sync_api import Browser

from tests.journeys import watch
from tests.journeys.conftest import Site, Visit
from tests.journeys.people import Person
from tests.web.page import ADDRESSES

WIDTHS = (390, 320, 1360)
"""First the phone, where a page that moves while it loads would be worst."""

AXE_AT = {"sv": (390, 1360), "en": (390,)}
"""What axe judges hangs on the layout, of which there are two, and hardly on the language."""

NURSE, OTHER_NURSE, COORDINATOR = "maria.ek", "sara.berg", "anna.lind"
REVIEWER, ADMINISTRATOR = "lena.logg", "tore.tek"
MANAGER, MIDWIFE = "chef.demo", "moa.dahl"
ADVISER = "leila.nur"
ECONOMIST, STATE = "elin.sand", "ylva.noren"


@dataclass(frozen=True)
class PageToSee:
    """A page, who opens it, how, and with what status it answers."""

    account: str | None
    """None: the account of the place's nurse; empty: nobody."""
    go: Callable[[Person, Site], object]
    status: int = 200
    place: str = ""


@dataclass(frozen=True)
class _address:  # noqa: N801 — reads as what it makes
    """The way to a page by its address, which may name the parts of a place."""

    path: str
    place: str = ""

    def __call__(self, person: Person, site: Site) -> None:
        parts = vars(site.places[self.place]) if self.place else {}
        person.opens(self.path.format(**parts))

    @property
    def view(self) -> str | None:
        """What the address is called."""
        path = self.path.format(ref="FAMYAAAA", number=1, step="home-2")
        return resolve(urlsplit(path).path).url_name


def _family(place: str, account: str | None = None) -> PageToSee:
    return PageToSee(account, _address("/f/{ref}", place), place=place)


def _form(place: str, action: str, account: str | None = None) -> PageToSee:
    way = _address("/f/{ref}/{number}/v/{step}/" + action, place)
    return PageToSee(account, way, place=place)


def _of(place: str, what: str, account: str | None = None) -> PageToSee:
    return PageToSee(account, _address("/f/{ref}/" + what, place), place=place)


def _flagged_home(person: Person, site: Site) -> None:
    person.opens(site.places["protected"].family)
    person.page.locator("form[action$='/home/show'] button").click()


def _unwritten(path: str) -> Callable[[Person, Site], None]:
    """The way to a form that is sent as it came."""

    def go(person: Person, site: Site) -> None:
        person.opens(path)
        person.presses_main_button()

    return go


def _wrong_memorandum(person: Person, site: Site) -> None:
    person.opens("/cases/3/write")
    person.page.locator("[name=title]").fill("")
    person.page.locator("[name=sum-0-amount]").fill("sju hundra")
    person.presses_main_button()


def _no_note_written(person: Person, site: Site) -> None:
    person.opens(f"{site.places['notes'].family}/notes")
    person.presses_main_button()


def _no_reason_for_emergency(person: Person, site: Site) -> None:
    person.opens("/emergency")
    person.presses_main_button()


def _new_account(person: Person, site: Site) -> None:
    person.opens("/admin/staff")
    person.writes("login", "ny.person")
    person.writes("name", "Ny Person")
    person.presses_main_button()


def _first_account(person: Person, site: Site) -> None:
    person.opens("/admin/staff")
    person.page.locator("tbody a").first.click()


def _pressed(path: str) -> Callable[[Person, Site], object]:
    def go(person: Person, site: Site) -> None:
        person.opens(path)
        person.presses_main_button()

    return go


def _beside(place: str, path: str) -> PageToSee:
    """A page about a family whose form is sent as it is."""

    def go(person: Person, site: Site) -> None:
        person.opens(f"{site.places[place].family}/{path}")
        person.presses_main_button()

    return PageToSee(None, go, 422, place=place)


def _born(person: Person, site: Site) -> None:
    person.opens("/expected/received")
    person.page.locator("main .btn").first.click()


def _take_back(person: Person, site: Site) -> None:
    person.opens("/expected")
    person.page.locator("main a[href$='/back']").first.click()


def _first_site(person: Person, site: Site) -> None:
    person.opens("/admin/sites")
    person.page.locator("main a[href^='/admin/sites/']").first.click()


def _log(person: Person, site: Site) -> None:
    """Come to a log with lines in it: the trail has its days from the clock of the machine."""
    person.opens("/audit")
    person.writes("first", str(localdate() - timedelta(1)))
    person.writes("last", str(localdate() + timedelta(1)))
    person.presses_main_button()


def _review(person: Person, site: Site) -> None:
    _log(person, site)
    person.page.locator("main a[href^='/audit/review']").first.click()


def _review_without_verdict(person: Person, site: Site) -> None:
    _review(person, site)
    person.presses_main_button()


def _adds(person: Person, site: Site) -> None:
    person.opens(site.places["signed"].visit("doc/read"))
    person.page.get_by_role("link", name=re.compile("Rätta|Correct")).first.click()


def _no_such_day(person: Person, site: Site) -> None:
    person.opens(site.places["booked today"].visit("doc"))
    person.writes("day", "2026-02-30")
    person.presses_main_button()


def _wrong(place: str, action: str) -> PageToSee:
    def go(person: Person, site: Site) -> None:
        person.opens(site.places[place].visit(action))
        for one in person.page.locator("main input[type=text], main textarea").all():
            one.fill("")
        person.presses_main_button()

    return PageToSee(None, go, 422, place=place)


LIST = (
    "Barnets personnummer;Födelsedatum;Barnets förnamn;Vårdnadshavare 1 namn;Mobil;Skydd\n"
    ";2026-03-02;Elin;Gun;0701740605;nej\n"
    ";2026-03-02;Ellin;Gun;0701740605;nej\n"
    ";2026-03-03;Ivar;Hedda;0701740607;sekretessmarkering\n"
    "20260304-0000;;Ruth;Sanna;0701740608;nej\n"
)
"""One of each: a good row, one near it, a protected child, a number that is none."""


OUTCOMES = (
    "Familjekod;Språkscreening datum;Språkscreening resultat\n"
    "S-0205;2026-03-02;Som förväntat\n"
    "S-0208;2026-03-02;bra\n"
)


def _look_at_list(text: str, at: str = "/families/list") -> Callable[[Person, Site], object]:
    def go(person: Person, site: Site) -> None:
        person.opens(at)
        file = {"name": "lista.csv", "mimeType": "text/csv", "buffer": text.encode()}
        person.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        person.presses_main_button()

    return go


def _wrong_password(person: Person, site: Site) -> None:
    person.opens("/login")
    person.signs_in("nobody", "wrong")


def _no_role_chosen(person: Person, site: Site) -> None:
    person.opens("/role")
    person.presses_main_button()


def _too_old(person: Person, site: Site) -> None:
    person.opens("/login")
    person.page.context.clear_cookies(name="csrftoken")
    person.presses_main_button()


def _locked(person: Person, site: Site) -> None:
    person.opens("/today")
    person.page.locator(".lock").click()


def _still_locked(person: Person, site: Site) -> None:
    _locked(person, site)
    person.writes("password", "wrong")
    person.presses_main_button()


def _number(person: Person, site: Site) -> None:
    person.opens(site.places["due"].family)
    person.page.locator("form.number button").first.click()


def _receipt(person: Person, site: Site) -> None:
    person.opens(site.places["due"].visit("book"))
    person.writes("day", "2026-03-20")
    person.writes("time", "10.00")
    person.presses_main_button()


def _whole_base_programme(person: Person, site: Site) -> None:
    person.opens(site.places["missed"].family)
    person.page.locator("summary").click()


def _pack(person: Person, site: Site) -> None:
    person.opens("/pack")
    person.page.locator("#choose").wait_for()


def _opened_pack(person: Person, site: Site) -> None:
    _pack(person, site)
    for name in ("pin", "again"):
        person.page.locator(f"#choose [name={name}]").fill("ett två 3")
    person.page.locator("#choose .btn").click()
    person.page.locator("[data-part=taken]").wait_for()
    person.opens("/offline")
    person.writes("pin", "ett två 3")
    person.presses_main_button()
    person.page.locator("[data-part=open]").first.wait_for()


def _search(person: Person, site: Site) -> None:
    person.opens("/families")
    person.writes("search", "no such family")
    person.page.locator(".filters button").click()


def _files(person: Person, site: Site) -> None:
    person.opens(site.places["signed"].visit("doc/read"))
    person.presses("Filer" if person.page.locator("html[lang=sv]").count() else "Files")


def _picked(person: Person, site: Site) -> None:
    person.opens("/plan?week=2026-W12")
    person.page.locator("aside a[href*='pick=']").first.click()


def _no_days_away(person: Person, site: Site) -> None:
    person.opens("/plan/absence")
    person.writes("starts", "")
    person.page.locator("aside .btn").first.click()


def _no_file(person: Person, site: Site) -> None:
    person.opens("/calendar")
    person.page.locator("form[action='/calendar/busy'] .btn").first.click()


def _new_address(person: Person, site: Site) -> None:
    person.opens("/calendar")
    person.page.locator("form[action='/calendar/feed'] .btn").first.click()


def _wrong_cost(person: Person, site: Site) -> None:
    person.opens(site.places["booked today"].visit("parts"))
    person.page.locator("aside summary").click()
    person.writes("cost", "dyrt")
    person.page.locator("aside details .btn").click()


PAGES = {
    "sign in": PageToSee("", _address("/login")),
    "sign in, wrong password": PageToSee("", _wrong_password, 422),
    "choose role": PageToSee(OTHER_NURSE, _address("/role")),
    "choose role, none chosen": PageToSee(OTHER_NURSE, _no_role_chosen, 422),
    "locked": PageToSee(NURSE, _locked),
    "locked, wrong password": PageToSee(NURSE, _still_locked, 422),
    "today": PageToSee(NURSE, _address("/today")),
    "families": PageToSee(NURSE, _address("/families")),
    "families, none found": PageToSee(NURSE, _search),
    "overview": PageToSee(COORDINATOR, _address("/overview")),
    "overview, overdue": PageToSee(COORDINATOR, _address("/overview?view=overdue")),
    "family, due": _family("due"),
    "family, overdue": _family("overdue"),
    "family, missed": PageToSee(None, _whole_base_programme, place="missed"),
    "family, ended": _family("ended"),
    "family, died": _family("died"),
    "family, twins": _family("twins"),
    "family, nothing left": _family("nothing left"),
    "family, for the coordinator": _family("missed", COORDINATOR),
    "family, identity number shown": PageToSee(None, _number, place="due"),
    "family, receipt": PageToSee(None, _receipt, place="due"),
    "book": _form("due", "book"),
    "book, nothing written": _wrong("due", "book"),
    "book, cannot be": _form("done", "book"),
    "record": _form("booked today", "record"),
    "record, nothing chosen": _wrong("booked today", "record"),
    "record, cannot be": _form("done", "record"),
    "withdraw": _form("declined", "withdraw"),
    "withdraw, no reason": _wrong("done", "withdraw"),
    "notes": _of("notes", "notes"),
    "notes, nothing written": PageToSee(None, _no_note_written, 422, place="notes"),
    "family, with notes": _family("notes"),
    "family, protected": _family("protected"),
    "family, protected, for the coordinator": _family("protected", COORDINATOR),
    "family, protected, home shown": PageToSee(None, _flagged_home, place="protected"),
    "disclosures": _of("due", "disclosures"),
    "team": _of("due", "team"),
    "team, for the coordinator": _of("due", "team", COORDINATOR),
    "team, protected, for the coordinator": _of("protected", "team", COORDINATOR),
    "protection": _of("protected", "protection"),
    "home of a family": _of("due", "home"),
    "home of a family, hidden": _of("protected", "home"),
    "extract, asked for": _of("due", "extract"),
    "extract": _of("due", "extract?guardian=1&first=2020-01-01&last=2099-01-01"),
    "cover": PageToSee(COORDINATOR, _address("/cover")),
    "emergency": PageToSee(NURSE, _address("/emergency")),
    "emergency, nothing written": PageToSee(NURSE, _no_reason_for_emergency, 422),
    "emergencies": PageToSee(REVIEWER, _address("/emergencies")),
    "extracts": PageToSee(REVIEWER, _address("/extracts")),
    "staff": PageToSee(ADMINISTRATOR, _address("/admin/staff")),
    "staff, new account": PageToSee(ADMINISTRATOR, _new_account),
    "account": PageToSee(ADMINISTRATOR, _first_account),
    "units": PageToSee(ADMINISTRATOR, _address("/admin/units")),
    "sites": PageToSee(ADMINISTRATOR, _address("/admin/sites")),
    "new family": PageToSee(NURSE, _address("/families/new")),
    "new family, nothing written": PageToSee(NURSE, _pressed("/families/new"), 422),
    "list": PageToSee(NURSE, _address("/families/list")),
    "list, no file": PageToSee(NURSE, _pressed("/families/list"), 422),
    "list, looked at": PageToSee(NURSE, _look_at_list(LIST)),
    "list, looked at by the coordinator": PageToSee(COORDINATOR, _look_at_list(LIST)),
    "list, columns unknown": PageToSee(NURSE, _look_at_list("Vem;När\nElin;2026-03-02\n")),
    "a guardian more": _of("due", "guardians/new"),
    "a guardian more, nothing written": _beside("due", "guardians/new"),
    "a guardian": _of("due", "guardians/1"),
    "new number": _of("due", "1/number/new"),
    "new number, nothing written": _beside("due", "1/number/new"),
    "merge": _of("due", "1/merge"),
    "merge, nothing written": _beside("due", "1/merge"),
    "to be offered": PageToSee(NURSE, _address("/families/offer")),
    "family, not enrolled": _family("to offer"),
    "offer": _of("to offer", "1/offer"),
    "offer, nothing chosen": _beside("to offer", "1/offer"),
    "offer, not eligible": _of("not eligible", "1/offer"),
    "consents": _of("due", "consents"),
    "new consent": _of("due", "consents/new"),
    "new consent, nothing chosen": _beside("due", "consents/new"),
    "withdraw consent": _of("due", "consents/1"),
    "pause": _of("due", "1/pause"),
    "end": _of("due", "1/end"),
    "end, nothing chosen": _beside("due", "1/end"),
    "hand over": _of("due", "handover"),
    "follow-up": PageToSee(COORDINATOR, _address("/followup")),
    "follow-up, for the manager": PageToSee(MANAGER, _address("/followup")),
    "measure": PageToSee(COORDINATOR, _address("/followup/on_time")),
    "measure, not collected": PageToSee(COORDINATOR, _address("/followup/epds_done")),
    "measure, for the manager": PageToSee(MANAGER, _address("/followup/uptake")),
    "goal": PageToSee(MANAGER, _address("/followup/on_time/goal")),
    "goal, nothing written": PageToSee(MANAGER, _pressed("/followup/on_time/goal"), 422),
    "sites side by side": PageToSee(MANAGER, _address("/followup/sites")),
    "report": PageToSee(COORDINATOR, _address("/followup/report")),
    "funnel": PageToSee(MANAGER, _address("/funnel?first=2020-01-01&last=2026-12-31")),
    "site": PageToSee(MANAGER, _address("/site")),
    "new period": PageToSee(MANAGER, _address("/site/period")),
    "new rule": PageToSee(MANAGER, _address("/site/rule")),
    "documentation": PageToSee(MANAGER, _address("/site/documentation")),
    "end of the project": PageToSee(MANAGER, _address("/site/end")),
    "expected births": PageToSee(MIDWIFE, _address("/expected")),
    "hand over a birth": PageToSee(MIDWIFE, _address("/expected/new")),
    "expected births, received": PageToSee(NURSE, _address("/expected/received")),
    "a child is born": PageToSee(NURSE, _born),
    "take back a birth": PageToSee(MIDWIFE, _take_back),
    "go on after a pause": _of("due", "1/resume"),
    "find a family by its code": PageToSee(MANAGER, _address("/naming")),
    "family by its code, none": PageToSee(MANAGER, _pressed("/naming"), 422),
    "home of a role with no pages": PageToSee(MANAGER, _address("/home")),
    "one site": PageToSee(ADMINISTRATOR, _first_site),
    "access log, nothing in it": PageToSee(REVIEWER, _address("/audit")),
    "access log": PageToSee(REVIEWER, _log),
    "review": PageToSee(REVIEWER, _review),
    "review, nothing chosen": PageToSee(REVIEWER, _review_without_verdict, 422),
    "document": _form("booked today", "doc"),
    "document, no such day": PageToSee(None, _no_such_day, 422, place="booked today"),
    "document, begun": _form("begun", "doc"),
    "check and sign": _form("begun", "doc/check"),
    "check and sign, not whole": PageToSee(
        None,
        lambda p, s: _pressed(s.places["begun"].visit("doc/check"))(p, s),
        422,
        place="begun",
    ),
    "documentation of a visit": _form("signed", "doc/read"),
    "documentation of a visit, add": PageToSee(None, _adds, place="signed"),
    "two versions": _form("two versions", "doc/settle/joint"),
    "two versions, for the other": _form("two versions", "doc/settle/joint", ADVISER),
    "go in": _form("booked today", "in"),
    "go in, no colleague": PageToSee(
        None,
        lambda p, s: _pressed(s.places["booked today"].visit("in"))(p, s),
        422,
        place="booked today",
    ),
    "out with families": PageToSee(COORDINATOR, _address("/out")),
    "own e-mail": PageToSee(NURSE, _address("/factors/email")),
    "to the record": _form("signed", "journal"),
    "files": PageToSee(None, _files, place="signed"),
    "headings": PageToSee(MANAGER, _address("/site/headings/child_health")),
    "plan": PageToSee(NURSE, _address("/plan")),
    "plan, for the coordinator": PageToSee(COORDINATOR, _address("/plan")),
    "plan, a family picked": PageToSee(COORDINATOR, _picked),
    "plan, no such week": PageToSee(NURSE, _address("/plan?week=2026-W60"), 422),
    "absence": PageToSee(COORDINATOR, _address("/plan/absence")),
    "absence, nothing written": PageToSee(COORDINATOR, _no_days_away, 422),
    "absence, one's own": PageToSee(NURSE, _address("/plan/absence")),
    "calendar": PageToSee(NURSE, _address("/calendar")),
    "calendar, no file": PageToSee(NURSE, _no_file, 422),
    "calendar, address shown": PageToSee(NURSE, _new_address),
    "who comes": _form("booked today", "parts"),
    "who comes, another person": _form("booked today", "parts?part=adviser#other"),
    "who comes, for the coordinator": _form("booked today", "parts", COORDINATOR),
    "who comes, cost in words": PageToSee(None, _wrong_cost, 422, place="booked today"),
    "who comes, not booked": _form("due", "parts"),
    "book, a new time": _form("booked today", "book"),
    "interpreters": PageToSee(NURSE, _address("/interpreters")),
    "interpreters, for the coordinator": PageToSee(COORDINATOR, _address("/interpreters")),
    "take with me": PageToSee(NURSE, _pack),
    "what was taken with me": PageToSee(NURSE, _opened_pack),
    "without coverage": PageToSee("", _address("/offline")),
    "saved on this phone": PageToSee("", _address("/outbox")),
    "left without coverage": PageToSee(COORDINATOR, _address("/sealed")),
    "outcomes": PageToSee(NURSE, _address("/outcomes")),
    "outcomes, none so": PageToSee(NURSE, _address("/outcomes?view=recorded")),
    "outcomes, for the coordinator": PageToSee(COORDINATOR, _address("/outcomes")),
    "outcome": _of("followed", "1/outcome/language"),
    "outcome, tried before": _of("followed long", "1/outcome/language"),
    "outcome, nothing chosen": _beside("followed", "1/outcome/language"),
    "outcome, not followed": _of("due", "1/outcome/vaccination"),
    "family, followed": _family("followed"),
    "outcome list": PageToSee(NURSE, _address("/outcomes/list")),
    "outcome list, looked at": PageToSee(NURSE, _look_at_list(OUTCOMES, "/outcomes/list")),
    "agreements": PageToSee(MANAGER, _address("/agreements")),
    "agreements, for the coordinator": PageToSee(COORDINATOR, _address("/agreements")),
    "agreement": PageToSee(MANAGER, _address("/agreements/2")),
    "agreement, long over": PageToSee(COORDINATOR, _address("/agreements/1")),
    "agreement, new": PageToSee(MANAGER, _address("/agreements/new")),
    "agreement, new, nothing written": PageToSee(MANAGER, _unwritten("/agreements/new"), 422),
    "agreement, new version": PageToSee(MANAGER, _address("/agreements/2/write")),
    "agreement, to end": PageToSee(MANAGER, _address("/agreements/2/do/end")),
    "duty": PageToSee(COORDINATOR, _address("/agreements/duties/3")),
    "case": PageToSee(MANAGER, _address("/cases/1")),
    "case, closed": PageToSee(MANAGER, _address("/cases/2")),
    "case, in preparation": PageToSee(COORDINATOR, _address("/cases/3")),
    "case, new": PageToSee(COORDINATOR, _address("/cases/new")),
    "case, new, nothing written": PageToSee(COORDINATOR, _unwritten("/cases/new"), 422),
    "case, receipt": PageToSee(COORDINATOR, _address("/cases/1/do/receive")),
    "case, cannot be signed": PageToSee(COORDINATOR, _address("/cases/3/do/sign")),
    "memorandum": PageToSee(COORDINATOR, _address("/cases/3/write")),
    "memorandum, wrong": PageToSee(COORDINATOR, _wrong_memorandum, 422),
    "money": PageToSee(ECONOMIST, _address("/money")),
    "money, a year that is over": PageToSee(ECONOMIST, _address("/money?year=2020")),
    "money, expected only": PageToSee(ECONOMIST, _address("/money?year=2040")),
    "money, for the manager": PageToSee(MANAGER, _address("/money?year=2025")),
    "money, for the coordinator": PageToSee(COORDINATOR, _address("/money")),
    "money, rows": PageToSee(ECONOMIST, _address("/money/rows/used?year=2021")),
    "money, all rows": PageToSee(ECONOMIST, _address("/money/rows/all?year=2026")),
    "money, decisions": PageToSee(ECONOMIST, _address("/money/decisions")),
    "money, year-end": PageToSee(ECONOMIST, _address("/money/year-end?year=2025")),
    "money, by site": PageToSee(STATE, _address("/money/sites")),
    "money, to attest": PageToSee(MANAGER, _address("/money/attest")),
    "money, nobody else's to attest": PageToSee(ECONOMIST, _pressed("/money/attest"), 422),
    "money, an entry": PageToSee(MANAGER, _address("/money/entries/1")),
    "money, an entry, no reason": PageToSee(MANAGER, _pressed("/money/entries/1"), 422),
    "money, a cost": PageToSee(ECONOMIST, _address("/money/7/new/cost")),
    "money, a cost, nothing written": PageToSee(ECONOMIST, _pressed("/money/7/new/cost"), 422),
    "money, a grant": PageToSee(ECONOMIST, _address("/money/grants/new")),
    "money, a grant, nothing written": PageToSee(ECONOMIST, _pressed("/money/grants/new"), 422),
    "money, a milestone": PageToSee(ECONOMIST, _address("/money/milestones/new")),
    "money, expected": PageToSee(ECONOMIST, _address("/money/expectations/new")),
    "money, a share": PageToSee(ECONOMIST, _address("/money/7/share")),
    "money, a budget": PageToSee(ECONOMIST, _address("/money/7/budget")),
    "money, a file": PageToSee(ECONOMIST, _address("/money/7/file")),
    "money, no file": PageToSee(ECONOMIST, _pressed("/money/7/file"), 422),
    "money, compared": PageToSee(ECONOMIST, _address("/money/7/compare")),
    "money, a report": PageToSee(ECONOMIST, _address("/money/7/report")),
    "money, report to the state": PageToSee(ECONOMIST, _address("/money/6/state")),
    "money, report to the state, nothing written": PageToSee(
        ECONOMIST, _pressed("/money/6/state"), 422
    ),
    "money, a review": PageToSee(ECONOMIST, _address("/money/6/review")),
    "money, to retain": PageToSee(ECONOMIST, _address("/money/6/retain")),
    "money, a request": PageToSee(ECONOMIST, _address("/money/6/request")),
    "money, an answer": PageToSee(ECONOMIST, _address("/money/applications/1")),
    "money, the government's answer": PageToSee(MANAGER, _address("/money/requests/1")),
    "no such page": PageToSee(NURSE, _address("/f/NOSUCHAA"), 404),
    "form too old": PageToSee("", _too_old, 403),
}


BY_A_WAY = {
    "admin-account", "admin-site", "audit-review", "born", "locked", "take-back", "list-look",
    "outcome-list-look", "files", "pack",
}  # fmt: skip
"""Pages above that are come to by pressing something; and `show-…`, which a button asks for."""
ELSEWHERE = {"factor", "factors", "factor-app", "factor-codes", "show", "handed"}
"""Pages measured in test_sign_in, with a second factor asked for; test_around; test_offline."""
NO_PAGE = {
    "start", "sign-out", "lock", "seen", "set_language", "see", "show-number",
    "show-home", "audit-csv", "extract-csv", "oidc-start", "oidc-back", "passkey",
    "passkey-options", "factor-passkey", "factor-passkey-options", "factor-remove",
    "list-away", "list-columns", "list-template",
    "outcome-list-away", "outcome-list-columns", "outcome-list-template",
    "calendar-busy", "calendar-fed", "calendar-feed", "closed-day", "plan-book", "absence-end",
    "absence-solve", "file", "withdraw-file", "journal-pdf", "inside-now", "come-out",
    "see-alarm", "manifest", "pack-secret", "replay", "service-worker",
    "case-paper", "agreement-paper", "archive-case", "board-report", "letter", "requisition",
}  # fmt: skip
"""Addresses that answer with another page, with a file, or with nothing to look at."""


def test_every_page_is_measured() -> None:
    """An address that is new stands in one of these lists, or the budgets do not hold for it."""
    by_address = {page.go.view for page in PAGES.values() if isinstance(page.go, _address)}
    measured = (by_address | BY_A_WAY | ELSEWHERE) - {None}
    assert {pattern.name for pattern in ADDRESSES} - NO_PAGE == measured


@dataclass
class Seen:
    """A page with all that was measured of it."""

    wanted: int
    status: int
    noise: list[str]
    weight: dict[str, int]
    nodes: int
    shift: float
    violations: dict[int, list[str]] = field(default_factory=dict)
    sideways: dict[int, int] = field(default_factory=dict)
    small: dict[int, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="module", params=["sv", pytest.param("en", marks=pytest.mark.heavy)])
def language(request: pytest.FixtureRequest) -> str:
    """One of the languages of staff; English is the shorter, so that Swedish decides the layout."""
    return str(request.param)


@pytest.fixture(scope="module", params=PAGES)
def seen(request: pytest.FixtureRequest, browser: Browser, site: Site, language: str) -> Seen:
    """A page, measured once: going there takes longer than all that is asked of it."""
    page = PAGES[request.param]
    account = site.places[page.place].account if page.account is None else page.account
    site.restore()
    visit = Visit(browser, site)
    person = visit(account, width=WIDTHS[0], language=language)
    heard = watch.Watch(person.page, site.address)
    page.go(person, site)
    person.page.wait_for_load_state()
    found = Seen(page.status, heard.status, [], heard.weight(), heard.nodes(), heard.shift())
    for width in WIDTHS:
        person.page.set_viewport_size({"width": width, "height": 768})
        if width in AXE_AT[language]:
            found.violations[width] = watch.violations(person.page)
        found.sideways[width] = watch.sideways(person.page)
        found.small[width] = watch.too_small(person.page)
    found.noise = heard.noise()
    visit.end()
    return found


NOWHERE: dict[int, list[str]] = {width: [] for width in WIDTHS}


def test_it_is_the_page_that_was_meant(seen: Seen) -> None:
    assert seen.status == seen.wanted


def test_axe_finds_nothing(seen: Seen) -> None:
    assert seen.violations
    assert not any(seen.violations.values()), seen.violations


def test_nothing_scrolls_sideways(seen: Seen) -> None:
    assert all(pixels <= 0 for pixels in seen.sideways.values()), seen.sideways


def test_everything_is_large_enough_to_press(seen: Seen) -> None:
    assert seen.small == NOWHERE


def test_the_page_is_quiet(seen: Seen) -> None:
    """No message, no fault, nothing the security policy refused, no request that failed or left."""
    assert seen.noise == []


def test_the_page_is_light(seen: Seen) -> None:
    """The budget of a staff page over the wire, in bytes (ux.md, section 5)."""
    assert seen.weight["document"] <= 20_000
    assert seen.weight["stylesheet"] <= 7_000
    assert seen.weight.get("script", 0) <= 30_000
    assert sum(seen.weight.values()) <= 60_000


def test_the_page_has_few_nodes(seen: Seen) -> None:
    assert seen.nodes <= 1500


def test_the_page_does_not_move_while_it_loads(seen: Seen) -> None:
    assert seen.shift == 0


PLANTED = """
() => {
  document.documentElement.removeAttribute("lang");
  const main = document.querySelector("main");
  const plant = (tag, style, more) => {
    const one = Object.assign(document.createElement(tag), more);
    Object.assign(one.style, style);
    main.append(one);
  };
  plant("div", { width: "3000px" }, { textContent: "wide" });
  plant("button", { width: "20px", height: "20px" }, { textContent: "x" });
  plant("img", {}, { src: "https://example.org/picture.png" });
  plant("div", {}, { innerHTML: "<i style='color:red'>styled</i>" });
  console.log("said aloud");
}
"""


def test_the_measures_see_what_they_are_for(visit: Visit, site: Site) -> None:
    """Faults planted in a page are found: what finds nothing anywhere may be blind."""
    person = visit()
    heard = watch.Watch(person.page, site.address)
    person.opens("/login")
    assert (heard.noise(), watch.too_small(person.page)) == ([], [])
    person.page.evaluate(PLANTED)
    found = " ".join(watch.violations(person.page))
    assert "html-has-lang" in found
    assert "image-alt" in found
    noise = " ".join(heard.noise())
    assert "said aloud" in noise
    assert "img-src" in noise
    assert "style-src" in noise
    assert len(watch.too_small(person.page)) == 1
    assert watch.sideways(person.page) > 0
