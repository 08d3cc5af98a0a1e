"""What a line's review says: the question, the reasons, the consequences of each answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from planning.wording.lists import in_list, in_sentence, join
from workplaces.hours import HOURS_PER_JOB
from workplaces.presentation import figures

SAME = 1e-9
WEIGHTY = 0.1  # an input is named if its term has at least this share of the largest input's


def share_of(proposed: float, suggested: float) -> float:
    """Return the suggested change as a share of the proposal; of the suggestion where nothing was proposed."""
    base = abs(proposed) or abs(suggested)
    return (suggested - proposed) / base if base else 0.0


def _rough(share: float) -> str:
    """A percentage for a question: no decimals from 2 % on."""
    lang = get_language()
    return figures.percent(abs(share), lang, digits=0 if abs(share) >= 0.0195 else None)


def question(product: str, proposed: float, suggested: float) -> str:
    """Return the suggestion as a question in plain words."""
    name, share = in_sentence(product), share_of(proposed, suggested)
    if abs(share) < SAME:
        return _("%(product)s: your own figure stands") % {"product": product}
    if proposed == 0:
        return _("Can you start making %(product)s?") % {"product": name}
    if suggested == 0:
        return _("Can you stop making %(product)s this year?") % {"product": name}
    values = {"share": _rough(share), "product": name}
    if share > 0:
        return _("Can you make %(share)s more %(product)s?") % values
    return _("Can you make %(share)s less %(product)s?") % values


def settled_question(product: str, proposed: float, suggested: float) -> str:
    """Return the title of a change that the standing mandate settles."""
    name, share = in_sentence(product), share_of(proposed, suggested)
    values = {"share": _rough(share), "product": name}
    if abs(share) < SAME:
        return _("%(product)s: your own figure stands") % {"product": product}
    if share > 0:
        return _("Inside your mandate: %(share)s more %(product)s") % values
    return _("Inside your mandate: %(share)s less %(product)s") % values


def demand_question(place: str, product: str, proposed: float, suggested: float) -> str:
    """Return a suggestion to a community or region as a question."""
    values = {
        "place": place,
        "share": _rough(share_of(proposed, suggested)),
        "product": in_sentence(product),
    }
    if suggested < proposed:
        return _("Can %(place)s do with %(share)s less %(product)s?") % values
    return _("Can %(place)s take %(share)s more %(product)s?") % values


def own_title(product: str, year: int) -> str:
    """Return the title of the proposal form."""
    return _("How much %(product)s will you make in %(year)s?") % {
        "year": year,
        "product": in_sentence(product),
    }


def why_asked(*, product: str, imbalance: float, able: int, clients: int, mine: bool = True) -> str:
    """Return why the line is asked; ``imbalance`` is signed, short negative; ``able`` counts who could move."""
    lang = get_language()
    values = {
        "product": in_sentence(product),
        "share": figures.percent(abs(imbalance), lang),
        "able": figures.number(able, lang),
        "clients": figures.number(clients, lang),
    }
    if abs(imbalance) < 1e-6:
        parts = [
            _(
                "Everyone's proposals for %(product)s add up; what changes elsewhere makes this change worth asking."
            )
            % values
        ]
        return parts[0]
    if imbalance < 0:
        parts = [_("Everyone's proposals together leave %(product)s %(share)s short.") % values]
        if able > 1:
            parts.append(
                (
                    _("%(able)s workplaces have room; yours is one.")
                    if mine
                    else _("%(able)s workplaces have room.")
                )
                % values
            )
        if clients:
            parts.append(
                ngettext(
                    "If nobody moves, %(clients)s workplace that uses it gets less than it asked for.",
                    "If nobody moves, %(clients)s workplaces that use it get less than they asked for.",
                    clients,
                )
                % values
            )
    else:
        parts = [
            _("Everyone's proposals together make %(share)s more %(product)s than anybody asked for.")
            % values,
            _("If nobody moves, it is made for nothing."),
        ]
    return " ".join(parts)


@dataclass(frozen=True)
class Reason:
    """A summand of a line's margin. ``kind`` is output, input, labour, resource or world.

    ``amount`` is money per unit of the line's product; ``use`` the quantity per unit; ``premium`` the row's
    premium as a share of its price, positive where it is scarce.
    """

    kind: str
    name: str
    unit: str
    use: float
    premium: float
    amount: float


@dataclass(frozen=True)
class Term:
    """A line of the sum as shown: rounded so that the rounded terms add up to the rounded total."""

    label: str
    value: float


def terms(
    reasons: Sequence[Reason], *, product: str, digits: int, factor: float = 1.0, shown: int = 2
) -> list[Term]:
    """Return the reasons as terms of a sum, small inputs together.

    ``factor`` scales money (1000 where the product's unit is itself money); ``digits`` are the decimals.
    """
    merged = [
        *_outputs([r for r in reasons if r.kind == "output"], product),
        *_inputs([r for r in reasons if r.kind == "input"], shown),
        *((_labour(r), r.amount) for r in reasons if r.kind == "labour" and r.amount),
        *((_resource(r), r.amount) for r in reasons if r.kind in {"resource", "world"} and r.amount),
    ]
    values = rounded([amount * factor for _label, amount in merged], digits)
    found = [Term(label, value) for (label, _amount), value in zip(merged, values, strict=True)]
    return [term for place, term in enumerate(found) if term.value or not place]


def rounded(values: Sequence[float], digits: int) -> list[float]:
    """Round the values so that they add up to their rounded sum: the largest remainders get the rest.

    Ties go to the earlier value.
    """
    scale = 10.0**digits
    floors = [int(value * scale // 1) for value in values]
    missing = round(sum(values) * scale) - sum(floors)
    order = sorted(range(len(values)), key=lambda i: (floors[i] - values[i] * scale, i))
    for place in order[: max(0, missing)]:
        floors[place] += 1
    return [floor / scale for floor in floors]


def _outputs(reasons: Sequence[Reason], product: str) -> list[tuple[str, float]]:
    found = []
    for reason in reasons:
        name = in_sentence(reason.name or product)
        if reason.amount > 0:
            label = _("Short: premium on the %(name)s you make")
        elif reason.amount < 0:
            label = _("Too much of it: discount on the %(name)s you make")
        else:
            label = _("In balance: no premium on the %(name)s you make")
        found.append((label % {"name": name}, reason.amount))
    return found


def _inputs(reasons: Sequence[Reason], shown: int) -> list[tuple[str, float]]:
    """Name the inputs that weigh most on each side; the rest is one term."""
    ordered = sorted(reasons, key=lambda r: -abs(r.amount))
    weighty = [r for r in ordered if r.amount and abs(r.amount) >= WEIGHTY * abs(ordered[0].amount)]
    named = weighty[:shown] if len(ordered) > shown else [r for r in ordered if r.amount]
    found = []
    for group, label in (
        ([r for r in named if r.amount < 0], _("You use what is short: %(names)s")),
        ([r for r in named if r.amount > 0], _("You use what there is too much of: %(names)s")),
    ):
        if group:
            names = join([in_list(r.name) for r in group])
            found.append((label % {"names": names}, sum(r.amount for r in group)))
    rest = sum(r.amount for r in reasons if r not in named)
    return [*found, (_("Everything else you use"), rest)] if rest else found


def _labour(reason: Reason) -> str:
    values = {"name": in_sentence(reason.name, 60)}
    if reason.amount < 0:
        return _("Your people's hours, scarce: %(name)s") % values
    return _("Your people's hours, hours are idle: %(name)s") % values


def _resource(reason: Reason) -> str:
    if reason.kind == "world":
        return _("Your trade with the world, at the exchange premium")
    lang = get_language()
    values = {"use": figures.quantity(reason.use, reason.unit, lang), "name": in_sentence(reason.name, 60)}
    return _("%(use)s of %(name)s under the cap") % values


def worth(total: float) -> str:
    """Return the name of the sum."""
    if total > 0:
        return _("Worth asking for more")
    if total < 0:
        return _("Worth asking for less")
    return _("Not worth a change")


def per_unit(product: str, unit: str, currency: str, *, money_unit: bool) -> str:
    """Return what the sum is counted in."""
    thousand = figures.money(1000, currency, get_language())
    values = {
        "product": in_sentence(product),
        "unit": thousand if money_unit else unit,
        "currency": thousand.split(figures.NARROW)[0],
    }
    return (
        _(
            "Each %(unit)s of %(product)s at this round's premiums, in %(currency)s. "
            "The sum decides how far you are asked to move."
        )
        % values
    )


def accept_text(hours: float | None, change: float) -> str:
    """Return what accepting takes: inputs, hours of work, and how many people's year that is.

    ``hours`` are plain hours of the year; None where the economy does not count labour in hours.
    """
    if hours is None:
        return (
            _("The labour and the inputs come with it.")
            if change > 0
            else _("You need less labour and fewer inputs.")
        )
    people = abs(hours) / HOURS_PER_JOB
    if people < 0.01:
        return (
            _("Your people's hours hardly change; the inputs come with it.")
            if change > 0
            else _("Your people's hours hardly change; you need fewer inputs.")
        )
    lang = get_language()
    values = {
        "hours": figures.hours(abs(hours), lang, significant=2),
        "people": figures.number(people, lang),
    }
    return (_more_hours(people) if change > 0 else _fewer_hours(people)) % values


def _more_hours(people: float) -> str:
    if people < 0.5:
        return _("About %(hours)s more work in the year; the inputs come with it.")
    return ngettext(
        "About %(hours)s more work in the year, as much as %(people)s person does; the inputs come with it.",
        "About %(hours)s more work in the year, as much as %(people)s people do; the inputs come with it.",
        round(people),
    )


def _fewer_hours(people: float) -> str:
    if people < 0.5:
        return _(
            "About %(hours)s of work in the year become free: shorter hours, training or new work, nobody is laid off."
        )
    return ngettext(
        "About %(hours)s of work in the year become free, as much as %(people)s person does: shorter hours, training "
        "or new work, nobody is laid off.",
        "About %(hours)s of work in the year become free, as much as %(people)s people do: shorter hours, training "
        "or new work, nobody is laid off.",
        round(people),
    )


def band_text(band: float, *, used_up: bool = False) -> str:
    """Return the band as a label of the scale; it counts from the last confirmed figure, so it can be used up."""
    if used_up:
        return _("your band ±%(share)s is used up") % {"share": figures.percent(band, get_language())}
    return _("your band ±%(share)s") % {"share": figures.percent(band, get_language())}


def silence(figure: str) -> str:
    """Return what happens without an answer."""
    return _("If you do nothing, %(figure)s stands for this round and your electors are told.") % {
        "figure": figure
    }


def answered_title(product: str, answer: str, figure: str) -> str:
    """Return the title of a line that has been answered, as long as its round is open."""
    values = {"product": in_sentence(product), "figure": figure}
    sentences = {
        "accept": _("Accepted: %(figure)s of %(product)s"),
        "counter": _("Countered: %(figure)s of %(product)s"),
        "firm": _("Held firm: %(figure)s of %(product)s"),
    }
    return sentences[answer] % values


def outcome(*, answer: str, source: str, next_figure: str | None, proposed: str) -> str:
    """Return what became of the line after the round closed."""
    figure = next_figure or proposed
    sentences = {
        "accept": _("Accepted: %(figure)s went into the next round"),
        "counter": _("Countered: %(figure)s went into the next round"),
        "firm": _("Held firm: %(figure)s went into the next round"),
    }
    if answer in sentences:
        return sentences[answer] % {"figure": figure}
    if source == "mandate":
        return _("Inside the band: %(figure)s went into the next round by the standing mandate") % {
            "figure": figure
        }
    return _("No answer came: %(figure)s stood, and the electors were told") % {"figure": proposed}
