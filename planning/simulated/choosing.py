"""What made-up people say to a question on the guidelines: each leans to a programme, and strays from its figure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from councils.models import Ballot
from councils.questions import INDEPENDENT_MARKETS, MEDIAN, decimal
from planning.models import GuidelineQuestion, Programme, Topic
from planning.selectors.guidelines import Figures
from planning.services.programme_options import of_topic

LIKED = 0.5  # chance that somebody approves a request
STRAY = 0.05  # scatter of a number around one's programme, of the whole range that is open


def question_choices(
    question: GuidelineQuestion, ballot: Ballot, programmes: Sequence[Programme], rng: np.random.Generator, count: int
) -> list[Any]:  # fmt: skip
    """Return ``count`` people's choices, in the form of ``councils.choices``.

    Everybody leans to one of the programmes, all equally often. Of a number they name its figure, strayed by a normal draw;
    of shares its shares, or nothing where it names none; of packages they rank its own first, else what holds today.
    """
    leaning = rng.integers(0, len(programmes), count)
    figures = [of_topic(one, question.topic, question.resource_id) for one in programmes]
    if question.rule == MEDIAN:
        return _numbers(ballot, [next(iter(one.values()), None) for one in figures], leaning, rng)
    if question.rule == INDEPENDENT_MARKETS:
        divided = [_shares(question, ballot, one) for one in figures]
        return [divided[place] for place in leaning]
    return _rankings(question, programmes, leaning, rng)


def project_choices(ballot: Ballot, rng: np.random.Generator, count: int) -> list[list[str]]:
    """Return ``count`` people's approvals in a vote among requests: each approves each one as often as not."""
    codes = list(ballot.options.order_by("number").values_list("code", flat=True))
    return [[code for code, is_liked in zip(codes, row, strict=True) if is_liked]
            for row in rng.random((count, len(codes))) < LIKED]  # fmt: skip


def _numbers(
    ballot: Ballot, named: Sequence[float | None], leaning: np.ndarray, rng: np.random.Generator
) -> list[Any]:
    least, most = float(ballot.params["least"]), float(ballot.params["most"])
    today = float(ballot.params["status_quo"])
    centre = np.array([today if value is None else value for value in named])[leaning]
    strayed = np.clip(centre + STRAY * (most - least) * rng.standard_normal(len(leaning)), least, most)
    return [
        {"number": decimal(f"{min(max(round(value, 1), least), most):.6f}")} for value in strayed.tolist()
    ]


def _shares(question: GuidelineQuestion, ballot: Ballot, figures: Figures) -> dict[str, int]:
    """Return a programme's shares in whole parts that make the whole; blank where it names none."""
    if not figures:
        return {}
    codes = [one["code"] for one in question.options]
    whole = int(ballot.params["whole"])
    if question.topic == Topic.COLLECTIVE:
        named = next(iter(figures.values()))
        wanted = np.array([named, whole - named])
    else:
        wanted = np.array([figures.get((question.topic, one["entity"]), 0.0) for one in question.options])
    least = np.array([int(ballot.params.get("least", {}).get(code, 0)) for code in codes])
    parts = np.maximum(np.floor(wanted).astype(int), least)
    order = np.argsort(-(wanted - parts), kind="stable")
    while (rest := whole - int(parts.sum())) != 0:
        place = next(i for i in (order if rest > 0 else order[::-1]) if rest > 0 or parts[i] > least[i])
        parts[place] += 1 if rest > 0 else -1
        order = np.roll(order, -1) if rest > 0 else order
    return {code: int(part) for code, part in zip(codes, parts, strict=True) if part}


def _rankings(
    question: GuidelineQuestion, programmes: Sequence[Programme], leaning: np.ndarray, rng: np.random.Generator
) -> list[Any]:  # fmt: skip
    codes = [one["code"] for one in question.options]
    today = next((one["code"] for one in question.options if not one["programmes"]), codes[0])
    own = {name: one["code"] for one in question.options for name in one["programmes"]}
    first = [own.get(str(one.public_id), today) for one in programmes]
    found = []
    for place in leaning:
        rest = [code for code in codes if code != first[place]]
        found.append([first[place], *(rest[i] for i in rng.permutation(len(rest)))])
    return found
