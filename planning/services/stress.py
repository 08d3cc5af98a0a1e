"""Stress tests of a plan: asked for on a page, computed by a worker, kept for a day. Nothing is written or recorded.

What was found hangs on the plan's figures and the drops alone, so whoever asks the same question next finds the answer.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.utils.translation import gettext as _

from planning import permissions
from planning.models import Plan
from planning.runner.stress.drops import parse
from planning.runner.stress.report import as_json, stress_test
from planning.runner.stress.subjects import from_plan
from workplaces.errors import Refused, TooLate
from workplaces.models import Person

logger = logging.getLogger(__name__)
MOST = 5  # drops in one question
KEPT, PATIENCE = 86_400, 600  # seconds that an answer is kept, and that one is waited for
WAITING = {"state": "waiting"}


def stress_find(plan: Plan, drops: Sequence[str]) -> dict[str, Any] | None:
    """Return what is known: ``state`` is ``waiting``, ``refused`` with its ``sentence``, or ``found`` with a ``report``."""
    found: dict[str, Any] | None = cache.get(_key(plan, drops))
    return found


def stress_ask(*, plan: Plan, drops: Sequence[str], by: Person, today: date) -> None:
    """Have a worker find out what breaks first; asked twice, it is computed once.

    Raises Forbidden, Invalid for a drop that cannot be read, TooLate where the person waits for another
    answer still, or no worker can be reached.
    """
    permissions.check_examine(by, today)
    for drop in drops[:MOST]:
        parse(drop)
    key, mine = _key(plan, drops), f"stress:by:{by.pk}"
    if cache.get(key) is not None:
        return
    if not cache.add(mine, key, PATIENCE):
        raise TooLate(_("You wait for another answer still; ask again when it is there."))
    cache.set(key, WAITING, PATIENCE)
    try:
        current_app.send_task("planning.stress_test", args=[str(plan.public_id), list(drops[:MOST]), mine])
    except Exception as problem:
        logger.warning("A stress test cannot be handed to a worker", exc_info=True)
        cache.delete_many([key, mine])
        raise TooLate(_("No worker can be reached at present; try again in a few minutes.")) from problem


def stress_answer(*, plan: Plan, drops: Sequence[str], asker: str) -> None:
    """Compute an answer and keep it; what cannot be answered is kept as the sentence that says why."""
    key = _key(plan, drops)
    try:
        told = stress_test(from_plan(plan), [parse(drop) for drop in drops])
        cache.set(key, {"state": "found", "report": as_json(told)}, KEPT)
    except Refused as problem:
        cache.set(key, {"state": "refused", "sentence": str(problem)}, KEPT)
    except Exception:
        sentence = _("Something went wrong that is not your doing; the operator's log has it.")
        cache.set(key, {"state": "refused", "sentence": sentence}, PATIENCE)
        raise
    finally:
        cache.delete(asker)


def _key(plan: Plan, drops: Sequence[str]) -> str:
    said = json.dumps([str(plan.public_id), plan.scenario.digest, list(drops[:MOST])])
    return f"stress:{hashlib.sha256(said.encode()).hexdigest()}"
