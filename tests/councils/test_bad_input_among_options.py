"""Bad input to questions with options, their amendments, petitions, agendas and boxes of papers: refused by page and by
program with the same sentence; nothing changes, and the page keeps what was typed."""

from collections.abc import Callable
from typing import Any

import pytest

from councils.models import Ballot
from councils.services import ballot_close, item_vote, vote_cast
from councils.services.amendments import amendment_accept
from tests.councils.choosing.asked import motion_on
from tests.councils.choosing.asked import named as asked_by_name
from tests.councils.meeting import BEGINS
from tests.councils.motions.test_amended_questions import LATHE, ROOF, asking, propose
from tests.councils.paper import MEMBERS, numbers
from tests.councils.secret import assembly
from tests.councils.test_asked_elsewhere import put, sitting
from tests.councils.test_bad_input import Bad, at, refuses
from tests.councils.test_pages import url
from tests.councils.test_paper_sheets import CLOSES
from tests.councils.test_paper_sheets import asking as asked_on_paper
from tests.councils.world import DAY, NOW, World

pytestmark = pytest.mark.django_db
__all__ = ["at"]  # the fixture that sets the clock
PAPERS_URL = "ballots/%s/paper-counts/"
TOO_DEAR = "“Lathe” costs 60, more than the budget of 50: it could never be chosen."
LINES = "Lathe; 60\nRoof; 40"
FORM = {"title": "What first?", "text": "Together.", "rule": "equal_shares", "options": LINES, "budget": "50"}
ASKS = {"rule": "equal_shares", "options": [{"label": "Lathe", "cost": 60}, {"label": "Roof", "cost": 40}]}


def vote(
    world: World, kind: str, typed: dict[str, str], choice: Any, status: int, sentence: str, **more: Any
) -> Bad:
    ballot = more.pop("ballot", None) or asked_by_name(world, kind)
    right = ballot.roll.get(person=world.person("delegate1")).right
    sent = {"right": right, "idempotency_key": "k", "do": "cast", **typed}
    path = f"ballots/{ballot.public_id}/votes/"
    body = {"right": right, "choice": choice, "key": "k"}
    shown = tuple(f'value="{value}"' for value in typed.values())
    return Bad("delegate1", (url("vote", ballot), sent), (path, body), status, sentence, shown, **more)


def points_over_the_total(world: World) -> Bad:
    typed = {"amount:o1": "5", "amount:o2": "4"}
    return vote(
        world, "score", typed, {"o1": 5, "o2": 4}, 422, "You gave 9 points and have 8 in all: take 1 away."
    )


def ranks_with_a_gap(world: World) -> Bad:
    told = "There is a place 3 but no place 2; number the places from 1 without a gap."
    again = "An option stands on your paper twice; name each once."
    typed = {"rank:o1": "1", "rank:o2": "3"}
    return vote(world, "schulze", typed, ["o1", "o1"], 422, told, api_sentence=again)


def shares_that_miss_the_whole(world: World) -> Bad:
    told = "Your shares come to 90 of 100; 10 are still to be given."
    typed = {"amount:o1": "50", "amount:o2": "40"}
    return vote(world, "independent_markets", typed, {"o1": 50, "o2": 40}, 422, told)


def number_out_of_bounds(world: World) -> Bad:
    return vote(world, "median", {"number": "49"}, {"number": "49"}, 422, "49 is not between 20 and 48.")


def vote_among_options_with_a_key_that_cast_another(world: World) -> Bad:
    ballot = asked_by_name(world, "score")
    who = world.person("delegate1")
    right = ballot.roll.get(person=who).right
    vote_cast(ballot=ballot, right=right, choice={"o1": 1}, by=who, idempotency_key="k", now=NOW)
    told = "This form was already used to cast another vote, which counts."
    return vote(world, "score", {"amount:o1": "2"}, {"o1": 2}, 409, told, ballot=ballot)


def vote_among_options_when_closed(world: World) -> Bad:
    ballot = asked_by_name(world, "score")
    ballot_close(ballot=ballot, by=None, now=NOW + 8 * DAY)
    told = "The vote is closed; nothing was cast or changed."
    bad = vote(world, "score", {"amount:o1": "2"}, {"o1": 2}, 409, told, ballot=ballot)
    return Bad(
        bad.who, bad.page, bad.api, bad.status, bad.sentence
    )  # there is no form to keep it in any more


def papers(
    ballot: Ballot,
    lines: str,
    sheets: list[dict[str, Any]],
    status: int,
    sentence: str,
    who: str = "rita",
    **more: Any,
) -> Bad:
    marks = numbers(ballot, *MEMBERS[:5])
    shown = more.pop("shown", (f"{lines}</textarea>",))
    return Bad(
        who, (url("paper_counts", ballot), {"mark": marks, "lines": lines}),
        (PAPERS_URL % ballot.public_id, {"marks": marks, "sheets": sheets}), status, sentence, shown, **more,
    )  # fmt: skip


def said(*choices: Any) -> list[dict[str, Any]]:
    return [{"number": number, "choice": choice} for number, choice in enumerate(choices, 1)]


def paper_with_points_over_the_total(world: World) -> Bad:
    ballot = asked_on_paper(world, "score", "secret")
    told = "Paper 1: You gave 9 points and have 8 in all: take 1 away."
    return papers(ballot, "1; 1=5 2=4\n2;\n3;\n4;\n5;", said({"o1": 5, "o2": 4}, {}, {}, {}, {}), 422, told)


def paper_with_an_option_that_is_not_there(world: World) -> Bad:
    ballot = asked_on_paper(world, "approval", "secret")
    told = "Paper 2: There is no option 9; they go from 1 to 4."
    again = "Paper 2: “o9” is not on this ballot."
    return papers(
        ballot, "1; 1\n2; 9\n3;\n4;\n5;", said(["o1"], ["o9"], [], [], []), 422, told, api_sentence=again
    )


def paper_with_shares_that_miss_the_whole(world: World) -> Bad:
    ballot = asked_on_paper(world, "independent_markets", "secret")
    told = "Paper 1: Your shares come to 90 of 100"
    return papers(
        ballot, "1; 1=50 2=40\n2;\n3;\n4;\n5;", said({"o1": 50, "o2": 40}, {}, {}, {}, {}), 422, told
    )


def paper_that_is_invalid_for_no_reason(world: World) -> Bad:
    ballot = asked_on_paper(world, "approval", "secret")
    told = "Paper 5: say in up to 200 characters because of what it is invalid."
    sheets = [*said([], [], [], []), {"number": 5}]
    return papers(ballot, "1;\n2;\n3;\n4;\n5; !", sheets, 422, told)


def papers_by_somebody_else(world: World) -> Bad:
    ballot = asked_on_paper(world, "approval", "secret")
    told = "Papers are read by a registrar or coordinator"
    return papers(ballot, "1;\n2;\n3;\n4;\n5;", said(*[[]] * 5), 403, told, who="delegate2", shown=())


def papers_after_the_close(world: World) -> Bad:
    ballot = asked_on_paper(world, "approval", "secret")
    ballot_close(ballot=ballot, by=None, now=CLOSES)
    told = "The vote is closed; papers that were not counted before do not count."
    return papers(ballot, "1;\n2;\n3;\n4;\n5;", said(*[[]] * 5), 409, told, shown=())


def amend(
    world: World, status: int, sentence: str, typed: dict[str, str], asks: dict[str, Any], **more: Any
) -> Bad:
    motion = more.pop("motion", None) or motion_on(world, "equal_shares")
    words = {"version": 1, "title": motion.title, "text": motion.text}
    sent = {**words, "rule": "equal_shares", "unit": "h", "completion": "1pct", **typed}
    path = f"motions/{motion.public_id}/amendments/"
    return Bad(
        "delegate2", (url("amendment_new", motion), sent), (path, {**words, "asks": asks}), status, sentence,
        (typed["options"], f'value="{typed["budget"]}"'), **more,
    )  # fmt: skip


def amendment_that_makes_an_option_too_dear(world: World) -> Bad:
    asks = asking(LATHE, ROOF, budget=50)
    return amend(world, 422, TOO_DEAR, {"options": LINES, "budget": "50"}, asks)


def amendment_with_a_label_that_is_too_long(world: World) -> Bad:
    label = "x" * 201
    typed = {"options": f"{label}; 60\nRoof; 40", "budget": "100"}
    asks = asking((label, 60), ROOF)
    return amend(world, 422, "at most 200 characters", typed, asks, api_sentence="200")


def amendment_by_another_rule(world: World) -> Bad:
    asks = {**asking(LATHE, ROOF), "rule": "greedy"}
    typed = {"options": LINES, "budget": "100", "rule": "greedy"}
    return amend(world, 422, "An amendment cannot change how a question is counted", typed, asks)


def amendment_of_options_that_changed(world: World) -> Bad:
    motion = motion_on(world, "equal_shares")
    first = propose(world, motion, asking(LATHE, ROOF, budget=90), 3, now=NOW)
    amendment_accept(amendment=first, version=1, by=world.person("delegate1"), now=NOW)
    typed = {"options": LINES, "budget": "80"}
    return amend(world, 409, "version", typed, asking(LATHE, ROOF, budget=80), motion=motion)


def initiative_that_cannot_be_put(world: World) -> Bad:
    works = assembly(world)
    body = {"council": str(works.public_id), "title": "What first?", "text": "Together."}
    asks = {**ASKS, "params": {"budget": 50}}
    return Bad(
        "mia", (url("initiative_new", works), FORM), ("petitions/", {**body, "asks": asks}), 422, TOO_DEAR,
        (LINES, 'value="50"', "Together."),
    )  # fmt: skip


def item_that_cannot_be_put(world: World) -> Bad:
    meeting = sitting(world)
    body = {"title": "What first?", "text": "Together.", "asks": {**ASKS, "params": {"budget": 50}}}
    return Bad(
        "delegate1", (url("item_new", meeting), {**FORM, "kind": "question"}),
        (f"meetings/{meeting.public_id}/items/", body), 422, TOO_DEAR, (LINES, 'value="50"', "Together."),
    )  # fmt: skip


def item_with_a_text_that_is_too_long(world: World) -> Bad:
    meeting, long = sitting(world), "Too long. " * 1001
    body = {"title": "What first?", "text": long, "asks": {**ASKS, "params": {"budget": 100}}}
    return Bad(
        "delegate1", (url("item_new", meeting), {**FORM, "budget": "100", "text": long, "kind": "question"}),
        (f"meetings/{meeting.public_id}/items/", body), 422, "10,000 characters", (LINES, "Too long. Too"), "10000",
    )  # fmt: skip


def item_put_to_the_vote_before_the_meeting(world: World) -> Bad:
    item = put(world, sitting(world))
    told = "The meeting has not been opened yet."
    return Bad("carla", (url("item_vote", item), {}), (f"items/{item.public_id}/vote/", {}), 409, told)


def item_put_to_the_vote_twice(world: World) -> Bad:
    item = put(world, sitting(world))
    from tests.councils.meeting import opened

    opened(world, item.meeting)
    item_vote(item=item, by=world.person("carla"), now=BEGINS)
    told = "“What first?” is put to the vote already."
    return Bad("carla", (url("item_vote", item), {}), (f"items/{item.public_id}/vote/", {}), 409, told)


IN_THE_MEETING = [
    paper_with_points_over_the_total, paper_with_an_option_that_is_not_there, paper_with_shares_that_miss_the_whole,
    paper_that_is_invalid_for_no_reason, papers_by_somebody_else, papers_after_the_close, item_put_to_the_vote_twice,
]  # fmt: skip
BEFORE = [
    points_over_the_total, ranks_with_a_gap, shares_that_miss_the_whole, number_out_of_bounds,
    vote_among_options_with_a_key_that_cast_another, vote_among_options_when_closed,
    amendment_that_makes_an_option_too_dear, amendment_with_a_label_that_is_too_long, amendment_by_another_rule,
    amendment_of_options_that_changed, initiative_that_cannot_be_put, item_that_cannot_be_put,
    item_with_a_text_that_is_too_long, item_put_to_the_vote_before_the_meeting,
]  # fmt: skip


@pytest.mark.parametrize("case", BEFORE, ids=lambda case: case.__name__)
def test_page_and_program_refuse_it_and_nothing_changes(world: World, case: Callable[[World], Bad]) -> None:
    refuses(world, case(world))


@pytest.mark.parametrize("case", IN_THE_MEETING, ids=lambda case: case.__name__)
def test_in_the_meeting_too(world: World, at: Any, case: Callable[[World], Bad]) -> None:
    at(BEGINS)
    refuses(world, case(world))
