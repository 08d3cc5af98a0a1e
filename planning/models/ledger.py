"""The ledger: accounts and postings in double entry. Money is never made, lost or rewritten."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from planning.models.cycles import Cycle
from workplaces.ids import uuid7
from workplaces.models import Person, Region, Sector, Workplace

DECIMALS = 2
MINOR: int = 10**DECIMALS  # minor units in one unit of the currency in which prices are stated


class Account(models.Model):
    """Where money stands, in minor units of the currency; ``balance`` is kept by a trigger out of the postings.

    ``sector`` and ``workplace`` point at first versions (``entity_id``), as councils do. ``cycle`` is set for what lasts
    one plan year. Only two kinds may stand below zero: the year's output, of which the others hold claims, and the
    outside world.
    """

    class Kind(models.TextChoices):
        OUTPUT = "output", _("output of the year")
        WORLD = "world", _("outside world")
        BOARD = "board", _("investment fund of the board")
        SECTOR = "sector", _("envelope of a sector")
        REGION = "region", _("envelope of a region")
        INVESTMENT = "investment", _("investment account of a workplace")
        LEVY = "levy", _("levy")
        CHARGES = "charges", _("resource charges")
        SURPLUS = "surplus", _("surplus of a workplace")
        COLLECTIVE = "collective", _("collective goods of a workplace")
        BONUSES = "bonuses", _("bonuses of a workplace's members")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, related_name="accounts")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    workplace = models.ForeignKey(Workplace, models.PROTECT, null=True, related_name="+")
    balance = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "cycle", "sector", "region", "workplace"],
                nulls_distinct=False,
                name="account_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="sector", cycle__isnull=False, sector__isnull=False, region__isnull=True,
                            workplace__isnull=True)
                | Q(kind="region", cycle__isnull=False, sector__isnull=True, region__isnull=False,
                    workplace__isnull=True)
                | Q(kind__in=["investment", "surplus", "collective", "bonuses"], sector__isnull=True,
                    region__isnull=True, workplace__isnull=False)
                | Q(kind__in=["output", "board"], cycle__isnull=False, sector__isnull=True, region__isnull=True,
                    workplace__isnull=True)
                | Q(kind__in=["world", "levy", "charges"], sector__isnull=True, region__isnull=True,
                    workplace__isnull=True),
                name="account_owner_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["output", "world"]) | Q(balance__gte=0), name="account_not_overdrawn"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return whose account it is, and of which year."""
        owner = self.sector or self.region or self.workplace
        name = f"{self.get_kind_display()}: {owner.label}" if owner else self.get_kind_display()
        words = {"account": name, "year": self.cycle.year if self.cycle else ""}
        return _now("%(account)s, %(year)s") % words if self.cycle else name


class JournalEntry(models.Model):
    """One movement of money and its cause; its postings add up to zero.

    ``subject`` is the public id of what caused it: the envelopes' draft, the grant, the cycle that was settled, the division.
    ``postings_count`` is how many postings it has, so that none can be added later.
    """

    class Cause(models.TextChoices):
        FUND = "fund", _("share of the year's output set aside for investment")
        ENVELOPE = "envelope", _("envelope settled by the board")
        GRANT = "grant", _("grant")
        PURCHASE = "purchase", _("equipment paid for")
        RETURN = "return", _("diverted, given back to its envelope")
        REVERSAL = "reversal", _("grant taken back after an appeal")
        UNSPENT = "unspent", _("not granted by the end of the year, given back to its output")
        ABANDONED = "abandoned", _("given back: the year was abandoned")
        CHARGE = "charge", _("charges for the use of resources")
        SURPLUS = "surplus", _("surplus of a year, and the levy on it")
        DIVISION = "division", _("surplus divided by the members")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cause = models.CharField(max_length=10, choices=Cause)
    subject = models.UUIDField()
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="journal")
    postings_count = models.PositiveIntegerField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(postings_count__gte=2), name="journalentry_has_two_sides"),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(cause__in=["purchase", "reversal", "return", "abandoned"]),
                name="journalentry_grant_leaves_once",
            ),
            models.UniqueConstraint(
                fields=["cycle", "subject"],
                condition=Q(cause="charge"),
                name="journalentry_charged_once",
            ),
            models.UniqueConstraint(
                fields=["cycle", "subject"],
                condition=Q(cause="surplus"),
                name="journalentry_surplus_once",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(cause="division"),
                name="journalentry_divided_once",
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="journalentry_subject")]

    def __str__(self) -> str:
        """Return the cause."""
        return self.get_cause_display()


class Posting(models.Model):
    """An amount (minor units) into an account, or out of it (negative)."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_moves_something")]

    def __str__(self) -> str:
        """Return how much, and where."""
        return f"{self.amount:+d} {self.account}"
