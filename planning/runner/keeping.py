"""What pages show of frozen figures is computed by a worker as soon as these are there, so that nobody's request has to.

Pages can do without: what is not kept yet the first request for it computes.
"""

import logging
from collections.abc import Callable

from councils.models import Council
from planning.models import Cycle, Plan, Run
from planning.runner.baseline_table import baseline_of
from planning.runner.consequences import consequences_of
from planning.runner.contents import contents_of
from planning.selectors import comparing, meaning, rounds
from planning.selectors.envelopes import weights_of
from planning.selectors.guidelines import keyed
from planning.selectors.matrix import matrix_kept
from workplaces.errors import Refused

logger = logging.getLogger(__name__)


def run_keep(run: Run) -> None:
    """Compute what the pages of its round, or of the sandbox it belongs to, show of a finished run."""
    scenario, round = run.scenario, run.round
    side = comparing.Side("", "", "", run, scenario)
    _tried(f"run {run.public_id}", lambda: comparing.read([side]))
    if round is None:
        return
    _tried(f"run {run.public_id}", lambda: matrix_kept(run))
    _tried(f"run {run.public_id}", lambda: rounds.full_lines(run, scenario))
    _tried(f"run {run.public_id}", lambda: rounds.answer_counts(round, run))
    _tried(f"run {run.public_id}", lambda: rounds.helpers_shown(run, scenario))


def plan_keep(plan: Plan) -> None:
    """Compute what a plan's products hold, and what it means for each council but the assemblies."""
    _tried(f"plan {plan.public_id}", lambda: contents_of(plan))
    for council in Council.objects.sitting().exclude(kind=Council.Kind.WORKPLACE).order_by("pk"):
        _tried(f"plan {plan.public_id}", lambda council=council: meaning.figures_of(plan, council))


def baseline_keep(cycle: Cycle) -> None:
    """Compute what programmes and envelopes are reckoned from, and what each programme would bring."""
    scenario = cycle.baseline
    if not scenario.digest:
        return
    _tried(f"baseline of {cycle.year}", lambda: baseline_of(scenario.pk, scenario.digest))
    for programme in cycle.programmes.select_related("published"):
        figures = keyed(programme.shown.figures.all())
        _tried(f"programme {programme.public_id}", lambda figures=figures: consequences_of(cycle, figures))
    _tried(f"baseline of {cycle.year}", lambda: weights_of(scenario))


def _tried(what: str, compute: Callable[[], object]) -> None:
    try:
        compute()
    except Refused:
        pass  # pages say why it cannot be computed
    except Exception:
        logger.exception("Something of %s is left to whoever asks for it first", what)
