"""When a motion can be decided by consent. ``check_…`` raises Refused or Invalid, ``can_…`` says yes or no."""

from datetime import date

from django.utils.translation import gettext as _

from councils.double_majorities import asked_on, rule_for
from councils.models import Ballot, Motion
from workplaces.errors import Invalid, Refused


def check_can_move(motion: Motion, on: date) -> None:
    """Only what is put freely: a rule of the charter that decides otherwise goes before."""
    if motion.asks:
        raise _unfit(_("Consent is asked for one text, not among options. Choose one of the two."))
    if motion.subject_kind or motion.prescribed:
        raise _unfit(
            _("The charter says by which majority this is decided; consent is for motions put freely.")
        )
    if rule_for(asked_on(on), motion.council.kind, motion.subject_kind):
        raise _unfit(_("The charter asks for a majority of parts in this vote, so consent cannot decide it."))


def check_can_open(motion: Motion, secrecy: str, on: date) -> None:
    """Who objects is heard, so consent is by name; and the charter may have changed since the motion was put."""
    if not motion.by_consent:
        return
    if secrecy == Ballot.Secrecy.SECRET:
        raise Refused(
            _("Consent is by name: an objection counts with its reason, and the others answer who raised it.")
        )
    if rule_for(asked_on(on), motion.council.kind, motion.subject_kind):
        raise Refused(
            _(
                "The charter now asks for a majority of parts in this vote, so consent cannot decide it. "
                "Withdraw the motion and put it for yes or no."
            )
        )


def _unfit(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"by_consent": sentence})
