"""From the runner's reasons to the terms and sentences of a page."""

import math
from typing import Any

from django.utils.translation import get_language

from planning.models import Round, RunLine, RunRow
from planning.runner import explain
from planning.runner.firmness import Moved, firmness
from planning.selectors import lines as selectors
from planning.selectors import names
from planning.selectors.movers import mover_names
from planning.wording import firmness as tradeoffs
from planning.wording import lines as wording
from workplaces.hours import IN_HOURS
from workplaces.presentation import figures

KINDS = {
    explain.OUTPUT: "output",
    explain.INPUT: "input",
    explain.LABOUR: "labour",
    explain.RESOURCE: "resource",
}
SHOWN = 10
SHOWN_GAPS = 3
MONEY_FACTOR = 1000.0  # a product measured in money is explained by its thousandth part


def reasons_context(
    round: Round, subject: selectors.Subject, suggestion: RunLine, *, mine: bool
) -> dict[str, Any]:
    """Return why the line is asked, term by term, and what accepting takes."""
    run, scenario, product = suggestion.run, round.scenario, subject.product
    reasons, hours = _reasons(round, subject, suggestion)
    money_unit = "R$" in product.unit or scenario.currency in product.unit
    factor = MONEY_FACTOR if money_unit else 1.0
    digits = digits_for(suggestion.margin * factor, [r.amount * factor for r in reasons])
    row = selectors.product_row(run, product.entity_id)
    imbalance = -row.imbalance_before if row else 0.0
    change = suggestion.suggested - suggestion.proposed
    return {
        "why": wording.why_asked(
            product=product.label,
            imbalance=imbalance,
            able=selectors.able_workplaces(run, scenario, product.entity_id, more=change > 0),
            mine=mine,
            clients=selectors.client_workplaces(scenario, product.entity_id),
        ),
        "terms": wording.terms(reasons, product=product.label, digits=digits, factor=factor),
        "digits": digits,
        "worth": wording.worth(suggestion.margin),
        "per_unit": wording.per_unit(product.label, product.unit, scenario.currency, money_unit=money_unit),
        "accept_text": wording.accept_text(None if hours is None else hours * change, change),
        "margin": suggestion.margin * factor,
        "reasons": [
            {
                "name": r.name,
                "kind": r.kind,
                "use": r.use,
                "unit": r.unit,
                "premium": r.premium,
                "amount": r.amount * factor,
            }
            for r in reasons
        ],
    }


def _reasons(
    round: Round, subject: selectors.Subject, suggestion: RunLine
) -> tuple[list[wording.Reason], float | None]:
    """Return the named reasons, and the hours of work in one unit (None: labour is not counted in hours)."""
    terms = explain.line_terms(suggestion.run, round.scenario, subject.line)
    rows = [RunRow(kind=explain.ROW_KINDS[t.kind], entity=t.entity) for t in terms]
    known = names.of_rows(round.scenario, rows)
    found, hours = [], 0.0
    for term in terms:
        name = known.get((int(explain.ROW_KINDS[term.kind]), term.entity), names.Name(""))
        base = term.price - term.dual
        if term.kind == explain.LABOUR:
            hours += term.use * IN_HOURS.get(name.unit, math.nan)
        found.append(
            wording.Reason(
                kind=KINDS[term.kind],
                name=name.label,
                unit=name.unit,
                use=term.use,
                premium=term.dual / base if base else 0.0,
                amount=term.amount,
            )
        )
    return found, None if math.isnan(hours) else hours


def digits_for(margin: float, amounts: list[float]) -> int:
    """Return the decimals that show three digits of the largest term: 0 for hundreds, 4 for hundredths."""
    largest = max([abs(margin), *(abs(a) for a in amounts)], default=0.0)
    if largest <= 0:
        return 0
    return min(6, max(0, figures.decimals(largest, 3)))


def firmness_context(round: Round, subject: selectors.Subject, suggestion: RunLine) -> dict[str, Any]:
    """Return who would have to move further, and what would go missing, if the line held firm."""
    found = firmness(suggestion.run, suggestion, subject.product.entity_id)
    lang = get_language()
    moving = [m for m in found.lines if m.kind == RunLine.Kind.PRODUCTION and abs(m.share) > 1e-6]
    eaters = [m for m in found.lines if m.kind == RunLine.Kind.DEMAND and m.amount < 0]
    labels = mover_names(round.scenario, moving[:SHOWN], eaters[:1])
    makers = selectors.makers_of(round.scenario, subject.product)
    same = [m for m in moving if m.entity in makers]
    shares = sorted(abs(m.share) for m in same)
    losing = [
        tradeoffs.loses(name.place, name.category, figures.quantity(-m.amount, name.unit, lang), name.product)
        for m in eaters[:1]
        if (name := labels.get((m.kind, m.entity)))
    ]
    return {
        "firmness": found,
        "sentence": tradeoffs.tradeoff(
            makers=len(same),
            product=subject.product.label,
            typical=shares[len(shares) // 2] if shares else 0.0,
            elsewhere=len(moving) - len(same),
            losing=losing,
            exact=found.exact,
            gaps=_gaps(round, found.gaps),
            asked=found.asked,
            withheld=figures.quantity(abs(found.withheld), subject.product.unit, lang),
        ),
        "movers": [
            {"name": labels[m.kind, m.entity], "amount": m.amount, "share": m.share}
            for m in moving[:SHOWN]
            if (m.kind, m.entity) in labels
        ],
        "more_movers": max(0, len(moving) - SHOWN),
    }


def _gaps(round: Round, gaps: list[Moved]) -> list[str]:
    """Say what would go missing, the dearest first; what others could make up for is no gap."""
    rows = [RunRow(kind=gap.kind, entity=gap.entity) for gap in gaps[:SHOWN_GAPS]]
    known = names.of_rows(round.scenario, rows)
    return [
        tradeoffs.goes_short(name.label, figures.quantity(gap.amount, name.unit, get_language()))
        for gap in gaps[:SHOWN_GAPS]
        if gap.amount > 0 and (name := known.get((gap.kind, gap.entity)))
    ]
