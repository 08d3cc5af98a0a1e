"""Accounts and postings of the ledger."""

from typing import Any

from rest_framework import serializers

from planning.models import Account, JournalEntry


class AccountSerializer(serializers.Serializer[Account]):
    """Where money stands."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(Account.Kind.choices)
    year = serializers.IntegerField(source="cycle.year", default=None, allow_null=True)
    sector = serializers.CharField(source="sector.code", default=None, allow_null=True)
    region = serializers.CharField(source="region.code", default=None, allow_null=True)
    workplace = serializers.CharField(source="workplace.code", default=None, allow_null=True)
    balance = serializers.IntegerField(help_text="minor units: hundredths of the currency")


class PostingSerializer(serializers.Serializer[Any]):
    """An amount into an account, or out of it (negative); the postings of an entry add up to zero."""

    entry = serializers.UUIDField(source="entry.public_id")
    at = serializers.DateTimeField(source="entry.at")
    cause = serializers.ChoiceField(JournalEntry.Cause.choices, source="entry.cause")
    subject = serializers.UUIDField(source="entry.subject", help_text="id of what caused it")
    account = serializers.UUIDField(source="account.public_id")
    amount = serializers.IntegerField(help_text="minor units")
