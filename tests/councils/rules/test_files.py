"""Readers: what is right comes in, what is wrong is named with file, line and field, and nothing else is raised."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from councils.rules.ballots import Ranking
from councils.rules.files import BallotFileError, PabulibFile, PreflibFile, read_election

PROJECTS = """META
key;value
description;A small town
num_projects;3
num_votes;3
budget;1000.50
vote_type;approval
max_length;2
PROJECTS
project_id;cost;votes;name
p1;600;2;"Benches; and trees"
p2;400.25;2;Lamps
p3;100;0;Sign
VOTES
voter_id;vote
v1;p1,p2
v2;p1
v3;p2
"""
POINTS = (
    PROJECTS.replace("vote_type;approval", "vote_type;cumulative\nmax_sum_points;5")
    .replace("voter_id;vote", "voter_id;vote;points")
    .replace("v1;p1,p2", "v1;p1,p2;3,2")
    .replace("v2;p1", "v2;p1;5")
    .replace("v3;p2", "v3;p2;1")
)
RANKINGS = """# FILE NAME: small.toi
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 7
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Ben
# ALTERNATIVE NAME 3: Cleo
4: 1,{2,3}
2: 3, 2
1: 2
"""


def write(folder: Path, content: str | bytes, name: str = "small.pb") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_projects(folder: Path, content: str | bytes) -> PabulibFile:
    election = read_election(write(folder, content))
    assert isinstance(election, PabulibFile)
    return election


def test_an_election_about_projects(tmp_path: Path) -> None:
    election = read_projects(tmp_path, PROJECTS)
    assert election.budget == Fraction("1000.5")
    assert election.costs == {"p1": 600, "p2": Fraction("400.25"), "p3": 100}
    assert election.names["p1"] == "Benches; and trees"
    assert [vote.projects for vote in election.votes] == [("p1", "p2"), ("p1",), ("p2",)]


def test_points(tmp_path: Path) -> None:
    election = read_projects(tmp_path, POINTS)
    assert [vote.points for vote in election.votes] == [(3, 2), (5,), (1,)]


@pytest.mark.parametrize(
    "change",
    [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n"), lambda text: text + "\n\n"],
)
def test_how_lines_end_does_not_matter(tmp_path: Path, change: object) -> None:
    assert read_projects(tmp_path, change(PROJECTS)).costs == read_projects(tmp_path, PROJECTS).costs  # type: ignore[operator]


def test_rankings(tmp_path: Path) -> None:
    election = read_election(write(tmp_path, RANKINGS, "small.toi"))
    assert isinstance(election, PreflibFile)
    assert election.names == {"1": "Ada", "2": "Ben", "3": "Cleo"}
    assert election.rankings[:2] == (
        Ranking((("1",), ("2", "3")), 4, "line 9"),
        Ranking((("3",), ("2",)), 2, "line 10"),
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("num_votes;3", "num_votes;4", "line 5, field num_votes", "META says 4 but the file holds 3"),
        ("num_projects;3", "num_projects;x", "line 4, field num_projects", "not a whole number"),
        ("p1;600;2", "p1;600;1", "line 11, field votes", "the votes add up to 2"),
        ("p1;600", "p1;-600", "line 11, field cost", "-600 is negative"),
        ("p1;600", "p1;6e2", "line 11, field cost", '"6e2" is not a number'),
        ("p1;600", "p1;600,50", "line 11, field cost", "with a point for decimals"),
        ("p3;100", "p2;100", "line 13, field project_id", "project p2 stands twice"),
        ("budget;1000.50", "budget;-1", "line 6, field budget", "negative"),
        ("budget;1000.50\n", "", "field budget", "META does not say the budget"),
        ("approval", "guessing", "line 7, field vote_type", "is none of approval"),
        (
            '"Benches; and trees"',
            "Benches; and trees",
            "line 11",
            "text with a semicolon stands in quotation",
        ),
        ('"Benches; and trees"', '"Benches; and trees', "line 11", "quotation marks do not pair up"),
        ("v3;p2", "v3;p9", "line 18, field vote", "project p9 is not under PROJECTS"),
        ("v3;p2", "v1;p2", "line 18, field voter_id", "voter v1 votes a second time"),
        ("v3;p2", ";p2", "line 18, field voter_id", "the voter has no identifier"),
        ("v2;p1", "v2;p1,p1", "line 17, field vote", "names a project twice"),
        ("v2;p1", "v2;p1,,p2", "line 17, field vote", "empty place between commas"),
        ("v2;p1", "v2;p1,p2,p3", "line 17, field vote", "3 projects are more than the 2 that max_length"),
        ("voter_id;vote", "voter_id;choice", "line 15, field vote", "the header of VOTES has no vote"),
        ("VOTES", "PROJECTS", "line 14, field PROJECTS", "begins a second time"),
        ("META\n", "", "line 1", "begins with the line META"),
        ("v1;p1,p2\nv2;p1\nv3;p2\n", "", "field VOTES", "nobody voted"),
        ("description;A small town", "budget;7", "line 6, field budget", "stands twice"),
        ("A small town", "A \0 town", "line 3", "NUL"),
    ],
)
def test_a_fault_among_projects(tmp_path: Path, old: str, new: str, place: str, sentence: str) -> None:
    assert old in PROJECTS
    with pytest.raises(BallotFileError) as caught:
        read_projects(tmp_path, PROJECTS.replace(old, new, 1))
    assert caught.value.place == f"small.pb, {place}"
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("3,2", "3,3", "line 17, field points", "6 points together are more than the 5 that max_sum_points"),
        ("3,2", "3", "line 17, field points", "2 projects are named but 1 points"),
        ("3,2", "4,-1", "line 17, field points", "-1 is negative"),
        ("vote;points", "vote;notes", "line 17, field points", "need a column points"),
    ],
)
def test_a_fault_among_points(tmp_path: Path, old: str, new: str, place: str, sentence: str) -> None:
    assert old in POINTS
    with pytest.raises(BallotFileError) as caught:
        read_projects(tmp_path, POINTS.replace(old, new, 1))
    assert caught.value.place == f"small.pb, {place}"
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("VOTERS: 7", "VOTERS: 8", "line 4, field NUMBER VOTERS", "says 8 but holds 7"),
        ("ALTERNATIVES: 3", "ALTERNATIVES: 2", "line 3, field NUMBER ALTERNATIVES", "says 2 but holds 3"),
        ("ORDERS: 3", "ORDERS: 1", "line 5, field NUMBER UNIQUE ORDERS", "says 1 but holds 3"),
        ("3, 2", "3,,2", "line 10, field order", "a rank is empty"),
        ("3, 2", "3,{},2", "line 10, field order", "a rank is empty"),
        ("3, 2", "3,2,", "line 10, field order", "a rank is empty"),
        ("3, 2", "{3}2", "line 10, field order", "a comma is missing"),
        ("3, 2", "3,4", "line 10, field order", "option 4 is not among those named"),
        ("3, 2", "3,3", "line 10, field order", "stands twice"),
        ("3, 2", "3,x", "line 10, field order", "not a whole number"),
        ("2: 3, 2", "0: 3, 2", "line 10, field number of voters", "no voter stands behind"),
        ("2: 3, 2", "3 2", "line 10", "the colon is missing"),
        ("1: 2\n", "1: 3,2\n", "line 11, field order", "stands in line 10 already"),
        ("DATA TYPE: toi", "DATA TYPE: soc", "line 2, field DATA TYPE", "its name ends in .toi"),
    ],
)
def test_a_fault_among_rankings(tmp_path: Path, old: str, new: str, place: str, sentence: str) -> None:
    assert old in RANKINGS
    with pytest.raises(BallotFileError) as caught:
        read_election(write(tmp_path, RANKINGS.replace(old, new, 1), "small.toi"))
    assert caught.value.place == f"small.toi, {place}"
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("soi", "options share a place"),
        ("toc", "2 of 3 options are ranked"),
        ("soc", "options share a place"),
    ],
)
def test_the_kind_of_a_file_binds(tmp_path: Path, kind: str, sentence: str) -> None:
    content = RANKINGS.replace("DATA TYPE: toi", f"DATA TYPE: {kind}")
    with pytest.raises(BallotFileError, match=sentence):
        read_election(write(tmp_path, content, f"small.{kind}"))


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"META\nkey;value\nunit;\xff\xfe", "small.pb", "small.pb, line 3: this is not UTF-8 text"),
        (b"", "small.pb", "the file is empty"),
        (b"x", "small.cat", "the name ends in .cat; known are .pb"),
        (b"x", "small", "the name ends in nothing"),
        (b"# DATA TYPE: soi\n", "small.soi", "no option is named"),
        (b"# ALTERNATIVE NAME 1: Ada\n", "small.soi", "nobody voted"),
    ],
)
def test_what_is_no_election(tmp_path: Path, content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(BallotFileError, match=sentence):
        read_election(write(tmp_path, content, name))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BallotFileError, match=r"gone.pb: the file cannot be read \(No such file"):
        read_election(tmp_path / "gone.pb")
    (tmp_path / "folder.pb").mkdir()
    with pytest.raises(BallotFileError, match="cannot be read"):
        read_election(tmp_path / "folder.pb")


PIECES = [
    "META",
    "PROJECTS",
    "VOTES",
    ";",
    ",",
    '"',
    "\n",
    "{",
    "}",
    ":",
    "#",
    "p1",
    "v1",
    "-1",
    "9" * 40,
    "é",
    "\0",
]


@settings(max_examples=300)
@given(
    base=st.sampled_from([("small.pb", PROJECTS), ("small.pb", POINTS), ("small.toi", RANKINGS)]),
    cuts=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 12), st.sampled_from(PIECES)), max_size=4),
    tail=st.binary(max_size=3),
)
def test_a_spoilt_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    base: tuple[str, str],
    cuts: list[tuple[int, int, str]],
    tail: bytes,
) -> None:
    """Whatever is cut out and put in, the readers return an election or say what is wrong."""
    name, text = base
    for start, length, piece in cuts:
        text = text[:start] + piece + text[start + length :]
    path = write(tmp_path_factory.getbasetemp(), text.encode() + tail, name)
    outcome = read_or_refuse(path)
    assert outcome.file == name if isinstance(outcome, BallotFileError) else outcome.names


def read_or_refuse(path: Path) -> PabulibFile | PreflibFile | BallotFileError:
    try:
        return read_election(path)
    except BallotFileError as error:
        return error


@given(content=st.binary(max_size=200), name=st.sampled_from(["noise.pb", "noise.soi", "noise.toc"]))
def test_noise_is_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    with pytest.raises(BallotFileError):
        read_election(write(tmp_path_factory.getbasetemp(), content, name))
