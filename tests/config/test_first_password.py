"""The first sign-in of somebody whom a table brought in: by e-mail to a password of their own, and signed in."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from config.environment import mailer
from config.mail import LogBackend
from tests.planning.federation import NOW, Federation, make_federation
from workplaces.models import Person
from workplaces.services.imports import import_apply

pytestmark = pytest.mark.django_db
SECRET = "a long and unusual phrase 7"


@pytest.fixture
def ana() -> Person:
    federation: Federation = make_federation()
    import_apply(
        kind="members", scenario=federation.baseline, file_name="members.csv",
        content=b"name,email,workplace,community\nAna,ana@example.org,bread-works,village\n",
        by=federation.people["registrar"], now=NOW,
    )  # fmt: skip
    return Person.objects.get(email="ana@example.org")


def said(client: Client, path: str, **fields: str) -> str:
    answer = client.post(path, fields, follow=True) if fields else client.get(path, follow=True)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def link_in_the_mail() -> str:
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def test_from_the_sign_in_page_to_ones_duties(ana: Person) -> None:
    client = Client()
    assert 'href="/accounts/password/reset/">First time here?' in said(client, "/accounts/login/")
    assert "<h1>Choose a password</h1>" in said(client, "/accounts/password/reset/")
    sent = said(client, "/accounts/password/reset/", email="ana@example.org")
    assert "<h1>Look into your mail</h1>" in sent
    assert mail.outbox[-1].subject.endswith("Choose your password")
    assert "you are on the roll of your federation" in str(mail.outbox[-1].body)
    link = link_in_the_mail()
    page = said(client, link)
    assert "<h1>Welcome, Ana: choose a password</h1>" in page
    assert "You sign in with the address ana@example.org" in page
    form = client.get(link, follow=True).request["PATH_INFO"]
    refused = client.post(form, {"password1": "short", "password2": "short"})
    assert "Welcome, Ana" in refused.content.decode()
    done = said(client, form, password1=SECRET, password2=SECRET)
    assert 'id="settled"' in done, "signed in, on the page of one's duties"
    assert "The password is set." in done
    assert len(mail.outbox) == 1, "no second message that asks to confirm the address"
    ana.refresh_from_db()
    assert ana.check_password(SECRET)
    other = Client()
    assert 'id="settled"' in said(other, "/accounts/login/", login="ana@example.org", password=SECRET)


def test_in_the_log_the_link_is_in_one_piece(capsys: pytest.CaptureFixture[str]) -> None:
    assert mailer(None)["BACKEND"] == "config.mail.LogBackend"
    message = mail.EmailMessage(
        "Choose", "Olá:\n\nhttp://127.0.0.1:8000/" + "x" * 90 + "/\n", to=["ana@example.org"]
    )
    LogBackend().send_messages([message])
    said = capsys.readouterr().out
    assert "To: ana@example.org\nSubject: Choose\n\nOlá:" in said
    assert f"\nhttp://127.0.0.1:8000/{'x' * 90}/\n" in said


def test_a_link_that_was_used_says_where_to_go_on(ana: Person) -> None:
    said(Client(), "/accounts/password/reset/", email="ana@example.org")
    link = link_in_the_mail()
    ana.set_password(SECRET)
    ana.save()
    page = said(Client(), link)
    assert "This link has been used, or it is too old" in page
    assert 'href="/accounts/password/reset/"' in page


def test_whoever_forgot_theirs_reads_other_words(ana: Person) -> None:
    ana.set_password(SECRET)
    ana.last_login = timezone.now()
    ana.save()
    client = Client()
    said(client, "/accounts/password/reset/", email="ana@example.org")
    assert mail.outbox[-1].subject.endswith("Choose a new password")
    assert "<h1>Choose a new password</h1>" in said(client, link_in_the_mail())
