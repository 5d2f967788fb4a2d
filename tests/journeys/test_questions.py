"""Questions in a browser: put aside while not asked, pressed with a thumb, and without a script.

The pages are made here of the templates, the stylesheet and the script that people get, under
the product's own Content-Security-Policy; what they send back is read by the product.
"""

from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

from hembesok.forms.answers import Answers
from hembesok.forms.asking import asked
from hembesok.forms.catalogue import for_step, shipped, standalone
from hembesok.forms.questionnaire import Block
from hembesok.web import questionnaire
from hembesok.web.headers import POLICY
from tests.journeys import watch
from tests.journeys.conftest import ARGUMENTS
from tests.need import ROOT

STATIC = ROOT / "hembesok/web/static/web"
ADDRESS = "http://questions.test"
PAGE = """<!doctype html><html lang="sv"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>Frågor</title>
<link rel="stylesheet" href="/hembesok.css"></head><body><main class="narrow"><h1>Hembesök 1</h1>
<form method="post" action="/send" autocomplete="off" novalidate>%s
<button class="btn">Spara</button></form>
</main><script src="/questions.js" defer></script></body></html>"""


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Browser]:
    """Chromium; no site is served, so that no other fixture is needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        yield browser
        browser.close()


class Questioned:
    """A block's questions in a window, and what came back from it."""

    def __init__(self, browser: Browser, *blocks: Block, width: int, script: bool) -> None:
        self.blocks = blocks
        self.sent: list[Request] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 844}, java_script_enabled=script
        )
        self.page: Page = self.context.new_page()
        self.page.route("**/*", self._answer)
        self.page.goto(f"{ADDRESS}/")

    def _answer(self, route: Route, request: Request) -> None:
        name = request.url.removeprefix(f"{ADDRESS}/")
        if request.method == "POST":
            self.sent.append(request)
        if name in ("hembesok.css", "questions.js"):
            route.fulfill(path=STATIC / name)
            return
        filled = [questionnaire.shown(block, block.key) for block in self.blocks]
        html = "".join(render_to_string("web/_questions.html", {"filled": one}) for one in filled)
        route.fulfill(
            body=PAGE % html,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": POLICY},
        )

    def press(self, link_id: str, value: str) -> None:
        """Press a tile."""
        name = f"{self.blocks[0].key}.{link_id}"
        self.page.locator(f'label:has([name="{name}"][value="{value}"])').click()

    def shows(self, link_id: str) -> bool:
        """Tell whether a question is there to be answered."""
        name = f"{self.blocks[0].key}.{link_id}"
        return self.page.locator(f'[name="{name}"]').first.locator("xpath=..").is_visible()

    def save(self) -> Answers:
        """Send the form, and return what the server makes of it."""
        self.page.locator("button").click()
        body = QueryDict(self.sent[-1].post_data or "")
        return questionnaire.sent(self.blocks[0], self.blocks[0].key, body).answers


@pytest.fixture
def ask(browser: Browser) -> Iterator["Ask"]:
    """Open a window on the questions of blocks; all are closed at the end."""
    ask = Ask(browser)
    yield ask
    for one in ask.opened:
        one.context.close()


class Ask:
    """Opens windows."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.opened: list[Questioned] = []

    def __call__(self, *blocks: Block, width: int = 390, script: bool = True) -> Questioned:
        """Return a window with the questions of these blocks."""
        self.opened.append(Questioned(self.browser, *blocks, width=width, script=script))
        return self.opened[-1]


def epds() -> Block:
    return standalone("epds").blocks[0]


def test_a_question_comes_when_it_is_asked_and_goes_with_all_that_hangs_on_it(ask: Ask):
    there = ask(epds())
    assert not there.shows("epds.score")
    there.press("epds.done", "done")
    assert there.shows("epds.score")
    assert not there.shows("epds.same-day")
    there.press("epds.item-10", "yes")
    there.press("epds.same-day", "doctor")
    there.page.locator('[name="epds.epds.score"]').fill("13")
    assert there.page.get_by_text("12 poäng eller mer").is_visible()
    there.page.locator('[name="epds.epds.score"]').fill("9")
    assert not there.page.get_by_text("12 poäng eller mer").is_visible()
    there.press("epds.done", "declined")
    assert not there.shows("epds.same-day"), "its question is put aside and so has no answer"
    assert there.save() == {"epds.done": ("declined",)}


@pytest.mark.parametrize("script", [True, False])
def test_with_and_without_a_script_the_same_is_kept(ask: Ask, script: bool):
    there = ask(epds(), script=script)
    assert there.page.get_by_text("Bara om").first.is_visible() is not script
    there.press("epds.done", "done")
    there.page.locator('[name="epds.epds.score"]').fill("7")
    there.press("epds.item-10", "no")
    there.press("epds.result", "none")
    assert there.save() == {
        "epds.done": ("done",),
        "epds.score": (7,),
        "epds.item-10": (False,),
        "epds.result": ("none",),
    }


def test_the_script_shows_what_the_rules_ask_for_every_answer_of_every_form(ask: Ask):
    """Press each tile of each block, one after the other, and compare with the rules."""
    for form in shipped():
        if form.steps:
            continue
        (block,) = form.blocks
        there = ask(block)
        for item in block.questions:
            for option in item.options:
                if there.shows(item.link_id):
                    there.press(item.link_id, option.code)
                    answers, shown = _pressed(there, block), _shown(there, block)
                    assert shown == asked(block, answers), (form.key, item.link_id, option.code)


def _shown(there: Questioned, block: Block) -> set[str]:
    names = there.page.evaluate(
        "[...document.querySelectorAll('[name]')]"
        ".filter((one) => one.parentElement.checkVisibility()).map((one) => one.name)"
    )
    known = {f"{block.key}.{item.link_id}": item.link_id for item in block.questions}
    return {known[name] for name in names if name in known}


def _pressed(there: Questioned, block: Block) -> Answers:
    pairs = there.page.evaluate("[...new FormData(document.querySelector('form'))]")
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    return questionnaire.sent(block, block.key, query).answers


def test_not_asked_and_an_answer_put_each_other_out(ask: Ask):
    block = standalone("vaccination").blocks[0]
    there = ask(block)
    there.press("vaccination.status", "partial")
    there.press("vaccination.missing", "mmr")
    there.press("vaccination.missing", "not-asked")
    assert there.page.locator('[value="mmr"]').is_checked() is False
    there.press("vaccination.missing", "bcg")
    answers = there.save()
    assert answers["vaccination.missing"] == ("bcg",)


@pytest.mark.parametrize("width", [1360, 390, 320])
@pytest.mark.parametrize("all_shown", [True, False])
def test_every_visits_questions_fit_and_can_be_reached_by_everybody(
    ask: Ask, width: int, all_shown: bool
):
    form = for_step("home-5", "skaggetorp")
    assert form
    blocks = (*form.blocks, epds(), standalone("language-screening").blocks[0])
    there = ask(*blocks, width=width)
    if all_shown:
        # As without a script, where axe cannot run.
        there.page.evaluate(
            "document.querySelectorAll('[hidden]').forEach((e) => e.hidden = false)"
        )
    assert watch.violations(there.page) == []
    assert watch.too_small(there.page) == []
    assert watch.sideways(there.page) <= 0
    there.page.evaluate("document.documentElement.dir = 'rtl'")
    assert watch.sideways(there.page) <= 0
