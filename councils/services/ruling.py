"""What follows when a council has voted on an appeal: the motion goes back, is overruled, or stands."""

from datetime import datetime

from councils import transitions
from councils.layers import REFER_BACK, RULINGS
from councils.models import Appeal, Ballot, Motion
from councils.services import consequences
from councils.services.locks import locked
from workplaces.models import Person
from workplaces.record.services import Draft


def appeal_ruled(ballot: Ballot, outcome: str, by: Person | None, hat: str, now: datetime) -> list[Draft]:
    """Settle the appeal that the ballot's motion rules on; return the entries for the record."""
    ruling = ballot.motion
    if ruling is None or ruling.subject_id is None or ruling.subject_kind not in RULINGS:
        return []
    appeal = locked(Appeal.objects.get(public_id=ruling.subject_id))
    if appeal.state != Appeal.State.LODGED:  # another ruling settled it first
        return []
    motion = locked(appeal.motion)
    refers = ruling.subject_kind == REFER_BACK
    event = "dismissed" if outcome != "carried" else "referred_back" if refers else "overruled"
    appeal.state = transitions.after(transitions.APPEAL, appeal.state, event)
    appeal.decided_at = now
    appeal.save(update_fields=["state", "decided_at"])
    if event != "dismissed":
        _motion_moves(motion, event)
    body = {"title": motion.title, "by_motion": ruling.public_id, "reasons": ruling.text}
    return [
        Draft(
            kind=f"appeal.{event}", by=by, hat=hat, subject=appeal.subject, motion=motion.public_id, body=body
        )
    ]


def ruling_follow(ruling: Motion, now: datetime) -> None:
    """What follows from a ruling that overrules: whatever the motion had brought about ends with it."""
    found = Appeal.objects.filter(public_id=str(ruling.subject_id), state=Appeal.State.OVERRULED)
    appeal = found.select_related("motion__council").first()
    if appeal is not None:
        consequences.follow(appeal.motion, now)


def _motion_moves(motion: Motion, event: str) -> None:
    motion.state = transitions.after(transitions.MOTION, motion.state, event)
    if event == "referred_back":
        motion.decided_at = None
    motion.save(update_fields=["state", "decided_at"])
