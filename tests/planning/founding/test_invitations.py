"""A link for the first sign-in of people whom no mail reaches: by a registrar, for nobody who has a password."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.founding.test_setup import found, take
from workplaces.models import Entry, Person

pytestmark = pytest.mark.django_db
SECRET = "a long and unusual phrase 7"


@pytest.fixture
def rosa() -> Person:
    person = found(communities=["Riverside"])
    take(
        "members",
        "name,username,email,community\nAna,ana,,riverside\nRui,,rui@example.org,riverside\n",
        person,
    )
    return person


def invite(by: Person, who: str) -> tuple[int, str]:
    client = Client()
    client.force_login(by)
    answer = client.post(reverse("federation:invitations"), {"who": who})
    return answer.status_code, re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize(
    ("who", "name", "login"), [("ana", "Ana", "ana"), ("RUI@example.org", "Rui", "rui@example.org")]
)
def test_the_link_leads_to_a_password_and_works_once(rosa: Person, who: str, name: str, login: str) -> None:
    status, page = invite(rosa, who)
    assert (status, f"Give this link to {name}" in page) == (200, True)
    path = re.search(r"http://testserver(/accounts/password/reset/key/[^<]+)", page)
    assert path
    client = Client()
    form = client.get(path[1], follow=True)
    assert f"Welcome, {name}: choose a password" in form.content.decode()
    done = client.post(form.request["PATH_INFO"], {"password1": SECRET, "password2": SECRET}, follow=True)
    assert 'id="settled"' in done.content.decode(), "signed in"
    assert Client().post(reverse("account_login"), {"login": login, "password": SECRET}).status_code == 302
    again = Client().get(path[1], follow=True).content.decode()
    assert "This link has been used" in again
    entry = Entry.objects.get(kind="person.invited")
    assert (entry.actor, entry.body) == (rosa, {})
    assert name not in str(entry.subject)


def test_no_link_opens_the_account_of_somebody_who_has_a_password(rosa: Person) -> None:
    ana = Person.objects.get(username="ana")
    ana.set_password(SECRET)
    ana.save()
    status, page = invite(rosa, "ana")
    assert (status, "has chosen a password already" in page) == (422, True)
    Person.objects.create(username="root", is_superuser=True)
    for nobody in ("root", "nobody", " "):
        status, page = invite(rosa, nobody)
        assert (status, "reset/key" in page) == (422, False)
    assert not Entry.objects.filter(kind="person.invited").exists()


def test_only_registrars_invite(rosa: Person) -> None:
    assert invite(Person.objects.get(email="rui@example.org"), "ana")[0] == 404
    client = Client()
    client.force_login(rosa)
    assert reverse("federation:invitations") in client.get(reverse("federation:setup")).content.decode()
