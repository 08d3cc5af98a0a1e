"""Votes counted again from what their closings on the record list: the second half of the stand-alone verifier.

The download joins this file and ``verify.py`` into one. It shares no code with the application.
"""

import hashlib
import json
from collections import Counter
from fractions import Fraction

from workplaces.record.recount_elections import ELECTIONS
from workplaces.record.recount_questions import RULES


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


def election_again(opened, closed):
    """Count an election from the papers that its closing lists; raises Broken where the result says otherwise."""
    said, root = said_in(closed)
    codes, params = [code for code, _label, _effect in opened["options"]], opened["params"]
    lot = sorted(codes, key=lambda code: hashlib.sha256(f"{root}:{code}".encode()).hexdigest())
    filled = grouped(said)
    truth = {
        "outcome": "nobody",
        "winners": [],
        "blank": len(said) - sum(weight for _choice, weight in filled),
    }
    if filled:
        truth.update(outcome="elected", winners=ELECTIONS[opened["rule"]](params, codes, filled, lot))
    agreed(opened, closed["result"], truth, root)


def each_once(opened, closed):
    """Check that a closing lists every right, receipt or paper once, and no more of them than its roll has."""
    rows, result, asked = closed.get("votes", []), closed["result"], opened["question"]
    names = [tracker for tracker, _choice in closed.get("papers", [])]
    names += [row["number"] for row in [*rows, *closed.get("delegated", [])]]
    if len(set(names)) < len(names) or len({row["receipt"] for row in rows}) < len(rows):
        raise Broken(f"the vote on “{asked}” lists a right or a paper twice")
    if len(names) > opened["roll_size"]:
        raise Broken(f"the vote on “{asked}” lists {len(names)} votes from a roll of {opened['roll_size']}")
    if result.get("votes") != len(names) - len(closed.get("delegated", [])):
        raise Broken(f"the vote on “{asked}” says it has {result.get('votes')} votes and lists others")
    least = opened["roll_size"]
    most = least if "papers" in closed else result.get("eligible", least)
    if not least <= result.get("eligible", least) <= most:
        raise Broken(f"the vote on “{asked}” reckons with {result['eligible']} votes on a roll of {least}")


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


def objections_in(opened, closed):
    """Return the objections that a closing lists; raises Broken for one without a reason, or a reason without one."""
    effects = {code: effect for code, _label, effect in opened["options"]}
    for row in closed["votes"]:
        if (effects[row["option"]] == "no") != bool(row.get("reason", "").strip()):
            raise Broken(f"the vote of {row['name']} on “{opened['question']}” is no objection with a reason")
    return [
        {name: row[name] for name in ("number", "name", "reason")}
        for row in closed["votes"]
        if "reason" in row
    ]


def answers_again(opened, closed):
    """Count yes, no and objections from what a closing lists; raises Broken where the result says otherwise."""
    rows, root = answers_in(opened, closed)
    result, params = closed["result"], opened["params"]
    votes = {"yes": 0, "no": 0, "abstain": 0}
    for effect, weight, _part in rows:
        votes[effect] += weight
    truth = {"counts": votes, "cast": sum(votes.values())}
    eligible, share, is_strict = result["eligible"], params.get("threshold", "1"), params.get("strict", False)
    truth["outcome"] = majority(opened["rule"], share, is_strict, opened["quorum"], votes, eligible)
    if opened["rule"] == "consent":  # all of yes and no, as no share is named
        truth["objections"] = objections_in(opened, closed)
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
        if body["rule"].startswith("majority") or body["rule"] == "consent":
            opened[subject] = answers_again, body
        elif body["rule"] in ELECTIONS and any(
            effect == "candidate" for _code, _label, effect in body["options"]
        ):
            opened[subject] = election_again, body
        elif body["rule"] == "median" or any(effect == "option" for _code, _label, effect in body["options"]):
            opened[subject] = count_again, body
    elif entry["kind"] == "ballot.papers_counted":
        noted.setdefault(subject, {})[body["number"]] = body["root"]
    elif entry["kind"] == "ballot.closed":
        boxes(body, noted.pop(subject, {}))
        if subject in opened:
            again, asked = opened.pop(subject)
            each_once(asked, body)
            again(asked, body)
