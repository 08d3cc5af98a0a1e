"""Published elections: readers of Pabulib and PrefLib files that say where a file is wrong."""

from pathlib import Path

from councils.rules.files.errors import BallotFileError
from councils.rules.files.pabulib import PabulibFile, Vote, read_pabulib
from councils.rules.files.preflib import SUFFIXES, PreflibFile, read_preflib

__all__ = [
    "BallotFileError",
    "PabulibFile",
    "PreflibFile",
    "Vote",
    "read_election",
    "read_pabulib",
    "read_preflib",
]


def read_election(path: str | Path) -> PabulibFile | PreflibFile:
    """Read a file by the ending of its name; raise BallotFileError where that or the content is wrong."""
    file = Path(path)
    if file.suffix.lower() == ".pb":
        return read_pabulib(file)
    if file.suffix.lower() in SUFFIXES:
        return read_preflib(file)
    known = ", ".join((".pb", *SUFFIXES))
    raise BallotFileError(f"the name ends in {file.suffix or 'nothing'}; known are {known}.", file=file.name)
