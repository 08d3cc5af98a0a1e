"""What programs need to act for a person: tokens, and the memory of what was already done, for pages too."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workplaces.ids import uuid7
from workplaces.models import Person


class ApiToken(models.Model):
    """A secret that lets a program act for a person, within scopes and until a day.

    Only the secret's SHA-256 is kept: it has 256 random bits, so nothing slower is needed.
    """

    class Scope(models.TextChoices):
        READ = "read", _("read")
        PROPOSE = "propose", _("write proposals")
        ANSWER = "answer", _("answer suggested changes")
        COORDINATE = "coordinate", _("open and close rounds, run iterations, put plans to the councils")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope))
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="apitoken_expires_after_its_making"
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=["read", "propose", "answer", "coordinate"])
                & Q(scopes__len__gt=0),
                name="apitoken_scopes_known",
            ),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="apitoken_digest"),
        ]

    def __str__(self) -> str:
        """Return the name that its person gave it."""
        return self.name


class IdempotentRequest(models.Model):
    """What a POST with an Idempotency-Key was, or a form that makes something, and what was answered: sent again, it is not
    done again."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="idempotentrequest_once")]
        indexes = [models.Index(fields=["at"], name="idempotentrequest_at")]

    def __str__(self) -> str:
        """Return the key that the client gave it."""
        return self.key
