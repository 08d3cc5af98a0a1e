"""Whose a sandbox is: its owner changes and computes it, whoever holds the link of a shared one reads it."""

from django.utils.translation import gettext as _

from planning.models import Sandbox
from workplaces.errors import Forbidden, passes
from workplaces.models import Person


def check_own(person: Person, sandbox: Sandbox) -> None:
    """Only its owner works in a sandbox."""
    if sandbox.owner_id != person.pk:
        raise Forbidden(_("This sandbox is somebody else's; copy it to go on from it."))


def can_own(person: Person, sandbox: Sandbox) -> bool:
    """Say whether the sandbox is the person's."""
    return passes(check_own, person, sandbox)


def check_read(person: Person, sandbox: Sandbox) -> None:
    """A private sandbox is its owner's; a shared one is read by everybody who has signed in and holds its link."""
    if sandbox.link is None:
        check_own(person, sandbox)


def can_read(person: Person, sandbox: Sandbox) -> bool:
    """Say whether the person may read the sandbox, given its address."""
    return passes(check_read, person, sandbox)
