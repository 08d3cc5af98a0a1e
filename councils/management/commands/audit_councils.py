"""``manage.py audit_councils``: hold the councils' tables against the public record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from councils.selectors.audit import audit


class Command(BaseCommand):
    """Fail with a sentence for everything that the record does not bear out."""

    help = (
        "Compare mandates, charter, motions, petitions, elections, ballots and votes with the public record."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Print what was found."""
        findings = audit()
        for finding in findings:
            self.stderr.write(finding)
        if findings:
            raise CommandError(f"{len(findings)} findings.")
        self.stdout.write("Mandates, charter, motions, ballots and votes are as the public record says.")
