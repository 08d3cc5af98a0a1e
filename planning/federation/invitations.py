"""An invitation: a link with which a person sets their first password. There are no default passwords."""

from datetime import datetime

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from workplaces import authority
from workplaces.authority import REGISTRAR
from workplaces.errors import Forbidden, Invalid
from workplaces.models import Person
from workplaces.record.services import entry_append


def invitation_path(person: Person) -> str:
    """Return the path of a link that lets this person choose a password; it works once, for some days.

    Whoever makes the link vouches for the e-mail address, so it counts as confirmed.
    """
    if person.email:
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    return reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key}
    )


@transaction.atomic
def invitation_make(*, who: str, by: Person, now: datetime) -> tuple[Person, str]:
    """Return the person of that e-mail address or user name, and the path of a link for their first sign-in.

    For people whom no mail reaches. Only somebody who never chose a password is invited: a link for anybody
    else would open their account. It stands in the record. Raises Forbidden (not a registrar), Invalid.
    """
    hat = authority.wears(by, now.date(), REGISTRAR)
    if hat is None:
        raise Forbidden(_("Only a registrar invites people."))
    wanted = who.strip()
    found = Person.objects.select_for_update().filter(
        Q(email__iexact=wanted) | Q(username=wanted), is_active=True
    )
    person = found.first() if wanted else None
    if person is None or person.is_superuser:
        fault = _(
            "Nobody here goes by this e-mail address or user name. Bring the person in with the members' table."
        )
    elif person.has_usable_password() or person.last_login is not None:
        fault = _("%(name)s has chosen a password already and can ask for a new one on the sign-in page.") % {
            "name": person
        }
    else:
        subject = f"person:{person.public_id}"
        entry_append(kind="person.invited", by=by, hat=hat.label, subject=subject, body={}, now=now)
        return person, invitation_path(person)
    raise Invalid(_("No link was made."), fields={"who": fault})
