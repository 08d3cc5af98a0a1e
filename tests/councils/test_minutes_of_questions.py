"""Minutes list what could be chosen with what came of it: in their content, on the page and in the PDF."""

import copy
from typing import Any

import pytest
from django.utils import timezone

from councils.minutes_pdf import pdf_of
from councils.minutes_wording import options, outline
from councils.models import Minutes
from councils.selectors.minutes import _vote
from councils.services import ballot_close, item_begin, item_vote, meeting_close
from tests.councils.choosing.asked import CHOICES, named, say
from tests.councils.meeting import BEGINS, opened
from tests.councils.test_asked_elsewhere import put, sitting
from tests.councils.test_pages import signed_in, text, url
from tests.councils.world import LATER, World

pytestmark = pytest.mark.django_db

SAID = {
    "approval": ["Lathe: points or approvals: 2, chosen", "Roof: points or approvals: 3, chosen",
                 "Kitchen: points or approvals: 1, not chosen", "Garden: points or approvals: 1, not chosen"],
    "score": ["Lathe: points or approvals: 5, not chosen", "Roof: points or approvals: 12, chosen",
              "Kitchen: points or approvals: 4, not chosen", "Garden: points or approvals: 1, not chosen"],
    "instant_runoff": ["Lathe: first choices: 1, not chosen", "Roof: first choices: 2, chosen",
                       "Kitchen: first choices: 0, not chosen", "Garden: first choices: 1, not chosen"],
    "schulze": ["Lathe: not chosen", "Roof: chosen", "Kitchen: not chosen", "Garden: not chosen"],
    "ranked_pairs": ["Lathe: not chosen", "Roof: chosen", "Kitchen: not chosen", "Garden: not chosen"],
    "greedy": ["Lathe: 60 h, chosen", "Roof: 40 h, chosen", "Kitchen: 40 h, not chosen",
               "Garden: 20 h, not chosen"],
    "dhondt": ["Lathe: 1 seat", "Roof: 3 seats", "Kitchen: 0 seats", "Garden: 1 seat"],
    "sainte_lague": ["Lathe: 1 seat", "Roof: 2 seats", "Kitchen: 0 seats", "Garden: 1 seat"],
    "median": [],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(CHOICES))
def test_every_option_with_its_result(world: World, kind: str) -> None:
    ballot = named(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        say(world, ballot, number, choice)
    result = ballot_close(ballot=ballot, by=None, now=LATER).result
    ballot.refresh_from_db()
    assert result is not None
    told = options(_vote(ballot))
    if kind in SAID:
        assert told == SAID[kind]
    elif kind == "independent_markets":
        parts = result["parts"]
        assert told == [
            f"Wages: {parts['o1']} %",
            f"Machines: {parts['o2']} %",
            f"Garden: {parts['o3']} %",
        ]
    else:
        assert [row.endswith("h, chosen") for row in told] == [
            code in result["winners"] for code in ("o1", "o2", "o3", "o4")
        ]


def test_below_the_quorum_nothing_is_chosen(world: World) -> None:
    ballot = named(world, "schulze")
    ballot_close(ballot=ballot, by=None, now=LATER)
    ballot.refresh_from_db()
    assert {row.partition(": ")[2] for row in options(_vote(ballot))} == {"not chosen"}


def test_minutes_from_before_list_none() -> None:
    assert options({"count": {"params": {}}}) == options(None) == []


def test_in_the_minutes_on_the_page_and_in_the_pdf(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    item = put(world, sitting(world))
    meeting, carla = opened(world, item.meeting), world.person("carla")
    item_begin(item=item, by=carla, now=BEGINS)
    item.refresh_from_db()
    ballot: Any = item_vote(item=item, by=carla, now=BEGINS).ballot
    for number in range(1, 6):
        say(world, ballot, number, ["o2"], now=BEGINS)
    ballot_close(ballot=ballot, by=None, now=BEGINS)
    meeting_close(meeting=meeting, by=carla, now=BEGINS)
    minutes = Minutes.objects.get()
    (vote,) = [row["vote"] for row in minutes.content["agenda"] if row["vote"]]
    chosen = [one["label"] for one in vote["options"] if one["chosen"]]
    assert chosen == ["Roof"]
    (lines,) = [row["options"] for row in outline(minutes.content)["items"] if row["options"]]
    monkeypatch.setattr(timezone, "now", lambda: BEGINS)
    client = signed_in(world, "mia")
    page = text(client.get(url("minutes", meeting)))
    for line in lines:
        assert f"<li>{line}</li>" in page
    without = copy.deepcopy(minutes.content)
    for row in without["agenda"]:
        row["vote"] = row["vote"] and {**row["vote"], "options": []}
    assert pdf_of(minutes.content, "", BEGINS) == pdf_of(copy.deepcopy(minutes.content), "", BEGINS)
    assert len(pdf_of(minutes.content, "", BEGINS)) > len(pdf_of(without, "", BEGINS))
    assert client.get(url("minutes_pdf", meeting)).content == bytes(minutes.pdf)
