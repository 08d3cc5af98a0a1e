"""The stand-alone verifier counts questions with options again, by code of its own, and finds what was forged."""

import io
import json
import random
from fractions import Fraction
from typing import Any

import pytest

from councils.choice_counting import choices_counted
from councils.counting import counted, lot_of
from councils.models import Charter
from councils.rules.results import by_lot
from tests.councils.choosing.asked import CHOICES, QUESTIONS, closed, named, put, say, secret
from tests.councils.world import World
from tests.unguarded import unguarded
from workplaces.record import chain, merkle, recount, recount_questions, selectors, verify

KINDS = pytest.mark.parametrize("kind", sorted(QUESTIONS))


def exported() -> str:
    stream = io.StringIO()
    selectors.export(stream)
    return stream.getvalue()


@pytest.mark.django_db
@KINDS
def test_an_honest_record_is_whole(world: World, kind: str) -> None:
    ballot, paper = named(world, kind), secret(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        say(world, ballot, number, choice)
        put(paper, number, choice)
    for vote in (ballot, paper):
        closed(vote)
    assert verify.verify(io.StringIO(exported()))[0] > 0


def rechained(text: str, change: Any) -> str:
    """Return an export in which closings were changed and everything after was made to fit."""
    previous, digests, lines = "0" * 64, [], []
    for line in text.splitlines():
        row = json.loads(line)
        if "entry" in row:
            entry = row["entry"]
            if entry["kind"] == "ballot.closed":
                change(entry["body"])
            entry["previous"] = previous
            fields = {name: entry[name] for name in chain.FIELDS}
            previous = entry["digest"] = chain.digest(fields)
            digests.append(bytes.fromhex(previous))
        else:
            row["root"]["root"] = merkle.root(digests).hex()
        lines.append(json.dumps(row, ensure_ascii=False))
    return "\n".join(lines)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [(kind, "winners", ["o4"]) for kind in sorted(set(QUESTIONS) - {"median", "independent_markets"})]
    + [
        ("median", "number", "40"),
        ("independent_markets", "parts", {"o1": 50, "o2": 25, "o3": 25}),
        ("approval", "outcome", "lost"),
        ("approval", "blank", 0),
        ("greedy", "cost", 99),
        ("dhondt", "seats", {"o1": 2, "o2": 2, "o4": 1}),
    ],
)
def test_a_forged_result_is_found_though_the_chain_fits(
    world: World, kind: str, name: str, value: Any
) -> None:
    ballot = named(world, kind)
    for number, choice in enumerate(CHOICES[kind], 1):
        say(world, ballot, number, choice)
    closed(ballot)
    text = exported()
    assert verify.verify(io.StringIO(rechained(text, lambda _body: None)))[0] > 0
    with pytest.raises(verify.Broken, match=f"counted again has {name}"):
        verify.verify(io.StringIO(rechained(text, lambda body: body["result"].update({name: value}))))


@pytest.mark.django_db
@KINDS
def test_a_choice_of_too_few_is_found_though_the_chain_fits(world: World, kind: str) -> None:
    """One of five has voted where half of the roll is the quorum; the record says what that one wanted."""
    with unguarded(Charter):
        Charter.objects.update(values={"councils.quorum": "1/2"})
    ballot = named(world, kind)
    say(world, ballot, 1, CHOICES[kind][0])
    wanted = counted(ballot)
    closed(ballot)
    text = exported()
    assert wanted.result["outcome"] == "lost"
    assert verify.verify(io.StringIO(text))[0] > 0
    forged = {"outcome": "carried", "winners": ["o1"], "number": "30", "parts": {"o1": 100}}
    with pytest.raises(verify.Broken, match="counted again has outcome lost"):
        verify.verify(io.StringIO(rechained(text, lambda body: body["result"].update(forged))))


def random_question(kind: str, draw: random.Random) -> tuple[dict[str, Any], list[str]]:
    codes = [f"o{number}" for number in range(1, draw.randint(2, 6) + 1)]
    known: dict[str, dict[str, Any]] = {
        "approval": {"places": draw.randint(1, len(codes) - 1)},
        "score": {"places": 1, "most": 5},
        "median": {"least": "0", "most": "10", "status_quo": str(draw.randint(0, 10)), "unit": ""},
        "independent_markets": {"whole": 100, "least": {"o1": draw.randint(1, 20)}},
        "dhondt": {"seats": draw.randint(1, 12)},
        "sainte_lague": {"seats": draw.randint(1, 12)},
    }
    params = known.get(kind, {})
    if kind in {"equal_shares", "greedy"}:
        costs = {code: draw.randint(1, 50) for code in codes}
        completion = draw.choice(["none", "1pct", "add1", "1pct-until-overspend", "add1-until-overspend"])
        params = {"budget": draw.randint(50, 120), "costs": costs, "completion": completion, "unit": ""}
    return params, [] if kind == "median" else codes


def random_choice(kind: str, params: dict[str, Any], codes: list[str], draw: random.Random) -> Any:
    if kind == "median":
        return {"number": str(draw.randint(0, 10))}
    if kind == "score":
        return {code: points for code in codes if (points := draw.randint(0, 5))}
    if kind == "independent_markets":
        left = 100 - params["least"]["o1"]
        cuts = sorted(draw.randint(0, left) for _ in codes[1:])
        shares = [b - a for a, b in zip([0, *cuts], [*cuts, left], strict=True)]
        shares[0] += params["least"]["o1"]
        return {code: share for code, share in zip(codes, shares, strict=True) if share}
    most = 1 if kind in {"dhondt", "sainte_lague"} else len(codes)
    return draw.sample(codes, draw.randint(0, most))


@KINDS
def test_both_count_random_votes_alike(kind: str) -> None:
    draw = random.Random(kind)
    for _ in range(60):
        params, codes = random_question(kind, draw)
        votes = [
            (random_choice(kind, params, codes, draw), draw.randint(1, 3)) for _ in range(draw.randint(1, 9))
        ]
        root = merkle.root(str(n).encode() for n in range(len(votes))).hex()
        eligible, quorum = sum(weight for _choice, weight in votes) * 2, Fraction(draw.randint(0, 2), 3)
        result = choices_counted(
            kind, params, codes, votes, quorum=quorum, eligible=eligible, lot=by_lot(lot_of(codes, root))
        )
        assert quorum <= Fraction(1, 2) or result["outcome"] == "lost", "half of the roll has voted"
        closing = {
            "result": {**chain.plain(result), "receipts_root": root},  # type: ignore[dict-item]
            "votes": [{"choice": c, "weight": w, "receipt": str(n)} for n, (c, w) in enumerate(votes)],
        }
        opened = {
            "question": "?", "rule": kind, "params": params, "quorum": str(quorum),
            "options": [[code, code, "option"] for code in codes],
        }  # fmt: skip
        recount.count_again(opened, closing)


def test_equal_shares_looks_again_only_at_what_may_be_cheapest(monkeypatch: pytest.MonkeyPatch) -> None:
    draw, looks, projects = random.Random(5), [], 40
    codes = [f"o{number}" for number in range(1, projects + 1)]
    costs = {code: draw.randint(5, 60) for code in codes}
    said = [(sorted(draw.sample(codes, draw.randint(1, 12))), 1) for _ in range(300)]
    paid = recount_questions.share_paid
    monkeypatch.setattr(recount_questions, "share_paid", lambda *given: looks.append(1) or paid(*given))
    params = {"budget": 600, "costs": costs, "completion": "none"}
    bought = recount_questions.equal_shares(params, codes, said, codes)["winners"]
    assert len(bought) > 10
    assert (
        len(looks) < projects * len(bought) / 2
    )  # looking at all of them each time takes twice as many, or more
