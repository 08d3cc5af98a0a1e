"""``manage.py setup_federation``: a federation from a template, and the first registrar's invitation."""

import argparse
import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from planning.federation.founding import (
    MOST_COMMUNITIES,
    Founded,
    Wishes,
    federation_name,
    federation_setup,
    is_founded,
    numbered,
    registrar_install,
    sector_list,
)
from planning.federation.invitations import invitation_path
from planning.federation.templates import TEMPLATES
from workplaces.errors import Refused
from workplaces.models import Person


class Command(BaseCommand):
    """Makes places, councils, charter and the first baseline, or just the registrar who does so on screen."""

    help = (
        "Set up a federation from a template and invite its first registrar. Without --name only the registrar is "
        "made, who then sets the federation up on screen, under /setup/."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--name", help="the federation's name")
        parser.add_argument("--template", choices=list(TEMPLATES), default="cooperatives")
        parser.add_argument(
            "--communities", type=int, metavar="N", help="how many communities; names can come later"
        )
        parser.add_argument(
            "--community", action="append", default=[], metavar="NAME", help="a community; repeat"
        )
        parser.add_argument(
            "--sector", action="append", default=[], metavar="CODE:NAME", help="a sector; repeat"
        )
        parser.add_argument("--currency", default="€")
        parser.add_argument(
            "--registrar", required=True, metavar="E-MAIL", help="the first registrar's address"
        )
        parser.add_argument("--registrar-name", default="", metavar="NAME")
        here = os.environ.get("COMMONPLAN_ADDRESS", "http://localhost:8000")
        parser.add_argument("--address", default=here, help="where the instance answers")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        """Set up, or say why not."""
        _check(options)
        if is_founded():
            self._again(options)
            return
        try:
            person, made = _found(options)
        except Refused as refused:
            raise CommandError(" ".join([refused.message, *refused.fields.values()])) from refused
        if made:
            self.stdout.write(
                f"{made.country.name}: {made.communities} communities, {made.sectors} sectors, {made.councils} "
                f"councils, charter version {made.charter.version}, {made.scenario.name} (open)."
            )
        self._invite(person, options["address"])
        if not made:
            self.stdout.write("Signed in, set the federation up under /setup/.")

    def _again(self, options: dict[str, Any]) -> None:
        """The same founding again changes nothing; another one is refused."""
        person = Person.objects.filter(email__iexact=options["registrar"]).first()
        if options["name"] and options["name"].strip() != federation_name():
            raise CommandError(
                f"There is a federation already, “{federation_name()}”; an instance holds one. Nothing was changed."
            )
        self.stdout.write(f"“{federation_name()}” is set up already; nothing was changed.")
        if person and not person.has_usable_password() and person.last_login is None:
            self._invite(person, options["address"])

    def _invite(self, person: Person, address: str) -> None:
        if person.has_usable_password():
            self.stdout.write(f"{person} is the registrar and signs in as before.")
            return
        self.stdout.write(f"Send {person} this link, with which they choose their password (it works once):")
        self.stdout.write(f"{address.rstrip('/')}{invitation_path(person)}")


def _check(options: dict[str, Any]) -> None:
    try:
        validate_email(options["registrar"])
    except ValidationError as error:
        raise CommandError(f"--registrar: “{options['registrar']}” is not an e-mail address.") from error
    count = options["communities"]
    if count is not None and not 1 <= count <= MOST_COMMUNITIES:
        raise CommandError(f"--communities: {count} is not between 1 and {MOST_COMMUNITIES}.")
    if count is not None and options["community"]:
        raise CommandError("Give either --communities, a number, or --community, names; not both.")


@transaction.atomic
def _found(options: dict[str, Any]) -> tuple[Person, Founded | None]:
    now = timezone.now()
    person = registrar_install(email=options["registrar"], name=options["registrar_name"], now=now)
    if not options["name"]:
        return person, None
    wishes = Wishes(
        name=options["name"],
        template=options["template"],
        communities=options["community"]
        or (numbered(options["communities"]) if options["communities"] else ()),
        sectors=sector_list("\n".join(options["sector"])),
        currency=options["currency"],
    )
    return person, federation_setup(wishes=wishes, registrar=person, by=None, now=now)
