"""Instructions in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils.models import Instruction

TITLE = 200
# What a standing instruction can be about: kinds of motions' subjects.
KINDS = {
    "": gettext_lazy("motions that are put freely"),
    "plan": gettext_lazy("plans"),
    "petition": gettext_lazy("initiatives by petition"),
    "mandate": gettext_lazy("recalls"),
}


def kind_label(kind: str) -> str:
    """Return a kind of motions as people call it."""
    return str(KINDS.get(kind, kind))


def about(instruction: Instruction) -> str:
    """Say what an instruction is about: a motion's title, an amendment to it, or a kind of motions."""
    if instruction.amendment:
        words = {"number": instruction.amendment.number, "title": instruction.amendment.motion.title}
        return _("amendment %(number)s to %(title)s") % words
    return instruction.motion.title if instruction.motion else kind_label(instruction.subject_kind)


def title_of(instruction: Instruction) -> str:
    """Return the title of the motion that decides on an instruction."""
    words = {
        "council": instruction.council.label,
        "answer": instruction.get_answer_display(),
        "about": about(instruction),
    }
    if instruction.is_standing:
        told = _("Standing instruction to our delegates in %(council)s: vote %(answer)s on %(about)s") % words
    else:
        told = _("Instruct our delegates in %(council)s: vote %(answer)s on “%(about)s”") % words
    return told if len(told) <= TITLE else told[: TITLE - 1] + "…"


def what_to_do(instruction: Instruction) -> str:
    """Tell a delegate what those who sent them want."""
    words = {"sender": instruction.sender.label, "answer": instruction.get_answer_display()}
    if instruction.answer == Instruction.Answer.FREE:
        return _("%(sender)s leaves the vote to you.") % words
    return _("%(sender)s instructed you: %(answer)s.") % words


def binding(*, refused: bool) -> str:
    """Say what becomes of a vote against an instruction."""
    if refused:
        return _("By the charter no other vote is taken from you here.")
    return _("You can vote otherwise; the roll-call then shows that you did, to everybody.")
