"""Reads Pabulib's ``.pb`` files (format: Faliszewski et al. 2023, "Participatory Budgeting: Data, Tools, and Analysis").

Three sections, META, PROJECTS and VOTES, each with a header line; fields are separated by semicolons, a voter's
projects by commas. Every count that the file states about itself is held against its lines.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from councils.rules.files.text import Place, lines_of, shown
from councils.rules.results import Number

SECTIONS = ("META", "PROJECTS", "VOTES")
REQUIRED = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}
WITH_POINTS = ("cumulative", "scoring")
VOTE_TYPES = ("approval", "choose-1", "ordinal", *WITH_POINTS)


@dataclass(frozen=True)
class Vote:
    """One voter's projects as they wrote them (an ordinal ballot: the best first), and the points if any."""

    voter: str
    projects: tuple[str, ...]
    points: tuple[Number, ...] = ()


@dataclass(frozen=True)
class PabulibFile:
    """An election about projects: costs and ``budget`` in the file's currency."""

    name: str
    vote_type: str
    budget: Number
    costs: dict[str, Number]
    names: dict[str, str]
    votes: tuple[Vote, ...]
    meta: dict[str, str] = field(default_factory=dict)


type Row = tuple[Place, dict[str, str]]


def read_pabulib(path: Path) -> PabulibFile:
    """Return the election in the file; raise BallotFileError with line and field for the first fault."""
    sections = _sections(path)
    meta, places = _meta(path, sections["META"])
    vote_type, place = _needed(path, meta, places, "vote_type"), places["vote_type"]
    if vote_type not in VOTE_TYPES:
        raise place.error(f'"{shown(vote_type)}" is none of {", ".join(VOTE_TYPES)}.', "vote_type")
    budget = places["budget"].number(_needed(path, meta, places, "budget"), "budget")
    costs, names = _projects(path, sections["PROJECTS"])
    votes = tuple(_votes(sections["VOTES"], vote_type, costs, meta, places))
    if not votes:
        raise Place(path.name).error("nobody voted: there is no line under VOTES.", "VOTES")
    _check_totals(meta, places, {"num_projects": len(costs), "num_votes": len(votes)})
    _check_projects(sections["PROJECTS"], votes)
    return PabulibFile(path.name, vote_type, budget, costs, names, votes, meta)


def _sections(path: Path) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    section, header = "", list[str]()
    for place, text in lines_of(path):
        if text.strip().upper() in SECTIONS:
            section, header = text.strip().upper(), []
            if section in found:
                raise place.error(f"the section {section} begins a second time; keep one.", section)
            found[section] = []
        elif not section:
            raise place.error("a .pb file begins with the line META.")
        elif not header:
            header = _header(place, text, section)
        else:
            found[section].append((place, _fields(place, place.row(text), header)))
    for section in SECTIONS:
        if section not in found:
            raise Place(path.name).error(f"the section {section} is missing.", section)
    return found


def _header(place: Place, text: str, section: str) -> list[str]:
    header = [heading.lower() for heading in place.row(text)]
    if section == "META":
        header[:2] = ["key", "value"]
    for heading in REQUIRED[section]:
        if heading not in header:
            raise place.error(f"the header of {section} has no {heading}.", heading)
    if len(set(header)) < len(header):
        raise place.error(f"the header of {section} names a column twice; every column has its own name.")
    return header


def _fields(place: Place, row: list[str], header: list[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise place.error(
            f"there are {len(row)} fields where the header has {len(header)}; "
            "text with a semicolon stands in quotation marks."
        )
    return dict(zip(header, row, strict=True))


def _meta(path: Path, rows: list[Row]) -> tuple[dict[str, str], dict[str, Place]]:
    meta, places = dict[str, str](), dict[str, Place]()
    for place, row in rows:
        key = row["key"].lower()
        if key in meta:
            raise place.error("this key stands twice in META; keep one.", key)
        meta[key], places[key] = row["value"], place
    for key in ("vote_type", "budget"):
        _needed(path, meta, places, key)
    return meta, places


def _needed(path: Path, meta: dict[str, str], places: dict[str, Place], key: str) -> str:
    if not meta.get(key):
        raise places.get(key, Place(path.name)).error(f"META does not say the {key}.", key)
    return meta[key]


def _projects(path: Path, rows: list[Row]) -> tuple[dict[str, Number], dict[str, str]]:
    costs, names = dict[str, Number](), dict[str, str]()
    for place, row in rows:
        project = row["project_id"]
        if not project or "," in project:
            raise place.error("a project needs an identifier without commas.", "project_id")
        if project in costs:
            raise place.error(
                f"project {shown(project)} stands twice; every project has one line.", "project_id"
            )
        costs[project] = place.number(row["cost"], "cost")
        names[project] = row.get("name", "")
    if not costs:
        raise Place(path.name).error("there is nothing to vote on: no line under PROJECTS.", "PROJECTS")
    return costs, names


def _votes(
    rows: list[Row], vote_type: str, costs: dict[str, Number], meta: dict[str, str], places: dict[str, Place]
) -> Iterator[Vote]:
    limits = {
        key: places[key].number(meta[key], key)
        for key in ("max_length", "max_points", "max_sum_points")
        if meta.get(key)
    }
    if vote_type == "choose-1":
        limits["max_length"] = min(1, limits.get("max_length", 1))
    seen = set[str]()
    for place, row in rows:
        voter = row["voter_id"]
        if not voter:
            raise place.error("the voter has no identifier.", "voter_id")
        if voter in seen:
            raise place.error(f"voter {shown(voter)} votes a second time; keep one vote.", "voter_id")
        seen.add(voter)
        vote = Vote(voter, _choices(place, row["vote"], costs), _points(place, row, vote_type))
        _check_vote(place, vote, vote_type, limits)
        yield vote


def _choices(place: Place, text: str, costs: dict[str, Number]) -> tuple[str, ...]:
    if not text:
        return ()
    chosen = tuple(choice.strip() for choice in text.split(","))
    for choice in chosen:
        if not choice:
            raise place.error("there is an empty place between commas; close the gap.", "vote")
        if choice not in costs:
            raise place.error(f"project {shown(choice)} is not under PROJECTS.", "vote")
    if len(set(chosen)) < len(chosen):
        raise place.error("the vote names a project twice; name it once.", "vote")
    return chosen


def _points(place: Place, row: dict[str, str], vote_type: str) -> tuple[Number, ...]:
    if vote_type not in WITH_POINTS:
        return ()
    if "points" not in row:
        raise place.error(f"votes of the type {vote_type} need a column points.", "points")
    return tuple(place.number(part, "points") for part in row["points"].split(",")) if row["points"] else ()


def _check_vote(place: Place, vote: Vote, vote_type: str, limits: dict[str, Number]) -> None:
    if vote_type in WITH_POINTS and len(vote.points) != len(vote.projects):
        raise place.error(
            f"{len(vote.projects)} projects are named but {len(vote.points)} points; give points to each.",
            "points",
        )
    measured = {
        "max_length": ("vote", len(vote.projects), "projects"),
        "max_points": ("points", max(vote.points, default=0), "points for one project"),
        "max_sum_points": ("points", sum(vote.points), "points together"),
    }
    for key, (field_name, value, words) in measured.items():
        if key in limits and value > limits[key]:
            raise place.error(
                f"{value} {words} are more than the {limits[key]} that {key} allows.", field_name
            )


def _check_totals(meta: dict[str, str], places: dict[str, Place], counted: dict[str, int]) -> None:
    for key, number in counted.items():
        if meta.get(key) and places[key].whole(meta[key], key) != number:
            raise places[key].error(f"META says {meta[key]} but the file holds {number}; one is wrong.", key)


def _check_projects(rows: list[Row], votes: tuple[Vote, ...]) -> None:
    """Hold the column ``votes``, and ``score`` where votes give points, against the votes themselves."""
    counted = {"votes": Counter(project for vote in votes for project in vote.projects)}
    if any(vote.points for vote in votes):
        counted["score"] = Counter[str]()
        for vote in votes:
            for project, points in zip(vote.projects, vote.points, strict=True):
                counted["score"][project] += points  # type: ignore[assignment]
    for place, row in rows:
        for heading, totals in counted.items():
            stated, number = row.get(heading), totals[row["project_id"]]
            if stated and place.number(stated, heading) != number:
                raise place.error(
                    f"the line says {shown(stated)} but the votes add up to {number}; one is wrong.", heading
                )
