"""Reasons that stand on the record: given, and short enough to be read."""

from typing import Final

from django.utils.translation import gettext as _

from planning.models.revisions import REASON_LENGTH
from workplaces.errors import Invalid

MOST: Final = REASON_LENGTH


def reason_given(reason: str, sentence: str) -> str:
    """Return a reason without what surrounds it.

    Raises Invalid: with ``sentence`` where there is none, and where it has more characters than the record takes.
    """
    said = reason.strip()
    if not said:
        raise Invalid(sentence, fields={"reason": _("A reason is needed.")})
    if len(said) > MOST:
        told = _("Say it in at most %(most)s characters; this has %(count)s.") % {
            "most": MOST,
            "count": len(said),
        }
        raise Invalid(told, fields={"reason": told})
    return said
