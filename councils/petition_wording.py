"""Petitions in words."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from councils.models import Petition
from councils.wording import count, when


def title(petition: Petition, signed: int, now: datetime) -> str:
    """Say how far a petition is."""
    words = {"title": petition.title}
    if petition.state == Petition.State.REACHED:
        return _("Put to the vote: %(title)s") % words
    if petition.state == Petition.State.MOOT:
        return _("The mandate has ended: %(title)s") % words
    if petition.state == Petition.State.LAPSED or now >= petition.closes_at:
        return _("Not enough signatures in time: %(title)s") % words
    missing = max(petition.needed - signed, 0)
    told = ngettext(
        "%(missing)s signature is missing: %(title)s",
        "%(missing)s signatures are missing: %(title)s",
        missing,
    )
    return told % {**words, "missing": count(missing)}


def progress(petition: Petition, signed: int) -> str:
    """Say how many have signed, of how many that are needed."""
    return _("%(signed)s of %(needed)s signatures") % {
        "signed": count(signed),
        "needed": count(petition.needed),
    }


def what_happens(petition: Petition) -> list[str]:
    """Say what the signatures bring about, and what follows."""
    words = {
        "needed": count(petition.needed),
        "roll": count(petition.roll_size),
        "council": petition.council.label,
        "closes": when(petition.closes_at),
    }
    told = [
        _("%(council)s had %(roll)s people on its roll when this began; %(needed)s signatures are needed.")
        % words,
        _("With the last of them the vote of %(council)s opens by itself, at once; no official is asked.")
        % words,
    ]
    if petition.kind == Petition.Kind.RECALL:
        told.append(
            _("If the recall is carried, the mandate ends in that moment, and a successor can begin.")
        )
    else:
        told.append(_("If the motion is carried, it holds like any other that this body has carried."))
    return [
        *told,
        _("If there are not enough by %(closes)s, the petition is over and stays here to be seen.") % words,
    ]
