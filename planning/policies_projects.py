"""Which requests can compete for an envelope, and for how much: twins ``check_…`` (raises Refused) and ``can_…``."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from councils.questions import MOST_MONEY, MOST_OPTIONS
from planning.models import InvestmentRequest
from planning.models.ledger import MINOR
from workplaces.errors import Invalid, Refused, passes
from workplaces.presentation.figures import NARROW, number

LEAST_PROJECTS = 2


@dataclass(frozen=True)
class Limits:
    """What a whole request is held to, in minor units: the ``budget``, what its goods cost (``need``), and the ``most`` that
    can be given to it before it stands above the ceiling."""

    budget: int
    need: int
    most: int


def check_competes(request: InvestmentRequest, limits: Limits, currency: str) -> None:
    """A request competes as a whole: it fits in the budget, is no more than its goods cost, and stays below the ceiling."""
    words = {
        "workplace": request.workplace.label,
        "amount": _sum(request.amount, currency),
        "budget": _sum(limits.budget, currency),
        "need": _sum(limits.need, currency),
        "most": _sum(max(limits.most, 0), currency),
    }
    if not request.purpose.strip():
        raise Refused(_("%(workplace)s does not say what its request is for.") % words)
    if request.amount > limits.need:
        raise Refused(_("%(workplace)s asks for %(amount)s, more than its goods cost, %(need)s.") % words)
    if request.amount > limits.most:
        raise Refused(
            _(
                "%(workplace)s asks for %(amount)s, and that would lift it beyond the level of its sector's best tenth: at "
                "most %(most)s may be given to it. The dial gives a part."
            )
            % words
        )
    if request.amount > limits.budget:
        raise Refused(
            _(
                "%(workplace)s asks for %(amount)s, more than the budget of %(budget)s: it could never be chosen."
            )
            % words
        )


def can_compete(request: InvestmentRequest, limits: Limits, currency: str) -> bool:
    """Say whether the request can compete as a whole."""
    return passes(check_competes, request, limits, currency)


def check_budget(budget: int, held: int, currency: str) -> None:
    """Requests compete for money that is there: more than nothing, at most what the envelope holds."""
    told = ""
    if held <= 0:
        told = _("There is nothing left in this envelope, so nothing can compete for it.")
    elif budget <= 0:
        told = _("The budget is more than nothing.")
    elif budget > held:
        told = _("The budget of %(budget)s is more than the envelope holds: %(held)s.") % {
            "budget": _sum(budget, currency), "held": _sum(held, currency),
        }  # fmt: skip
    elif budget > MOST_MONEY:
        told = _("A ballot counts sums of up to %(most)s; name a smaller budget, and hold another vote on the rest.") % {
            "most": _sum(MOST_MONEY, currency)
        }  # fmt: skip
    if told:
        raise Invalid(told, fields={"budget": told})


def check_number(entrants: int) -> None:
    """A vote chooses among two requests at least, and at most as many as a ballot holds."""
    told = ""
    if entrants == 0:
        told = _("No request can compete, so there is nothing to choose among.")
    elif entrants < LEAST_PROJECTS:
        told = _(
            "Only one request would compete, and a choice needs two at least. The dial shares out among any number."
        )
    elif entrants > MOST_OPTIONS:
        told = _(
            "%(number)s requests are more than the %(most)s that a ballot holds. Choose fewer; the others wait for another "
            "vote."
        ) % {"number": entrants, "most": MOST_OPTIONS}
    if told:
        raise Invalid(told, fields={"requests": told})


def can_vote_among(entrants: int) -> bool:
    """Say whether a vote can choose among so many requests."""
    return passes(check_number, entrants)


def _sum(minor: int, currency: str) -> str:
    return f"{currency}{NARROW}{number(minor / MINOR, get_language(), digits=2)}"
