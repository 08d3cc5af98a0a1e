"""Elections by lists in “my duties”: somebody is asked to stand."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from planning.selectors.duties import LIMIT
from planning.selectors.lists import asked_of
from planning.wording.duties import Duty
from planning.wording.minutes import COORDINATION, DUTY, minutes
from workplaces.models import Person


def list_duties(me: Person, now: datetime) -> list[Duty]:
    """Return where the person is asked to stand, as long as they can answer."""
    return [
        Duty(
            question=_("Will you stand on the list of %(name)s, at place %(place)s?")
            % {"name": row.list.association.label, "place": row.place},
            hat=_("as yourself"),
            detail=_("%(title)s. If you agree, your name stands there in public.")
            % {"title": row.election.title},
            silence=_("If you do not answer, you do not stand."),
            url=reverse("planning:list_election", args=[row.election.public_id]),
            action=_("Answer"),
            minutes=minutes(COORDINATION + DUTY),
            due=row.election.lists_until,
            step=str(row.list.public_id),
        )
        for row in asked_of(me).filter(election__lists_until__gt=now)[:LIMIT]
    ]
