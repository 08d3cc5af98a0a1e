"""What the pages of a community's or region's consumption say."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.services.saying import at_least, at_most
from workplaces.presentation import figures

NOTICEABLE = 1e-5


def consumption_title(place: str, year: int, *, proposing: bool) -> str:
    """Return the title of a place's table of consumption."""
    values = {"place": place, "year": year}
    if proposing:
        return _("What does %(place)s want to use in %(year)s?") % values
    return _("What %(place)s asked for in %(year)s") % values


def review_title(place: str, asked: int, open_: int, *, published: bool) -> str:
    """Return how many suggestions wait for the place's answer."""
    values = {"place": place, "asked": asked, "open": open_}
    if not published:
        return _("%(place)s: nothing is suggested yet") % values
    if not asked:
        return _("%(place)s: nothing goes beyond the band, nobody has to answer") % values
    if not open_:
        return (
            ngettext(
                "%(place)s has answered the one change it was asked for",
                "%(place)s has answered all %(asked)s changes it was asked for",
                asked,
            )
            % values
        )
    return (
        ngettext(
            "%(place)s is asked to change %(open)s thing it wants to use",
            "%(place)s is asked to change %(open)s things it wants to use",
            open_,
        )
        % values
    )


def limits(floor: float, ceiling: float | None, unit: str) -> str:
    """Return between which figures a use can be; empty where nothing limits it."""
    values = {"floor": at_least(floor), "ceiling": "" if ceiling is None else at_most(ceiling, unit)}
    if ceiling is None:
        return _("at least %(floor)s") % {"floor": at_least(floor, unit)} if floor > 0 else ""
    if floor > 0:
        return _("%(floor)s to %(ceiling)s") % values
    return _("at most %(ceiling)s") % values


def why(imbalance: float, premium: float) -> str:
    """Return why a use is asked to change: how short the product is (negative) or how much too much, its premium.

    Both are fractions: of what is needed, and of the price.
    """
    lang = get_language()
    values = {"share": figures.percent(abs(imbalance), lang), "premium": figures.percent(abs(premium), lang)}
    if premium > NOTICEABLE:
        if imbalance < -NOTICEABLE:
            return _("%(share)s short, premium %(premium)s") % values
        return _("premium %(premium)s") % values
    if premium < -NOTICEABLE:
        if imbalance > NOTICEABLE:
            return _("%(share)s too much, discount %(premium)s") % values
        return _("discount %(premium)s") % values
    return ""


def answer_label(kind: str) -> str:
    """Return an answer in a word."""
    return {"accept": _("accepted"), "counter": _("countered"), "firm": _("holds firm")}.get(kind, "")


def written(count: int) -> str:
    """Return what became of a table that was sent."""
    if not count:
        return _("Nothing was changed.")
    return ngettext("%(count)s figure was written.", "%(count)s figures were written.", count) % {
        "count": count
    }
