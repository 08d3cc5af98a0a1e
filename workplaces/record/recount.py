"""Votes counted again from what their closings on the record list: the second half of the stand-alone verifier.

The download joins this file and ``verify.py`` into one. It shares no code with the application.
"""

import hashlib
import heapq
import json
from collections import Counter
from fractions import Fraction
from math import gcd


class Broken(Exception):  # noqa: N818
    """The record does not hold; the message says where."""


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    """Return JSON with sorted keys and no white space, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def merkle(leaves):
    """Return the root (RFC 6962) over leaves of bytes."""
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]) if leaves else sha256(b"")
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + merkle(leaves[:half]) + merkle(leaves[half:]))


def root_in(body):
    """Return the root over the papers, or the receipts, that a closing lists."""
    if "papers" in body:
        return merkle([canonical(paper) for paper in body["papers"]]).hex()
    return merkle([vote["receipt"].encode() for vote in body["votes"]]).hex()


def said_in(body):
    """Return the choices that a closing lists, with their weights, and the root over papers or receipts."""
    if "papers" in body:
        return [(choice, 1) for _tracker, choice in body["papers"]], root_in(body)
    listed = [*body["votes"], *body.get("delegated", [])]
    return [(row["choice"], row["weight"]) for row in listed], root_in(body)


def grouped(said):
    """Return the choices that are not blank, equal ones as one with their weights together."""
    found = Counter()
    for choice, weight in said:
        found[canonical(choice)] += weight
    return [(json.loads(choice), weight) for choice, weight in found.items() if choice not in (b"[]", b"{}")]


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


RULES = {
    "approval": most_points, "score": most_points, "instant_runoff": runoff, "schulze": schulze,
    "ranked_pairs": ranked_pairs, "greedy": greedy, "equal_shares": equal_shares, "median": median,
    "independent_markets": division,
}  # fmt: skip


def agreed(opened, result, truth, root):
    """Raise Broken where a result differs from what its votes make, or lists other votes than its root stands for."""
    if root != result.get("papers_root", result.get("receipts_root")):
        raise Broken(f"the vote on “{opened['question']}” lists other votes than its root stands for")
    for name, value in truth.items():
        if result.get(name) != value:
            told = f"counted again has {name} {value}, not {result.get(name)}"
            raise Broken(f"the vote on “{opened['question']}” {told}")


def count_again(opened, closed):
    """Count a question with options from what its closing lists; raises Broken where the result says otherwise."""
    said, root = said_in(closed)
    result, codes = closed["result"], [code for code, _label, _effect in opened["options"]]
    lot = sorted(codes, key=lambda code: hashlib.sha256(f"{root}:{code}".encode()).hexdigest())
    cast = sum(weight for _choice, weight in said)
    blank = cast - sum(weight for choice, weight in said if choice)
    truth = {"cast": cast, "blank": blank, "outcome": "lost", "winners": []}
    if cast >= Fraction(opened["quorum"]) * result["eligible"] and cast > blank:
        truth.update(RULES[opened["rule"]](opened["params"], codes, grouped(said), lot))
        truth["outcome"] = "carried" if truth["winners"] or {"number", "parts"} & set(truth) else "lost"
    if "number" in truth and "number" in result and Fraction(result["number"]) == truth["number"]:
        truth["number"] = result["number"]
    agreed(opened, result, truth, root)


def reaches(part, share, whole, *, is_strict):
    needed = Fraction(share) * whole
    return part > needed if is_strict else part >= needed


def majority(rule, share, is_strict, quorum, votes, eligible):
    """Return whether these votes of a roll carry a motion: enough take part, and yes reaches its share."""
    yes, no = votes["yes"], votes["no"]
    base = eligible if rule == "majority_of_eligible" else yes + no
    took_part = reaches(sum(votes.values()), quorum, eligible, is_strict=False)
    return "carried" if yes and took_part and reaches(yes, share, base, is_strict=is_strict) else "lost"


def share_of(rule):
    return (rule["more_than"], True) if "more_than" in rule else (rule["at_least"], False)


def parts_again(parts, rows):
    """Return each part's votes and outcome by code, and whether enough of the parts are carried."""
    found = {
        code: {"yes": 0, "no": 0, "abstain": 0, "eligible": weight}
        for code, (_name, weight) in parts["roll"].items()
    }
    for effect, weight, code in rows:
        if code:
            found[code][effect] += weight
    for part in found.values():
        votes = {effect: part[effect] for effect in ("yes", "no", "abstain")}
        rule = "majority_of_" + parts["each"]["of"]
        part["outcome"] = majority(rule, *share_of(parts["each"]), parts["quorum"], votes, part["eligible"])
    carried = sum(part["outcome"] == "carried" for part in found.values())
    share, is_strict = share_of(parts)
    return found, carried > 0 and reaches(carried, share, len(found), is_strict=is_strict)


def answers_in(opened, closed):
    """Return (effect, weight, part) of every vote or paper that a closing lists, and the root over them."""
    effects = {code: effect for code, _label, effect in opened["options"]}
    if "papers" in closed:
        return [(effects[code], 1, "") for _tracker, choice in closed["papers"] for code in choice], root_in(
            closed
        )
    listed = [*closed["votes"], *closed.get("delegated", [])]
    return [(effects[row["option"]], row["weight"], row.get("part", "")) for row in listed], root_in(closed)


def answers_again(opened, closed):
    """Count a vote for yes or no from what its closing lists; raises Broken where the result says otherwise."""
    rows, root = answers_in(opened, closed)
    result, params = closed["result"], opened["params"]
    votes = {"yes": 0, "no": 0, "abstain": 0}
    for effect, weight, _part in rows:
        votes[effect] += weight
    truth = {"counts": votes, "cast": sum(votes.values())}
    eligible = result["eligible"]
    truth["outcome"] = majority(
        opened["rule"], params["threshold"], params["strict"], opened["quorum"], votes, eligible
    )
    if "parts" in params:
        truth["parts"], enough = parts_again(params["parts"], rows)
        truth["outcome"] = truth["outcome"] if enough else "lost"
    agreed(opened, result, truth, root)


def boxes(body, noted):
    """Check that votes on paper are those noted when each box was counted, and that invalid papers are blank."""
    published = dict(map(tuple, body.get("papers", ())))
    for box in body.get("paper_counts", ()):
        said = {tracker: published.get(tracker) for tracker in box["papers"]}
        rows = [canonical([*row]) for row in said.items()] if published else [one.encode() for one in said]
        if merkle(rows).hex() != noted.get(box["number"]):
            raise Broken(f"the papers of box {box['number']} on “{body['question']}” are not those counted")
        choices = dict(zip(box.get("numbers", ()), said.values()))  # noqa: B905 - Python 3.9
        for number, *_reasons in box.get("invalid", ()):
            if choices.get(number):
                raise Broken(f"the invalid paper {number} of box {box['number']} counts as {choices[number]}")


def recount(entry, opened, noted):
    """Keep what a vote on a motion was opened on, and count it again where it closes, papers of boxes too."""
    body, subject = entry["body"], entry["subject"]
    if entry["kind"] == "ballot.opened":
        if body["rule"].startswith("majority"):
            opened[subject] = answers_again, body
        elif body["rule"] == "median" or any(effect == "option" for _code, _label, effect in body["options"]):
            opened[subject] = count_again, body
    elif entry["kind"] == "ballot.papers_counted":
        noted.setdefault(subject, {})[body["number"]] = body["root"]
    elif entry["kind"] == "ballot.closed":
        boxes(body, noted.pop(subject, {}))
        if subject in opened:
            again, asked = opened.pop(subject)
            again(asked, body)
