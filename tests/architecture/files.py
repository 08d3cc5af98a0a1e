"""The project's own Python files, and the functions in them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("config", "planning", "councils", "workplaces", "tests", "benchmarks", "docs")


def sources() -> list[Path]:
    """Return every Python file that people write; migrations are made."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in [ROOT / "manage.py", *found] if "migrations" not in path.parts)


@dataclass(frozen=True)
class Function:
    """A function and how many lines it takes, decorators not counted."""

    file: Path
    name: str
    lines: int


def functions(file: Path) -> Iterator[Function]:
    """Yield the functions of a file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(file, node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
