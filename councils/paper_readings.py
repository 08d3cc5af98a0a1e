"""What two persons read in one box of papers, written so that equal readings are equal JSON. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

type Content = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Where two readings differ: at a right's number (``number``) or at a choice, and what each of them says."""

    number: int | None
    choice: tuple[str, ...]
    first: str | int | bool | None
    second: str | int | bool | None


def named_content(votes: Mapping[int, str]) -> Content:
    """Return the content of a reading of named papers: the option on each, by the right's number on the roll."""
    return {"votes": [[number, votes[number]] for number in sorted(votes)]}


def secret_content(marks: Iterable[int], papers: Iterable[tuple[Sequence[str], int]]) -> Content:
    """Return the content of a reading of secret papers: who put one in, and how many say what."""
    times: Counter[tuple[str, ...]] = Counter()
    for choice, number in papers:
        times[tuple(choice)] += number
    said = sorted((list(choice), number) for choice, number in times.items() if number)
    return {"marks": sorted(set(marks)), "papers": [[choice, number] for choice, number in said]}


def papers_in(content: Content) -> list[tuple[str, ...]]:
    """Return every secret paper of a reading."""
    return [tuple(choice) for choice, number in content["papers"] for _one in range(number)]


def differences(first: Content, second: Content) -> list[Difference]:
    """Return where two readings of one box differ, in the order of the roll and of the choices."""
    if "votes" in first:
        left, right = dict(first["votes"]), dict(second["votes"])
        return [
            Difference(number, (), left.get(number), right.get(number))
            for number in sorted(left.keys() | right.keys())
            if left.get(number) != right.get(number)
        ]
    ours, theirs = set(first["marks"]), set(second["marks"])
    said = {tuple(choice): number for choice, number in first["papers"]}
    heard = {tuple(choice): number for choice, number in second["papers"]}
    return [
        *(Difference(number, (), number in ours, number in theirs) for number in sorted(ours ^ theirs)),
        *(
            Difference(None, choice, said.get(choice, 0), heard.get(choice, 0))
            for choice in sorted(said.keys() | heard.keys())
            if said.get(choice) != heard.get(choice)
        ),
    ]
