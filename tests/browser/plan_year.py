"""A plan year's steps from proposals to a plan in force, as people with a browser take them one page after another."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from planning.models import Cycle, Plan, Round, Run
from tests.browser.pages import LOG
from tests.planning.worker import eventually
from workplaces.models import Line

PATIENCE = 600  # seconds for a worker or a page on a machine that has other things to do


class Phone:
    """Somebody's browser: what is tapped and filled in is counted and written down."""

    def __init__(self, who: str, page: Page, path: list[str], *, script: bool) -> None:
        self.who, self.page, self.path, self.script = who, page, path, script
        page.set_default_timeout(PATIENCE * 1000)

    def open(self, address: str) -> None:
        """Type the address: the one with which the demo begins."""
        self.page.goto(address)

    def press(self, name: str | re.Pattern[str], role: str = "button") -> None:
        """Press a button or follow a link of the page."""
        self.tap(self.page.locator("main").get_by_role(role, name=name).first)  # type: ignore[arg-type]

    def tap(self, there: Locator, told: str = "") -> None:
        """Tap, after noting what."""
        words = told or " ".join(there.inner_text().split("\n")[0].split())
        self.path.append(f"{self.who}: {words}")
        there.click()
        self.page.wait_for_load_state()
        self._check()

    def fill(self, label: str, value: str) -> None:
        """Fill in a field."""
        field = self.page.get_by_label(label).first
        self.path.append(f"{self.who}: {label} = {value}")
        field.fill(value)

    def home(self) -> None:
        """Go to “My duties” by the menu."""
        self.tap(self.page.get_by_role("navigation").get_by_role("link", name="My duties").first)

    def waits(self, done: Callable[[], bool], what: str) -> None:
        """Wait until a worker is done; where no script runs, look again."""
        eventually(done, seconds=PATIENCE, what=what)
        if not self.script:
            self.press("Look again", "link")

    def offers(self, question: str) -> None:
        """See in a tab beside that “My duties” offers the step which follows, on the page where the person is."""
        beside = self.page.context.new_page()
        beside.goto(re.sub(r"(//[^/]+/).*", r"\1duties/", self.page.url))
        duties = beside.locator("ul.rows li")
        told = duties.get_by_role("heading").all_inner_texts()
        assert question in told, f"“My duties” offers {told}, not {question!r}"
        leads = duties.nth(told.index(question)).get_by_role("link").first.get_attribute("href")
        beside.close()
        here = self.page.url.split("?")[0]
        assert leads is not None
        assert here.endswith(leads), f"{question!r} leads to {leads}, not here: {here}"

    def _check(self) -> None:
        """Nothing failed, and the page does not scroll sideways."""
        faults = [
            fault for fault in LOG[self.page] if "ERR_ABORTED" not in fault
        ]  # asked again while it loaded anew
        assert not faults, faults
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(over) <= 0, f"{self.page.url} is wider than the screen"


def proposes(delegate: Phone) -> Line:
    """From “My duties” propose less than last year for a line of the workplace; return the line."""
    delegate.press(re.compile("^Propose: What will"), "link")
    if "/lines/" not in delegate.page.url:
        delegate.tap(delegate.page.locator("main tbody th a").first, told="a product")
    line = Line.objects.get(public_id=delegate.page.url.split("/")[-2])
    delegate.fill("Output", f"{0.8 * line.last_output:.6g}")
    delegate.press("Propose")
    expect(delegate.page.locator("main")).to_contain_text("Your proposal stands", timeout=PATIENCE * 1000)
    return line


def publishes(coordinator: Phone, number: int) -> None:
    """Wait for the iteration, look at it, publish."""
    coordinator.waits(lambda: finished(number), f"round {number} is computed")
    expect(coordinator.page.get_by_role("button", name="Publish suggestions")).to_be_visible(
        timeout=PATIENCE * 1000
    )
    coordinator.offers(f"Publish the suggestions of round {number}?")
    coordinator.press("Publish suggestions")
    assert Round.objects.get(number=number).state == Round.State.ANSWERING


def finished(number: int) -> bool:
    """Say whether the iteration of the round has finished."""
    return Run.objects.filter(round__number=number, state=Run.State.FINISHED).exists()


def goes_round(coordinator: Phone) -> int:
    """Let the others answer and compute again, until the plan can go to the councils; return how many rounds it took."""
    number, main = 1, coordinator.page.locator("main")
    while True:
        if main.get_by_role(
            "button", name="Let the others answer"
        ).count():  # else all changes are inside the bands
            coordinator.offers(f"Shall the others answer in round {number}?")
            coordinator.press("Let the others answer")
        coordinator.offers(f"Shall round {number} close?")
        coordinator.press("Close this round and compute the next")
        number += 1
        coordinator.waits(lambda number=number: finished(number), f"round {number} is computed")  # type: ignore[misc]
        expect(main.get_by_role("button", name=re.compile("^(Publish|Put to)")).first).to_be_visible(
            timeout=PATIENCE * 1000
        )
        if main.get_by_role("button", name="Put to the councils as a plan").count():
            return number
        coordinator.offers(f"Publish the suggestions of round {number}?")
        coordinator.press("Publish suggestions")


def ratifies(coordinator: Phone) -> None:
    """Put the plan to the councils; their votes carry it into force without another hand."""
    year = Cycle.objects.get().year
    coordinator.offers(f"Shall the plan for {year} go to the councils?")
    coordinator.press("Put to the councils as a plan")
    coordinator.offers(f"Shall the others vote on the plan for {year}?")
    coordinator.press("Let them vote to the end")
    coordinator.waits(lambda: Plan.objects.get().state == Plan.State.IN_FORCE, "the plan is in force")
    expect(coordinator.page.locator("h1")).to_contain_text("in force", timeout=PATIENCE * 1000)
    assert Cycle.objects.get().phase == Cycle.Phase.IN_FORCE
