"""What the pages of a community's or region's consumption say."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


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


def answer_label(kind: str) -> str:
    """Return an answer in a word."""
    return {"accept": _("accepted"), "counter": _("countered"), "firm": _("holds firm")}.get(kind, "")
