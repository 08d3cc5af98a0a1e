"""A workplace's lines answered in one table: by keyboard alone, on a phone, in both themes, without JavaScript."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from planning.models import Response, Round
from planning.runner.execute import run_execute
from planning.services.answers import consumption_set, proposal_set
from planning.services.cycles import cycle_begin_proposals, cycle_open
from planning.services.rounds import round_open, round_publish
from planning.services.runs import run_start
from tests.browser.pages import LOG, assert_fits, assert_page_ok
from tests.planning.federation import Federation, add_cake, make_federation

SignIn = Callable[..., None]


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    made = make_federation()
    add_cake(made)
    return made


@pytest.fixture
def answering(federation: Federation) -> Round:
    """A round that asks the bakery for more bread and more cake."""
    now, people = timezone.now(), federation.people
    by, baker = people["coordinator"], people["bread_delegate"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=now)
    cycle = cycle_begin_proposals(cycle=cycle, by=by, now=now)
    for code, made, eaten in (("bread", 90.0, 110.0), ("cake", 15.0, 24.0)):
        proposal_set(cycle=cycle, line=federation.lines[code], output=made, by=baker, now=now)
        wanted = federation.demand[code]
        consumption_set(cycle=cycle, demand_line=wanted, quantity=eaten, by=people["villager"], now=now)
    opened = round_open(cycle=cycle, by=by, now=now)
    run = run_start(round=opened, by=by, now=now, hand_over=lambda _run: None)
    run_execute(run.public_id, clock=timezone.now)
    run.refresh_from_db()
    return round_publish(round=opened, run=run, by=by, now=timezone.now())


def table(federation: Federation) -> str:
    return reverse("planning:lines_review", args=[2027, 1, federation.workplaces["bread"].public_id])


def focused(page: Page) -> str:
    """Return the name of the field that has the focus, or the words on the button."""
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until that is reached, as somebody without a pointer would."""
    for _step in range(80):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab; last {focused(page)}")


def test_the_whole_table_by_keyboard(
    page: Page, live_server: LiveServer, sign_in: SignIn, federation: Federation, answering: Round
) -> None:
    sign_in(page, federation.people["bread_delegate"])
    page.goto(live_server.url + reverse("planning:duties"))
    page.get_by_role("link", name="Answer: Can Bread works change 2 things it makes?").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Can Bread works change 2 things it makes?")
    bread, cake = (f"l{federation.lines[code].entity_id}" for code in ("bread", "cake"))
    order = page.locator("form.stack input[name$='-kind']").evaluate_all(
        "nodes => nodes.map(node => node.name)"
    )
    first, second = dict.fromkeys(order)
    assert {first, second} == {f"{bread}-kind", f"{cake}-kind"}
    names = []
    tab_to(page, first)
    for _step in range(6):
        names.append(focused(page))
        page.keyboard.press("Tab")
    fields = [name for name in names if name.startswith("l")]
    lead = first.removesuffix("kind")
    assert fields[:3] == [
        f"{lead}kind",
        f"{lead}figure",
        f"{lead}reason",
    ]  # a row is one stop, and two fields
    page.reload()
    tab_to(page, f"{first}")
    page.keyboard.press("ArrowDown")  # accept
    page.keyboard.press("ArrowDown")  # another figure
    page.keyboard.press("Tab")
    page.keyboard.type("a lot")
    page.keyboard.press("Tab")
    page.keyboard.type("The oven is old")
    tab_to(page, second)
    page.keyboard.press("ArrowDown")
    tab_to(page, "Send these answers")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is not a number")).to_be_visible()
    expect(page.locator(f"[name={lead}reason]")).to_have_value("The oven is old")
    expect(page.locator(f"[name={lead}figure]")).to_have_attribute("aria-invalid", "true")
    LOG[page].clear()  # the refusal itself, which the browser notes as an error
    assert_page_ok(page)
    tab_to(page, f"{lead}figure")
    page.keyboard.press("Control+a")
    page.keyboard.type("19,5" if lead.startswith(cake) else "95,5")
    page.keyboard.press("Enter")  # in a field: sends the answers, accepts nothing else
    expect(page.locator("h1")).to_have_text("Bread works has answered all 2 changes it was asked for")
    assert sorted(Response.objects.values_list("kind", flat=True)) == ["accept", "counter"]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_table_in_both_themes(
    open_tab: Callable[..., Page],
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    answering: Round,
    dark: bool,
    width: int,
) -> None:
    page = open_tab(width=width, dark=dark)
    sign_in(page, federation.people["bread_delegate"])
    page.goto(live_server.url + table(federation))
    assert_page_ok(page)
    page.get_by_role("button", name="Accept all 2").click()
    expect(page.get_by_text("2 answers stand.")).to_be_visible()
    assert_page_ok(page)
    if width > 360:
        assert_fits(page, 320, 500, 768, 1024, 1600)


def test_accepting_all_without_script(
    page_without_script: Page,
    live_server: LiveServer,
    sign_in: SignIn,
    federation: Federation,
    answering: Round,
) -> None:
    page = page_without_script
    sign_in(page, federation.people["bread_delegate"])
    page.goto(live_server.url + table(federation))
    page.get_by_role("radio", name="hold firm at 90").check()
    page.get_by_label("Reason (optional): Bread").or_(page.get_by_label("Reason: Bread")).fill("No hands")
    page.get_by_role("button", name="Accept all 2").click()
    expect(page.get_by_text("2 answers stand.")).to_be_visible()
    assert sorted(Response.objects.values_list("kind", flat=True)) == ["accept", "firm"]
