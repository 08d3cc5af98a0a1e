"""The rules know no database and no web, and none of the packages that the tests compare them with."""

import ast
import sys

from tests.architecture.files import ROOT

ALLOWED = {"councils.rules", "numpy"}


def test_the_rules_import_the_standard_library_and_numpy() -> None:
    found = {}
    files = sorted((ROOT / "councils" / "rules").rglob("*.py"))
    assert len(files) > 20
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                is_ours = any(name == room or name.startswith(f"{room}.") for room in ALLOWED)
                if not is_ours and name.split(".")[0] not in sys.stdlib_module_names:
                    found[name] = file.name
    assert found == {}


def test_other_counting_packages_stay_out_of_what_users_install() -> None:
    for lock in ("requirements.txt", "requirements-demo.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        for package in ("pabutools", "abcvoting", "pyrankvote", "gurobipy"):
            assert f"\n{package}==" not in text
    assert "\npabutools==" in (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
