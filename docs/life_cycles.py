"""Write docs/life-cycles.md from the tables of transitions: ``python docs/life_cycles.py``.

``--check`` changes nothing and says by its exit status whether the page is current.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from councils import transitions as councils  # noqa: E402
from planning import transitions as planning  # noqa: E402

PAGE = ROOT / "docs" / "life-cycles.md"
CYCLES = {
    "Cycle": (
        planning.CYCLE,
        "A plan year: one phase after the other; a council that refuses sends it back. Settling draws the next baseline.",
    ),
    "Round": (
        planning.ROUND,
        "One turn of the negotiation. A round whose proposals become a plan closes at once.",
    ),
    "Run": (planning.RUN, "An iteration. A run whose worker died is claimed again by another."),
    "Plan": (planning.PLAN, "A set of figures put to the councils, in force until the next one replaces it."),
    "Motion": (councils.MOTION, "A question put to a council."),
    "Amendment": (
        councils.AMENDMENT,
        "Other words for a motion; its vote opens once every amendment is decided.",
    ),
    "Appeal": (
        councils.APPEAL,
        "Against what a council carried: to the next layer, which refers it back once, overrules it, or lets it stand.",
    ),
    "Ballot": (
        councils.BALLOT,
        "A vote on a motion. Once open it is closed or declared void, never changed.",
    ),
    "Election": (councils.ELECTION, "Who speaks for a council, or serves it; voted in secret."),
    "Mandate": (councils.MANDATE, "What somebody holds from those who sent them."),
    "Petition": (councils.PETITION, "Signatures that bring a question to the vote."),
    "Instruction": (councils.INSTRUCTION, "How those who sent a delegate want them to vote."),
    "Meeting": (
        councils.MEETING,
        "Called, opened and closed by a coordinator; its minutes are made at the close.",
    ),
    "Item of an agenda": (
        councils.AGENDA_ITEM,
        "Talked about, or passed at the close unless a member objects; an objection puts it to the vote.",
    ),
}
HEAD = """# Life cycles

Drawn from the tables that the software itself goes by (`planning/transitions.py`, `councils/transitions.py`);
`python docs/life_cycles.py` writes this page anew, and a test fails when it is not current.
"""


def page() -> str:
    """Return the whole page."""
    return HEAD + "".join(_section(name, *entry) for name, entry in CYCLES.items())


def _section(name: str, table: Mapping[str, Mapping[str, str]], sentence: str) -> str:
    return f"\n## {name}\n\n{sentence}\n\n```mermaid\n{councils.diagram(table)}\n```\n"


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv[1:]:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
