"""What the guided tour of a round says."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planning.models import Practice
from planning.runner.practice import BREAD, FLOUR, MILL, OTHER, VILLAGE, Practised
from workplaces.presentation import figures

OPEN = 1e-6  # an imbalance below this is rounding


def step_title(step: str) -> str:
    """Return a step's heading."""
    return {
        "round": _("What a round is"),
        "figure": _("What is asked of you, and why"),
        "accept": _("Accept, once"),
        "counter": _("Counter, once"),
        "firm": _("Hold firm, once"),
        "undo": _("Undo an answer"),
        "end": _("What counts, and what silence means"),
    }[step]


def step_text(step: str) -> str:
    """Return what one sees in a step, and what to do."""
    return {
        "round": _(
            "You are the delegate of a bakery. It proposed to bake 90 t of bread, the bakery across the river 60 t, and "
            "the village wants 170 t. These proposals do not add up: bread is short. A round looks for the smallest "
            "changes that make them add up, and asks each workplace. Nobody is ordered."
        ),
        "figure": _(
            "The scale shows what your bakery proposed, what is suggested, the band inside which your assembly agreed "
            "beforehand, and what your ovens can do. The sum below it is the reason: bread is short, so one more tonne "
            "earns a premium; flour and hours that it uses up cost one where they are short too."
        ),
        "accept": _(
            "If your bakery can do it, accept. The figure then stands for the next iteration. Do it here once and see "
            "what becomes of the others."
        ),
        "counter": _(
            "If you can do a part of it, type what you can do and why. The reason goes to those who are affected, and the "
            "next iteration starts from your figure. Try it with 95."
        ),
        "firm": _(
            "If nothing can change, hold firm and say why. The others are then asked for more, or the village gets less; "
            "what nobody can make up for, the council of the sector has to divide."
        ),
        "undo": _(
            "As long as a round is open you can answer otherwise; the last answer counts. Here you can take the practice "
            "answer back altogether."
        ),
        "end": _(
            "Nothing on these pages counted. In a real round a change inside your assembly's band is accepted if you say "
            "nothing; beyond it, silence means that your own proposal stands and your electors are told. Your assembly "
            "can instruct you, and your answer stands in the public record with your name."
        ),
    }[step]


def who(column: int) -> str:
    """Return what people call a column of the practice round."""
    return {
        OTHER: _("The bakery across the river"),
        MILL: _("The mill"),
        VILLAGE: _("The village, which wants bread"),
    }[column]


def term(row: int) -> str:
    """Return what a term of the reason is about."""
    if row == BREAD:
        return _("bread that you make")
    return _("flour that you use") if row == FLOUR else _("hours that you use")


def tried(act: str) -> str:
    """Return what was done once."""
    return {
        "accept": _("accepted"),
        "counter": _("countered"),
        "firm": _("held firm"),
        "undo": _("undid an answer"),
    }[act]


def answer(practice: Practice) -> str:
    """Return the practice answer that stands."""
    figure = figures.quantity(practice.figure, "t", get_language())
    words = {
        "accept": _("You accepted %(figure)s."),
        "counter": _("You countered with %(figure)s."),
        "firm": _("You hold firm at %(figure)s."),
    }
    return words[practice.answer] % {"figure": figure}


def outcome(found: Practised) -> str:
    """Return what the next iteration would find."""
    short = found.after[BREAD]
    if short > OPEN:
        share = figures.percent(short, get_language())
        return _("%(share)s of the bread would stay short: its council would have to divide it.") % {
            "share": share
        }
    return _("With that everything adds up again, if the others follow.")
