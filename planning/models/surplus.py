"""What settling a year found of each workplace's surplus, and the levy on it."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Floor, Greatest
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle
from planning.models.ledger import JournalEntry
from workplaces.models import Workplace
from workplaces.models.fields import quantity


class SurplusLevy(models.Model):
    """A workplace's surplus of a year, computed and never declared: ``output − inputs − pay − charges``, in minor units.

    ``levy = round(rate · surplus)``, and the rest is the members'. ``entry`` posts both; where there is no surplus there is
    none. ``output`` and ``inputs`` are at the plan's accounting prices, ``pay`` at its accounting wages, ``charges`` what the
    workplace was charged for resources; ``unreported`` is the part of the output that is planned, because no report covers
    the year. References point at first versions.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="surpluses")
    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="+")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, null=True, related_name="surplus")
    output = models.BigIntegerField()
    inputs = models.BigIntegerField()
    pay = models.BigIntegerField()
    charges = models.BigIntegerField()
    unreported = models.BigIntegerField()
    rate = quantity()
    surplus = models.BigIntegerField()
    levy = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("levy on surplus")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "workplace"], name="surpluslevy_once"),
            models.CheckConstraint(
                condition=Q(surplus=F("output") - F("inputs") - F("pay") - F("charges")),
                name="surpluslevy_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(surplus__gt=0, entry__isnull=False) | Q(surplus__lte=0, entry__isnull=True),
                name="surpluslevy_posted_if_any",
            ),
            models.CheckConstraint(
                condition=Q(
                    levy=Floor(
                        F("rate") * Cast(Greatest(F("surplus"), Value(0)), models.FloatField()) + Value(0.5)
                    )
                ),
                name="surpluslevy_at_its_rate",
            ),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=1), name="surpluslevy_rate_share"),
            models.CheckConstraint(
                condition=Q(unreported__gte=0, unreported__lte=F("output"), inputs__gte=0, pay__gte=0, charges__gte=0),
                name="surpluslevy_reported_part",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return whose surplus, and of which year."""
        return f"{self.workplace}, {self.cycle}"

    @property
    def kept(self) -> int:
        """What is the members' to divide."""
        return max(self.surplus, 0) - self.levy
