"""The stand-alone verifier as one file."""

from pathlib import Path
from types import ModuleType

from workplaces.record import recount, recount_elections, recount_questions, verify

PARTS = (
    (recount, "from workplaces.record.recount import Broken, canonical, recount, sha256\n"),
    (recount_elections, "from workplaces.record.recount_elections import ELECTIONS\n"),
    (recount_questions, "from workplaces.record.recount_questions import RULES\n"),
)


def verifier_source() -> str:
    """Return ``verify.py`` with the sources of the modules that it is made of in place of the lines that import them."""
    found = source_of(verify)
    for module, joint in PARTS:
        first, line, last = found.partition(joint)
        if not line:
            raise ValueError(f"The verifier no longer has the line {joint.strip()!r}.")
        found = f"{first}{source_of(module)}{last}"
    return found


def source_of(module: ModuleType) -> str:
    """Return the source of a module of this package."""
    return Path(str(module.__file__)).read_text(encoding="utf-8")
