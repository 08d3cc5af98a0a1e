"""``kill -9`` of database processes while people vote: every paper that was told is counted, and nothing else."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from config.servers.session import GIVEN, private_servers


def crash(kills: int, *more: str) -> dict[str, Any]:
    """Vote under fire on servers of their own; return what was told and what was counted."""
    bare = {name: value for name, value in os.environ.items() if name not in GIVEN}
    with private_servers(purpose=f"crash-{os.getpid()}", durable=False, environ=bare) as addresses:
        done = subprocess.run(
            [sys.executable, "-m", "tests.concurrency.crash", str(kills), *more],
            env={**bare, **addresses}, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def check(found: dict[str, Any], kills: int) -> None:
    assert found["kills"] == kills
    assert found["errors"] > 0, "nobody noticed: the kills missed"
    assert (found["lost"], found["from_nowhere"], found["findings"]) == (0, 0, [])
    assert found["marks"] == found["counted"] >= found["told"] > 0


def test_three_times() -> None:
    check(crash(3), 3)


@pytest.mark.long
def test_fifty_times() -> None:
    check(crash(50), 50)


@pytest.mark.long
def test_control_when_commits_return_before_they_are_written_papers_are_lost() -> None:
    assert any(crash(12, "--careless")["lost"] > 0 for _attempt in range(4))
