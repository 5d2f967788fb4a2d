"""Without coverage nothing is lost, nothing doubled, and nothing lies in clear."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from secrets import randbelow
from time import monotonic

import pytest
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.journeys import offline_site as site
from tests.journeys import watch
from tests.journeys.device import NOTE, PIN, Device, Phone, Server
from tests.journeys.wire import Cut, Wire

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site's folder, made once."""
    folder = tmp_path_factory.mktemp("offline") / "site"
    folder.mkdir()
    Server(folder).asks("make")
    return folder


@pytest.fixture(scope="module")
def shared(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site that the tests share, each with visits of its own."""
    server = Server(shutil.copytree(made, tmp_path_factory.mktemp("shared") / "site"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def server(request: pytest.FixtureRequest, made: Path, tmp_path: Path) -> Iterator[Server]:
    """The site, served; one of its own for a test that kills it or needs every visit."""
    if not request.node.get_closest_marker("own_site"):
        yield request.getfixturevalue("shared")
        return
    server = Server(shutil.copytree(made, tmp_path / "site"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    """The wire to it."""
    wire = Wire(server.port)
    yield wire
    wire.end()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def device(
    playwright: Playwright, browser_path: str, tmp_path: Path, wire: Wire
) -> Iterator[Device]:
    """A phone, switched off."""
    device = Device(playwright, browser_path, tmp_path / "profile", wire.address)
    device.profile.mkdir()
    yield device
    device.kill()


@pytest.fixture
def phone(device: Device) -> Phone:
    """A phone with the day's visits on it, opened, with coverage."""
    phone = Phone(device.switch_on(), device.address)
    phone.opens("/today")
    phone.signs_in()
    phone.takes_visits()
    phone.waits_for_shell()
    return phone


CODES = [f"H-{number:04}" for number in range(site.VISITS)]


def note_of(number: int) -> str:
    """A note that stands nowhere else; half of them are beyond Latin-1."""
    return f"Kanarieanteckning {number} åäö" + (" حلب" if number % 2 else "")


def in_clear(device: Device, words: list[str]) -> dict[str, list[str]]:
    """Return which words lie in clear in which files of the profile."""
    found: dict[str, list[str]] = {}
    for path, content in device.files().items():
        told = [w for w in words if w.encode() in content or w.encode("utf-16-le") in content]
        if told:
            found[str(path.relative_to(device.profile))] = told
    return found


def opened_again(device: Device) -> Phone:
    """Switch the phone off as an empty battery would, and on again."""
    device.kill()
    return Phone(device.switch_on(), device.address)


@pytest.mark.own_site
def test_thirty_visits_whatever_is_cut_are_each_written_once(
    phone: Phone, device: Device, wire: Wire, server: Server
) -> None:
    notes = [note_of(number) for number in range(site.VISITS)]
    phone.opens_bag()
    assert phone.page.locator("#visits > li").count() == site.VISITS
    wire.cut()
    for number in range(10):
        phone.writes(CODES[number], notes[number])
    phone.begins(CODES[10], notes[10])
    phone.page.locator("#saved", has_text=BEGUN).wait_for()
    assert phone.counts() == (10, 0, 0)

    # Killed without coverage: the shell comes from the browser, the visits with the PIN.
    phone = opened_again(device)
    assert in_clear(device, notes) == {}
    phone.opens_bag()
    assert phone.counts() == (10, 0, 0)
    phone.visit(CODES[10]).get_by_role("button").click()
    assert phone.page.locator(NOTE).input_value() == notes[10]
    phone.saves()
    phone.waits_until(11, 0)

    # The session went with the browser. Cut before the server knew, after it had written, between.
    wire.mend()
    wire.cuts += [Cut(up=10), Cut(whole=True), Cut(down=40), Cut(up=700), Cut(whole=True)]
    phone.sends()
    phone.page.locator("#signin a").click()
    phone.signs_in()
    phone.unlocks(PIN)
    while phone.counts() != (0, 11, 0):
        phone.page.wait_for_timeout(300)
        if wire.cuts or phone.page.locator("#coverage").is_visible():
            phone.sends()
    assert wire.cuts == []

    # Two tabs send at once: each is sent once.
    other = Phone(device.context.new_page(), device.address)
    other.opens_bag()
    wire.cut()
    for number in range(11, 20):
        phone.writes(CODES[number], notes[number])
    other.waits_until(9, 11)
    wire.mend()
    before = wire.sendings
    phone.sends()
    other.sends()
    phone.waits_until(0, 20)
    other.waits_until(0, 20)
    assert wire.sendings - before == 9
    other.page.close()

    # The server is killed while it receives, and once it has written. A colleague has written too.
    wire.cut()
    for number in range(20, 30):
        phone.writes(CODES[number], notes[number])
    beside = "Rådgivarens egen text"
    for number in (20, 21):
        server.asks("do", "write_beside", CODES[number], beside)
    wire.mend()
    wire.cuts += [Cut(), Cut(then=server.kill), Cut(whole=True, then=server.kill)]
    until = monotonic() + 60
    while phone.counts() != (0, 28, 2):
        assert monotonic() < until, (phone.counts(), phone.words)
        phone.sends()
        phone.page.wait_for_timeout(300)
        server.stands()
    assert phone.page.locator("#items > li", has_text="Båda texterna").count() == 2
    told = json.loads(server.asks("tell"))
    assert told["outcomes"] == {code: ["held"] for code in CODES}
    assert Counter(told["became"]) == {"written": 28, "competing": 2}
    assert told["notes"] == {
        code: [beside, note] if code in CODES[20:22] else [note]
        for code, note in zip(CODES, notes, strict=True)
    }

    # Nothing in clear; and the search finds what is.
    planted = "Planterad anteckning åäö"
    phone.evaluates(PLANT % json.dumps(planted))
    phone.evaluates(PLANT % json.dumps(f"{planted} حلب"))
    device.kill()
    assert in_clear(device, notes) == {}
    assert len(in_clear(device, [planted])) >= 1
    assert in_clear(device, [f"{planted} حلب"])


BEGUN = "Påbörjat"

PLANT = """
() => new Promise((done) => {
  const request = indexedDB.open("planted", 1);
  request.onupgradeneeded = () =>
    request.result.createObjectStore("clear", { autoIncrement: true });
  request.onsuccess = () => {
    const step = request.result.transaction("clear", "readwrite", { durability: "strict" });
    step.objectStore("clear").add(%s);
    step.oncomplete = () => { request.result.close(); done(); };
  };
})
"""


def test_a_wrong_pin_sends_nothing_and_destroys_nothing(
    phone: Phone, wire: Wire, server: Server
) -> None:
    phone.opens_bag()
    wire.cut()
    phone.writes(CODES[0], note_of(0))
    phone.leaves()
    wire.mend()
    phone.opens("/outbox")
    for left in range(9, 0, -1):
        phone.unlocks("000000")
        phone.page.locator("#said", has_text=f"{left}.").wait_for()
    phone.unlocks("000000")
    phone.page.locator("[data-part=shut]").wait_for()
    phone.opens("/outbox")
    assert phone.shows("shut")
    assert phone.counts() == (1, 0, 0)
    assert wire.sendings == 0
    assert json.loads(server.asks("tell"))["outcomes"][CODES[0]] == [""]
    # Signed in, a new PIN is chosen, and all is there.
    phone.opens("/pack")
    phone.page.locator("#renew [name=pin]").fill("broms 77")
    phone.page.locator("#renew [name=again]").fill("broms 77")
    phone.page.locator("#renew .btn").click()
    phone.page.locator("[data-part=pin]").wait_for()
    phone.opens_bag("broms 77")
    phone.waits_until(0, 1)
    assert json.loads(server.asks("tell"))["outcomes"][CODES[0]] == ["held"]


def test_a_full_phone_says_so_and_keeps_what_is_in_the_form(
    phone: Phone, device: Device, wire: Wire
) -> None:
    phone.opens_bag()
    wire.cut()
    phone.writes(CODES[1], note_of(1))
    browser = device.context.new_cdp_session(phone.page)
    browser.send("Storage.overrideQuotaForOrigin", {"origin": wire.address, "quotaSize": 1})
    # For half a minute Chromium goes by the room that it found last.
    phone.page.wait_for_timeout(32_000)
    phone.begins(CODES[2], note_of(2))
    phone.saves()
    phone.page.locator("#said", has_text="är full").wait_for()
    assert phone.page.locator(NOTE).input_value() == note_of(2)
    assert phone.counts() == (1, 0, 0)
    browser.send("Storage.overrideQuotaForOrigin", {"origin": wire.address})
    phone.saves()
    phone.waits_until(2, 0)


def test_a_full_phone_that_is_opened_says_so_and_opens_when_there_is_room(
    phone: Phone, device: Device, wire: Wire
) -> None:
    phone.opens_bag()
    wire.cut()
    phone.writes(CODES[16], note_of(16))
    again = opened_again(device)
    browser = device.context.new_cdp_session(again.page)
    browser.send("Storage.overrideQuotaForOrigin", {"origin": wire.address, "quotaSize": 1})
    again.opens("/offline")
    again.unlocks(PIN)
    again.page.locator("#said", has_text="är full").wait_for()
    browser.send("Storage.overrideQuotaForOrigin", {"origin": wire.address})
    again.unlocks(PIN)
    again.page.locator("[data-part=open] h1").wait_for()
    assert again.counts() == (1, 0, 0)


DAY = 24 * 60 * 60 * 1000
CLOCK = """
(() => {
  const Real = Date, off = Number(localStorage.getItem("off") ?? 0);
  globalThis.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + off); }
    static now() { return Real.now() + off; }
  };
})();
"""


@pytest.mark.parametrize("days", [-1, 1, 9])
def test_a_clock_set_wrong_closes_the_pack_in_words_and_loses_nothing(
    phone: Phone, device: Device, wire: Wire, server: Server, days: int
) -> None:
    device.context.add_init_script(CLOCK)
    code = CODES[4 + days % 7]
    phone.opens_bag()
    wire.cut()
    phone.writes(code, note_of(4))
    phone.evaluates(f"localStorage.setItem('off', {days * DAY})")
    phone.opens("/offline")
    phone.unlocks(PIN)
    if days == 1:
        # It may have been a night in a drawer: the person is asked.
        phone.page.locator("#not-right").click()
    phone.page.locator("[data-part=open] h1").wait_for()
    assert phone.words
    assert phone.counts() == (1, 0, 0)
    assert phone.page.locator("#visits > li").count() == 1, "only what is not sent"
    # With coverage the server tells the time: the visits are there again, and all is sent.
    wire.mend()
    phone.sends()
    phone.waits_until(0, 1)
    assert "klocka" in phone.words
    if days < 9:
        phone.page.locator("#visits > li").nth(2).wait_for()
    assert json.loads(server.asks("tell"))["outcomes"][code] == ["held"]


def test_a_session_that_is_over_is_said_and_what_is_saved_waits(
    phone: Phone, wire: Wire, server: Server
) -> None:
    phone.opens_bag()
    wire.cut()
    phone.writes(CODES[12], note_of(12))
    server.asks("do", "end_sessions")
    wire.mend()
    phone.sends()
    phone.page.locator("#signin").wait_for()
    assert phone.counts() == (1, 0, 0)
    assert wire.sendings == 0
    phone.page.locator("#signin a").click()
    phone.signs_in()
    phone.unlocks(PIN)
    phone.waits_until(0, 1)


def test_a_role_withdrawn_meanwhile_leaves_it_sealed_with_the_coordinator(
    phone: Phone, wire: Wire, server: Server
) -> None:
    phone.opens_bag()
    wire.cut()
    phone.writes(CODES[13], note_of(13))
    server.asks("do", "withdraw_role")
    wire.mend()
    phone.sends()
    phone.waits_until(0, 1)
    phone.page.locator("#items", has_text="samordnaren").wait_for()
    assert phone.page.locator("#visits button").count() == 0, "the visits are gone"
    told = json.loads(server.asks("tell"))
    server.asks("do", "give_role_back")
    assert told["became"].count("sealed") == 1
    assert told["outcomes"][CODES[13]] == [""]


def test_what_was_left_sealed_is_handed_on_and_written_in(
    phone: Phone, device: Device, wire: Wire, server: Server
) -> None:
    note = note_of(15)
    phone.opens_bag()
    wire.cut()
    phone.writes(CODES[15], note)
    server.asks("do", "withdraw_role")
    wire.mend()
    phone.sends()
    phone.waits_until(0, 1)
    server.asks("do", "give_role_back")
    # The coordinator sees that it waits, and nothing of what it says
    device.context.clear_cookies()
    phone.opens("/today")
    phone.signs_in(site.COORDINATOR)
    phone.opens("/sealed")
    row = phone.page.locator("main li", has_text=CODES[15])
    assert note not in phone.page.content()
    is_open_to_all(phone.page)
    row.get_by_role("button").click()
    row.locator("p", has_text="Anna Ask").wait_for()
    # She to whom it is handed reads it, and saves it as hers
    device.context.clear_cookies()
    phone.opens("/today")
    phone.signs_in()
    phone.page.locator("main a", has_text=CODES[15]).first.click()
    assert phone.page.locator("[name='joint.joint.note']").input_value() == note
    is_open_to_all(phone.page)
    phone.page.locator("main form .btn", has_text="Spara").first.click()
    phone.page.wait_for_load_state()
    told = json.loads(server.asks("tell"))
    assert told["notes"][CODES[15]] == [note]
    assert told["outcomes"][CODES[15]] == ["held"]


def is_open_to_all(page: Page) -> None:
    """As every page is: axe finds nothing, nothing scrolls sideways, all is large enough."""
    for width in (390, 320, 1360):
        page.set_viewport_size({"width": width, "height": 844})
        assert watch.violations(page) == [], width
        assert watch.sideways(page) <= 0, width
        assert watch.too_small(page) == [], width
    page.set_viewport_size({"width": 390, "height": 844})


def test_somebody_else_signed_in_sends_nothing_of_another(
    phone: Phone, device: Device, wire: Wire, server: Server
) -> None:
    phone.opens_bag()
    wire.cut()
    phone.writes(CODES[14], note_of(14))
    phone.leaves()
    wire.mend()
    device.context.clear_cookies()
    phone.opens("/today")
    phone.signs_in(site.ADVISER)
    phone.opens("/pack")
    assert phone.shows("another")
    phone.opens_bag()
    phone.page.locator("#said", has_text="någon annan").wait_for()
    assert phone.counts() == (1, 0, 0)
    assert wire.sendings == 0
    assert json.loads(server.asks("tell"))["outcomes"][CODES[14]] == [""]


def test_the_browser_keeps_the_shell_and_nothing_of_anybody(
    phone: Phone, wire: Wire, server: Server
) -> None:
    phone.opens("/today")
    phone.opens("/families")
    kept = phone.evaluates(KEPT)
    assert {path for path in kept if not path.startswith("/static/")} == {"/offline", "/outbox"}
    assert not any("H-0" in text or "Doris" in text for text in kept.values())
    wire.cut()
    phone.opens("/families")
    phone.page.locator("[data-part=pin]").first.wait_for()
    assert phone.page.locator("main").inner_text().count("H-0") == 0
    wire.mend()
    # The lock and signing out hold: the way back shows nothing.
    phone.opens("/today")
    phone.page.locator(".foot button", has_text="Logga ut").first.click()
    phone.page.go_back()
    assert phone.page.locator("[name=username]").is_visible()


KEPT = """
async () => {
  const found = {};
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys())
      found[new URL(request.url).pathname] = await (await caches.match(request)).text();
  return found;
}
"""


CUTS = 40
"""In each of five rounds, with a site and a phone of its own."""


@pytest.mark.heavy
@pytest.mark.own_site
@pytest.mark.parametrize("turn", range(5))
def test_two_hundred_random_cuts_lose_nothing_and_double_nothing(
    phone: Phone, device: Device, wire: Wire, server: Server, turn: int
) -> None:
    seed = randbelow(2**32)
    draw = Random(seed)  # noqa: S311 — told where it fails, so that it can be drawn again
    notes = [note_of(number) for number in range(site.VISITS)]
    phone.opens_bag()
    wire.cut()
    for code, note in zip(CODES, notes, strict=True):
        phone.writes(code, note)
    wire.mend()
    made = 0
    while made < CUTS or phone.counts()[0]:
        assert phone.counts()[0] or made >= CUTS, (seed, made)
        if made < CUTS and not wire.cuts:
            # Now and then one comes through first; the last is held back until all cuts are made.
            if phone.counts()[0] > 1 and draw.random() < 0.5:
                wire.cuts.append(Cut())
            # Twice, as the browser itself tries once more where nothing of an answer came.
            cut = drawn_cut(draw, server)
            wire.cuts += [cut, replace(cut, then=None)]
            made += 2
        if draw.random() < 0.02:
            phone = opened_again(device)
            phone.opens("/offline")
            phone.opens("/today")
            if phone.page.locator("[name=username]").is_visible():
                phone.signs_in()
            phone.opens_bag()
        phone.sends()
        phone.page.wait_for_timeout(150)
        server.stands()
    phone.waits_until(0, site.VISITS)
    told = json.loads(server.asks("tell"))
    assert told["outcomes"] == {code: ["held"] for code in CODES}, seed
    assert told["notes"] == {code: [note] for code, note in zip(CODES, notes, strict=True)}, seed
    assert told["became"] == ["written"] * site.VISITS, seed
    assert in_clear(device, notes) == {}, seed


def drawn_cut(draw: Random, server: Server) -> Cut:
    """Draw where a sending is cut: on its way there, on its way back, or when all is written."""
    then = server.kill if draw.random() < 0.05 else None
    where = draw.choice(["up", "down", "whole"])
    if where == "up":
        return Cut(up=draw.randrange(1500), then=then)
    if where == "down":
        return Cut(down=draw.randrange(400), then=then)
    return Cut(whole=True, then=then)
