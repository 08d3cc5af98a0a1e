"""Questions with options counted again from their votes: a part of the stand-alone verifier, by code of its own."""

import heapq
from collections import Counter
from fractions import Fraction
from math import gcd


def most_points(params, codes, said, lot):
    points = dict.fromkeys(codes, 0)
    for choice, weight in said:
        for code in choice:
            points[code] += weight * (choice[code] if isinstance(choice, dict) else 1)
    order = sorted(filter(points.get, codes), key=lambda code: (-points[code], lot.index(code)))
    return {"winners": order[: params["places"]]}


def runoff(_params, codes, said, lot):
    left = list(codes)
    while True:
        votes = dict.fromkeys(left, 0)
        for choice, weight in said:
            for code in [code for code in choice if code in votes][:1]:
                votes[code] += weight
        best = max(left, key=lambda code: votes[code])
        if votes[best] * 2 > sum(votes.values()) or len(left) == 1:
            return {"winners": [best]}
        left.remove(max(left, key=lambda code: (-votes[code], lot.index(code))))


def preferred(codes, said):
    """Return how much weight puts each option above each other; what is not ranked is below the rest."""
    found = {(one, other): 0 for one in codes for other in codes if one != other}
    for choice, weight in said:
        places = {code: place for place, code in enumerate(choice)}
        for one, other in found:
            if places.get(one, len(codes)) < places.get(other, len(codes)):
                found[one, other] += weight
    return found


def schulze(_params, codes, said, lot):
    votes = preferred(codes, said)
    path = {pair: won if won > votes[pair[::-1]] else 0 for pair, won in votes.items()}
    for through in codes:
        for one, other in path:
            if through not in (one, other):
                path[one, other] = max(path[one, other], min(path[one, through], path[through, other]))
    first = [one for one in codes if all(path[pair] >= path[pair[::-1]] for pair in path if pair[0] == one)]
    return {"winners": [min(first, key=lot.index)]}


def ranked_pairs(_params, codes, said, lot):
    votes = preferred(codes, said)
    margins = {pair: won - votes[pair[::-1]] for pair, won in votes.items() if won > votes[pair[::-1]]}
    above = {code: {code} for code in codes}
    for one, other in sorted(margins, key=lambda pair: (-margins[pair], *map(lot.index, pair))):
        if one not in above[other]:
            above = {code: up | above[other] if one in up else up for code, up in above.items()}
    first = [code for code in codes if not any(code in above[other] for other in codes if other != code)]
    return {"winners": [min(first, key=lot.index)]}


def greedy(params, codes, said, lot):
    wanted = {code: sum(weight for choice, weight in said if code in choice) for code in codes}
    left, won = params["budget"], []
    for code in sorted(filter(wanted.get, codes), key=lambda code: (-wanted[code], lot.index(code))):
        if params["costs"][code] <= left:
            left -= params["costs"][code]
            won.append(code)
    return {"winners": won, "cost": params["budget"] - left}


def share_paid(purses, weights, backers, cost):
    """Return (due, heads): every backer pays due / heads, or all they have; None if it is too little."""
    due, heads = cost, sum(weights[voter] for voter in backers)
    for voter in sorted(backers, key=purses.__getitem__):
        if purses[voter] * heads >= due:
            return due, heads
        due, heads = due - purses[voter] * weights[voter], heads - weights[voter]
    return None


def bought_with(share, costs, backers, weights, lot):
    """Return what Equal Shares buys when every voter has this share of the money.

    Purses are whole numbers of 1/unit. They only shrink, so that a project's rate only rises: whatever is first in the
    queue by a rate reckoned with the purses as they are comes before all others, whose rates may be old.
    """
    purses, unit, won = [share.numerator] * len(weights), share.denominator, []
    queue = [(Fraction(0), lot.index(code), code, -1, (0, 1)) for code in costs]
    while queue:
        _rate, place, code, when, (due, heads) = heapq.heappop(queue)
        if when != len(won):
            paid = share_paid(purses, weights, backers[code], costs[code] * unit)
            if paid is not None:
                rate = Fraction(paid[0], paid[1] * unit * costs[code])
                heapq.heappush(queue, (rate, place, code, len(won), paid))
            continue
        finer = heads // gcd(due, heads)
        purses, unit, paid = [purse * finer for purse in purses], unit * finer, due * finer // heads
        for voter in backers[code]:
            purses[voter] = max(0, purses[voter] - paid)
        won.append(code)
    return won


def equal_shares(params, codes, said, lot):
    backers = {code: [at for at, (choice, _weight) in enumerate(said) if code in choice] for code in codes}
    weights = [weight for _choice, weight in said]
    costs, budget = {code: params["costs"][code] for code in codes if backers[code]}, params["budget"]
    share, how, last = Fraction(budget, sum(weights)), params["completion"], None
    step, raises = (Fraction(1) if how.startswith("add1") else share / 100), 0
    while True:
        won = bought_with(share + raises * step, costs, backers, weights, lot)
        spent = sum(costs[code] for code in won)
        if last is not None and spent > budget:
            won = last
        fits = [code for code in costs if code not in won and costs[code] <= budget - spent]
        if spent > budget or how == "none" or len(won) == len(costs) or (not fits and "until" not in how):
            return {"winners": won, "cost": sum(costs[code] for code in won)}
        last, raises = won, raises + 1


def median(params, _codes, said, _lot):
    numbers = sorted((Fraction(choice["number"]), weight) for choice, weight in said)
    half, below, low = Fraction(sum(weight for _number, weight in numbers), 2), 0, None
    for number, weight in numbers:
        below += weight
        low = number if low is None and below >= half else low
        if below > half:
            return {"winners": [], "number": min(max(Fraction(params["status_quo"]), low), number)}
    return None


def division(params, codes, said, lot):
    """Return the parts by Independent Markets of what the law leaves, rounded to the largest remainders."""
    least = {code: params.get("least", {}).get(code, 0) for code in codes}
    rest = params["whole"] - sum(least.values())
    steps = {}
    for code in codes:
        wishes, heads, steps[code] = Counter(), 0, []
        for choice, weight in said:
            wishes[Fraction(choice.get(code, 0) - least[code], rest)] += weight
        for wish in sorted(wishes, reverse=True):
            heads += wishes[wish]
            steps[code].append((wish, heads))

    def shares(t):
        return {code: max(min(wish, t * heads) for wish, heads in steps[code]) for code in codes}

    bends = {Fraction(0)}
    for rows in steps.values():
        for (wish, heads), (below, _more) in zip(rows, [*rows[1:], (Fraction(0), 0)]):  # noqa: B905 - Python 3.9
            bends |= {wish / heads, below / heads}
    order = sorted(bends)
    first, last = 0, len(order) - 1
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (first, middle) if sum(shares(order[middle]).values()) >= 1 else (middle, last)
    low, high = order[first], order[last]
    at_low, at_high = sum(shares(low).values()), sum(shares(high).values())
    t = low + (high - low) * (1 - at_low) / (at_high - at_low)
    found = {code: least[code] + rest * share for code, share in shares(t).items()}
    parts = {code: int(share) for code, share in found.items()}
    order = sorted(codes, key=lambda code: (parts[code] - found[code], lot.index(code)))
    for code in order[: params["whole"] - sum(parts.values())]:
        parts[code] += 1
    return {"winners": [], "parts": parts}


def seated(step):
    """Return how seats are divided: one after another to most votes over ``step`` times its seats plus 1."""

    def count(params, codes, said, lot):
        votes, held = dict.fromkeys(codes, 0), {}
        for choice, weight in said:
            votes[choice[0]] += weight
        for _seat in range(params["seats"]):
            best = min(
                filter(votes.get, codes),
                key=lambda code: (-Fraction(votes[code], step * held.get(code, 0) + 1), lot.index(code)),
            )
            held[best] = held.get(best, 0) + 1
        return {"winners": [code for code in codes if code in held], "seats": held}

    return count


RULES = {
    "approval": most_points, "score": most_points, "instant_runoff": runoff, "schulze": schulze,
    "ranked_pairs": ranked_pairs, "greedy": greedy, "equal_shares": equal_shares, "median": median,
    "independent_markets": division, "dhondt": seated(1), "sainte_lague": seated(2),
}  # fmt: skip
