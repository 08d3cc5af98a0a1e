"""A demo year in a browser, from a programme to equipment in place: by the pages only, and what “my duties” offers."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from councils.models import Council, Mandate
from planning.demo.load import Order, demo_load
from planning.models import Account, AssociationMember, Cycle, Grant, Guideline
from planning.models.ledger import MINOR
from planning.selectors.ledger import unbalanced
from planning.selectors.levels import Economy
from tests.browser.pages import LOG, assert_page_ok
from tests.browser.plan_year import Phone, goes_round, proposes, publishes, ratifies
from tests.planning.worker import worker
from workplaces.models import DemandLine, Line, Membership, Person, Product, Workplace
from workplaces.presentation import figures

SignIn = Callable[..., None]
YEAR, LONG = 2022, 600.0  # seconds that the others may take on a busy machine
ASKED = 40_000_000_00  # minor units: 40 of the good, whose unit is a million

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.demo_urls")]


@pytest.fixture
def demo(transactional_db: None, settings: Any, broker_url: str) -> Iterator[None]:
    """The smallest federation that the demo makes, with a worker of its own."""
    settings.DEMO = True
    demo_load(order=Order("brazil-2021", 300, 1), now=timezone.now() - timedelta(days=1))
    with worker(broker_url, COMMONPLAN_DEMO="1", ALLOWED_HOSTS="localhost"):
        yield


class Walk:
    """One tab, in which people sign in by turns and follow what their duties say."""

    def __init__(self, page: Page, sign_in: SignIn, at: str) -> None:
        self.page, self.sign_in, self.at = page, sign_in, at
        self.page.set_default_timeout(LONG * 1000)

    def as_(self, person: Person) -> Page:
        """Sign in and look at one's duties."""
        self.sign_in(self.page, person)
        self.page.goto(f"{self.at}/duties/")
        return self.page

    def duty(self, person: Person, question: str) -> Page:
        """Follow the duty, or what is open to the person, that says this."""
        page = self.as_(person)
        link = page.get_by_role("link", name=re.compile(question))
        expect(link.first).to_be_visible()
        link.first.click()
        return page

    def asked(self) -> str:
        """Return what the coordinator is asked first; nothing while others act."""
        page = self.as_(person("coordinator"))
        heading = page.locator("ul.rows h2")
        return heading.first.inner_text() if heading.count() else ""

    def until(self, question: str) -> None:
        """Lead the coordinator on until this is asked, by the button that each page puts in front."""
        seen: list[str] = []
        deadline = time.monotonic() + LONG
        while not re.match(question, found := self.asked()):
            assert time.monotonic() < deadline, f"never asked “{question}”, but: {seen}"
            if not seen or seen[-1] != found:
                seen.append(found)
                deadline = time.monotonic() + LONG
                self.step(found)
            else:  # a worker, or the others, are at it
                time.sleep(1.0)

    def step(self, question: str) -> None:
        """Go where the duty leads, and press what stands there."""
        page = self.page
        if not question:
            return
        page.locator("ul.rows a.button").first.click()
        if question.startswith("Shall the others"):
            page.get_by_role("button", name=re.compile("^Let the others")).first.click()
        else:
            page.locator("main button.primary").first.click()


@pytest.fixture
def walk(demo: None, page: Page, sign_in: SignIn, live_server: LiveServer) -> Iterator[Walk]:
    expect.set_options(timeout=LONG * 1000)
    yield Walk(page, sign_in, live_server.url)
    expect.set_options(timeout=5_000)


def test_from_a_programme_to_grants(walk: Walk) -> None:
    to_grants(walk)


@pytest.mark.long
def test_from_a_programme_to_equipment_in_place(walk: Walk) -> None:
    grant, delegate = to_grants(walk)
    in_force(walk, delegate)
    reported(walk, grant, delegate)
    gain = settled(walk, grant)
    in_place(walk, grant, delegate, gain)
    assert unbalanced() == []


def to_grants(walk: Walk) -> tuple[Grant, Person]:
    """Open the year, decide on its guidelines and envelopes, share them out; return one grant and who holds it."""
    page = walk.duty(person("coordinator"), "Open: Shall the next plan year begin")
    page.get_by_label("Year").fill(str(YEAR))
    page.get_by_role("button", name="Open the plan year").click()
    guidelines(walk)
    envelopes(walk)
    line, delegate = weakest()
    ask(walk, line, delegate)
    share(walk, line)
    grant = granted(walk, line, delegate)
    assert unbalanced() == []
    return grant, delegate


def guidelines(walk: Walk) -> None:
    """A list writes and publishes a programme, somebody stands behind it, everybody votes."""
    founder = AssociationMember.objects.select_related("person").get(association__name="Time to Live").person
    page = walk.duty(founder, "can write a programme for 2022")
    page.get_by_label("Title").fill("A dam and forty hours")
    page.get_by_label("What it is for").fill("Because the mill stands still in August.")
    page.get_by_label("share of last year's value added set aside for investment").fill("2")
    page.get_by_role("button", name="Write this version").click()
    walk.until("Shall the others stand behind the programmes")
    page = walk.duty(
        Membership.objects.filter(workplace=None).order_by("-pk").first().person, "programme of Time to Live"
    )
    assert_page_ok(page)
    page.get_by_role("button", name="Stand behind this programme").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert_page_ok(page)
    walk.step(walk.asked())
    page = walk.duty(founder, "Shall Time to Live publish its programme")
    page.get_by_role("button", name="Publish the programme").click()
    walk.until("Shall the others vote on the guidelines")
    walk.until("Shall the guidelines for 2022 be set")
    walk.step(walk.asked())
    decided = dict(Guideline.objects.filter(topic__in=["investment", "hours"]).values_list("topic", "value"))
    assert 1.0 <= decided["investment"] <= 3.0


def envelopes(walk: Walk) -> None:
    """A member of the board drafts; the board votes; the draft is settled."""
    board = Mandate.objects.filter(council__kind=Council.Kind.BOARD, role="member").order_by("pk").first()
    page = walk.duty(board.person, "Draft: How shall the investment of 2022")
    page.get_by_label("Why like this?").fill("By size.")
    page.get_by_role("button", name="Put this draft to the board").click()
    walk.until("Shall the others ask for investment in 2022")
    total = Account.objects.get(kind="output").balance
    assert (
        -total
        == sum(Account.objects.filter(kind__in=["sector", "region"]).values_list("balance", flat=True))
        > 0
    )


def weakest() -> tuple[Line, Person]:
    """A line of a small workplace whose sector has several, and the workplace's delegate."""
    places = Workplace.objects.filter(size__gte=3).order_by("size", "pk")
    for place in places:
        if Workplace.objects.filter(main_sector=place.main_sector_id).count() >= 3:
            line = (
                Line.objects.filter(workplace=place)
                .select_related("workplace", "product")
                .order_by("-last_output")
                .first()
            )
            if line is not None:
                delegate = Mandate.objects.get(represents__workplace=place, council__kind=Council.Kind.SECTOR)
                return line, delegate.person
    raise AssertionError("the demo has no sector with three workplaces")


def ask(walk: Walk, line: Line, delegate: Person) -> None:
    """The delegate asks the sector for a machine worth 40 million; then the others ask."""
    wanted = DemandLine.objects.filter(category="investment").order_by("-last").first()
    good = Product.objects.get(pk=wanted.product_id)
    page = walk.duty(delegate, "can ask for investment")
    page.get_by_role("link", name=re.compile("^Ask for investment")).first.click()
    assert_page_ok(page)
    page.get_by_label("Of whom?").select_option(f"sector-{line.workplace.main_sector.code}")
    page.get_by_label("What is it for?").fill("A pump.")
    page.get_by_label("Product 1, its code").fill(good.code)
    page.get_by_label("Quantity of product 1").fill("40")
    page.get_by_label("How much money?").fill(str(ASKED // MINOR))
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("A pump.")).to_be_visible()
    walk.until("Shall the others share the envelopes")


def share(walk: Walk, line: Line) -> None:
    """A delegate of the sector sees what a dial does, and moves it; the others share the rest out; all vote."""
    council = Council.objects.get(kind=Council.Kind.SECTOR, sector=line.workplace.main_sector_id)
    other = (
        Mandate.objects.filter(council=council, role="delegate")
        .exclude(represents__workplace=line.workplace_id)
        .first()
    )
    page = walk.duty(other.person, "Move the dial: How shall the envelope of")
    page.get_by_label("Equality dial").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("columnheader", name="α = 8")).to_have_count(1)
    assert_page_ok(page)
    page.get_by_label("Why like this?").fill("The last first.")
    page.get_by_role("button", name="Move α = 8").click()
    expect(page).to_have_url(re.compile("/motions/"))
    walk.until("Shall round 1 open|Shall proposals for 2022 begin")
    walk.until("Shall round 1 open")
    LOG[page].clear()


def granted(walk: Walk, line: Line, delegate: Person) -> Grant:
    """Everybody sees the grant, its envelope, and that sums are whole."""
    grant = Grant.objects.select_related("envelope", "request").get(request__line=line)
    assert 0 < grant.amount <= ASKED
    page = walk.as_(delegate)
    page.goto(f"{walk.at}/grants/{grant.public_id}/")
    expect(page.get_by_text(f"Out of the envelope of {grant.envelope}")).to_be_visible()
    assert_page_ok(page)
    for envelope in {each.envelope for each in Grant.objects.select_related("envelope")}:
        spent = sum(envelope.grants.values_list("amount", flat=True))
        own = {"sector": envelope.sector_id, "region": envelope.region_id}
        assert Account.objects.get(cycle__year=YEAR, **own).balance == envelope.amount - spent >= 0
    return grant


def in_force(walk: Walk, delegate: Person) -> None:
    """The holder and the others propose; the rounds go on until the councils carry a plan that makes the equipment."""
    proposes(Phone("delegate", walk.as_(delegate), [], script=True))
    coordinator = Phone("coordinator", walk.as_(person("coordinator")), [], script=True)
    coordinator.press(re.compile("Shall round 1 open"), "link")
    coordinator.press("Let the others propose")
    coordinator.press("Open round 1 and start the iteration")
    publishes(coordinator, 1)
    bought = DemandLine.objects.filter(category="granted", scenario__round__number=1)
    assert bought.exists()
    goes_round(coordinator)
    ratifies(coordinator)


def reported(walk: Walk, grant: Grant, delegate: Person) -> None:
    """The holder says that it is late, then that it works: its goods are paid for out of the investment account."""
    world = Account.objects.filter(kind="world")
    assert sum(world.values_list("balance", flat=True)) == 0
    for state, text, told in [
        ("late", "The wall is wet.", "Now: late."),
        ("done", "It pumps.", "Now: done: the equipment works."),
    ]:
        page = walk.duty(delegate, "Report: Is the equipment that")
        expect(page).to_have_url(re.compile(f"/grants/{grant.public_id}/"))
        page.get_by_label("Where does it stand?").select_option(state)
        page.get_by_label("What happened?").fill(text)
        page.get_by_role("button", name="Report").click()
        expect(page.get_by_text(text)).to_be_visible()
        expect(page.locator(".lead")).to_contain_text(told)
        assert_page_ok(page)
    page = walk.as_(delegate)
    expect(page.locator(f"a[href='/grants/{grant.public_id}/']")).to_have_count(0)
    assert sum(world.values_list("balance", flat=True)) == grant.amount
    assert Account.objects.get(kind="investment", workplace_id=grant.request.workplace_id).balance == 0


def settled(walk: Walk, grant: Grant) -> float:
    """The others report on theirs; the coordinator settles and closes the year; return what the grant adds to capacity, in
    units of the product."""
    walk.until("Has the year 2022 run its course")
    page = walk.duty(person("coordinator"), "Has the year 2022 run its course")
    page.get_by_role("button", name="Settle the year").click()
    expect(page.get_by_text("The year is settled")).to_be_visible()
    assert_page_ok(page)
    page = walk.duty(person("coordinator"), "Shall the cycle 2022 close")
    page.get_by_role("button", name="Close the cycle").click()
    expect(page.get_by_text("The cycle is closed")).to_be_visible()
    page = walk.duty(person("coordinator"), "Open: Shall the next plan year begin")
    expect(page.get_by_label("Year")).to_have_value(str(YEAR + 1))
    expect(page.get_by_label("baseline")).to_contain_text("drawn from the plan for 2022")
    page.get_by_role("button", name="Open the plan year").click()
    expect(page).to_have_url(re.compile(f"/{YEAR + 1}/$"))
    economy = Economy(Cycle.objects.get(year=YEAR).baseline)
    line = grant.request.line
    adds = economy.per_unit(line).value_added
    return (
        grant.request.returns * grant.amount / MINOR / (adds if adds > 0 else economy.price[line.product_id])
    )


def in_place(walk: Walk, grant: Grant, delegate: Person, gain: float) -> None:
    """The next year starts with the capacity of before and what the grant added, on the pages of both."""
    before = Line.objects.in_scenario(Cycle.objects.get(year=YEAR).baseline).get(
        entity_id=grant.request.line_id
    )
    after = Line.objects.in_scenario(Cycle.objects.get(year=YEAR + 1).baseline).get(
        entity_id=before.entity_id
    )
    assert gain > 0
    assert after.capacity - before.capacity == pytest.approx(gain)
    page = walk.duty(person("coordinator"), "Shall 2023 go on to its envelopes")
    page.get_by_role("button", name="Freeze the baseline and begin with the envelopes").click()
    expect(page.get_by_text("now the board divides what is set aside")).to_be_visible()
    page = walk.duty(delegate, "can ask for investment")
    earlier, now = (figures.quantity(one.capacity, before.product.unit, "en") for one in (before, after))
    assert earlier != now
    row = page.locator("tbody tr").filter(has=page.get_by_role("link", name=before.product.label, exact=True))
    expect(row.first.locator("[data-label='Full capacity']")).to_have_text(now)
    added = f"{figures.quantity(gain, before.product.unit, 'en')} more full capacity from {YEAR + 1} on"
    expect(page.locator("#equipment")).to_contain_text(added)
    assert_page_ok(page)
    page.locator("#equipment").get_by_role("link", name=re.compile("^by a grant of")).click()
    expect(page.locator("main")).to_contain_text(f"in the baseline drawn when {YEAR} was settled")
    assert_page_ok(page)


def person(name: str) -> Person:
    return Person.objects.get(username=name)
