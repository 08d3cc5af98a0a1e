"""What belongs together in a coordinator's day: the single steps in their order, each a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from planning.models import Cycle, Round, Run
from planning.services.rounds import round_close, round_open
from planning.services.runs import enqueue, run_start
from workplaces.errors import Refused, TooLate
from workplaces.models import Person


@dataclass(frozen=True)
class Opened:
    """The round that is open now; ``is_new`` where this press opened it; why its iteration did not start, if so."""

    round: Round
    is_new: bool
    problem: Refused | None = None


def round_open_and_start(
    *, cycle: Cycle, number: int, by: Person, now: datetime, hand_over: Callable[[Run], None] = enqueue
) -> Opened:
    """Open round ``number`` and start its iteration: ``round_open``, then ``run_start``.

    Pressed twice, or by two coordinators, it is one round with one iteration.  If the start is refused the round stays
    open.  Raises what ``round_open`` raises, except where that round was opened before.
    """
    try:
        round = round_open(cycle=cycle, by=by, now=now, number=number)
    except TooLate:
        opened = cycle.rounds.filter(number=number).first()
        if opened is None:
            raise
        return Opened(opened, is_new=False)
    try:
        run_start(round=round, by=by, now=now, hand_over=hand_over)
    except Refused as problem:
        return Opened(round, is_new=True, problem=problem)
    return Opened(round, is_new=True)


def round_close_and_next(
    *, round: Round, by: Person, now: datetime, hand_over: Callable[[Run], None] = enqueue
) -> Opened:
    """Close the round, open the next one on its answers and start that one's iteration, as the single steps do.

    Pressed twice, or by two coordinators, the round is closed once and followed by one round; where the next round was
    opened before, that one is returned.  Raises what ``round_close`` raises.
    """
    try:
        round_close(round=round, by=by, now=now)
    except TooLate:
        following = Round.objects.filter(cycle=round.cycle_id, number=round.number + 1).first()
        if following is None:
            raise
        return Opened(following, is_new=False)
    return round_open_and_start(
        cycle=round.cycle, number=round.number + 1, by=by, now=now, hand_over=hand_over
    )
