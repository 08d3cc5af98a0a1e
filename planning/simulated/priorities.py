"""The demo's other people in the phase of priorities: their lists write programmes, and people stand behind them."""

from datetime import datetime
from typing import Final

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from planning import permissions, policies_programmes
from planning.models import AssociationMember, Cycle, Programme, Supporter, Topic
from planning.selectors.guidelines import Bounded, bounded
from planning.services.programmes import programme_publish, programme_support, programme_write
from planning.simulated.others import generator, shown
from workplaces.errors import TooLate
from workplaces.models import Association, Person
from workplaces.record.services import entry_append

PLACE = 1001  # of the generator: apart from the rounds
# Title, text, and figures: percent of value added, change of the collective share in points, hours a week.
PROGRAMMES: Final = (
    (
        gettext_noop("Machines where they are worst"),
        gettext_noop("More equipment first, shared out by the councils; the week stays as it is until it works."),
        3.0, 2.0, 40.0,
    ),
    (
        gettext_noop("Friday ends earlier"),
        gettext_noop("A shorter week for everybody first, and as much new equipment as keeps pace with wear."),
        1.0, 0.0, 39.0,
    ),
    (
        gettext_noop("More together"),
        gettext_noop("Clinics, schools and transport before what each of us buys, and some more equipment."),
        2.0, 5.0, 39.5,
    ),
)  # fmt: skip


@transaction.atomic
def others_support(*, cycle: Cycle, by: Person, now: datetime) -> str:
    """Let made-up lists write, people stand behind every draft that lacks supporters, and the lists publish theirs.

    A programme that somebody else wrote gets its supporters too; publishing it stays with its association. The same
    baseline and year give the same programmes and the same supporters. Raises Forbidden, TooLate.
    """
    permissions.check_coordinate(by, now.date())
    policies_programmes.check_write(cycle, now)
    if policies_programmes.call_of(cycle) is None:
        raise TooLate(_("The phase of priorities is not open yet; open it first."))
    rng = generator(cycle, PLACE)
    written = _write(cycle, now)
    drafts = list(
        cycle.programmes.filter(published__isnull=True).select_related("association", "cycle").order_by("pk")
    )
    support = sum(_support(draft, rng, now) for draft in drafts)
    published = 0
    for draft in drafts:
        if draft.pk in written and policies_programmes.can_publish(draft, now):
            programme_publish(programme=draft, by=draft.created_by, now=now)
            published += 1
    body = {"written": len(written), "supporters": support, "published": published}
    entry_append(kind="programmes.simulated", by=by, subject=f"cycle:{cycle.public_id}", body=body, now=now)
    return ngettext(
        "%(n)s person stood behind a programme.", "%(n)s people stood behind a programme.", support
    ) % {"n": shown(support)}


def _write(cycle: Cycle, now: datetime) -> set[int]:
    """Write a programme for every made-up list that has none; return the programmes."""
    there, made = bounded(cycle), set()
    lists = Association.objects.filter(dissolved_on__isnull=True, founded_by__synthetic=True).order_by("pk")
    for number, one in enumerate(lists.select_related("founded_by")[: len(PROGRAMMES)]):
        if cycle.programmes.filter(association=one).exists() or not _belongs(one):
            continue
        title, text, invested, collective, hours = PROGRAMMES[number]
        version = programme_write(
            cycle=cycle, association=one, title=_(title), text=_(text),
            figures=_figures(there, invested, collective, hours), by=one.founded_by, now=now,
        )  # fmt: skip
        made.add(version.programme_id)
    return made


def _belongs(one: Association) -> bool:
    members = AssociationMember.objects.filter(association=one, person=one.founded_by, until__isnull=True)
    return members.exists()


def _figures(
    there: Bounded, invested: float, collective: float, hours: float
) -> list[tuple[str, str, float]]:
    """Return the figures inside the charter's bounds; the collective share moves from today's, in whole percents."""
    wanted = (
        (Topic.INVESTMENT, invested),
        (Topic.COLLECTIVE, float(round(there.numbers[Topic.COLLECTIVE.value, None].now + collective))),
        (Topic.HOURS, hours),
    )
    found = []
    for topic, value in wanted:
        bounds = there.numbers[topic.value, None]
        found.append((topic.value, "", float(min(max(value, bounds.least), bounds.most))))
    return found


def _support(draft: Programme, rng: np.random.Generator, now: datetime) -> int:
    """Let as many made-up people as the draft still needs stand behind its latest version, drawn from all of them."""
    latest = draft.versions.order_by("-number").first()
    missing = policies_programmes.supporters_needed(draft.cycle) - policies_programmes.supporters(draft)
    if latest is None or missing <= 0:
        return 0
    stand = Supporter.objects.filter(version=latest, withdrawn_at__isnull=True).values("person")
    people = Person.objects.filter(
        synthetic=True, is_active=True, is_superuser=False, memberships__community__isnull=False
    )
    able = np.array(people.exclude(pk__in=stand).order_by("pk").values_list("pk", flat=True).distinct())
    chosen = rng.choice(able, min(missing, len(able)), replace=False) if len(able) else able
    for person in Person.objects.filter(pk__in=chosen.tolist()).order_by("pk"):
        programme_support(programme=draft, number=latest.number, by=person, now=now)
    return len(chosen)
