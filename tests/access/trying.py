"""What addresses of sandboxes name: one that is private to the bakery's delegate, one that the delegate shared."""

import uuid
from datetime import datetime
from typing import Any

from planning.models import Run, Sandbox
from planning.runner.execute import run_execute
from planning.services.sandbox_changes import figure_set
from planning.services.sandboxes import sandbox_compute, sandbox_open, sandbox_share
from tests.planning.federation import NOW, Federation

NOWHERE = uuid.UUID(int=0)
PRIVATE = (
    "",
    "_figures",
    "_figure",
    "_undo",
    "_compute",
    "_stop",
    "_share",
    "_withdraw",
    "_copy",
    "_discard",
    "_motion",
)


def things(federation: Federation) -> dict[str, dict[str, Any]]:
    """Return the parts of each route; before anything is frozen there is no sandbox."""
    target = federation.demand["bread"].public_id
    start = {"scenario": federation.baseline.public_id}
    named: dict[str, dict[str, Any]] = {"planning:sandbox_new": start}
    federation.baseline.refresh_from_db()
    private, link = NOWHERE, NOWHERE
    if federation.baseline.state == "closed":
        private = _tried(federation, "Mine").public_id
        shared = _tried(federation, "Shared")
        link = sandbox_share(sandbox=shared, by=shared.owner, now=NOW).link or NOWHERE
    for space in ("planning", "api"):
        for name in PRIVATE:
            parts = {"public_id": private, "kind": "demand", "target": target, "number": 1, "change": 1}
            named[f"{space}:sandbox{name}"] = parts
        for name in ("sandbox_shared", "sandbox_shared_copy"):
            named[f"{space}:{name}"] = {"link": link}
    return named | {"planning:tour_step": {"step": "accept"}}


def _tried(federation: Federation, name: str) -> Sandbox:
    by = federation.people["bread_delegate"]
    sandbox = sandbox_open(parent=federation.baseline, name=name, by=by, now=NOW)
    target = federation.demand["bread"].public_id
    figure_set(sandbox=sandbox, kind="demand", target=target, new=110.0, by=by, now=NOW)
    sandbox_compute(sandbox=sandbox, by=by, now=NOW, hand_over=lambda _run: None)
    for run in Run.objects.filter(round__isnull=True, state=Run.State.QUEUED):
        run_execute(run.public_id, clock=_clock)
    return sandbox


def _clock() -> datetime:
    return NOW


def form(route: str, federation: Federation) -> dict[str, Any] | None:
    """Return what a page would post."""
    council = str(federation.councils["bread sector"].public_id)
    return {
        "planning:sandbox_new": {"name": "More bread"},
        "planning:sandbox_figure": {"new": "120"},
        "planning:sandbox_motion": {"council": council, "title": "More bread"},
    }.get(route)


def document(route: str, federation: Federation) -> dict[str, Any] | None:
    """Return what a program would send."""
    council = str(federation.councils["bread sector"].public_id)
    target = str(federation.demand["bread"].public_id)
    bodies: dict[str, dict[str, Any]] = {
        "api:sandboxes": {"began_from": str(federation.baseline.public_id), "name": "More bread"},
        "api:sandbox_figures": {"kind": "demand", "target": target, "new": 120.0},
        "api:sandbox_motion": {"council": council, "title": "More bread"},
    }
    return bodies.get(route)
