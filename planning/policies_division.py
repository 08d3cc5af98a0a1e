"""When a surplus is divided: twins ``check_…`` (raises TooLate) and ``can_…``."""

from django.utils.translation import gettext as _

from councils.models import Council, Motion
from planning.models import Account, Cycle, JournalEntry, SurplusDivision, SurplusLevy
from workplaces.errors import TooLate, passes
from workplaces.models import Scenario, Workplace

DIVISION = "division"
UNDER_WAY = (Motion.State.MOVED, Motion.State.VOTING)


def economy_now() -> Scenario | None:
    """Return the economy as it stands: the baseline drawn last, else that of the latest year."""
    latest = Cycle.objects.select_related("baseline", "next_baseline").order_by("-year").first()
    return (latest.next_baseline or latest.baseline) if latest else None


def posted_last(account: Account) -> Cycle:
    """Return the last year that put a surplus into the account."""
    entries = JournalEntry.objects.filter(cause=JournalEntry.Cause.SURPLUS, postings__account=account)
    return entries.select_related("cycle__baseline").latest("cycle__year").cycle


def motion_of(division: SurplusDivision) -> Motion | None:
    """Return the assembly's motion on a division."""
    found = Motion.objects.filter(subject_kind=DIVISION, subject_id=division.public_id)
    return found.select_related("council").order_by("-pk").first()


def check_stands(assembly: Council) -> Workplace:
    """Only a workplace that is there has members who divide: not one that was closed or merged. Returns it as it stands."""
    scenario, place = economy_now(), None
    if scenario is not None:
        found = Workplace.objects.in_scenario(scenario).select_related("region", "main_sector")
        place = found.filter(entity_id=assembly.workplace_id).first()
    if assembly.dissolved_on is not None or place is None:
        raise TooLate(
            _(
                "%(assembly)s does not sit any more: its workplace was closed or merged, and nobody divides its surplus. "
                "What stands in its account stays there."
            )
            % {"assembly": assembly.label}
        )
    return place


def check_divide(assembly: Council) -> Account:
    """A surplus is divided once a year has put one into the account, one division at a time. Returns the account."""
    check_stands(assembly)
    proposed = SurplusDivision.objects.filter(workplace=assembly.workplace_id).values("public_id")
    if Motion.objects.filter(subject_kind=DIVISION, subject_id__in=proposed, state__in=UNDER_WAY).exists():
        raise TooLate(
            _(
                "The assembly is dealing with a division of its surplus already; it is decided or withdrawn first."
            )
        )
    own = Account.objects.filter(kind=Account.Kind.SURPLUS, workplace=assembly.workplace_id, cycle=None)
    account = own.first()
    if account is None or account.balance <= 0:
        raise TooLate(_why_nothing(assembly))
    return account


def can_divide(assembly: Council) -> bool:
    """Say whether the assembly can divide something now."""
    return passes(check_divide, assembly)


def _why_nothing(assembly: Council) -> str:
    """Say why nothing stands in the account: no settled year, an abandoned one, a deficit, the levy, or all is divided."""
    latest = Cycle.objects.order_by("-year").first()
    last = (
        SurplusLevy.objects.filter(workplace=assembly.workplace_id)
        .select_related("cycle")
        .order_by("-cycle__year")
        .first()
    )
    words = {"year": last.cycle.year if last else latest.year if latest else ""}
    if latest and latest.phase == Cycle.Phase.ABANDONED and (last is None or last.cycle.year < latest.year):
        return _(
            "Nothing is there to divide: %(year)s was abandoned before it was settled, and no surplus of it was computed."
        ) % {"year": latest.year}
    if last is None:
        return _(
            "Nothing is there to divide: no year of this workplace is settled yet. Settling a year computes its surplus."
        )
    if last.surplus < 0:
        return (
            _(
                "Nothing is there to divide: %(year)s ended in a deficit. The year's output bears it; it is no debt of yours."
            )
            % words
        )
    if last.kept == 0:
        return _("Nothing is there to divide: after the levy, nothing of %(year)s was left.") % words
    return _(
        "Nothing is there to divide: all of it was divided. Settling the next year computes the next surplus."
    )
