"""Files and functions stay small enough to be read; exceptions from a rule name the rule."""

import re
import subprocess
import sys

import pytest

from tests.architecture.files import ROOT, functions, sources

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
NOQA = re.compile(r"#\s*noqa(?!: ?[A-Z]+\d+)")
IGNORE = re.compile(r"#\s*type: ?ignore(?!\[)")


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert len(lengths) > 200
    assert {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    found = [function for path in sources() for function in functions(path)]
    assert len(found) > 1000
    long = [f"{f.file.relative_to(ROOT)}:{f.name} {f.lines}" for f in found if f.lines > LONGEST_FUNCTION]
    assert long == []


@pytest.mark.parametrize("pattern", [NOQA, IGNORE], ids=["noqa", "type: ignore"])
def test_an_exception_names_its_rule(pattern: re.Pattern[str]) -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line) and path.name != "test_sources.py"
    ]
    assert bare == []


def test_bare_exceptions_would_be_found() -> None:
    assert NOQA.search("x = 1  # noqa")
    assert not NOQA.search("x = 1  # noqa: E501")
    assert IGNORE.search("x = 1  # type: ignore")
    assert not IGNORE.search("x = 1  # type: ignore[misc]")


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["style", "format"])
def test_the_tree_is_as_ruff_wants_it(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "."], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:]
