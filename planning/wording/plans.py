"""What the plan's page says."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from workplaces.presentation import figures


def title(year: int, state: str, conflicts: int) -> str:
    """Return how the plan of a year stands."""
    values = {"year": year, "count": conflicts}
    if not state:
        return _("There is no plan for %(year)s yet") % values
    if state == "proposed" and conflicts:
        return (
            ngettext(
                "The plan for %(year)s is before the councils, with %(count)s conflict for them to settle",
                "The plan for %(year)s is before the councils, with %(count)s conflicts for them to settle",
                conflicts,
            )
            % values
        )
    return {
        "proposed": _("The plan for %(year)s adds up and is before the councils"),
        "ratified": _("The councils have ratified the plan for %(year)s"),
        "referred_back": _("The councils have referred the plan for %(year)s back"),
        "in_force": _("The plan for %(year)s is in force"),
        "expired": _("The plan for %(year)s was in force; another one replaced it"),
        "abandoned": _("The plan for %(year)s was abandoned"),
    }[state] % values


def lead(state: str, version: int) -> str:
    """Return what that means and what comes next."""
    values = {"version": version}
    return {
        "": _("It will be here once a round's proposals add up and a coordinator puts them to the councils."),
        "proposed": _(
            "Version %(version)s. Councils vote in the charter's order; each named vote is on the public record."
        ),
        "ratified": _("Version %(version)s. Every council that the charter names has said yes; it can be put in force."),
        "referred_back": _("Version %(version)s was refused. The rounds go on from its figures."),
        "in_force": _(
            "Version %(version)s. Its accounting prices are the indicative prices, inside the step that the charter allows."
        ),
        "expired": _("Version %(version)s. It stays readable."),
        "abandoned": _("Version %(version)s. It never came into force; why is on the public record."),
    }[state] % values  # fmt: skip


def price_heading(*, in_force: bool) -> str:
    """Return what the column of prices shows: accounting prices once the plan is in force."""
    return _("Accounting price") if in_force else _("Indicative price")


def stage_label(kind: str) -> str:
    """Return a kind of council as a heading."""
    return {
        "workplace": _("Workplace assemblies"),
        "sector": _("Sector councils"),
        "community": _("Community councils"),
        "sub_regional": _("Sub-regional councils"),
        "regional": _("Regional councils"),
        "board": _("Central planning board"),
        "general": _("General vote"),
    }.get(kind, kind)


def stage_text(*, carried: int, lost: int, total: int, asked: int, empty: int = 0) -> str:
    """Return how far a kind of council is."""
    lang = get_language()
    counts = {"carried": carried, "lost": lost, "total": total}
    values = {name: figures.number(count, lang) for name, count in counts.items()}
    if not total and not empty:
        return _("there is no such council here; skipped")
    if not total:
        return _("none of them has anybody to vote; fill a seat first")
    if not asked:
        return _("not asked yet")
    if lost:
        return _("%(carried)s of %(total)s carried, %(lost)s refused") % values
    if carried == total:
        return _("all %(total)s carried") % values if total > 1 else _("carried")
    return _("%(carried)s of %(total)s carried") % values
