"""A year in the demo, from its sign-in page to a plan in force, by what “My duties” offers: how many interactions?

Two people, each with a telephone of their own: the coordinator of the planning board and a delegate of a workplace. The
delegate's proposal is asked to change in the first round and changes; the rounds go on until the plan goes to the
councils, which carry it.

What counts: every click or tap, and every field filled, counts one. Waiting for a page that changes by itself counts
nothing, nor does the address with which the demo begins. Without JavaScript a page that waits has to be asked again:
those taps on “Look again” count too, and are told apart. What the test itself looks up (“My duties” in a tab beside, to see
that the step which follows is offered there) is no interaction.
"""

import re
import sys
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from councils.models import Ballot
from planning.demo.load import Order, demo_load
from planning.models import Cycle, Response
from tests.browser.plan_year import PATIENCE, Phone, goes_round, proposes, publishes, ratifies
from tests.planning.worker import worker
from workplaces.models import Line, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.demo_urls")]
MOST = 25
SIZE = 300  # workplaces


@pytest.fixture
def demo(transactional_db: None, settings: Settings) -> None:
    """The real demo's country, small; the clock of the database is the machine's, as the demo's is."""
    settings.DEMO = True
    demo_load(order=Order(workplaces=SIZE), now=timezone.now())


@pytest.fixture
def running(demo: None, broker_url: str) -> Iterator[None]:
    """A real worker on the same database and queue."""
    with worker(broker_url, COMMONPLAN_DEMO="1", ALLOWED_HOSTS="localhost"):
        yield


VARIANTS = [
    pytest.param(360, True, id="phone"),
    pytest.param(360, False, id="phone-without-script", marks=pytest.mark.long),
    pytest.param(1280, True, id="desktop", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("width", "script"), VARIANTS)
def test_a_proposal_gets_through_to_a_plan_in_force(
    open_tab: Callable[..., Page], live_server: LiveServer, running: None, width: int, script: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path: list[str] = []
    coordinator = Phone("coordinator", open_tab(width=width, script=script), path, script=script)
    delegate = Phone("delegate", open_tab(width=width, script=script), path, script=script)
    for phone in (coordinator, delegate):
        phone.open(f"{live_server.url}/accounts/login/")

    year_begins(coordinator)
    signs_in(delegate)
    line = proposes(delegate)
    coordinator.offers("Shall round 1 open?")
    coordinator.press("Let the others propose")
    coordinator.press("Open round 1 and start the iteration")
    publishes(coordinator, 1)
    answers(delegate, line)
    rounds = goes_round(coordinator)
    ratifies(coordinator)
    assert not Ballot.objects.exclude(state=Ballot.State.CLOSED).exists()
    assert Person.objects.filter(synthetic=False).count() == 0

    looks = sum(step.endswith("Look again") for step in path)
    with capsys.disabled():
        counted = f"{len(path)} interactions, {looks} of them to look again; {rounds} rounds, {width} px"
        steps = (f"{number:3}. {step}" for number, step in enumerate(path, 1))
        sys.stdout.write("\n".join(["", counted, *steps, ""]))
    assert len(path) - looks <= MOST
    assert looks <= (0 if script else rounds + 1)


def year_begins(coordinator: Phone) -> None:
    """Sign in, open the plan year, begin proposals."""
    coordinator.press(re.compile("^Coordinator of the planning board"))
    coordinator.press(re.compile("^Open: Shall the next plan year begin"), "link")
    coordinator.press("Open the plan year")
    coordinator.offers(f"Shall proposals for {Cycle.objects.get().year} begin?")
    coordinator.press("Freeze the baseline and begin proposals")
    assert Cycle.objects.get().phase == Cycle.Phase.PROPOSALS


def signs_in(delegate: Phone) -> None:
    """Sign in as the delegate of a workplace."""
    delegate.page.reload()  # the sign-in page says who has something to do
    role = delegate.page.get_by_role("button", name=re.compile("^Delegate of (?!the community)"))
    delegate.tap(role.first, told="the delegate of a workplace")


def answers(delegate: Phone, line: Line) -> None:
    """Find what is asked on “My duties”, and accept it."""
    delegate.home()
    delegate.press(re.compile("^Answer: Can "), "link")
    delegate.press(re.compile("^Accept"))  # the one line, or all of a workplace's table
    expect(delegate.page.locator("main")).to_contain_text("Back to my duties", timeout=PATIENCE * 1000)
    given = dict(Response.objects.filter(source="person").values_list("line_id", "kind"))
    assert given[line.entity_id] == Response.Kind.ACCEPT
