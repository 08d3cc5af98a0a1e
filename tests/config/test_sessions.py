"""Sessions: one statement finds session and person; whoever is out is out with the next request."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.hats import choices, may_have_hats
from config.middleware.people import who
from config.sessions import SessionStore
from tests.councils.world import DAY, NOW, build
from workplaces.models import Person, Session

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-passphrase"


@pytest.fixture
def person() -> Person:
    return Person.objects.create_user("nadia", password=PASSWORD)


@pytest.fixture
def client(person: Person) -> Client:
    client = Client()
    assert client.login(username="nadia", password=PASSWORD)
    return client


def asking(client: Client) -> Any:
    """A request with that browser's session, not read yet."""
    request: Any = RequestFactory().get("/")
    request.session = SessionStore(client.session.session_key)
    return request


def is_in(client: Client) -> bool:
    """Whether the next request is that of somebody who is signed in."""
    return bool(who(asking(client)).is_authenticated)


def test_one_statement_finds_session_and_person(client: Client, person: Person) -> None:
    request = asking(client)
    with CaptureQueriesContext(connection) as asked:
        assert who(request) == person
        assert not may_have_hats_as(request, person)
        assert choices(request) == ()
    assert len(asked) == 1


def may_have_hats_as(request: Any, person: Person) -> bool:
    request.user = person
    return may_have_hats(request)


def test_the_statement_is_heard_by_those_who_listen_and_prepared_otherwise(client: Client) -> None:
    assert is_in(client)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%workplaces_session%%'"
        )
        assert cursor.fetchone() == (1,)
    with CaptureQueriesContext(connection) as asked:
        assert is_in(client)
    assert any("workplaces_session" in query["sql"] for query in asked)


def test_everything_of_a_person_is_read(client: Client, person: Person) -> None:
    found, stored = who(asking(client)), Person.objects.get()
    assert found.__dict__.keys() == stored.__dict__.keys()
    assert all(found.__dict__[name] == value for name, value in stored.__dict__.items() if name != "_state")


def test_a_row_names_whose_session_it_is(client: Client, person: Person) -> None:
    assert Session.objects.get().person == person
    client.logout()
    assert not Session.objects.exists()
    Client().get("/language/")
    assert not Session.objects.exists()


def test_signing_out_ends_a_session_everywhere(client: Client) -> None:
    other = Client()
    other.cookies = client.cookies.copy()
    assert is_in(other)
    client.post("/accounts/logout/")
    assert not is_in(other)


def test_a_new_password_ends_all_sessions(client: Client, person: Person) -> None:
    person.set_password("another-long-passphrase")
    person.save()
    assert not is_in(client)
    assert not Session.objects.exists()


def test_who_is_deactivated_is_out(client: Client, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert not is_in(client)


def test_a_session_without_a_proof_is_none(client: Client) -> None:
    session = client.session
    session["_auth_user_hash"] = ""
    session.save()
    assert not is_in(client)


def test_a_way_of_signing_in_that_is_no_more(client: Client, settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    assert not is_in(client)


def test_a_session_whose_time_is_over_is_none(client: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)


def test_the_signed_words_decide_and_not_the_column(client: Client, person: Person) -> None:
    Session.objects.update(person=Person.objects.create(username="other"))
    assert who(asking(client)) == person


def test_words_that_were_tampered_with_are_worth_nothing(client: Client) -> None:
    row = Session.objects.get()
    row.session_data = row.session_data[:-2] + ("aa" if row.session_data[-2:] != "aa" else "bb")
    row.save()
    assert not is_in(client)


def test_a_row_from_before_the_column_is_somebody_all_the_same(client: Client, person: Person) -> None:
    Session.objects.update(person=None)
    assert who(asking(client)) == person
    session = client.session
    session["hat"] = ""
    session.save()
    assert Session.objects.get().person == person


def test_a_new_secret_key_lets_people_stay_while_the_old_one_is_listed(client: Client, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    assert is_in(client)
    settings.SECRET_KEY_FALLBACKS = []


def test_a_new_secret_key_alone_ends_all_sessions(client: Client, settings: Any) -> None:
    settings.SECRET_KEY = "n" * 50
    assert not is_in(client)


def test_a_row_names_nobody_who_does_not_exist(client: Client) -> None:
    with transaction.atomic():
        Session.objects.update(person_id=-1)
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_hats_are_looked_up_for_those_who_hold_a_mandate_today(monkeypatch: pytest.MonkeyPatch) -> None:
    world, client = build(), Client()
    carla = world.person("carla")
    client.force_login(carla)
    monkeypatch.setattr(timezone, "now", lambda: NOW - 1000 * DAY)
    assert not may_have_hats_as(read(client), carla)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    request = read(client)
    assert may_have_hats_as(request, carla)
    assert [hat.role for hat in choices(request)] == ["coordinator"]
    assert may_have_hats_as(asking(client), carla), "who was not asked for may"


def read(client: Client) -> Any:
    request = asking(client)
    assert who(request).is_authenticated
    return request
