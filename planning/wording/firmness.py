"""What holding firm means for others, in sentences."""

from collections.abc import Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.wording.lists import in_sentence
from workplaces.presentation import figures


def tradeoff(
    *,
    makers: int,
    product: str,
    typical: float,
    elsewhere: int,
    losing: Sequence[str],
    exact: bool,
    withheld: str,
    gaps: Sequence[str] = (),
    asked: int = 0,
) -> str:
    """Return what holding firm means for others.

    ``makers`` counts other lines of the same product that move further, ``typical`` is their median further
    change as a share of their own figure; ``elsewhere`` counts lines of other products; ``losing`` says who
    gets less, ``gaps`` what goes short, in words; ``withheld`` is the change that does not happen; ``asked`` counts
    lines that must then be asked beyond their bands and would not have been.
    """
    lang = get_language()
    values = {
        "makers": figures.number(makers, lang),
        "product": in_sentence(product),
        "share": figures.percent(typical, lang),
        "elsewhere": figures.number(elsewhere, lang),
        "asked": figures.number(asked, lang),
        "withheld": withheld,
    }
    parts = [_makers(makers, values)]
    if elsewhere:
        parts.append(
            ngettext(
                "%(elsewhere)s line elsewhere adjusts a little",
                "%(elsewhere)s lines elsewhere adjust a little",
                elsewhere,
            )
            % values
        )
    if asked:
        parts.append(
            ngettext(
                "%(asked)s more line is asked beyond its band",
                "%(asked)s more lines are asked beyond their bands",
                asked,
            )
            % values
        )
    parts += [*losing, *gaps]
    text = "; ".join(parts) + "."
    return (
        text
        if exact
        else f"{text} " + _("This is a first estimate: it takes all other premiums as they are.")
    )


def _makers(makers: int, values: dict[str, str]) -> str:
    if not makers:
        return _("If this line holds firm, nobody else makes up for the %(withheld)s") % values
    return (
        ngettext(
            "If this line holds firm, %(makers)s other that makes %(product)s moves by %(share)s more",
            "If this line holds firm, %(makers)s others that make %(product)s move, typically by %(share)s more",
            makers,
        )
        % values
    )


def loses(place: str, category: str, quantity: str, product: str) -> str:
    """Return who gets less of what."""
    return _("%(place)s (%(category)s) gets %(quantity)s less %(product)s") % {
        "place": place,
        "category": category,
        "quantity": quantity,
        "product": in_sentence(product),
    }


def goes_short(name: str, quantity: str) -> str:
    """Return what nobody can make up for."""
    return _("%(name)s falls short by %(quantity)s, which nobody can make up for") % {
        "quantity": quantity,
        "name": in_sentence(name),
    }
