"""The step before the rounds that waits for a coordinator: programmes, guidelines, envelopes, sharing out."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from councils.models import Ballot, Motion
from planning import policies_investment, policies_programmes
from planning.models import Cycle, Envelope
from planning.services.sharing import sharings_moved
from planning.simulated.investing import ASKING, SHARING, others_did
from planning.simulated.reporting import reports_wait
from workplaces.presentation import figures

Step = tuple[str, str, str, str]  # question, detail, address, button


def early_step(cycle: Cycle, now: datetime) -> tuple[bool, Step | None]:
    """Say whether the cycle is before its rounds with something of its own to wait for, and return the step if there is one.

    ``(True, None)``: others act now, and nothing waits for the coordinator. ``(False, None)``: the procedure goes on.
    """
    if cycle.phase == Cycle.Phase.PREPARATION:
        return _preparation(cycle, now)
    if cycle.phase == Cycle.Phase.PRIORITIES:
        return _priorities(cycle, now)
    if cycle.phase == Cycle.Phase.ENVELOPES and not policies_investment.settled(cycle):
        return True, _envelopes(cycle)
    if cycle.phase in policies_investment.GRANTING and policies_investment.invests(cycle):
        step = _sharing(cycle)
        return step is not None, step
    if settings.DEMO and cycle.phase == Cycle.Phase.IN_FORCE and reports_wait(cycle, now):
        return True, (
            _("Shall the others report on their grants of %(year)s?") % {"year": cycle.year},
            _("Act for yourself first, if you want to; the made-up people do when you let them."),
            reverse("planning:grants", args=[cycle.year]),
            _("Look"),
        )
    return False, None


def _here(cycle: Cycle) -> str:
    return reverse("planning:cycle", args=[cycle.year])


def _preparation(cycle: Cycle, now: datetime) -> tuple[bool, Step | None]:
    """Where somebody writes a programme, the priorities are opened; else the coordinator may go on to proposals."""
    if not cycle.programmes.exists() or not policies_programmes.can_write(cycle, now):
        return False, None
    return True, (
        _("Shall the priorities of %(year)s be opened to programmes?") % {"year": cycle.year},
        _("An association is writing one. The baseline is frozen then."),
        reverse("planning:programmes", args=[cycle.year]),
        _("Look"),
    )


def _priorities(cycle: Cycle, now: datetime) -> tuple[bool, Step | None]:
    year = {"year": cycle.year}
    page = reverse("planning:programmes", args=[cycle.year])
    if settings.DEMO and support_waits(cycle, now):
        return True, (
            _("Shall the others stand behind the programmes for %(year)s?") % year,
            _("Write one yourself first, if you want to; the made-up lists do when you let them."),
            page,
            _("Look"),
        )
    if policies_programmes.can_ask(cycle, now):
        return True, (
            _("Shall the guidelines for %(year)s be put to the vote?") % year,
            _("Everybody votes on what the published programmes speak of."),
            page,
            _("Look"),
        )
    if policies_programmes.can_settle(cycle, now):
        return False, None
    if settings.DEMO and guidelines_open(cycle):
        return True, (
            _("Shall the others vote on the guidelines for %(year)s?") % year,
            _("Vote yourself first, if you want to; the made-up people do when you let them."),
            page,
            _("Look"),
        )
    return True, None


def support_waits(cycle: Cycle, now: datetime) -> bool:
    """Say whether made-up people would do something about programmes: none is there, or one lacks supporters."""
    if policies_programmes.call_of(cycle) is None or not policies_programmes.can_write(cycle, now):
        return False
    drafts = list(cycle.programmes.filter(published__isnull=True))
    needed = policies_programmes.supporters_needed(cycle)
    return not cycle.programmes.exists() or any(policies_programmes.supporters(d) < needed for d in drafts)


def guidelines_open(cycle: Cycle) -> bool:
    """Say whether a named vote on the guidelines is open."""
    asked = cycle.guideline_questions.values_list("public_id", flat=True)
    return votes_open(policies_programmes.GUIDELINE, list(asked))


def votes_open(kind: str, subjects: list[UUID | None]) -> bool:
    """Say whether a named vote on one of the motions about these subjects is open."""
    return Ballot.objects.filter(
        motion__subject_kind=kind, motion__subject_id__in=subjects, state=Ballot.State.OPEN,
        secrecy=Ballot.Secrecy.NAMED,
    ).exists()  # fmt: skip


def _envelopes(cycle: Cycle) -> Step | None:
    """The board drafts and votes: the coordinator opens its vote."""
    page = reverse("planning:envelopes", args=[cycle.year])
    draft = cycle.envelope_drafts.order_by("-number").first()
    motion = policies_investment.board_motion(draft) if draft else None
    words = {"year": cycle.year}
    referrals = policies_investment.waits_for(draft) if draft else []
    if moved := next((one for one in referrals if one.state == Motion.State.MOVED), None):
        return (
            _("Shall %(council)s vote on referring the envelopes for %(year)s back?")
            % {**words, "council": moved.council.label},
            _("The draft is not settled before that is decided."),
            reverse("councils:motion", args=[moved.public_id]),
            _("Open the vote"),
        )
    if motion and motion.state == Motion.State.MOVED:
        return (
            _("Shall the board vote on the envelopes for %(year)s?") % words,
            motion.title,
            reverse("councils:motion", args=[motion.public_id]),
            _("Open the vote"),
        )
    if not settings.DEMO:
        return None
    voting = next((one for one in [motion, *referrals] if one and one.state == Motion.State.VOTING), None)
    if voting:
        question = _("Shall the others vote on the envelopes for %(year)s?")
        return question % words, voting.title, page, _("Look")
    if not policies_investment.can_draft(cycle):
        return None
    question = _("Shall the others draft the envelopes for %(year)s?")
    return (
        question % words,
        _("Members of the board can draft them; a made-up one does when you let it."),
        page,
        _("Look"),
    )


def _sharing(cycle: Cycle) -> Step | None:
    """Councils share out: the coordinator opens their votes; in the demo the others ask, move and vote."""
    page = reverse("planning:envelopes", args=[cycle.year])
    if moved := sharings_moved(cycle).count():
        return (
            ngettext(
                "Shall %(count)s council vote on sharing its envelope out?",
                "Shall %(count)s councils vote on sharing their envelopes out?",
                moved,
            ) % {"count": figures.number(moved, get_language())},
            _("One button opens all these votes."),
            page,
            _("Look"),
        )  # fmt: skip
    offer = sharing_offer(cycle)
    year = {"year": cycle.year}
    questions = {
        "ask": _("Shall the others ask for investment in %(year)s?") % year,
        "share": _("Shall the others share the envelopes of %(year)s out?") % year,
        "vote": _("Shall the others vote on sharing out in %(year)s?") % year,
    }
    if not offer:
        return None
    return (
        questions[offer],
        _("Act for yourself first, if you want to; the made-up people do when you let them."),
        page,
        _("Look"),
    )


def sharing_offer(cycle: Cycle) -> str:
    """Return what made-up people could do now about the year's envelopes: ask, share, vote; nothing outside the demo."""
    if not settings.DEMO or cycle.phase not in policies_investment.GRANTING:
        return ""
    draft = policies_investment.settled(cycle)
    if draft is None:
        return ""
    sharings = Envelope.objects.filter(draft=draft, sharings__isnull=False).values_list(
        "sharings__public_id", flat=True
    )
    if votes_open(policies_investment.SHARING, list(sharings)):
        return "vote"
    if policies_investment.can_request(cycle) and not others_did(cycle, ASKING):
        return "ask"
    if cycle.investment_requests.filter(withdrawn_at__isnull=True).exists() and not others_did(
        cycle, SHARING
    ):
        return "share"
    return ""


def envelopes_offer(cycle: Cycle) -> str:
    """Return what made-up people could do on the envelopes' page: draft, vote, ask, share; nothing outside the demo."""
    if not settings.DEMO:
        return ""
    if cycle.phase == Cycle.Phase.ENVELOPES and policies_investment.can_draft(cycle):
        return "draft"
    draft = cycle.envelope_drafts.order_by("-number").first()
    motion = policies_investment.board_motion(draft) if draft else None
    referrals = policies_investment.waits_for(draft) if draft else []
    if any(one and one.state == Motion.State.VOTING for one in [motion, *referrals]):
        return "vote"
    return sharing_offer(cycle)
