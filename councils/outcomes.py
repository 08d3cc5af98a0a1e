"""What lower questions became of: planning asks here, councils never tell."""

from uuid import UUID

from councils.models import Council, Motion

CARRIED, LOST, OPEN, NONE = "carried", "lost", "open", "none"
_OUTCOMES = {
    Motion.State.MOVED: OPEN,
    Motion.State.VOTING: OPEN,
    Motion.State.CARRIED: CARRIED,
    Motion.State.LOST: LOST,
    Motion.State.WITHDRAWN: NONE,
    Motion.State.OVERRULED: LOST,
}


def outcome(motion: Motion | None) -> str:
    """Return what became of a motion: carried, lost, open, or none (withdrawn, or never moved)."""
    return _OUTCOMES[Motion.State(motion.state)] if motion else NONE


def motions_on(subject_kind: str, subject: UUID) -> list[Motion]:
    """Return each council's latest motion on a subject, in the order of councils' kinds and names."""
    latest = (
        Motion.objects.filter(subject_kind=subject_kind, subject_id=subject)
        .order_by("council_id", "-number")
        .distinct("council_id")
        .select_related("council")
    )
    return sorted(latest, key=lambda motion: (motion.council.kind, motion.council.name, motion.council_id))


def outcomes_for(subject_kind: str, subject: UUID) -> list[tuple[Council, str]]:
    """Return, for each council that was asked about a subject, what its latest motion became."""
    return [(motion.council, outcome(motion)) for motion in motions_on(subject_kind, subject)]
