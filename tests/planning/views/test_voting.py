"""How far the votes on a plan are, on its page: read again by itself while others vote, and it comes to an end."""

from html import unescape
from typing import Any

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from councils.models import Ballot, NamedVote
from councils.services.ballots import ballot_close
from councils.services.votes import vote_cast
from planning.demo import views_others
from planning.models import Plan
from planning.services.ratifying import plans_go_on
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from tests.planning.views.test_community_table import at
from tests.unguarded import unguarded

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def everybody_votes(federation: Federation, *, close: bool) -> None:
    for ballot in Ballot.objects.filter(state="open"):
        for number, entry in enumerate(ballot.roll.select_related("person")):
            key, now = f"{ballot.pk:08}-{number:08}", timezone.now()
            vote_cast(
                ballot=ballot, right=entry.right, option="yes", by=entry.person, idempotency_key=key, now=now
            )
        if close:
            ballot_close(ballot=ballot, by=federation.people["coordinator"], now=timezone.now())


def test_the_plans_page_says_how_many_votes_are_cast(
    federation: Federation, plan: Plan, sign_in: SignIn
) -> None:
    client = sign_in("coordinator")
    page = client.get(at("plan", 2027)).content.decode()
    assert "0 of 3 votes are cast in the councils asked so far" in page
    assert "every 2s" not in page  # nobody said that others are voting
    everybody_votes(federation, close=False)
    assert "3 of 3 votes are cast" in client.get(at("plan", 2027)).content.decode()


def test_while_others_vote_the_part_looks_again_until_it_may_not(plan: Plan, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    part = client.get(at("plan", 2027) + "?voting=2", headers=PART)
    text = unescape(part.content.decode())
    assert "<html" not in text
    assert f'hx-get="{at("plan", 2027)}?voting=1&of=3"' in text
    assert "Look again" in text
    assert "HX-Request" in part["Vary"]
    last = client.get(at("plan", 2027) + "?voting=0", headers=PART).content.decode()
    assert "hx-get" not in last
    assert "Look again" in last


@pytest.mark.parametrize("looks", ["1000", "-1", "x", "9" * 5000])
def test_how_often_it_looks_is_bounded(plan: Plan, sign_in: SignIn, looks: str) -> None:
    part = sign_in("coordinator").get(at("plan", 2027), {"voting": looks}, headers=PART)
    assert part.status_code == 200
    assert "hx-get" not in part.content.decode()


def test_once_all_have_voted_it_says_that_the_plan_goes_on(
    federation: Federation, plan: Plan, sign_in: SignIn
) -> None:
    everybody_votes(federation, close=True)
    client = sign_in("coordinator")
    part = client.get(at("plan", 2027) + "?voting=50", headers=PART).content.decode()
    assert "3 of 3 votes are cast" in part  # counted ones stay in the sum, so that the bar only grows
    assert "goes on by itself" in part
    assert "Count in what was decided" in client.get(at("plan", 2027) + "?voting=50").content.decode()
    assert plans_go_on(now=timezone.now()) == 1
    asked = client.get(at("plan", 2027) + "?voting=50&of=3", headers=PART)
    assert asked["HX-Redirect"] == at("plan", 2027) + "?voting=90"
    for _stage in ("regional", "board"):
        everybody_votes(federation, close=True)
        plans_go_on(now=timezone.now())
    done = client.get(at("plan", 2027) + "?voting=50&of=3", headers=PART)
    assert done["HX-Redirect"] == at("plan", 2027)
    assert "hx-get" not in done.content.decode()
    page = client.get(at("plan", 2027)).content.decode()
    assert "in force" in page
    assert "Count in" not in page


def test_one_button_counts_where_everybody_has_voted(
    federation: Federation, plan: Plan, sign_in: SignIn
) -> None:
    client, button = sign_in("coordinator"), "Count where everybody has voted"
    assert button not in client.get(at("plan", 2027)).content.decode()
    everybody_votes(federation, close=False)
    first = Ballot.objects.filter(state="open").first()
    assert first is not None
    with unguarded(NamedVote):
        NamedVote.objects.filter(roll_entry__ballot=first).delete()  # here somebody has not voted
    assert button in client.get(at("plan", 2027)).content.decode()
    assert button not in sign_in("bread_delegate").get(at("plan", 2027)).content.decode()
    assert sign_in("bread_delegate").post(at("plan_count", 2027)).status_code == 403
    assert client.post(at("plan_count", 2027))["Location"] == at("plan", 2027)
    assert list(Ballot.objects.filter(state="open")) == [first]
    assert Ballot.objects.filter(state="closed").count() == 2


def test_the_demos_button_leads_to_the_bar(federation: Federation, plan: Plan, settings: Settings) -> None:
    settings.DEMO = True
    request: Any = RequestFactory().post("/")
    request.user, request.session = federation.people["coordinator"], {}
    request._messages = FallbackStorage(request)
    answer = views_others.vote(request, 2027)
    assert answer["Location"] == at("plan", 2027) + "?voting=90"
    assert "the bar shows" in str(next(iter(request._messages)))


def test_a_vote_is_told_in_the_readers_language(federation: Federation, plan: Plan, sign_in: SignIn) -> None:
    everybody_votes(federation, close=True)
    page = sign_in("bread_delegate").get(at("duties"), headers={"Accept-Language": "pt-br"}).content.decode()
    assert "Sim" in page
    assert "Yes" not in page
