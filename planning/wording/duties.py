"""What “my duties” says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.wording.lists import capital
from workplaces.presentation import figures


@dataclass(frozen=True)
class Duty:
    """Something that needs a person: the question, in which hat, until when, how long, what if nothing."""

    question: str
    hat: str
    detail: str
    silence: str
    url: str
    action: str
    minutes: float
    due: datetime | None = None
    step: str = ""  # where one page asks for one step after another: which of them

    @property
    def matter(self) -> str:
        """By what it is known again, whatever was done of it since: its page, and which step of it."""
        return f"{self.url}#{self.step}"

    @property
    def about(self) -> str:
        """How long it takes, as a sentence."""
        return _("About %(minutes)s.") % {"minutes": minute_words(self.minutes)}


def minute_words(minutes: float) -> str:
    """Return people's time as it is said: “9 minutes”, from an hour on as figures."""
    whole = max(1, round(minutes))
    if whole >= 60:
        return figures.minutes(whole, get_language())
    return ngettext("%(count)s minute", "%(count)s minutes", whole) % {"count": whole}


def count_word(count: int) -> str:
    """Return a small number as a word, a larger one in figures."""
    words = [
        _("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine"),
    ]  # fmt: skip
    return words[count] if count < len(words) else figures.number(count, get_language())


def title(duties: Sequence[Duty]) -> str:
    """Return how many things need the person, and how long that takes."""
    if not duties:
        return _("Nothing needs you today")
    total = max(1.0, sum(duty.minutes for duty in duties))
    values = {
        "count": count_word(len(duties)),
        "minutes": minute_words(total),
    }
    text = ngettext(
        "%(count)s thing needs you, about %(minutes)s",
        "%(count)s things need you, about %(minutes)s",
        len(duties),
    )
    return capital(text % values)


def lead(duties: Sequence[Duty], settled: int, hats: int) -> str:
    """Return what else there is, or why there is nothing."""
    if not duties and not hats:
        return _("You hold no mandate at present. Members vote in their assembly when it opens a ballot.")
    if settled and not duties:
        return _("Everything you pre-approved was settled without you.")
    if settled:
        return _("Nothing else does. Everything you pre-approved was settled without you.")
    return _("Nothing else does.") if duties else _("You will see here what waits for your answer or vote.")


def settled_text(lines: int, band: float | None) -> str:
    """Return what the standing mandate settled."""
    values: dict[str, Any] = {"count": figures.number(lines, get_language())}
    if band is None:
        return (
            ngettext(
                "%(count)s line moved inside the band its assembly pre-approved.",
                "%(count)s lines moved inside the bands their assemblies pre-approved.",
                lines,
            )
            % values
        )
    values["band"] = figures.percent(band, get_language())
    return (
        ngettext(
            "%(count)s line moved by less than your assembly's ±%(band)s.",
            "%(count)s lines moved by less than your assembly's ±%(band)s.",
            lines,
        )
        % values
    )


def line_detail(number: int, proposed: str, suggested: str) -> str:
    """Return what a round asks of a line."""
    return _("Round %(number)s asks %(suggested)s instead of %(proposed)s.") % {
        "number": number,
        "suggested": suggested,
        "proposed": proposed,
    }
