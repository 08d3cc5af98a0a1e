"""What a plan means for those who vote on it: a table for each of the reader's councils, or for one that is asked for."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from councils.charter import charter_value
from councils.models import Council
from planning.models import Plan
from planning.selectors.meaning import Meaning, Pair, meaning
from planning.services.plans import ORDER
from planning.views.common import moment, person
from planning.wording import meaning as wording
from workplaces import authority
from workplaces.presentation import figures

SHOWN = 2  # councils of one person


def meanings(request: HttpRequest, plan: Plan) -> list[dict[str, Any]]:
    """Return the tables of the council in the address, else of the reader's councils that vote on the plan."""
    return [_table(meaning(plan, council), plan.scenario.currency) for council in _councils(request)]


def _councils(request: HttpRequest) -> list[Council]:
    wanted = request.GET.get("council")
    if wanted:
        try:
            return [get_object_or_404(Council, public_id=UUID(wanted))]
        except ValueError as problem:
            raise Http404 from problem
    today = moment().date()
    asked = charter_value(ORDER, on=today)
    mine = [hat.council for hat in authority.hats(person(request), today) if hat.council_kind in asked]
    found = {council.public_id: council for council in Council.objects.filter(public_id__in=mine)}
    return [found[public_id] for public_id in dict.fromkeys(mine) if public_id in found][:SHOWN]


def _table(found: Meaning, currency: str) -> dict[str, Any]:
    lang, words = get_language(), wording.labels(spatial=found.spatial)
    return {
        "title": wording.title(found.council.label),
        "rows": [
            _money(words["output"], found.output, currency),
            _row(words["hours"], found.hours, lambda value: figures.quantity(value, "hours", lang)),
            _money(words["use"], found.use, currency),
            _alone(words["premium"], figures.change(found.premium, lang)),
            _alone(words["unbalanced"], wording.out_of(len(found.unbalanced), found.products)),
        ],
        "unbalanced": found.unbalanced,
    }


def _money(label: str, pair: Pair, currency: str) -> dict[str, Any]:
    return _row(label, pair, lambda value: figures.money(value, currency, get_language(), significant=4))


def _row(label: str, pair: Pair, show: Any) -> dict[str, Any]:
    return {"label": label, "last": show(pair.last), "plan": show(pair.plan), "change": pair.change}


def _alone(label: str, text: str) -> dict[str, Any]:
    """A figure that last year had none of: prices carried no premium, and what was made was used."""
    return {"label": label, "last": "", "plan": text}
