"""The stand-alone verifier as one file."""

from pathlib import Path

from workplaces.record import recount, verify

JOINT = "from workplaces.record.recount import Broken, canonical, recount, sha256\n"


def verifier_source() -> str:
    """Return ``verify.py`` with the source of ``recount.py`` in place of the line that imports from it."""
    first, joint, last = source_of(verify).partition(JOINT)
    if not joint:
        raise ValueError(f"verify.py no longer has the line {JOINT.strip()!r}.")
    return f"{first}{source_of(recount)}{last}"


def source_of(module: object) -> str:
    """Return the source of a module of this package."""
    return Path(str(getattr(module, "__file__"))).read_text(encoding="utf-8")  # noqa: B009
