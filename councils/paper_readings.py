"""What two persons read in one box of papers, written so that equal readings are equal JSON. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from councils.paper_sheets import PaperRead

type Content = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Where two readings differ: at a right's number (``number``), at a choice, or at a numbered ``paper``; and what
    each of them says. Of a paper with options that is its choice, ``"invalid"``, or None where it was not read.
    """

    number: int | None
    choice: tuple[str, ...]
    first: Any
    second: Any
    paper: int | None = None


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


def sheets_content(papers: Iterable[PaperRead], marks: Iterable[int] | None = None) -> Content:
    """Return the content of a reading of papers with options: what stands on each, by its number.

    A named paper's number is that of the right on the roll; with ``marks`` they are secret, and numbered by the readers.
    """
    said = [[paper.number, paper.said] for paper in papers]
    return {"votes": said} if marks is None else {"marks": sorted(set(marks)), "sheets": said}


def papers_in(content: Content) -> list[tuple[str, ...]]:
    """Return every secret paper of a reading."""
    return [tuple(choice) for choice, number in content["papers"] for _one in range(number)]


def differences(first: Content, second: Content) -> list[Difference]:
    """Return where two readings of one box differ, in the order of the roll and of the choices."""
    if "votes" in first:
        return [
            Difference(number, (), said, heard)
            for number, said, heard in _unlike(first["votes"], second["votes"])
        ]
    ours, theirs = set(first["marks"]), set(second["marks"])
    unmarked = [Difference(number, (), number in ours, number in theirs) for number in sorted(ours ^ theirs)]
    if "sheets" in first:
        papers = _unlike(first["sheets"], second["sheets"])
        return [*unmarked, *(Difference(None, (), said, heard, number) for number, said, heard in papers)]
    said = {tuple(choice): number for choice, number in first["papers"]}
    heard = {tuple(choice): number for choice, number in second["papers"]}
    return [
        *unmarked,
        *(
            Difference(None, choice, said.get(choice, 0), heard.get(choice, 0))
            for choice in sorted(said.keys() | heard.keys())
            if said.get(choice) != heard.get(choice)
        ),
    ]


def _unlike(first: Sequence[Sequence[Any]], second: Sequence[Sequence[Any]]) -> list[tuple[int, Any, Any]]:
    """Return the numbers at which two lists of pairs differ, with what each says; None where it says nothing."""
    left, right = dict(first), dict(second)  # type: ignore[var-annotated, arg-type]
    return [
        (number, left.get(number), right.get(number))
        for number in sorted(left.keys() | right.keys())
        if left.get(number) != right.get(number)
    ]
