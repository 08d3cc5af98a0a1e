"""Elections by lists on a phone and on a desk: a list put up and agreed to, the seats that came of a vote, in both themes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from planning.models import AssociationMember, CandidateList, ListElection
from tests.browser.pages import assert_fits, assert_page_ok
from tests.planning.federation import NOW, Federation, make_federation
from tests.planning.lists.world import called, seated_board, two_lists, voted
from tests.planning.priorities.world import both, opened, peopled
from workplaces.models import Association

SignIn = Callable[..., None]


@pytest.fixture
def federation(transactional_db: None) -> Federation:
    """The federation with a general vote, a board with free seats, and two associations with published programmes."""
    made = seated_board(peopled(make_federation()))
    both(made, opened(made))
    return made


def address(server: LiveServer, name: str, election: ListElection) -> str:
    return server.url + reverse(f"planning:{name}", args=[election.public_id])


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_a_list_is_put_up_and_agreed_to(
    open_tab: Callable[..., Page], live_server: LiveServer, sign_in: SignIn, federation: Federation, width: int, dark: bool
) -> None:  # fmt: skip
    now, people = timezone.now(), federation.people
    election = called(
        federation, lists_until=now + timedelta(days=9), term_from=(now + timedelta(days=40)).date()
    )
    association = Association.objects.get(name="Time to Live")
    AssociationMember.objects.create(association=association, person=people["citizen1"], since=NOW)
    page = open_tab(width=width, dark=dark)
    sign_in(page, people["citizen0"])
    page.goto(address(live_server, "list_election", election))
    assert_page_ok(page)
    page.get_by_role("link", name="Put up the list of Time to Live").click()
    assert_page_ok(page)
    expect(page.get_by_label(str(people["citizen0"]))).to_have_value("1")  # a new list begins with oneself
    page.get_by_label("Find people by name").fill(str(people["citizen1"]))
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Whom?").select_option(label=str(people["citizen1"]))
    page.get_by_role("button", name="Put up this list").click()
    expect(page.get_by_label(str(people["citizen1"]))).to_have_value("2")
    assert_page_ok(page)
    page.get_by_role("link", name="Back").click()
    expect(page.locator("main")).to_contain_text(str(people["citizen1"]))
    assert_page_ok(page)
    asked = open_tab(width=width, dark=dark)
    sign_in(asked, people["citizen1"])
    asked.goto(live_server.url + reverse("planning:duties"))
    asked.get_by_role("link", name="Time to Live").first.click()
    asked.get_by_role("button", name="I stand").click()
    assert_page_ok(asked)
    places = CandidateList.objects.get().candidates.order_by("place")
    assert [(row.person.username, row.agreed_at is not None) for row in places] == [
        ("citizen0", True),
        ("citizen1", True),
    ]


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_what_came_of_the_vote_is_read(
    open_tab: Callable[..., Page], live_server: LiveServer, sign_in: SignIn, federation: Federation, width: int, dark: bool
) -> None:  # fmt: skip
    election = called(federation)
    two_lists(federation, election)
    voted(federation, election, {"Time to Live": 4, "Full Steam": 2})
    page = open_tab(width=width, dark=dark)
    sign_in(page, federation.people["citizen0"])
    page.goto(address(live_server, "list_election", election))
    expect(page.locator("main")).to_contain_text(str(federation.people["citizen1"]))
    assert_page_ok(page)
    page.goto(address(live_server, "list_count", election))
    expect(page.get_by_role("table", name="Seats given to lists").locator("tbody tr")).to_have_count(3)
    assert_page_ok(page)
    assert_fits(page, 320, 500, 768)
