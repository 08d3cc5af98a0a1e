"""One question put to many councils at once: a motion and its open named vote in each, in a few statements."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from councils import permissions, policies, transitions
from councils.models import Ballot, Council, Motion, Option, RollEntry
from councils.selectors.rolls import rolls_of
from councils.services.ballots import (
    BATCH,
    drafted,
    entry_of,
    frozen,
    nobody_votes,
    opened,
    options_of,
    roll_entries,
    terms_of,
)
from councils.services.dividing import divided_rolls
from councils.services.locks import chain_first
from councils.services.motions import LAYERS, already_open, check_words, words
from workplaces.models import Person
from workplaces.record.services import Draft, entries_append

OPEN = (Motion.State.MOVED, Motion.State.VOTING)


@transaction.atomic
def councils_ask(
    *,
    councils: Sequence[Council],
    title: str,
    text: str,
    by: Person | None,
    now: datetime,
    subject_kind: str,
    subject: UUID,
    prescribed: str,
    follows: Motion | None = None,
) -> list[Motion]:
    """Move the same motion in every council and open its vote, as ``motion_move`` and ``ballot_open`` do in one.

    ``prescribed`` is the sentence of the charter by which the procedure itself puts the motion. The record gets the
    same entries in the same order. ``by=None`` is the clock, which goes on with what ``follows`` began: whoever moved
    that is who moves this. Raises what those two raise, for the first council that it concerns.
    """
    mover, hats = _movers(councils, by, follows, now)
    check_words(title, text)
    chain_first()
    councils = _locked(councils)
    _check_free(councils, subject_kind, subject)
    last = _numbers(councils)
    motions = Motion.objects.bulk_create(
        Motion(
            council=council, number=last[council.pk] + 1, title=title.strip(), text=text.strip(),
            layer=LAYERS[Council.Kind(council.kind)], mechanism=Motion.Mechanism.DELEGATED, subject_kind=subject_kind,
            subject_id=subject, moved_by=mover, hat=hat, prescribed=prescribed, moved_at=now,
        )
        for council, hat in zip(councils, hats, strict=True)
    )  # fmt: skip
    moved = [
        Draft(
            kind="motion.moved", by=by, hat=motion.hat, subject=motion.subject, motion=motion.public_id,
            body=words(motion),
        )
        for motion in motions
    ]  # fmt: skip
    voted = _open(motions, by, now)
    entries_append(drafts=[entry for pair in zip(moved, voted, strict=True) for entry in pair], now=now)
    return motions


def _movers(
    councils: Sequence[Council], by: Person | None, follows: Motion | None, now: datetime
) -> tuple[Person, list[str]]:
    """Return in whose name the motions are put, and the hat for each council."""
    if by is not None:
        return by, permissions.check_can_conduct_all(by, councils, now.date())
    if follows is None:
        raise ValueError("The clock begins nothing: it puts a question only where an earlier one led to it.")
    return follows.moved_by, [follows.hat] * len(councils)


def _locked(councils: Sequence[Council]) -> list[Council]:
    """Return the councils as they now are, in the given order, locked until the transaction ends."""
    wanted = [council.pk for council in councils]
    rows = Council.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {council.pk: council for council in rows}
    for council in found.values():
        policies.check_sitting(council)
    return [found[pk] for pk in wanted]


def _check_free(councils: list[Council], subject_kind: str, subject: UUID) -> None:
    """Refuse a second motion on the same thing: the chain's lock keeps others from putting one meanwhile."""
    busy = Motion.objects.filter(
        council__in=councils, subject_kind=subject_kind, subject_id=subject, state__in=OPEN
    ).select_related("council")
    first = busy.first()
    if first is not None:
        raise already_open(first.council)


def _numbers(councils: list[Council]) -> dict[int, int]:
    """Return each council's highest number of a motion, 0 where there is none."""
    rows = Motion.objects.filter(council__in=councils).values_list("council_id")
    return dict.fromkeys((c.pk for c in councils), 0) | dict(rows.annotate(highest=Max("number")))


def _open(motions: list[Motion], by: Person | None, now: datetime) -> list[Draft]:
    """Open a vote on each of the motions, which are about the same; return the entries for the record."""
    rights = rolls_of([motion.council for motion in motions], now.date())
    for motion in motions:
        if not rights[motion.council.pk]:
            raise nobody_votes(motion.council)
    terms = terms_of(motions[0].subject_kind, now=now) if motions else None
    divided = divided_rolls(motions, rights, now)
    ballots = Ballot.objects.bulk_create(
        drafted(motion, terms, by=by, now=now, parts=parts)
        for motion, (_rights, parts) in zip(motions, divided, strict=True)
        if terms is not None
    )
    options = {ballot.pk: options_of(ballot) for ballot in ballots}
    Option.objects.bulk_create([option for found in options.values() for option in found], batch_size=BATCH)
    rolls = {
        ballot.pk: roll_entries(ballot, found)
        for ballot, (found, _parts) in zip(ballots, divided, strict=True)
    }
    RollEntry.objects.bulk_create([entry for roll in rolls.values() for entry in roll], batch_size=BATCH)
    for ballot in ballots:
        opened(ballot, options[ballot.pk], rolls[ballot.pk], now)
    Ballot.objects.bulk_update(
        ballots, ["state", "params", "opened_at", "roll_size", "roll_digest"], batch_size=BATCH
    )
    for motion in motions:
        motion.state = transitions.after(transitions.MOTION, motion.state, "ballot_opened")
    Motion.objects.bulk_update(motions, ["state"], batch_size=BATCH)
    return [
        entry_of(ballot, "ballot.opened", by, motion.hat, frozen(ballot, options[ballot.pk]))
        for ballot, motion in zip(ballots, motions, strict=True)
    ]
