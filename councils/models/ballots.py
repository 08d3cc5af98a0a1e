"""Ballots: the question, the rule, the options and the roll, frozen when the ballot opens."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from councils.models.amendments import Amendment
from councils.models.councils import Council
from councils.models.motions import Motion
from workplaces.ids import uuid7
from workplaces.models import Person


class Ballot(models.Model):
    """A vote of one council. Triggers keep rule, options and roll as they were when it opened."""

    class Rule(models.TextChoices):
        MAJORITY_OF_CAST = "majority_of_cast", _("majority of the votes cast")
        MAJORITY_OF_ELIGIBLE = "majority_of_eligible", _("majority of all on the roll")
        STV = "stv", _("single transferable vote")
        APPROVAL = "approval", _("approval")
        SCORE = "score", _("points")
        INSTANT_RUNOFF = "instant_runoff", _("ranking, instant run-off")
        SCHULZE = "schulze", _("ranking, Schulze")
        RANKED_PAIRS = "ranked_pairs", _("ranking, ranked pairs")
        EQUAL_SHARES = "equal_shares", _("projects, Method of Equal Shares")
        GREEDY = "greedy", _("projects, most votes first")
        MEDIAN = "median", _("a number, generalized median")
        INDEPENDENT_MARKETS = "independent_markets", _("shares, Independent Markets")
        CONSENT = "consent", _("consent: no reasoned objection")
        DHONDT = "dhondt", _("seats of lists, D'Hondt")
        SAINTE_LAGUE = "sainte_lague", _("seats of lists, Sainte-Laguë")

    class Secrecy(models.TextChoices):
        NAMED = "named", _("named")
        SECRET = "secret", _("secret")

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        VOID = "void", _("void")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    council = models.ForeignKey(Council, models.PROTECT, related_name="ballots")
    motion = models.ForeignKey(Motion, models.PROTECT, null=True, blank=True, related_name="ballots")
    amendment = models.ForeignKey(Amendment, models.PROTECT, null=True, blank=True, related_name="ballots")
    wording = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text=_("SHA-256 of the words that are voted on"),
    )
    question = models.CharField(max_length=300)
    rule = models.CharField(max_length=24, choices=Rule)
    params = models.JSONField(default=dict)
    secrecy = models.CharField(max_length=6, choices=Secrecy, default=Secrecy.NAMED)
    quorum = models.CharField(max_length=20, default="0", help_text=_("share of the roll, as a fraction"))
    tie_break = models.CharField(max_length=30)
    weighted = models.BooleanField(default=False)
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True, default="")
    roll_size = models.PositiveIntegerField(default=0)
    roll_digest = models.CharField(max_length=64, blank=True, default="")
    result = models.JSONField(null=True, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["motion"],
                condition=Q(state__in=["draft", "open"]),
                name="ballot_one_at_a_time_per_motion",
            ),
            models.UniqueConstraint(
                fields=["amendment"],
                condition=Q(state__in=["draft", "open"]),
                name="ballot_one_at_a_time_per_amendment",
            ),
            models.CheckConstraint(
                condition=Q(motion__isnull=True) | Q(amendment__isnull=True), name="ballot_on_one_question"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "void"])
                | (Q(opened_at__isnull=False, roll_size__gt=0) & ~Q(roll_digest="")),
                name="ballot_open_has_a_roll",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, result__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True, result__isnull=True)),
                name="ballot_closed_has_a_result",
            ),
            models.CheckConstraint(
                condition=(Q(state="void", voided_at__isnull=False) & ~Q(void_reason=""))
                | (~Q(state="void") & Q(voided_at__isnull=True, void_reason="")),
                name="ballot_void_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(closes_at__gt=models.F("opened_at")),
                name="ballot_closes_after_it_opens",
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="ballot_due")]

    def __str__(self) -> str:
        """Return the question."""
        return self.question

    @property
    def subject(self) -> str:
        """How the public record names this ballot."""
        return f"ballot:{self.public_id}"

    @property
    def asks_for_one(self) -> bool:
        """Say whether a paper names exactly one option."""
        return self.is_by_consent or self.rule in {
            self.Rule.MAJORITY_OF_CAST,
            self.Rule.MAJORITY_OF_ELIGIBLE,
        }

    @property
    def is_by_consent(self) -> bool:
        """Say whether one reasoned objection stops the motion."""
        return self.rule == self.Rule.CONSENT

    @property
    def weighs_options(self) -> bool:
        """Say whether a vote on a motion weighs several options instead of naming one answer."""
        return not self.asks_for_one and self.motion_id is not None

    @property
    def is_ranked(self) -> bool:
        """Say whether the order on a paper means something."""
        return self.rule in {
            self.Rule.STV,
            self.Rule.INSTANT_RUNOFF,
            self.Rule.SCHULZE,
            self.Rule.RANKED_PAIRS,
        }


class Option(models.Model):
    """One answer a ballot offers; ``effect`` says how the rule counts it."""

    class Effect(models.TextChoices):
        YES = "yes", _("for")
        NO = "no", _("against")
        ABSTAIN = "abstain", _("abstention")
        CANDIDATE = "candidate", _("candidate")
        OPTION = "option", _("option")

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="options")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=30)
    label = models.CharField(max_length=200)
    effect = models.CharField(max_length=9, choices=Effect)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="option_number_once"),
            models.UniqueConstraint(fields=["ballot", "code"], name="option_code_once"),
        ]

    def __str__(self) -> str:
        """Return the answer in the reader's language."""
        return str(_(self.label))


class RollEntry(models.Model):
    """One voting right in one ballot: whose it is, whom they speak for, its weight, and its part if parts are counted."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="roll")
    number = models.PositiveIntegerField()
    right = models.CharField(max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="roll_entries")
    name = models.CharField(max_length=200)
    represents = models.CharField(max_length=200, blank=True, default="")
    sender = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    weight = models.PositiveIntegerField(default=1)
    part = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "right"], name="rollentry_right_once"),
            models.UniqueConstraint(fields=["ballot", "number"], name="rollentry_number_once"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="rollentry_weighs_something"),
        ]

    def __str__(self) -> str:
        """Return the place on the roll and who has the vote."""
        return f"{self.number}: {self.name}"
