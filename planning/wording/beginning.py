"""What a coordinator's next step before proposals does, said after the votes that there were."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning import policies_programmes as policies
from planning.models import Cycle
from planning.selectors.guidelines import kept
from planning.services.guidelines import Outcome, outcomes_of, will_invest


@dataclass(frozen=True)
class Beginning:
    """The question that my duties ask, what the step does, and its button."""

    question: str
    sentence: str
    button: str
    freezes: bool = False


def beginning(cycle: Cycle) -> Beginning:
    """Return the step in words: freezing, setting the guidelines, or beginning proposals once the envelopes are settled."""
    outcomes = outcomes_of(cycle) if cycle.phase == Cycle.Phase.PRIORITIES else []
    invested = will_invest(cycle, outcomes)
    words = {"year": cycle.year}
    then = _("Then the board divides what is set aside for investment.")
    divided = f" {then}" if invested else ""
    if cycle.phase == Cycle.Phase.ENVELOPES:
        settled = _("The envelopes are settled.") if invested else _("Nothing is set aside for investment.")
        return Beginning(_("Shall proposals for %(year)s begin?") % words, settled, _("Begin proposals"))
    if cycle.phase == Cycle.Phase.PRIORITIES:
        button = (
            _("Set the guidelines and begin with the envelopes")
            if invested
            else _("Set the guidelines and begin proposals")
        )
        question = _("Shall the guidelines for %(year)s be set?") % words
        return Beginning(question, voted(cycle, outcomes) + divided, button)
    if invested:
        question, button = (
            _("Shall %(year)s go on to its envelopes?") % words,
            _("Freeze the baseline and begin with the envelopes"),
        )
    else:
        question, button = (
            _("Shall proposals for %(year)s begin?") % words,
            _("Freeze the baseline and begin proposals"),
        )
    frozen, nothing = _("The baseline is frozen then."), _("No programme was put to a vote.")
    return Beginning(question, f"{frozen} {nothing} {left(cycle)}{divided}", button, freezes=True)


def voted(cycle: Cycle, outcomes: Sequence[Outcome]) -> str:
    """Say what the year's votes leave to write down."""
    if not outcomes:
        published = policies.call_of(cycle) and cycle.programmes.filter(published__isnull=False).exists()
        why = (
            _("All programmes propose what holds already, so nothing was put to a vote.")
            if published
            else _("Nobody published a programme.")
        )
        return f"{why} {left(cycle)}"
    number = len(outcomes)
    sentences = [
        ngettext(
            "%(count)s vote on the guidelines has closed; what it decided is written down.",
            "%(count)s votes on the guidelines have closed; what they decided is written down.",
            number,
        ) % {"count": number}
    ]  # fmt: skip
    nothing = sum(one.figures is None for one in outcomes)
    if nothing:
        sentences.append(
            ngettext(
                "%(count)s of them set nothing: what held before stays.",
                "%(count)s of them set nothing: what held before stays.",
                nothing,
            ) % {"count": nothing}
        )  # fmt: skip
    return " ".join(sentences)


def left(cycle: Cycle) -> str:
    """Say what holds on what nobody votes on: the guidelines of an earlier year, else the charter."""
    earlier = kept(cycle)
    if earlier:
        return _("The guidelines of %(year)s stay.") % {"year": max(one.cycle.year for one in earlier)}
    return _("No year before has guidelines: the charter holds.")
