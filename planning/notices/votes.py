"""What a person is told of their own votes: the receipt of a vote by name, and of a secret one that a right was used.

Nothing here knows what a vote said. A secret vote's tracker is nowhere beside a person, so no letter can have it.
"""

from django.utils.translation import gettext as _

from councils.models import Ballot
from planning.notices.addresses import absolute
from planning.notices.parts import Item
from planning.views.duties import ballot_url
from workplaces.models import Message

Words = tuple[str, str, Item]


def receipt_words(message: Message) -> Words | None:
    """Return subject, lead and item of a receipt; None for a vote that is gone."""
    ballot = _ballot(message)
    if ballot is None:
        return None
    words = {"question": ballot.question, "council": ballot.council.label}
    lead = _(
        "A vote by name was cast for you. Its receipt proves it; what the vote says is not repeated here."
    )
    lines = (
        words["council"],
        _("Receipt: %(receipt)s") % {"receipt": message.matter["receipt"]},
        _("After the close the public record lists it."),
        _("Was it not you? Change the vote before the close, and tell the registrar."),
    )
    return _("Your vote was taken: %(question)s") % words, lead, _item(ballot, lines)


def right_used_words(message: Message) -> Words | None:
    """Return subject, lead and item of the note after a secret vote; None for a vote that is gone."""
    ballot = _ballot(message)
    if ballot is None:
        return None
    words = {"question": ballot.question, "council": ballot.council.label}
    lead = _(
        "Your right in a secret vote was used, and the vote is closed. That is all that is known of it here."
    )
    lines = (
        words["council"],
        _("Which paper is yours, you alone know, by the tracker that the booth showed you."),
        _("Was it not you? Tell the registrar: somebody used your account."),
    )
    return _("You took part: %(question)s") % words, lead, _item(ballot, lines)


def _ballot(message: Message) -> Ballot | None:
    related = ("council", "motion", "amendment", "election")
    return Ballot.objects.select_related(*related).filter(public_id=message.matter["ballot"]).first()


def _item(ballot: Ballot, lines: tuple[str, ...]) -> Item:
    return Item("", ballot.question, lines, absolute(ballot_url(ballot)), _("See the vote"))
