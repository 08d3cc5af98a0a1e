"""What is asked back before a figure far from last year's is taken: once, with both figures."""

from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planning.services.saying import said
from planning.wording.reading import in_unit
from workplaces.presentation import figures

FAR: Final = 10.0  # times last year's figure, or that part of it


def doubt(figure: float, last: float, unit: str) -> str:
    """Return the question whether a figure is meant; empty where it is near last year's, or that was nothing."""
    if last <= 0 or (last / FAR < figure < last * FAR):
        return ""
    values = {
        "figure": said(figure, unit),
        "last": in_unit(last, unit),
        "times": figures.number(round(figure / last if figure > last else last / figure), get_language())
        if figure > 0
        else "",
    }
    if figure <= 0:
        return _("You state %(figure)s; last year it was %(last)s. Is that meant?") % values
    if figure > last:
        return _("You state %(figure)s, %(times)s times last year's %(last)s. Is that meant?") % values
    return (
        _("You state %(figure)s; last year it was %(last)s, %(times)s times as much. Is that meant?") % values
    )


def report_doubt(figure: float, planned: float, unit: str) -> str:
    """Return the question whether a reported output is meant; empty where it is near the planned one, or that is nothing."""
    if planned <= 0 or (planned / FAR < figure < planned * FAR):
        return ""
    values = {"figure": said(figure, unit), "planned": in_unit(planned, unit)}
    return _("You report %(figure)s; %(planned)s were planned. Is that meant?") % values


def meant(figure: float, unit: str) -> str:
    """Return the answer that takes the figure as it is."""
    return _("Yes, %(figure)s is meant") % {"figure": said(figure, unit)}
