"""The stand-alone verifier counts elections again, and finds a right, a receipt or a paper that is listed twice."""

import io
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from councils.models import Ballot
from councils.rules.ballots import Ranking, Support
from councils.rules.points import approval
from councils.rules.results import by_lot
from councils.rules.stv import stv
from councils.services import ballot_close, ballot_open, vote_cast
from councils.votes_written import papers_root, receipts_root_of
from tests.councils.choosing.test_verifier import exported, rechained
from tests.councils.secret import entries, put, secret_ballot
from tests.councils.test_elections import CANDIDATES, call, stand, voted
from tests.councils.world import DAY, LATER, NOW, World
from workplaces.record import recount_elections, verify

type Change = Callable[[dict[str, Any]], None]


def checked(change: Change | None = None) -> int:
    """Verify the record as it is exported, or with its closings changed and everything after made to fit."""
    text = exported()
    return verify.verify(io.StringIO(rechained(text, change) if change else text))[0]


@pytest.mark.parametrize("seed", range(5))
def test_both_count_random_elections_alike(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        codes = [f"c{number}" for number in range(1, draw.randint(1, 7) + 1)]
        seats, lot = draw.randint(1, len(codes)), draw.sample(codes, len(codes))
        papers = (tuple(draw.sample(codes, draw.randint(1, len(codes)))) for _ in range(draw.randint(1, 30)))
        votes = Counter(papers)
        said = [(list(choice), weight) for choice, weight in votes.items()]
        rankings = [Ranking(tuple((code,) for code in choice), weight) for choice, weight in votes.items()]
        supports = [Support(dict.fromkeys(choice, 1), weight) for choice, weight in votes.items()]
        found = {
            "stv": stv(rankings, codes, seats=seats, transfer="weighted", tie_break=by_lot(lot)),
            "approval": approval(supports, codes, seats=seats, tie_break=by_lot(lot)),
        }
        for rule, count in found.items():
            again = recount_elections.ELECTIONS[rule]({"seats": seats}, codes, said, lot)
            assert again == list(count.winners), (rule, codes, seats, lot, said)


@pytest.mark.django_db
@pytest.mark.parametrize("rule", ["stv", "approval"])
def test_a_forged_election_is_found_though_the_chain_fits(world: World, rule: str) -> None:
    election = call(world, rule=rule)
    stand(world, election, *CANDIDATES)
    voted(world, election, "mn", "m", "nm", "o", "m", "")
    assert checked(lambda _body: None) == checked() > 0
    other = "c3" if rule == "stv" else "c2"
    for name, value in (("winners", [other]), ("blank", 0), ("outcome", "nobody")):
        with pytest.raises(verify.Broken, match=f"“Our delegate” counted again has {name}"):
            checked(lambda body, name=name, value=value: body["result"].update({name: value}))  # type: ignore[misc]


def named(world: World) -> Ballot:
    ballot = ballot_open(motion=world.motion(), by=world.person("carla"), now=NOW)
    for number, option in enumerate(("yes", "yes", "no"), 1):
        vote_cast(
            ballot=ballot, right=world.seat(number).right, option=option, by=world.person(f"delegate{number}"),
            idempotency_key="k", now=NOW,
        )  # fmt: skip
    return ballot_close(ballot=ballot, by=None, now=LATER)


def tells(body: dict[str, Any], **votes: int) -> None:
    """Make the result say what its closing now lists."""
    rows = body["votes"]
    body["result"]["counts"].update(votes)
    body["result"].update(
        votes=len(rows), cast=len(rows), receipts_root=receipts_root_of(row["receipt"] for row in rows)
    )


def right_twice(body: dict[str, Any]) -> None:
    body["votes"].append({**body["votes"][0], "receipt": "A" * 32})
    tells(body, yes=3)


def receipt_twice(body: dict[str, Any]) -> None:
    body["votes"].append({**body["votes"][0], "number": 4})
    tells(body, yes=3)


def more_than_the_roll(body: dict[str, Any]) -> None:
    body["votes"] += [{**body["votes"][0], "number": 4 + n, "receipt": str(n) * 32} for n in range(3)]
    tells(body, yes=5)


def delegated_too(body: dict[str, Any]) -> None:
    body["delegated"] = [{key: value for key, value in body["votes"][0].items() if key != "receipt"}]
    body["result"]["counts"]["yes"], body["result"]["cast"] = 3, 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (right_twice, "lists a right or a paper twice"),
        (receipt_twice, "lists a right or a paper twice"),
        (delegated_too, "lists a right or a paper twice"),
        (more_than_the_roll, "lists 6 votes from a roll of 5"),
        (lambda body: body["result"].update(votes=4), "says it has 4 votes and lists others"),
        (lambda body: body["result"].update(eligible=4), "reckons with 4 votes on a roll of 5"),
    ],
)
def test_named_votes_are_listed_once(world: World, change: Change, found: str) -> None:
    named(world)
    assert checked() > 0
    with pytest.raises(verify.Broken, match=found):
        checked(change)


def paper_twice(body: dict[str, Any]) -> None:
    body["papers"].insert(0, body["papers"][0])
    listed = [(tracker, choice) for tracker, choice in body["papers"]]
    body["result"]["counts"]["yes"] = len(listed)
    body["result"].update(votes=len(listed), cast=len(listed), papers_root=papers_root(listed))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (paper_twice, "lists a right or a paper twice"),
        (lambda body: body["result"].update(eligible=13), "reckons with 13 votes on a roll of 12"),
    ],
)
def test_papers_are_listed_once(world: World, change: Change, found: str) -> None:
    ballot = secret_ballot(world)
    for entry in entries(ballot)[:3]:
        put(entry, "yes", now=NOW + DAY)
    ballot_close(ballot=ballot, by=None, now=LATER)
    assert checked() > 0
    with pytest.raises(verify.Broken, match=found):
        checked(change)
