"""What the outbox holds that was not delivered, and why; and another try."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from planning.notices.keeping import messages_again, outbox_state
from workplaces.models import Message


class Command(BaseCommand):
    """Print how the outbox stands; ``--again`` lets what was given up be tried once more."""

    help = (
        "Says how many messages wait, and of each that could not be delivered why. --again tries those again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--again``."""
        parser.add_argument("--again", action="store_true", help="try again what could not be delivered")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print it: whose message it is by public id, nothing of what it says."""
        stands = outbox_state()
        since = f", the first since {stands.since:%Y-%m-%d %H:%M} UTC" if stands.since else ""
        self.stdout.write(f"{stands.waiting} messages wait{since}; {stands.given_up} could not be delivered.")
        given_up = Message.objects.filter(state=Message.State.GIVEN_UP).select_related("person")
        for message in given_up.order_by("created_at", "pk"):
            self.stdout.write(
                f"{message.public_id} {message.kind} to person {message.person.public_id}, "
                f"{message.attempts} attempts: {message.problem}"
            )
        if options["again"]:
            self.stdout.write(f"{messages_again(now=timezone.now())} messages are tried again.")
