"""A workplace's appeal on the rule by which a council shared its envelope out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models import Appeal
from planning.models.sharing import Share, SharingOut
from workplaces.models import Person

RULES = ["dial", "least", "weight", "level", "effect", "ceiling", "need", "rivals", "budget", "count"]


class SharingAppeal(models.Model):
    """On which ground a workplace appeals: its part in the sharing-out, the rule it says was broken, and why.

    ``by`` spoke for the workplace; the appeal itself may have been filed by somebody else before.
    """

    class Rule(models.TextChoices):
        DIAL = "dial", _("the dial and its range")
        LEAST = "least", _("the least shares of groups")
        WEIGHT = "weight", _("the weight of a group")
        LEVEL = "level", _("the level it stands at")
        EFFECT = "effect", _("what a unit of money brings there")
        CEILING = "ceiling", _("the ceiling, the level of the sector's best tenth")
        NEED = "need", _("what it asks for")
        RIVALS = "rivals", _("which requests competed")
        BUDGET = "budget", _("the budget for which they competed")
        COUNT = "count", _("the rule of counting")

    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="ground")
    share = models.ForeignKey(Share, models.PROTECT, related_name="appeals")
    rule = models.CharField(_("rule"), max_length=7, choices=Rule)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("appeal of a workplace")
        verbose_name_plural = _("appeals of workplaces")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="sharingappeal_has_a_reason"),
            models.CheckConstraint(
                condition=Q(rule__in=RULES),
                name="sharingappeal_names_a_rule",
            ),
        ]

    def __str__(self) -> str:
        """Return who appeals."""
        return str(self.share)

    @classmethod
    def rules_of(cls, sharing: SharingOut) -> list[str]:
        """Return the rules by which a sharing-out of that method dealt with its requests."""
        of_projects = [cls.Rule.RIVALS, cls.Rule.BUDGET, cls.Rule.COUNT]
        if sharing.is_of_projects:
            return [*of_projects, cls.Rule.CEILING, cls.Rule.NEED]
        return [rule for rule in cls.Rule if rule not in of_projects]
