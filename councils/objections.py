"""An objection where consent decides: it has a reason, and nothing else has one. Raises Invalid."""

from django.utils.translation import gettext as _

from councils.models import Ballot, Instruction, Option
from councils.models.votes import REASON_LENGTH
from workplaces.errors import Invalid


def reason_checked(
    ballot: Ballot, chosen: Option | None, reason: str, instruction: Instruction | None = None
) -> str:
    """Return the reason that goes with a vote: given, or that of those who told a delegate to object; else empty."""
    if not (ballot.is_by_consent and chosen and chosen.effect == Option.Effect.NO):
        if reason:
            raise Invalid(
                _(
                    "A reason goes with an objection where consent decides, and with no other vote. Nothing was cast."
                ),
                fields={"reason": _("Leave this empty, or object.")},
            )
        return ""
    if not reason and instruction and instruction.answer == Instruction.Answer.NO:
        reason = instruction.reason
    if not reason:
        raise Invalid(
            _(
                "An objection needs a reason: say what harm you see, so that the others can answer it. Nothing was cast."
            ),
            fields={"reason": _("This is empty.")},
        )
    if len(reason) > REASON_LENGTH:
        told = _("A reason has at most %(most)s characters; this one has %(number)s.")
        sentence = told % {"most": REASON_LENGTH, "number": len(reason)}
        raise Invalid(sentence, fields={"reason": sentence})
    return reason
