"""What became of my votes is said in the reader's language, the vote itself too."""

import pytest
from django.test import Client
from django.urls import reverse

from councils.models import NamedVote
from tests.access.world import make_world

pytestmark = pytest.mark.django_db


def test_the_answer_is_in_the_readers_language() -> None:
    make_world("in force")
    vote = NamedVote.objects.select_related("roll_entry__person", "option").first()
    assert vote is not None
    assert vote.option.label == "Yes"
    client = Client()
    client.force_login(vote.roll_entry.person)
    assert ">you voted: Yes<" in client.get(reverse("planning:duties")).content.decode()
    page = client.get(reverse("planning:duties"), headers={"Accept-Language": "pt-br"}).content.decode()
    assert ">você votou: Sim<" in page
