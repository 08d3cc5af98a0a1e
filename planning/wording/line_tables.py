"""What the table of a workplace's lines in a round says."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.wording.lists import in_sentence
from workplaces.presentation import figures


def why_row(*, product: str, imbalance: float, change: float) -> str:
    """Return in one sentence why a line is asked; ``imbalance`` as in ``why_asked``, ``change`` in the product's unit."""
    values = {
        "product": in_sentence(product),
        "share": figures.percent(abs(imbalance), get_language()),
    }
    if imbalance < -1e-6 and change > 0:
        return _("Everyone's proposals together leave %(product)s %(share)s short.") % values
    if imbalance > 1e-6 and change < 0:
        text = _("Everyone's proposals together make %(share)s more %(product)s than anybody asked for.")
        return text % values
    if change < 0:
        return _("What it uses up is more wanted than what it makes.")
    return _("What it makes is more wanted than what it uses up.")


def table_title(place: str, asked: int, open_: int, *, published: bool) -> str:
    """Return how many suggestions wait for the workplace's answer."""
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
    return table_question(place, open_)


def table_question(place: str, waiting: int) -> str:
    """Return what a round asks of a workplace, as a question."""
    text = ngettext(
        "Can %(place)s change %(count)s thing it makes?",
        "Can %(place)s change %(count)s things it makes?",
        waiting,
    )
    return text % {"place": place, "count": figures.number(waiting, get_language())}


def table_silence(place: str) -> str:
    """Return what happens without an answer to a workplace's table."""
    return _(
        "If you do nothing, what %(place)s proposed stands for this round and its electors are told."
    ) % {"place": place}


def mandate(band: float, *, voted: bool) -> str:
    """Return what the workplace's assembly has told its delegates about changes: the band, and who set it."""
    values = {"band": figures.percent(band, get_language())}
    if voted:
        return (
            _("Your assembly instructed you: changes up to ±%(band)s are accepted without asking.") % values
        )
    text = _(
        "Your assembly has voted no band; the charter's holds: changes up to ±%(band)s are accepted without asking."
    )
    return text % values
