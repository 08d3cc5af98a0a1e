"""An invitation: a link with which a person sets their first password. There are no default passwords."""

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from workplaces.models import Person


def invitation_path(person: Person) -> str:
    """Return the path of a link that lets this person choose a password; it works once, for some days.

    Whoever makes the link vouches for the e-mail address, so it counts as confirmed.
    """
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    return reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key}
    )
