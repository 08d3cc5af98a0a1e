"""When envelopes are drafted, referred back, asked of and shared out: twins ``check_…`` (raises TooLate) and ``can_…``."""

from django.utils.translation import gettext as _

from councils.models import Motion
from planning.models import (
    Cycle,
    Envelope,
    EnvelopeDraft,
    EnvelopeReferral,
    Grant,
    GrantReport,
    Guideline,
    InvestmentRequest,
    Round,
    Share,
    SharingOut,
    Topic,
)
from planning.policies_revision import revision_of
from planning.rules import rule
from workplaces.errors import Refused, TooLate, passes

ENVELOPES, ENVELOPES_AGAIN, REFER_BACK = "envelopes", "envelopes-again", "envelopes-refer-back"
SHARING = "sharing"
GONE = (Motion.State.OVERRULED, Motion.State.LOST, Motion.State.WITHDRAWN)
IN_FORCE = (Cycle.Phase.IN_FORCE, Cycle.Phase.SETTLEMENT, Cycle.Phase.CLOSED)
OVER = (Cycle.Phase.SETTLEMENT, Cycle.Phase.CLOSED, Cycle.Phase.ABANDONED)
GRANTING = (Cycle.Phase.ENVELOPES, Cycle.Phase.PROPOSALS, Cycle.Phase.ROUNDS)
OF_THE_BOARD = (ENVELOPES, ENVELOPES_AGAIN)
UNDER_WAY = (Motion.State.MOVED, Motion.State.VOTING)


def invests(cycle: Cycle) -> bool:
    """Say whether the guideline, or without one the charter, sets anything aside for investment in this cycle."""
    return invested_share(cycle) > 0


def invested_share(cycle: Cycle) -> float:
    """Return the share of last year's value added that is set aside: the cycle's guideline, else the charter's rule."""
    decided = (
        Guideline.objects.filter(cycle=cycle, topic=Topic.INVESTMENT).values_list("value", flat=True).first()
    )
    return rule(cycle.rules, "investment_share") if decided is None else decided / 100


def settled(cycle: Cycle) -> EnvelopeDraft | None:
    """Return the draft that the board's carried motion settled, if there is one."""
    return cycle.envelope_drafts.filter(settled_at__isnull=False).first()


def board_motion(draft: EnvelopeDraft) -> Motion | None:
    """Return the board's motion on a draft."""
    found = Motion.objects.filter(subject_kind__in=OF_THE_BOARD, subject_id=draft.public_id)
    return found.select_related("council").order_by("-pk").first()


def referrals_moved(draft: EnvelopeDraft) -> list[Motion]:
    """Return the motions of councils to refer the draft back, in the order of their moving."""
    found = Motion.objects.filter(subject_kind=REFER_BACK, subject_id=draft.public_id)
    return list(found.select_related("council").order_by("pk"))


def waits_for(draft: EnvelopeDraft) -> list[Motion]:
    """Return the open motions to refer a draft back for which it waits: it is not settled before they are decided."""
    return [one for one in referrals_moved(draft) if one.state in UNDER_WAY]


def check_draft(cycle: Cycle) -> None:
    """Envelopes are drafted in their phase, one draft at a time, until one is settled."""
    if not invests(cycle):
        raise TooLate(
            _("Nothing is set aside for investment in %(year)s; there are no envelopes to divide.")
            % {"year": cycle.year}
        )
    if cycle.phase != Cycle.Phase.ENVELOPES:
        raise TooLate(
            _("%(cycle)s is in the phase “%(phase)s”; envelopes are drafted in the phase “envelopes”.")
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    if settled(cycle):
        raise TooLate(_("The envelopes of %(year)s are settled already.") % {"year": cycle.year})
    last = cycle.envelope_drafts.order_by("-number").first()
    motion = board_motion(last) if last else None
    if motion and motion.state in UNDER_WAY:
        raise TooLate(
            _("Draft %(number)s is before the board; it is decided or withdrawn before another is made.")
            % {"number": last.number if last else 0}
        )
    if last and motion and motion.state == Motion.State.CARRIED and not last.referrals.exists():
        raise TooLate(
            _("The board carried draft %(number)s; it waits for %(councils)s to vote on referring it back.")
            % {"number": last.number, "councils": ", ".join(one.council.label for one in waits_for(last))}
        )


def can_draft(cycle: Cycle) -> bool:
    """Say whether envelopes can be drafted now."""
    return passes(check_draft, cycle)


def check_refer_back(draft: EnvelopeDraft, council: int) -> None:
    """A council refers a draft back before the board has decided on it, and once a year."""
    motion = board_motion(draft)
    if motion is None or motion.state not in UNDER_WAY:
        raise TooLate(_("The board has decided on this draft; it can no longer be referred back."))
    if EnvelopeReferral.objects.filter(cycle=draft.cycle_id, council=council).exists():
        raise TooLate(
            _("This council has referred envelopes of this year back once; by the charter that is all.")
        )


def check_referred(draft: EnvelopeDraft, council: int) -> None:
    """A council's carried motion refers a draft back unless it is settled, lost or referred back already, and once a year.

    A motion that was moved before the board decided counts, though the board was faster: the draft waited for it.
    """
    motion = board_motion(draft)
    waited = (
        motion
        and motion.state == Motion.State.CARRIED
        and not draft.settled_at
        and not draft.referrals.exists()
    )
    if not waited:
        check_refer_back(draft, council)
    elif EnvelopeReferral.objects.filter(cycle=draft.cycle_id, council=council).exists():
        raise TooLate(
            _("This council has referred envelopes of this year back once; by the charter that is all.")
        )


def can_be_referred(draft: EnvelopeDraft, council: int) -> bool:
    """Say whether the council's carried motion refers the draft back now."""
    return passes(check_referred, draft, council)


def can_refer_back(draft: EnvelopeDraft, council: int) -> bool:
    """Say whether the council can refer the draft back."""
    return passes(check_refer_back, draft, council)


def check_begin(cycle: Cycle) -> None:
    """Where the charter sets something aside for investment, proposals begin once its envelopes are settled."""
    if invests(cycle) and not settled(cycle):
        raise TooLate(
            _("The board has not settled the envelopes of %(year)s yet; proposals begin after that.")
            % {"year": cycle.year}
        )


def can_begin(cycle: Cycle) -> bool:
    """Say whether the envelopes keep proposals from beginning."""
    return passes(check_begin, cycle)


def check_request(cycle: Cycle) -> None:
    """Investment is asked for from the envelopes' phase until the rounds, and between rounds."""
    open_phases = {Cycle.Phase.ENVELOPES, Cycle.Phase.PROPOSALS}
    between = (
        cycle.phase == Cycle.Phase.ROUNDS and not cycle.rounds.exclude(state=Round.State.CLOSED).exists()
    )
    if not invests(cycle):
        raise TooLate(
            _("Nothing is set aside for investment in %(year)s; there is nothing to ask of.")
            % {"year": cycle.year}
        )
    if cycle.phase not in open_phases and not between:
        raise TooLate(
            _(
                "%(cycle)s is in the phase “%(phase)s”; investment is asked for in the phases “envelopes” and “proposals” "
                "and between rounds."
            )
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )


def can_request(cycle: Cycle) -> bool:
    """Say whether investment can be asked for now."""
    return passes(check_request, cycle)


def check_share(envelope: Envelope, cycle: Cycle) -> None:
    """An envelope is shared out once it is settled, until the plan goes to the councils; one motion at a time."""
    if envelope.draft.settled_at is None:
        raise TooLate(_("This envelope is not settled; the board has not carried its draft."))
    if cycle.phase not in GRANTING:
        raise TooLate(
            _(
                "%(cycle)s is in the phase “%(phase)s”; envelopes are shared out until the plan goes to the councils."
            )
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )
    proposed = list(envelope.sharings.values_list("public_id", flat=True))
    if Motion.objects.filter(subject_kind=SHARING, subject_id__in=proposed, state__in=UNDER_WAY).exists():
        raise TooLate(
            _("The council is dealing with a sharing-out already; it is decided or withdrawn first.")
        )


def can_share(envelope: Envelope, cycle: Cycle) -> bool:
    """Say whether the envelope can be shared out now."""
    return passes(check_share, envelope, cycle)


def check_has_part(request: InvestmentRequest, sharing: SharingOut) -> Share:
    """A workplace appeals on the rule by which its own request was dealt with; returns the part that it got."""
    share = sharing.shares.filter(request=request).first()
    if share is None:
        raise Refused(
            _(
                "%(workplace)s has no request in the sharing-out of %(envelope)s that was voted on: it had no part in it. "
                "Everybody can support an appeal of others on the motion's page."
            )
            % {"workplace": request.workplace.label, "envelope": sharing.envelope}
        )
    return share


def has_part(request: InvestmentRequest, sharing: SharingOut) -> bool:
    """Say whether the request had a part in the sharing-out."""
    return passes(check_has_part, request, sharing)


def check_report(grant: Grant, state: str) -> None:
    """What became of a grant is reported until it is done; done only once its year's plan is in force."""
    cycle = grant.envelope.draft.cycle
    if grant.is_done:
        raise TooLate(_("This grant is done; nothing more is reported of it."))
    if grant.was_reversed:
        raise TooLate(_("This grant was taken back; there is nothing to report."))
    if grant.was_returned:
        raise TooLate(
            _("This grant was diverted, and its money went back to its envelope; there is nothing to report.")
        )
    if state == GrantReport.State.DONE and cycle.phase not in IN_FORCE and revision_of(cycle) is None:
        raise TooLate(
            _(
                "%(cycle)s is in the phase “%(phase)s”; equipment is there once the plan that makes it is in force."
            )
            % {"cycle": cycle, "phase": cycle.get_phase_display()}
        )


def can_report(grant: Grant, state: str) -> bool:
    """Say whether that can be reported of the grant now."""
    return passes(check_report, grant, state)


def check_withdraw(request: InvestmentRequest, cycle: Cycle) -> None:
    """A request is taken back once, as long as requests are taken."""
    if request.withdrawn_at:
        raise TooLate(_("This request was withdrawn already."))
    if Grant.objects.not_taken_back().filter(request=request).exists():
        raise TooLate(_("This request was granted; it can no longer be withdrawn."))
    check_request(cycle)


def can_withdraw(request: InvestmentRequest, cycle: Cycle) -> bool:
    """Say whether the request can be taken back now."""
    return passes(check_withdraw, request, cycle)
