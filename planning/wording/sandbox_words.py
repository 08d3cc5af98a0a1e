"""A sandbox in words: its changes as people read them, and the motion made of them."""

from django.urls import reverse

from planning.models import Plan, Round, Run, Sandbox
from planning.selectors import comparing, sandbox_figures
from planning.selectors.comparing import Side
from planning.selectors.sandboxes import origin_of, place_at
from planning.services import sandboxes as services
from planning.services.sandbox_changes import parent_of
from planning.wording import sandboxes as wording


def changes_of(sandbox: Sandbox) -> list[wording.Changed]:
    """Return a sandbox's changes as people read them."""
    found = sandbox_figures.named(parent_of(sandbox), sandbox.changes.all())
    return [wording.changed(change.number, figure, change.new) for change, figure in found]


def sides_of(sandbox: Sandbox, run: Run | None, origin: Plan | Round | None) -> list[Side]:
    """Return the parent and the sandbox, side by side; ``origin`` is the plan or round that the parent is of."""
    parent = parent_of(sandbox)
    label, url = place_at(parent, origin)
    return [
        Side("parent", label, url, services.reference_at(parent, origin), parent),
        Side("sandbox", sandbox.name, "", run, sandbox.scenario),
    ]


def words_of(sandbox: Sandbox, site: str) -> str:
    """Return the motion's text; before the sandbox is frozen its digest and link are still to come."""
    run = services.result_of(sandbox)
    sides = sides_of(sandbox, run, origin_of(parent_of(sandbox)))
    current = run is not None and services.is_current(sandbox, run)
    address = f"{site}{reverse('planning:sandbox_shared', args=[sandbox.link])}" if sandbox.link else "…"
    return wording.motion_text(
        sandbox.name,
        sides[0].label,
        changes_of(sandbox),
        comparing.totals(comparing.read(sides[1:])[0], comparing.tolerance_of(sides)) if current else None,
        sandbox.scenario.digest or "…",
        address,
    )
