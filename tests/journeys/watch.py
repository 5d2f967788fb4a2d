"""Measures of a page: what it says to the console, asks for, weighs, and how it lies."""

import re
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import ConsoleMessage, Page, Request, Response

BEFORE_THE_PAGE = """
window.seen = { refused: [], shift: 0 };
document.addEventListener("securitypolicyviolation", (event) =>
  window.seen.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
new PerformanceObserver((list) => {
  for (const entry of list.getEntries())
    if (!entry.hadRecentInput) window.seen.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"

# What can be pressed, save what is out of sight until the keyboard comes to it.
SMALLER_THAN = """
([selector, least]) => [...document.querySelectorAll(selector)]
  .filter((one) => one.checkVisibility() && !one.matches(".skip") && one.type !== "hidden")
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)}: ${box.width} × ${box.height}`)
"""
PRESSED = "a, button, input, select, textarea, summary"
PRIMARY = ".btn:not(.sec), .lock, .opts label"

AXE = Axe()
RULES = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice",
        ],
    },
}  # fmt: skip


@dataclass
class Watch:
    """What a page does from the moment it is watched; begin before it is opened."""

    page: Page
    base: str
    said: list[ConsoleMessage] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to everything."""
        self.page.add_init_script(BEFORE_THE_PAGE)
        self.page.on("console", lambda message: self.said.append(message))
        self.page.on("pageerror", lambda error: self.failed.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", self._asked)
        self.page.on("response", lambda answer: self.answers.append(answer))

    def forget(self) -> None:
        """Begin anew, as when the way to the page is not what is measured."""
        for heard in (self.said, self.failed, self.foreign, self.answers):
            heard.clear()

    def _failed(self, request: Request) -> None:
        # A page that is left lets go of its icon, if that has not come yet.
        if not (request.failure == "net::ERR_ABORTED" and "/icon." in request.url):
            self.failed.append(request.url)

    def _asked(self, request: Request) -> None:
        # data: is an image inside our own stylesheet.
        if not request.url.startswith((f"{self.base}/", "data:")):
            self.foreign.append(request.url)

    @property
    def status(self) -> int:
        """Status of the page itself: of the last document."""
        return self._documents[-1].status

    @property
    def _documents(self) -> list[Response]:
        return [one for one in self.answers if one.request.resource_type == "document"]

    def noise(self) -> list[str]:
        """Return all that should not have been: messages, faults, refusals, foreign addresses."""
        told = [one.text for one in self.said if not self._tells_of_the_page(one)]
        lost = [
            f"{one.status} {one.url}"
            for one in self.answers
            if one.status >= 400 and one not in self._documents
        ]
        refused = self.page.evaluate("window.seen.refused")
        return [*told, *self.failed, *self.foreign, *lost, *refused]

    def _tells_of_the_page(self, message: ConsoleMessage) -> bool:
        """Chromium says of every page with an error status that it has one; so it should."""
        return self.status >= 400 and bool(
            re.match(rf"Failed to load resource: .* status of {self.status} ", message.text)
        )

    def weight(self) -> dict[str, int]:
        """Return the bytes over the wire by sort: document, stylesheet, script, image, other."""
        kinds: dict[str, int] = {}
        for one in [self._documents[-1], *(a for a in self.answers if a not in self._documents)]:
            # What comes from the cache weighs less than nothing: the head of an answer never sent.
            size = max(one.request.sizes()["responseBodySize"], 0)
            kind = one.request.resource_type
            kinds[kind] = kinds.get(kind, 0) + size
        return kinds

    def nodes(self) -> int:
        """Return how many elements the page has."""
        return int(self.page.evaluate("document.querySelectorAll('*').length"))

    def shift(self) -> float:
        """Return how much the page moved while it loaded (CLS)."""
        return float(self.page.evaluate("window.seen.shift"))


def violations(page: Page) -> list[str]:
    """Return what axe finds: WCAG 2.0–2.2 A and AA, and best practice."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE.axe_script)
    found = page.evaluate("rules => axe.run(rules)", RULES)["violations"]
    return [f"{one['id']}: {' '.join(node['target'][0] for node in one['nodes'])}" for one in found]


def sideways(page: Page) -> int:
    """Return how many pixels the page is wider than its window."""
    return int(page.evaluate(SIDEWAYS))


def too_small(page: Page) -> list[str]:
    """Return what is under 24 px to press, or under 44 px for the main thing to press."""
    small: list[str] = page.evaluate(SMALLER_THAN, [PRESSED, 24])
    main: list[str] = page.evaluate(SMALLER_THAN, [PRIMARY, 44])
    return [*small, *main]
