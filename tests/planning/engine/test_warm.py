"""What is compiled once is there at once afterwards, and an installation that nobody can write to works too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from planning.engine import dense, kernels, shaping
from planning.engine.cache import keep_compiled, writable
from planning.engine.solve import solve
from planning.engine.warm import compile_all
from tests.planning.engine.test_layout import many_groups, scattered
from tests.planning.engine.test_shared_techniques import own_form, shared_economy

ROOT = Path(__file__).parents[3]
LOOPS = [
    loop
    for module in (kernels, dense, shaping)
    for loop in vars(module).values()
    if hasattr(loop, "signatures") and loop.targetoptions.get("nogil")
]
REPORT = """
from planning.engine.warm import compile_all
from planning.engine import dense, kernels, shaping
compile_all()
loops = [loop for module in (kernels, dense, shaping) for loop in vars(module).values()
         if hasattr(loop, "stats") and loop.targetoptions.get("nogil")]
print(sum(sum(loop.stats.cache_hits.values()) for loop in loops),
      sum(sum(loop.stats.cache_misses.values()) for loop in loops))
"""


def report(**settings: str) -> tuple[int, int]:
    """Loops read from disk and loops compiled, in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", REPORT],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    hits, misses = run.stdout.split()
    return int(hits), int(misses)


def test_nothing_is_left_to_compile_afterwards():
    """Economies of every form need no type that the tiny problems did not."""
    compile_all()
    before = {loop.__name__: len(loop.signatures) for loop in LOOPS}
    assert len(before) > 10
    assert all(before.values())
    for problem in (shared_economy(1), own_form(shared_economy(1)), scattered(1), many_groups(1)):
        solve(problem)
    assert {loop.__name__: len(loop.signatures) for loop in LOOPS} == before


def test_the_second_process_compiles_nothing(tmp_path):
    folder = {"NUMBA_CACHE_DIR": str(tmp_path / "new")}
    hits, misses = report(**folder)
    assert misses > 10
    hits, misses = report(**folder)
    assert misses == 0
    assert hits > 10


def test_a_folder_is_made_only_where_there_is_none(tmp_path, monkeypatch):
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(nowhere))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "numba")
    assert keep_compiled(tmp_path / "beside") is None
    made = keep_compiled(nowhere)
    assert made is not None
    assert os.environ["NUMBA_CACHE_DIR"] == str(made)
    assert made.stat().st_mode & 0o777 == 0o700
    assert keep_compiled(nowhere) is None
    made.rmdir()


@pytest.mark.parametrize(
    ("path", "answer"), [("", True), ("new/new", True), ("file", False), ("file/in", False)]
)
def test_writable(tmp_path, path, answer):
    (tmp_path / "file").write_text("")
    assert writable(tmp_path / path) is answer
