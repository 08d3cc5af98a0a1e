"""From weighted choices among options to a result: by the rule that the question names, exact, with its steps. Pure."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from councils import questions
from councils.choices import Choice
from councils.rules.ballots import Portfolio, Ranking, Support
from councils.rules.equal_shares import equal_shares
from councils.rules.greedy import greedy
from councils.rules.highest_averages import highest_averages
from councils.rules.independent_markets import Division, independent_markets
from councils.rules.instant_runoff import instant_runoff
from councils.rules.median import STATUS_QUO, Figure, median
from councils.rules.points import approval, score, totals
from councils.rules.ranked_pairs import ranked_pairs
from councils.rules.results import Count, TieBreak, plain
from councils.rules.schulze import schulze
from councils.tally import CARRIED, LOST, quorum_step

LOT = "lot"
NEEDS_LOT = tuple(rule for rule in questions.RULES if rule != questions.MEDIAN)

type Weighed = Sequence[tuple[Choice, int]]
type Found = dict[str, Any]


def choices_counted(
    rule: str,
    params: Mapping[str, Any],
    codes: Sequence[str],
    choices: Iterable[tuple[Choice, int]],
    *,
    quorum: Fraction,
    eligible: int,
    lot: TieBreak,
) -> Found:
    """Count choices with their weights, out of the roll's ``eligible`` weight; blank ones count as taking part only.

    ``outcome`` is ``carried`` when something was chosen; below the quorum, or when all are blank, it is ``lost`` and
    what holds today stays. Raises ValueError when more was cast than the roll has.
    """
    weights = Counter[str]()
    for choice, weight in choices:
        weights[json.dumps(choice, sort_keys=isinstance(choice, dict))] += weight
    cast = sum(weights.values())
    if cast > eligible:
        raise ValueError(f"{cast} cannot be the votes of a roll of {eligible}.")
    blank = weights.pop("[]", 0) + weights.pop("{}", 0)
    turnout = {"step": "turnout_among_options", "cast": cast, "eligible": eligible, "blank": blank}
    steps = [turnout, quorum_step(quorum, cast, eligible)]
    result: Found = {"eligible": eligible, "cast": cast, "blank": blank, "outcome": LOST, "winners": []}
    if steps[-1]["met"] and weights:
        weighed = [(json.loads(choice), weight) for choice, weight in weights.items()]
        result |= COUNTS[rule](params, codes, weighed, lot)
        result["tie_break"] = lot.name if rule in NEEDS_LOT else STATUS_QUO
    return {**result, "steps": steps}


def _seats(params: Mapping[str, Any], supports: Sequence[Support], codes: Sequence[str]) -> int:
    """Return how many places are filled: no option is chosen for which nobody voted."""
    wanted = sum(points > 0 for points in totals(supports, codes).values())
    return min(int(params["places"]), wanted)


def _supports(weighed: Weighed) -> list[Support]:
    return [
        Support(choice if isinstance(choice, dict) else dict.fromkeys(choice, 1), weight)
        for choice, weight in weighed
    ]


def _approval(params: Mapping[str, Any], codes: Sequence[str], weighed: Weighed, lot: TieBreak) -> Found:
    supports = _supports(weighed)
    return _won(approval(supports, codes, seats=_seats(params, supports, codes), tie_break=lot))


def _score(params: Mapping[str, Any], codes: Sequence[str], weighed: Weighed, lot: TieBreak) -> Found:
    supports = _supports(weighed)
    return _won(score(supports, codes, seats=_seats(params, supports, codes), tie_break=lot))


def _ranked(count: Callable[..., Count]) -> Callable[..., Found]:
    def counted(params: Mapping[str, Any], codes: Sequence[str], weighed: Weighed, lot: TieBreak) -> Found:  # noqa: ARG001
        rankings = [Ranking(tuple((code,) for code in choice), weight) for choice, weight in weighed]
        return _won(count(rankings, codes, tie_break=lot))

    return counted


def portfolio_of(params: Mapping[str, Any], weighed: Weighed) -> Portfolio:
    """Return the projects that somebody wants; the others are not bought, whatever is left."""
    supports = _supports(weighed)
    wanted = {code for support in supports for code in support.points}
    costs = {code: cost for code, cost in params["costs"].items() if code in wanted}
    return Portfolio(params["budget"], costs, supports)


def _equal_shares(params: Mapping[str, Any], codes: Sequence[str], weighed: Weighed, lot: TieBreak) -> Found:  # noqa: ARG001
    return _bought(
        equal_shares(portfolio_of(params, weighed), completion=params["completion"], tie_break=lot)
    )


def _greedy(params: Mapping[str, Any], codes: Sequence[str], weighed: Weighed, lot: TieBreak) -> Found:  # noqa: ARG001
    return _bought(greedy(portfolio_of(params, weighed), tie_break=lot))


def _bought(count: Count) -> Found:
    return {**_won(count), "cost": plain(count.facts["cost"])}


def _won(count: Count) -> Found:
    return {**count.as_dict(), "outcome": CARRIED if count.winners else LOST}


def _median(params: Mapping[str, Any], codes: Sequence[str], weighed: Weighed, lot: TieBreak) -> Found:  # noqa: ARG001
    figures = [
        Figure(Fraction(choice["number"]), weight) for choice, weight in weighed if isinstance(choice, dict)
    ]
    found = median(figures, tie=STATUS_QUO, status_quo=Fraction(params["status_quo"]))
    told = found.as_dict()
    return {"outcome": CARRIED, "number": decimal_text(found.value), "explanation": told["explanation"]}


def decimal_text(value: Fraction) -> str:
    """Return a fraction with at most six decimals as its canonical text."""
    scaled = value * 10**questions.DECIMALS
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than {questions.DECIMALS} decimals.")
    whole, rest = divmod(abs(scaled.numerator), 10**questions.DECIMALS)
    decimals = f"{rest:0{questions.DECIMALS}d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def _division(params: Mapping[str, Any], codes: Sequence[str], weighed: Weighed, lot: TieBreak) -> Found:
    """Divide what the legal minima leave; shares are in parts of the whole, exact, and rounded to whole parts."""
    least = {code: int(params.get("least", {}).get(code, 0)) for code in codes}
    rest = int(params["whole"]) - sum(least.values())
    divisions = [
        Division({code: Fraction(choice.get(code, 0) - least[code], rest) for code in codes}, weight)
        for choice, weight in weighed
        if isinstance(choice, dict)
    ]
    found = independent_markets(divisions, codes)
    shares = {code: least[code] + rest * found.shares[code] for code in codes}
    return {
        "outcome": CARRIED,
        "shares": plain(shares),
        "parts": rounded(shares, int(params["whole"]), lot),
        "explanation": found.as_dict()["explanation"],
    }


def _lists(rule: str) -> Callable[..., Found]:
    def counted(params: Mapping[str, Any], codes: Sequence[str], weighed: Weighed, lot: TieBreak) -> Found:
        votes = dict.fromkeys(codes, 0)
        for choice, weight in weighed:
            for code in choice:
                votes[code] += weight
        found = highest_averages(rule, votes, seats=int(params["seats"]), tie_break=lot)
        seats = found.facts["seats"]
        return {**_won(found), "winners": [code for code in codes if code in seats], "seats": seats}

    return counted


def rounded(shares: Mapping[str, Fraction], whole: int, lot: TieBreak) -> dict[str, int]:
    """Return whole parts that add up to the whole: each share cut, the rest to the largest remainders.

    Hamilton's method (1792); of equal remainders the one that the lot drew first.
    """
    parts = {code: share.numerator // share.denominator for code, share in shares.items()}
    order = sorted(shares, key=lambda code: (parts[code] - shares[code], lot.place(code)))
    for code in order[: whole - sum(parts.values())]:
        parts[code] += 1
    return parts


COUNTS: Mapping[str, Callable[[Mapping[str, Any], Sequence[str], Weighed, TieBreak], Found]] = {
    questions.APPROVAL: _approval,
    questions.SCORE: _score,
    questions.INSTANT_RUNOFF: _ranked(instant_runoff),
    questions.SCHULZE: _ranked(schulze),
    questions.RANKED_PAIRS: _ranked(ranked_pairs),
    questions.EQUAL_SHARES: _equal_shares,
    questions.GREEDY: _greedy,
    questions.MEDIAN: _median,
    questions.INDEPENDENT_MARKETS: _division,
    questions.DHONDT: _lists(questions.DHONDT),
    questions.SAINTE_LAGUE: _lists(questions.SAINTE_LAGUE),
}
