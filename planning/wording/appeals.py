"""Appeals on the rule in words: which rule a workplace says was broken, and at which figure it stands."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from councils.choice_rules import rule_told
from planning.models import Share, SharingAppeal
from planning.rules import rule
from planning.selectors.appeals import motion_of
from planning.services.saying import in_full, said
from planning.wording.sharing import group_label, level
from workplaces.presentation import figures

Rule = SharingAppeal.Rule


def rule_said(appeal: SharingAppeal) -> str:
    """Name the rule that a workplace says was broken, with its figure in the sharing-out that was frozen."""
    return rules_of(appeal.share)[appeal.rule]


def rules_of(share: Share) -> dict[str, str]:
    """Return by rule what the frozen sharing-out has of it: a charter's range, a criterion, a figure of the request."""
    sharing, request = share.sharing, share.request
    if sharing.is_of_projects:
        return _rules_of_projects(share)
    rules, currency = request.cycle.rules, request.cycle.baseline.currency
    words = {
        "alpha": said(sharing.alpha),
        "low": said(rule(rules, "dial_least")),
        "high": said(rule(rules, "dial_most")),
        "least": _groups(sharing.criteria["least"], is_share=True) or _("none"),
        "weights": _groups(sharing.criteria["weights"], is_share=False) or _("none but 1"),
        "weight": said(share.weight),
        "level": level(share.before, currency),
        "returns": figures.number(request.returns, get_language(), digits=3),
        "amount": in_full(request.amount, currency),
    }
    return {
        Rule.DIAL: _("The dial: α = %(alpha)s, by the charter between %(low)s and %(high)s") % words,
        Rule.LEAST: _("Least shares of groups: %(least)s") % words,
        Rule.WEIGHT: _("Weights of groups: %(weights)s; of this request %(weight)s") % words,
        Rule.LEVEL: _("The level it stands at: %(level)s") % words,
        Rule.EFFECT: _("Value added gained a year per unit of money: %(returns)s") % words,
        Rule.CEILING: _ceiling(),
        Rule.NEED: _("What it asks for: %(amount)s") % words,
    }


def _rules_of_projects(share: Share) -> dict[str, str]:
    """Return the same where whole requests competed."""
    sharing, currency = share.sharing, share.request.cycle.baseline.currency
    motion = motion_of(sharing)
    question = motion.question if motion else None
    words = {
        "number": sharing.shares.count(),
        "budget": in_full(sharing.amount, currency),
        "rule": rule_told(question.rule, question.params) if question else figures.ABSENT,
        "amount": in_full(share.amount, currency),
    }
    return {
        Rule.RIVALS: _("Which requests competed: %(number)s requests") % words,
        Rule.BUDGET: _("The budget for which they competed: %(budget)s") % words,
        Rule.COUNT: _("The rule of counting: %(rule)s") % words,
        Rule.CEILING: _ceiling(),
        Rule.NEED: _("What it asks for: %(amount)s") % words,
    }


def _ceiling() -> str:
    return _("The ceiling: nobody is lifted beyond the level of the sector's best tenth")


def _groups(figures_by_group: dict[str, float], *, is_share: bool) -> str:
    told = [
        f"{group_label(name)} {figures.number(100 * value, get_language(), digits=1)} %"
        if is_share
        else f"{group_label(name)} {said(value)}"
        for name, value in figures_by_group.items()
    ]
    return ", ".join(told)
