"""What a person speaks for."""

from django.utils import timezone

from workplaces.authority import DELEGATE, hats
from workplaces.models import Person


def my_workplaces(person: Person) -> set[int]:
    """Return the workplaces (first versions' ids) that the person speaks for as a delegate today."""
    worn = hats(person, timezone.now().date())
    return {hat.workplace for hat in worn if hat.role == DELEGATE and hat.workplace is not None}


def my_regions(person: Person) -> set[int]:
    """Return the places whose consumption the person speaks for as a delegate today."""
    worn = hats(person, timezone.now().date())
    return {hat.region for hat in worn if hat.role == DELEGATE and hat.region is not None}
