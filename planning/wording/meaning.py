"""What the table says that shows a council what a plan means for it."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workplaces.presentation import figures


def title(council: str) -> str:
    """Return whose table it is."""
    return _("What this plan means for %(council)s") % {"council": council}


def labels(*, spatial: bool) -> dict[str, str]:
    """Return the names of the rows, for a council of a place or of those who make something."""
    return {
        "output": _("Output"),
        "hours": _("Hours of work"),
        "use": _("Consumption and investment") if spatial else _("Its share of final use"),
        "premium": _("Premium on what it uses") if spatial else _("Premium on what it makes"),
        "unbalanced": _("Products out of balance"),
    }


def out_of(count: int, total: int) -> str:
    """Return how many of how many products are beyond the charter's tolerance."""
    lang = get_language()
    values = {"count": figures.number(count, lang), "total": figures.number(total, lang)}
    return _("%(count)s of %(total)s") % values if count else _("none")
