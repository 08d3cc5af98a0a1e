"""Import arrows: the contracts hold, and they would notice if they did not."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.files import ROOT

CONTRACTS = ROOT / ".importlinter"


def lint(config: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts in a process of its own: it imports nothing of the site."""
    code = f"import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports({str(config)!r}, no_cache=True))"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)


def test_the_contracts_are_kept() -> None:
    done = lint(CONTRACTS)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "7 kept, 0 broken" in done.stdout


def test_arrows_the_other_way_would_be_found(tmp_path: Path) -> None:
    """The control: the same tree breaks contracts that say the opposite."""
    turned = tmp_path / "importlinter"
    turned.write_text(
        CONTRACTS.read_text(encoding="utf-8").replace(
            "    config\n    planning\n    councils\n    workplaces\n\n[importlinter:contract:planning]",
            "    workplaces\n    councils\n    planning\n    config\n\n[importlinter:contract:planning]",
        ).replace("allowed_importers =\n    planning.runner", "allowed_importers =\n    planning.models"),
        encoding="utf-8",
    )  # fmt: skip
    done = lint(turned)
    assert done.returncode == 1
    assert "5 kept, 2 broken" in done.stdout
