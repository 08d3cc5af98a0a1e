"""A letter that PostgreSQL cannot keep, in forms and addresses: it is shown as what it is, and brings nothing down."""

from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from config.middleware.text import cleaned, holds_nul
from councils.models import Motion
from tests.councils.test_pages import signed_in
from tests.councils.world import World, build


def test_only_what_holds_it_is_changed() -> None:
    given = QueryDict("a=1&a=x%00y&b=2&c%00=3")
    assert holds_nul(given)
    assert not holds_nul(QueryDict("a=1&b=%EF%BF%BD"))
    assert dict(cleaned(given).lists()) == {"a": ["1", "x\ufffdy"], "b": ["2"], "c\ufffd": ["3"]}
    with pytest.raises(AttributeError, match="immutable"):
        cleaned(given)["a"] = "2"


@pytest.fixture
def world(db: Any) -> World:
    return build()


def test_a_form_with_it_is_taken_and_a_search_with_it_answers(world: World) -> None:
    client = signed_in(world, "delegate1")
    address = reverse("councils:motion_new", args=[world.metal.public_id])
    sent = client.post(address, {"title": "Buy\0 a lathe", "text": "Together.\0"})
    assert sent.status_code == 302
    assert Motion.objects.get().title == "Buy\ufffd a lathe"
    assert client.get(reverse("record:record"), {"person": "a\0", "kind": "\0", "q": "\0"}).status_code < 500
