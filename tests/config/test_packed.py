"""Pages are packed on the way; a booth's are not, since their length must say nothing."""

import gzip

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.councils.secret import secret_ballot
from tests.councils.test_booth import booth_of
from tests.councils.test_pages import signed_in
from tests.councils.world import World, build

pytestmark = pytest.mark.django_db
PACK = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def world() -> World:
    return build()


def test_a_page_is_packed_for_whoever_takes_it(world: World) -> None:
    client = signed_in(world, "mia")
    packed = client.get(reverse("councils:list"), headers=PACK)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"<h1>" in gzip.decompress(packed.content)
    assert len(packed.content) < len(gzip.decompress(packed.content)) / 2
    assert "Content-Encoding" not in client.get(reverse("councils:list")).headers


def test_a_page_of_the_booth_keeps_its_length(world: World) -> None:
    ballot = secret_ballot(world, now=timezone.now())
    page = signed_in(world, "mia").get(booth_of(ballot, "mia"), headers=PACK)
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
    assert "no-transform" in page.headers["Cache-Control"]
    assert len(page.content) % 8192 == 0


def test_programs_get_the_bytes_that_their_tags_stand_for(world: World) -> None:
    answer = Client().get("/api/v1/openapi.json", headers=PACK)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
