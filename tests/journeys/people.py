"""What a person does at a window, in words that a journey can be read in."""

from playwright.sync_api import Locator, Page


class Person:
    """Somebody at a browser window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, path: str) -> None:
        """Go to a page by its address."""
        self.page.goto(path)

    def signs_in(self, account: str, password: str) -> None:
        """Write account and password, and press the button."""
        self.writes("username", account)
        self.writes("password", password)
        self.presses_main_button()

    def presses(self, name: str) -> None:
        """Press the first link or button that is called this."""
        of_name = self.page.get_by_role("link", name=name).or_(
            self.page.get_by_role("button", name=name)
        )
        of_name.locator("visible=true").first.click()

    def presses_main_button(self) -> None:
        """Press the button a form ends with."""
        self.page.locator("main form .btn").first.click()

    def chooses(self, label: str) -> None:
        """Press one of the tiles, the first that says so."""
        self.page.locator(".opts label", has_text=label).first.click()

    def writes(self, field: str, text: str) -> None:
        """Write in a field, in place of what stands there."""
        self.page.locator(f"[name={field}]").fill(text)

    def step(self, title: str) -> Locator:
        """Return the row of a step in the list of visits."""
        header = self.page.get_by_role("rowheader", name=title, exact=True)
        return self.page.locator("main tr").filter(has=header)

    def tile(self, title: str) -> Locator:
        """Return a step in the list that stands in place of the picture on a phone."""
        of_title = self.page.locator(".t", has_text=title)
        return self.page.locator(".vlist > li").filter(has=of_title)

    @property
    def receipt(self) -> Locator:
        """What the page says about what was just done."""
        return self.page.locator("p.note[role=status]")

    @property
    def errors(self) -> Locator:
        """The summary of what is wrong with what was sent."""
        return self.page.locator(".errors")

    @property
    def title(self) -> str:
        """The page's heading."""
        return self.page.locator("h1").first.inner_text()

    def has_focus_in(self, selector: str) -> bool:
        """Say whether the keyboard is at an element."""
        return bool(
            self.page.evaluate("s => !!document.activeElement?.closest(s)", selector),
        )
