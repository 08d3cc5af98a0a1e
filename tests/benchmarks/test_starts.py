"""``make benchmarks`` covers every script, every script starts, and the document names each of them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(
    path.stem for path in (ROOT / "benchmarks").glob("*.py") if "def main" in path.read_text(encoding="utf-8")
)


def test_one_command_runs_them_all() -> None:
    listed = re.search(
        r"^BENCHMARKS \?= (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert listed is not None
    assert sorted(listed[1].split()) == SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS)
def test_it_starts_and_says_how_it_is_used(script: str) -> None:
    """With every import that it makes: a name that moved would end the whole command on the way."""
    command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{script}", "--help"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("usage:")


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_document_says_how_to_print_its_table(script: str) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    assert f"benchmarks.{script}" in text or f"BENCHMARKS={script}" in text
