"""A form that comes after its session or its token has ended: nothing is done, nothing written is lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from councils.models import Motion
from councils.padding import BLOCK
from tests.councils.test_pages import url
from tests.councils.world import World, build
from tests.nojs.rules import faults
from workplaces.models import Session

pytestmark = pytest.mark.django_db
HERE = {"Origin": "http://testserver"}
TEXT = "We buy one lathe.\r\nBoth “use” it & <share> it."
FORM = {"title": "A lathe", "text": TEXT, "idempotency_key": "k" * 32}


@pytest.fixture
def world() -> World:
    return build()


def browser(world: World, name: str = "delegate1") -> tuple[Client, str]:
    """A browser of that person with a form of ours open: the client and the form's token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.person(name))
    page = client.get(url("motion_new", world.metal))
    return client, str(page.context["csrf_token"])


def send(client: Client, world: World, token: str, **headers: str) -> Any:
    form = {**FORM, "csrfmiddlewaretoken": token}
    return client.post(url("motion_new", world.metal), form, headers=headers or HERE)


def kept(answer: Any) -> dict[str, str]:
    """What the page holds ready, as a browser would send it, with the page's own token."""
    html = answer.content.decode()
    assert answer.status_code == 403
    assert faults(html) == []
    assert {"no-store", "no-transform"} <= set(answer.headers["Cache-Control"].split(", "))
    assert len(answer.content) % BLOCK == 0, "its length says nothing of what it holds"
    return {**dict(answer.context["fields"]), "csrfmiddlewaretoken": str(answer.context["csrf_token"])}


def test_signed_out_while_writing_and_sent_after_signing_in_again(world: World) -> None:
    client, token = browser(world)
    Session.objects.all().delete()
    answer = send(client, world, token)
    ready = kept(answer)
    assert "You had been signed out before it arrived." in answer.content.decode()
    assert "Both “use” it &amp; &lt;share&gt; it." in answer.content.decode()
    assert not Motion.objects.exists()
    client.force_login(world.person("delegate1"))
    again = client.post(url("motion_new", world.metal), ready, headers=HERE)
    assert again.status_code == 302
    assert Motion.objects.get().text == TEXT.replace("\r\n", "\n") or Motion.objects.get().text == TEXT
    client.post(url("motion_new", world.metal), ready, headers=HERE)
    assert Motion.objects.count() == 1, "sent twice it is one"


def test_a_form_older_than_the_signing_in(world: World) -> None:
    client, _token = browser(world)
    answer = send(client, world, "x" * 64)
    ready = kept(answer)
    assert "You have signed in since that page was made" in answer.content.decode()
    assert not Motion.objects.exists()
    client.post(url("motion_new", world.metal), ready, headers=HERE)
    assert Motion.objects.get().title == "A lathe"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Accept": "*/*"}]
)
def test_what_another_site_may_have_sent_is_not_held_ready(world: World, headers: dict[str, str]) -> None:
    client, _token = browser(world)
    answer = send(client, world, "x" * 64, **headers)
    assert answer.status_code == 403
    assert "lathe" not in answer.content.decode()
    assert "This form has expired" in answer.content.decode()


def test_passwords_are_never_held_ready(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    form = {"login": "mia", "password": "a-long-enough-passphrase", "csrfmiddlewaretoken": "x" * 64}
    answer = client.post("/accounts/login/", form, headers=HERE)
    assert (answer.status_code, b"passphrase" in answer.content) == (403, False)


def test_a_file_is_to_be_chosen_once_more(world: World) -> None:
    client, token = browser(world)
    Session.objects.all().delete()
    table = SimpleUploadedFile("lines of\u202e 2027.csv", b"a;b")
    form = {"file": table, "scenario": "7", "csrfmiddlewaretoken": token}
    answer = client.post(reverse("workplaces:import_new", args=["products"]), form, headers=HERE)
    html = answer.content.decode()
    assert kept(answer)["scenario"] == "7"
    assert 'enctype="multipart/form-data"' in html
    assert '<input type="file" id="file_1" name="file"' in html


def test_who_wrote_nothing_is_led_to_the_page_for_signing_in(world: World) -> None:
    answer = Client().post(url("motion_new", world.metal), FORM)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_ten_megabytes_pasted(world: World) -> None:
    client, token = browser(world)
    form = {**FORM, "text": "word " * 2_200_000, "csrfmiddlewaretoken": token}
    answer = client.post(url("motion_new", world.metal), form, headers=HERE)
    assert answer.status_code == 413
    assert "A form may hold 10 MB." in answer.content.decode()
    assert faults(answer.content.decode()) == []
    assert not Motion.objects.exists()
    by_program = client.post(
        "/api/v1/motions/", "{" + " " * 11 * 2**20 + "}", content_type="application/json"
    )
    assert (by_program.status_code, by_program.headers["Content-Type"]) == (413, "application/problem+json")


def test_the_page_for_signing_in_changes_its_looks_like_any_other(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/accounts/login/?next=/record/")
    form = {"theme": "dark", "next": "/accounts/login/?next=/record/"}
    form["csrfmiddlewaretoken"] = str(page.context["csrf_token"])
    answer = client.post("/theme/", form, headers=HERE)
    assert (answer.status_code, answer.headers["Location"]) == (302, form["next"])
