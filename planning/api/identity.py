"""Whether staff have proved more than a password."""

from datetime import date

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from workplaces.authority import AUDITOR, COORDINATOR, REGISTRAR, hats
from workplaces.models import Person

STAFF = frozenset({COORDINATOR, REGISTRAR, AUDITOR})


def lacks_second_factor(person: Person, on: date) -> bool:
    """Say whether the person serves as staff and has enrolled no authenticator."""
    if not settings.STAFF_NEED_SECOND_FACTOR or not person.is_authenticated:
        return False
    return any(hat.role in STAFF for hat in hats(person, on)) and not is_mfa_enabled(person)
