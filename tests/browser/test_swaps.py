"""Nothing on a page moves when htmx puts something new into it: layout shift 0, on a phone and on a wide screen.

Every place at which a template asks htmx to fetch something stands in ``SWAPS``, with the test that lets it happen.
"""

import inspect
import re
import uuid
from collections.abc import Callable
from types import ModuleType

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from councils.models import Ballot
from councils.services import ballot_close, vote_cast
from planning.models import Cycle, Plan, Round, Run
from planning.runner.claims import Holder, claim
from planning.runner.keeping import baseline_keep
from planning.services.answers import consumption_set, proposal_set
from planning.services.rounds import round_open, round_publish
from planning.services.runs import run_start
from planning.services.sandbox_changes import figure_set
from planning.services.sandboxes import sandbox_compute, sandbox_open
from planning.services.stress import stress_ask
from tests.browser import test_dial
from tests.browser.pages import shifted, watch_shifts
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.priorities.world import both, nothing_kept, peopled
from tests.planning.priorities.world import opened as opened_priorities
from tests.planning.test_ratification import begun, iterated, proposed

SignIn = Callable[..., None]
FETCHES = re.compile(r"\bhx-(?:get|post|put|patch|delete)=")
SWAPS = {
    "planning/_consequences_waiting.html": "test_waiting_for_consequences",
    "planning/_run_progress.html": "test_progress_of_an_iteration",
    "planning/_sandbox_progress.html": "test_progress_of_a_sandbox",
    "planning/_stress_waiting.html": "test_waiting_for_a_stress_test",
    "planning/_voting.html": "test_votes_coming_in",
    "planning/line_review.html": "test_what_firmness_costs",
    "planning/sharing.html": "test_the_dial_by_keyboard",
}
ALL_OF_THE_MILL = "workplace:flour-works=100%"
PATIENCE = 30_000  # milliseconds for a swap on a machine that has other things to do


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(params=[(360, "pt-BR"), (1280, "en")], ids=["phone", "desk"])
def tab(request: pytest.FixtureRequest, open_tab: Callable[..., Page]) -> Page:
    """A phone in Portuguese, a wide screen in English."""
    width, lang = request.param
    return open_tab(width=width, lang=lang)


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    return make_federation()


@pytest.fixture
def cycle(federation: Federation) -> Cycle:
    return begun(federation)


@pytest.fixture
def opened(federation: Federation, cycle: Cycle) -> Round:
    """A round whose bakery offers a tenth less, and whose village wants a tenth more, than last year."""
    people = federation.people
    proposal_set(
        cycle=cycle, line=federation.lines["bread"], output=90.0, by=people["bread_delegate"], now=NOW
    )
    wanted = federation.demand["bread"]
    consumption_set(cycle=cycle, demand_line=wanted, quantity=110.0, by=people["villager"], now=NOW)
    return round_open(cycle=cycle, by=people["coordinator"], now=NOW)


@pytest.fixture
def queued(federation: Federation, opened: Round) -> Run:
    return run_start(round=opened, by=federation.people["coordinator"], now=NOW, hand_over=lambda _run: None)


@pytest.fixture
def plan(federation: Federation, cycle: Cycle) -> Plan:
    """Last year's figures, which add up, before the councils."""
    return proposed(cycle, federation)


def test_every_swap_has_its_test() -> None:
    """A template that asks htmx to fetch something is named above, and its test looks whether something moves."""
    folder = settings.BASE_DIR / "templates"
    found = {
        path.relative_to(folder).as_posix(): len(FETCHES.findall(path.read_text(encoding="utf-8")))
        for path in folder.rglob("*.html")
    }
    assert {name: number for name, number in found.items() if number} == dict.fromkeys(SWAPS, 1)
    here = inspect.getmodule(test_every_swap_has_its_test)
    for name in SWAPS.values():
        assert isinstance(here, ModuleType)
        test = getattr(here, name, None) or getattr(test_dial, name)
        assert "assert shifted(page) == 0.0" in inspect.getsource(test)


def all_in_sight(page: Page) -> None:
    """Make the window as high as the page: only what is seen can shift, and where nothing is scrolled the browser
    cannot scroll along with what moves, as some do."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": 6000})
    page.wait_for_timeout(700)  # longer than what the browser forgives after a tap


def watched(page: Page, selector: str) -> None:
    """Watch for shifts from now on, and mark a part, to see when it is replaced."""
    all_in_sight(page)
    watch_shifts(page)
    page.locator(selector).evaluate("node => { node.dataset.old = ''; }")


def hold(page: Page, address: str) -> list[Route]:
    """Let no answer to htmx from this address through; return those that wait."""
    waiting: list[Route] = []

    def handle(route: Route) -> None:
        if "hx-request" in route.request.headers:
            waiting.append(route)
        else:
            route.continue_()

    page.route(address, handle)
    return waiting


def let_go(page: Page, waiting: list[Route]) -> None:
    """Let the answer through that htmx waits for, as soon as it waits for one."""
    for _attempt in range(PATIENCE // 100):
        if waiting:
            break
        page.wait_for_timeout(100)
    waiting[0].continue_()


def replaced(page: Page, selector: str) -> None:
    """Wait until the part that was marked is another one."""
    expect(page.locator(selector)).to_have_count(1)
    expect(page.locator(f"{selector}[data-old]")).to_have_count(0)


def works(page: Page, run: Run) -> None:
    """Be the worker: claim the run and say how far it is, as real ones do; see each on the page."""
    token = claim(run.public_id, clock=lambda: NOW)
    assert token is not None
    expect(page.locator("#run-progress-bar[value]")).to_have_count(1)
    holder = Holder(run.public_id, token, lambda: NOW)
    for stage, done in (
        ("Reading proposals and techniques", 0.05),
        ("Balancing, step 1234 of very many", 0.6),
    ):
        holder.report(stage, done)
        holder.beat()
        expect(page.locator("#run-progress label")).to_have_text(stage)


@pytest.mark.parametrize("where", ["round", "run"])
def test_progress_of_an_iteration(
    tab: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    queued: Run,
    where: str,
) -> None:
    page = tab
    sign_in(page, federation.people["coordinator"])
    args = [2027, 1] if where == "round" else [queued.public_id]
    page.goto(live_server.url + reverse(f"planning:{where}", args=args))
    watched(page, f"#run-{queued.public_id}")
    works(page, queued)
    replaced(page, f"#run-{queued.public_id}")
    assert shifted(page) == 0.0


def test_what_moves_is_seen(
    page: Page, live_server: LiveServer, sign_in: SignIn, federation: Federation, queued: Run
) -> None:
    """The control: where a part is not as high as what comes in its place, the measure is not 0."""
    sign_in(page, federation.people["coordinator"])
    waiting, part = hold(page, "**/runs/**"), f"#run-{queued.public_id}"
    page.goto(live_server.url + reverse("planning:run", args=[queued.public_id]))
    page.locator(part).evaluate("node => { node.style.paddingBottom = '3rem'; }")
    watched(page, part)
    let_go(page, waiting)
    replaced(page, part)
    assert shifted(page) > 0.0


def test_progress_of_a_sandbox(
    tab: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    opened: Round,
) -> None:
    page, by = tab, federation.people["stranger"]
    sandbox = sandbox_open(parent=opened.scenario, name="More bread", by=by, now=NOW)
    target = federation.demand["bread"].public_id
    figure_set(sandbox=sandbox, kind="demand", target=target, new=120.0, by=by, now=NOW)
    run = sandbox_compute(sandbox=sandbox, by=by, now=NOW, hand_over=lambda _run: None)
    sign_in(page, by)
    page.goto(live_server.url + reverse("planning:sandbox", args=[sandbox.public_id]))
    watched(page, "#sandbox-run")
    works(page, run)
    replaced(page, "#sandbox-run")
    assert shifted(page) == 0.0


def test_waiting_for_a_stress_test(
    tab: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    plan: Plan,
    broker_url: str,
) -> None:
    page, by = tab, federation.people["bread_delegate"]
    stress_ask(plan=plan, drops=[ALL_OF_THE_MILL], by=by, today=NOW.date())
    sign_in(page, by)
    waiting = hold(page, "**/stress/**")
    page.goto(
        f"{live_server.url}{reverse('planning:stress', args=[2027])}?drop=workplace%3Aflour-works%3D100%25"
    )
    watched(page, "#stress-waiting")
    let_go(page, waiting)
    replaced(page, "#stress-waiting")
    assert shifted(page) == 0.0


def test_waiting_for_consequences(
    tab: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = tab
    peopled(federation)
    cycle = opened_priorities(federation)
    both(federation, cycle)
    nothing_kept(monkeypatch)
    sign_in(page, federation.people["citizen0"])
    waiting = hold(page, "**/programmes/**")
    page.goto(f"{live_server.url}/cycles/2027/programmes/")
    baseline_keep(cycle)
    watched(page, "#consequences-waiting")
    let_go(page, waiting)
    replaced(page, "#consequences-waiting")
    assert shifted(page) == 0.0


def test_votes_coming_in(
    tab: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    plan: Plan,
) -> None:
    """One vote, all votes, all counted."""
    page = tab
    sign_in(page, federation.people["coordinator"])
    page.goto(f"{live_server.url}{reverse('planning:plan', args=[2027])}?voting=90")
    watched(page, "#voting")
    ballots = list(Ballot.objects.filter(state=Ballot.State.OPEN))
    entries = [(ballot, entry) for ballot in ballots for entry in ballot.roll.select_related("person")]
    for number, (ballot, entry) in enumerate(entries):
        key = str(uuid.uuid4())
        vote_cast(
            ballot=ballot, right=entry.right, option="yes", by=entry.person, idempotency_key=key, now=NOW
        )
        if number == 0:
            expect(page.locator("#votes-bar:not([value='0'])")).to_have_count(1)
    expect(page.locator("#votes-bar[value='100']")).to_have_count(1)
    before = page.locator("#voting > .quiet").inner_text()
    for ballot in ballots:
        ballot_close(ballot=ballot, by=federation.people["coordinator"], now=NOW)
    expect(page.locator("#voting > .quiet")).not_to_have_text(before)
    replaced(page, "#voting")
    assert shifted(page) == 0.0


def test_a_page_that_stops_looking(
    page: Page, live_server: LiveServer, sign_in: SignIn, federation: Federation, plan: Plan
) -> None:
    sign_in(page, federation.people["coordinator"])
    page.goto(f"{live_server.url}{reverse('planning:plan', args=[2027])}?voting=1")
    watched(page, "#voting")
    expect(page.locator("#voting[hx-get]")).to_have_count(0)
    assert shifted(page) == 0.0


def test_what_firmness_costs(
    tab: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    opened: Round,
) -> None:
    """Opening it is the reader's own doing; the answer, which comes when it comes, moves nothing any more."""
    by = federation.people["coordinator"]
    round_publish(round=opened, run=iterated(opened, federation), by=by, now=NOW)
    page = tab
    sign_in(page, federation.people["bread_delegate"])
    waiting = hold(page, "**/firm/")
    line = federation.lines["bread"].public_id
    page.goto(live_server.url + reverse("planning:line_review", args=[2027, 1, line]))
    page.locator("details:has(> #firmness) > summary").click()
    all_in_sight(page)
    watch_shifts(page)
    let_go(page, waiting)
    expect(page.locator("#firmness a")).to_have_count(0)
    expect(page.locator("#firmness p").first).to_be_visible()
    assert page.locator("#firmness").evaluate("node => node.scrollHeight <= node.clientHeight"), (
        "it is cut off"
    )
    assert shifted(page) == 0.0
