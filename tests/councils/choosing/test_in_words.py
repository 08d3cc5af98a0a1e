"""Receipts, minutes and the public record say a choice and a result in words: labels, points, shares, ranks, units."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from councils.minutes_pdf import pdf_of
from councils.minutes_wording import decisions, outline
from councils.models import Ballot, Minutes
from councils.selectors.minutes import digest_of
from councils.services import item_begin, item_end, meeting_close
from tests.councils.choosing.asked import CHOICES, QUESTIONS, closed, motion_on, named, put, say, secret
from tests.councils.meeting import BEGINS, called, opened
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.models import Entry

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", sorted(QUESTIONS))
SAID = {
    "approval": "Lathe, Roof",
    "score": "Lathe: 5 points, Roof: 3 points",
    "instant_runoff": "1. Lathe, 2. Roof",
    "schulze": "1. Lathe, 2. Roof",
    "ranked_pairs": "1. Lathe, 2. Roof",
    "equal_shares": "Lathe, Roof",
    "greedy": "Lathe, Roof",
    "median": "30 hours",
    "independent_markets": "Wages: 10 %, Machines: 90 %",
    "dhondt": "Lathe",
    "sainte_lague": "Lathe",
}
CAME = {
    "approval": "Chosen: Roof (approved by 3), Lathe (approved by 2)",
    "score": "Chosen: Roof (12 points)",
    "instant_runoff": "Chosen: Roof",
    "schulze": "Chosen: Roof",
    "ranked_pairs": "Chosen: Roof",
    "equal_shares": "Chosen: Roof, Lathe (100 h of 100 h)",
    "greedy": "Chosen: Roof, Lathe (100 h of 100 h)",
    "median": "Chosen: 38 hours",
    "independent_markets": "Chosen: Wages 40 %, Machines 30 %, Garden 30 %",
    "dhondt": "Chosen: Lathe 1 seat, Roof 3 seats, Garden 1 seat",
    "sainte_lague": "Chosen: Lathe 1 seat, Roof 2 seats, Garden 1 seat",
}
CODES = re.compile(r"\bo[1-4]\b|\{|\[\"")


def read(address: str, who: Any = None) -> str:
    client = Client()
    if who:
        client.force_login(who)
    body = client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(
        strip_tags(body.replace("<details", "<!--").replace("</details>", "-->").replace("<", " <")).split()
    )


def voted(world: World, kind: str) -> tuple[Ballot, str]:
    """Return a vote of five, closed, and the receipt of the first of them."""
    ballot = named(world, kind)
    codes = [say(world, ballot, number, choice).code for number, choice in enumerate(CHOICES[kind], 1)]
    closed(ballot)
    return ballot, codes[0]


@KINDS
def test_a_receipt_says_the_choice_and_what_came_of_it(world: World, kind: str) -> None:
    _ballot, code = voted(world, kind)
    told = read(f"{reverse('councils:receipt')}?code={code}", world.person("delegate1"))
    assert f"Vote {SAID[kind]} On What first?" in told
    assert f"What came of it {CAME[kind]}" in told
    assert not CODES.search(told)


@KINDS
def test_the_public_record_reads_in_words_without_an_account(world: World, kind: str) -> None:
    _ballot, code = voted(world, kind)
    assert f"Counted: “{SAID[kind]}”, by Delegate1" in read(f"{reverse('record:receipt')}?code={code}")
    opening, closing = (Entry.objects.get(kind=f"ballot.{what}") for what in ("opened", "closed"))
    told = read(reverse("record:entry", args=[closing.number]))
    assert CAME[kind] in told
    assert SAID[kind] in told
    assert "5 of 5 votes on the roll were cast; 1 of them were blank." in told
    asked = read(reverse("record:entry", args=[opening.number]))
    for shown in (told, asked):
        assert not CODES.search(shown), CODES.search(shown)
    written = Client().get(reverse("record:entry", args=[closing.number]), {"format": "json"}).json()
    assert written["body"]["votes"][0]["choice"] == closing.body["votes"][0]["choice"]


@KINDS
def test_the_record_of_a_secret_vote_lists_papers_in_words(world: World, kind: str) -> None:
    ballot = secret(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        put(ballot, number, choice)
    closed(ballot)
    told = read(reverse("record:entry", args=[Entry.objects.get(kind="ballot.closed").number]))
    assert SAID[kind] in told
    assert CAME[kind] in told
    assert "blank" in told
    assert not CODES.search(told)


@KINDS
def test_minutes_say_what_was_chosen_on_the_page_and_in_the_pdf(world: World, kind: str) -> None:
    carla = world.person("carla")
    motion_on(world, kind)
    meeting = called(world)
    item = meeting.items.get(motion__isnull=False)
    from councils.services import ballot_close, ballot_open

    ballot = ballot_open(motion=item.motion, by=carla, now=NOW)
    for number, choice in enumerate(CHOICES[kind], 1):
        say(world, ballot, number, choice)
    ballot_close(ballot=ballot, by=carla, now=NOW + 2 * DAY)
    opened(world, meeting, "delegate1")
    item_begin(item=item, by=carla, now=BEGINS)
    item_end(item=item, note="", by=carla, now=BEGINS)
    meeting_close(meeting=meeting, by=carla, now=BEGINS + DAY / 24)
    content = Minutes.objects.get().content
    assert decisions(content) == [f"1. What first?: carried. {CAME[kind]}"]
    assert outline(content)["items"][0]["outcome"].startswith(f"Carried. {CAME[kind]}. Expected")
    told = read(reverse("councils:minutes", args=[meeting.public_id]), carla)
    assert CAME[kind] in told
    assert not CODES.search(told)
    assert pdf_of(content, digest_of(content), LATER).startswith(b"%PDF")


def test_nothing_chosen_says_why(world: World) -> None:
    ballot = named(world, "approval")
    say(world, ballot, 1, [])
    closed(ballot)
    told = read(reverse("councils:motion", args=[ballot.motion.public_id]), world.person("carla"))  # type: ignore[union-attr]
    assert "Nothing was chosen: nobody asked for anything. What holds today stays." in told
