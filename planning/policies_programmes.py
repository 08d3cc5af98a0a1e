"""When programmes are written, supported, published and voted on: twins ``check_…`` (raises TooLate) and ``can_…``."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from councils.models import Ballot, Motion
from planning.models import Cycle, GuidelineQuestion, Programme, ProgrammeCall, ProgrammeVersion, Supporter
from planning.rules import rule
from workplaces.errors import Refused, TooLate, passes

GUIDELINE = "guideline"
WRITING = (Cycle.Phase.PREPARATION, Cycle.Phase.PRIORITIES)


def call_of(cycle: Cycle) -> ProgrammeCall | None:
    """Return the cycle's call for programmes, if its priorities were opened to them."""
    return ProgrammeCall.objects.filter(cycle=cycle).first()


def supporters_needed(cycle: Cycle) -> int:
    """Return how many people have to stand behind a programme before it is published."""
    return max(int(rule(cycle.rules, "programme_supporters")), 1)


def check_write(cycle: Cycle, now: datetime) -> None:
    """Programmes are written and supported from preparation on, as long as they can be published."""
    if cycle.phase not in WRITING:
        raise TooLate(
            _(
                "%(cycle)s is in the phase “%(phase)s”; programmes are written before and in the phase “priorities”."
            )
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    call = call_of(cycle)
    if call is None:
        return
    if call.asked_at:
        raise TooLate(
            _("The guidelines of %(year)s are being voted on; no programme is added.") % {"year": cycle.year}
        )
    if call.publish_until and now >= call.publish_until:
        raise TooLate(
            _("Programmes for %(year)s could be published until %(moment)s.")
            % {"year": cycle.year, "moment": call.publish_until.strftime("%Y-%m-%d %H:%M %Z")}
        )


def can_write(cycle: Cycle, now: datetime) -> bool:
    """Say whether programmes can be written and supported now."""
    return passes(check_write, cycle, now)


def check_draft(programme: Programme, now: datetime) -> None:
    """A programme gets versions and support until it is published."""
    if programme.published_at:
        raise TooLate(_("This programme is published; it stays as it is."))
    check_write(programme.cycle, now)


def can_draft(programme: Programme, now: datetime) -> bool:
    """Say whether the programme is still a draft that can change."""
    return passes(check_draft, programme, now)


def check_publish(programme: Programme, now: datetime) -> None:
    """A programme is published once, in the phase of priorities, with enough people behind its latest version."""
    check_draft(programme, now)
    if call_of(programme.cycle) is None:
        raise TooLate(
            _(
                "The coordinator has not opened the phase “priorities” of %(year)s yet; programmes are published then."
            )
            % {"year": programme.cycle.year}
        )
    needed, behind = supporters_needed(programme.cycle), supporters(programme)
    if behind < needed:
        raise Refused(
            _("A programme needs %(needed)s supporters; the latest version of this one has %(behind)s.")
            % {"needed": needed, "behind": behind}
        )


def can_publish(programme: Programme, now: datetime) -> bool:
    """Say whether the programme can be published now."""
    return passes(check_publish, programme, now)


def supporters(programme: Programme) -> int:
    """Return how many people stand behind the latest version."""
    return supporters_of([programme])[programme.pk]


def supporters_of(programmes: Collection[Programme]) -> dict[int, int]:
    """Return by programme (its primary key) how many people stand behind the latest version."""
    latest = ProgrammeVersion.objects.filter(programme=OuterRef("version__programme")).order_by("-number")
    behind = Supporter.objects.filter(
        version__programme__in=programmes,
        version=Subquery(latest.values("pk")[:1]),
        withdrawn_at__isnull=True,
    )
    counted = behind.values_list("version__programme").annotate(Count("pk"))
    return dict.fromkeys((one.pk for one in programmes), 0) | dict(counted)


def check_open(cycle: Cycle) -> None:
    """The phase of priorities is opened to programmes from preparation."""
    if cycle.phase != Cycle.Phase.PREPARATION:
        raise TooLate(
            _(
                "%(cycle)s is in the phase “%(phase)s”; its priorities are opened from the phase “preparation”."
            )
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )


def can_open(cycle: Cycle) -> bool:
    """Say whether the phase of priorities can be opened to programmes."""
    return passes(check_open, cycle)


def check_ask(cycle: Cycle, now: datetime) -> None:
    """The guidelines are put to the vote once, after the deadline for programmes, if any was published."""
    call = call_of(cycle)
    if cycle.phase != Cycle.Phase.PRIORITIES or call is None:
        raise TooLate(
            _("%(cycle)s is not in a phase of priorities that is open to programmes.") % {"cycle": cycle}
        )
    if call.asked_at:
        raise TooLate(_("The guidelines of %(year)s were put to the vote already.") % {"year": cycle.year})
    if call.publish_until and now < call.publish_until:
        raise TooLate(
            _("Programmes can be published until %(moment)s; the guidelines are put to the vote after that.")
            % {"moment": call.publish_until.strftime("%Y-%m-%d %H:%M %Z")}
        )
    if not cycle.programmes.filter(published__isnull=False).exists():
        raise TooLate(_("No programme was published; there is nothing to vote on."))


def can_ask(cycle: Cycle, now: datetime) -> bool:
    """Say whether the guidelines can be put to the vote now."""
    return passes(check_ask, cycle, now)


def check_debate(programme: Programme, now: datetime) -> None:
    """A programme is debated from its publication until the general vote on the guidelines has closed."""
    if programme.published_at is None:
        raise TooLate(_("A programme is debated once it is published."))
    cycle, call = programme.cycle, call_of(programme.cycle)
    is_open = Q(state=Motion.State.MOVED) | Q(ballots__state=Ballot.State.OPEN, ballots__closes_at__gt=now)
    in_phase = cycle.phase == Cycle.Phase.PRIORITIES and call is not None
    if not in_phase or (call.asked_at and not votes_on(cycle).filter(is_open).exists()):
        raise TooLate(_("The debate closed with the vote on the guidelines; nothing was added."))


def can_debate(programme: Programme, now: datetime) -> bool:
    """Say whether the programme is debated now."""
    return passes(check_debate, programme, now)


def votes_on(cycle: Cycle) -> QuerySet[Motion]:
    """Return the motions that put the cycle's guidelines to the vote."""
    asked = GuidelineQuestion.objects.filter(cycle=cycle).values("public_id")
    return Motion.objects.filter(subject_kind=GUIDELINE, subject_id__in=asked)


def check_settle(cycle: Cycle, now: datetime) -> None:
    """Priorities end when nobody's programme waits: not before the deadline, nor before the votes have closed."""
    call = call_of(cycle)
    if call is None:
        _check_nobody_waits(cycle)
        return
    if call.asked_at is None:
        if call.publish_until and now < call.publish_until:
            raise TooLate(
                _("Programmes for %(year)s can be published until %(moment)s; its priorities end after that.")
                % {"year": cycle.year, "moment": call.publish_until.strftime("%Y-%m-%d %H:%M %Z")}
            )
        if cycle.programmes.filter(published__isnull=False).exists():
            raise TooLate(
                _("Programmes for %(year)s are published; put the guidelines to the vote first.")
                % {"year": cycle.year}
            )
        return
    under_way = votes_on(cycle).filter(state__in=[Motion.State.MOVED, Motion.State.VOTING]).count()
    if under_way:
        raise TooLate(
            _("%(count)s of the votes on the guidelines of %(year)s have not closed yet.")
            % {"count": under_way, "year": cycle.year}
        )


def can_settle(cycle: Cycle, now: datetime) -> bool:
    """Say whether the phase of priorities can end."""
    return passes(check_settle, cycle, now)


def _check_nobody_waits(cycle: Cycle) -> None:
    """The phase is skipped where nobody has a programme with its supporters, never over their heads."""
    needed = supporters_needed(cycle)
    ready = [p for p in cycle.programmes.select_related("association") if supporters(p) >= needed]
    if ready:
        raise TooLate(
            _(
                "“%(name)s” has the supporters that a programme for %(year)s needs; open the phase “priorities” first."
            )
            % {"name": ready[0].association.label, "year": cycle.year}
        )
