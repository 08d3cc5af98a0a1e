"""The councils' pages, walked as people would, without JavaScript."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from councils.models import Ballot, Motion, NamedVote
from councils.services import ballot_close, ballot_open, mandates_give
from tests.councils.world import World, draft
from workplaces.models import Entry

pytestmark = pytest.mark.django_db


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.person(name))
    return client


def text(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def table(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


@pytest.fixture
def motion(world: World) -> Motion:
    return world.motion(now=timezone.now(), title="Buy a lathe <together>")


@pytest.fixture
def ballot(world: World, motion: Motion) -> Ballot:
    return ballot_open(motion=motion, by=world.person("carla"), now=timezone.now())


def url(name: str, row: Any, *more: Any) -> str:
    return reverse(f"councils:{name}", args=[row.public_id, *more])


def vote(client: Client, page: HttpResponse, ballot: Ballot, option: str) -> Any:
    """Press one of the buttons that the page offers."""
    form = re.search(
        rf'<form method="post" action="{url("vote", ballot)}">(?:(?!</form>).)*value="{option}"(?:(?!</form>).)*</form>',
        text(page),
    )
    assert form, text(page)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group()))
    return client.post(url("vote", ballot), fields, follow=True)


def test_a_delegate_votes_keeps_the_receipt_and_changes_the_vote(world: World, ballot: Ballot) -> None:
    client = signed_in(world, "delegate1")
    listed = client.get(reverse("councils:list"))
    assert url("motion", ballot.motion) in text(listed)
    page = client.get(url("motion", ballot.motion))
    assert "How does Works 1 vote?" in text(page)
    assert "If you do nothing, the others decide" in text(page)
    assert "Buy a lathe &lt;together&gt;" in text(page)
    receipt = vote(client, page, ballot, "yes")
    code = NamedVote.objects.get().receipt
    assert "It counts: “Yes”" in text(receipt)
    assert " ".join(re.findall("....", code)) in text(receipt)
    page = client.get(url("motion", ballot.motion))
    assert "Your vote is “Yes”" in text(page)
    changed = vote(client, page, ballot, "no")
    assert "It counts: “No”" in text(changed)
    old = client.get(reverse("councils:receipt"), {"code": code.lower()})
    assert "Replaced by a later vote" in text(old)
    assert NamedVote.objects.get().revision == 2


def test_pressing_twice_counts_once(world: World, ballot: Ballot) -> None:
    client = signed_in(world, "delegate1")
    page = client.get(url("motion", ballot.motion))
    first, second = vote(client, page, ballot, "yes"), vote(client, page, ballot, "yes")
    assert first.redirect_chain == second.redirect_chain
    assert NamedVote.objects.get().revision == 1


def test_somebody_without_a_right_sees_no_paper_and_cannot_forge_one(world: World, ballot: Ballot) -> None:
    client = signed_in(world, "mia")
    page = client.get(url("motion", ballot.motion))
    assert "idempotency_key" not in text(page)
    forged = {"right": world.seat(1).right, "option": "yes", "idempotency_key": "k"}
    refused = client.post(url("vote", ballot), forged)
    assert refused.status_code == 403
    assert "Delegate1&#x27;s to cast" in text(refused)
    assert not NamedVote.objects.exists()


def test_a_vote_that_comes_too_late_is_told_so(world: World, ballot: Ballot) -> None:
    client = signed_in(world, "delegate1")
    page = client.get(url("motion", ballot.motion))
    ballot_close(ballot=ballot, by=None, now=timezone.now() + timedelta(days=8))
    form = dict(re.findall(r'name="(right|option|idempotency_key)" value="([^"]*)"', text(page)))
    refused = client.post(url("vote", ballot), form)
    assert refused.status_code == 409
    assert "The vote is closed; nothing was cast or changed." in text(refused)


def test_the_coordinator_opens_and_closes(world: World, motion: Motion) -> None:
    client = signed_in(world, "carla")
    assert "Open the vote" in text(client.get(url("motion", motion)))
    page = client.post(url("ballot_open", motion), follow=True)
    ballot = Ballot.objects.get()
    assert "5 have not voted yet" in text(page)
    early = client.post(url("ballot_close", ballot))
    assert early.status_code == 409
    assert "5 of 5 have not voted yet" in text(early)
    for number in range(1, 6):
        delegate = signed_in(world, f"delegate{number}")
        vote(delegate, delegate.get(url("motion", motion)), ballot, "yes" if number < 4 else "abstain")
    done = client.post(url("ballot_close", ballot), follow=True)
    assert "Carried: Buy a lathe" in text(done)
    assert "More than half of the 3 yes and no votes are needed, that is 2; 3 votes are yes." in text(done)
    closing = Entry.objects.get(kind="ballot.closed")
    receipt = client.get(reverse("councils:receipt"), {"code": NamedVote.objects.all()[0].receipt})
    assert reverse("record:entry", args=[closing.number]) in text(receipt)


def test_a_vote_is_voided_with_a_reason(world: World, ballot: Ballot) -> None:
    client = signed_in(world, "carla")
    refused = client.post(url("ballot_void", ballot), {"reason": ""})
    assert refused.status_code == 422
    assert "Say why this vote is void." in text(refused)
    done = client.post(url("ballot_void", ballot), {"reason": "Wrong text."}, follow=True)
    assert "declared void: Wrong text." in text(done)


@pytest.mark.parametrize("name", ["ballot_close", "ballot_void"])
def test_others_do_not_conduct(world: World, ballot: Ballot, name: str) -> None:
    refused = signed_in(world, "delegate1").post(url(name, ballot), {"reason": "x"})
    assert refused.status_code == 403
    assert "Only a coordinator of Metal can do this." in text(refused)


def test_moving_commenting_withdrawing(world: World) -> None:
    client = signed_in(world, "delegate1")
    empty = client.post(url("motion_new", world.metal), {"title": "", "text": "We keep this."})
    assert empty.status_code == 422
    assert "A motion needs a title." in text(empty)
    assert "We keep this." in text(empty)
    made = client.post(url("motion_new", world.metal), {"title": "Rest", "text": "On Fridays."}, follow=True)
    motion = Motion.objects.get()
    assert "Moved, not yet voted on: Rest" in text(made)
    said = client.post(url("comment", motion), {"text": "Good."}, follow=True)
    assert "<p>Good.</p>" in text(said)
    assert client.post(url("comment", motion), {"text": " "}).status_code == 422
    assert signed_in(world, "delegate2").post(url("withdraw", motion)).status_code == 403
    assert "Withdrawn: Rest" in text(client.post(url("withdraw", motion), follow=True))


def test_an_outsider_cannot_move(world: World) -> None:
    client = signed_in(world, "pia")
    assert "Only those who sit or serve" in text(client.get(url("motion_new", world.metal)))
    assert client.post(url("motion_new", world.metal), {"title": "x", "text": "x"}).status_code == 403


def test_the_list_finds_councils(world: World) -> None:
    client = signed_in(world, "mia")
    assert "14 councils decide" in text(client.get(reverse("councils:list")))
    found = client.get(reverse("councils:list"), {"q": "works 3"})
    assert "1 council found" in text(found)
    assert "Works 3" in text(found)
    assert "No council has this name" in text(client.get(reverse("councils:list"), {"q": "nowhere"}))
    rows = table(client.get(reverse("councils:list"), {"kind": "sector", "format": "csv"}))
    assert [row[:4] for row in rows] == [
        ["kind", "name", "seats", "seats_held"],
        ["sector council", "Food", "0", "0"],
        ["sector council", "Metal", "5", "5"],
    ]


def test_the_list_begins_with_where_one_decides(world: World) -> None:
    """A member finds the assembly, whoever sits in a council finds that; a search is not preceded by it."""
    for name, there in (("mia", {"Works 1"}), ("delegate1", {"Metal"})):
        page = signed_in(world, name).get(reverse("councils:list")).content.decode()
        own = re.search(r'<section class="card" id="yours">.*?</section>', page, re.DOTALL)
        assert {
            label for label in ("Works 1", "Works 2", "Metal", "Food") if own and f">{label}<" in own.group()
        } == there
    searched = signed_in(world, "delegate1").get(reverse("councils:list"), {"q": "works"}).content.decode()
    assert 'id="yours"' not in searched


def test_the_list_before_anything_is_founded(db: None, django_user_model: Any) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create(username="x"))
    page = text(client.get(reverse("councils:list")))
    assert "There are no councils yet" in page
    assert "Here the councils will stand" in page


def test_a_council_and_its_tables(world: World, motion: Motion) -> None:
    client = signed_in(world, "mia")
    page = text(client.get(url("council", world.metal)))
    assert "Metal has 1 motion to decide" in page
    assert "5 / 5" in page
    assert "Carla" in page
    seats = table(client.get(url("council", world.metal), {"format": "csv"}))
    assert seats[1][:3] == ["1", "Works 1", "Delegate1"]
    mandates = table(client.get(url("council", world.metal), {"format": "csv", "table": "mandates"}))
    assert len(mandates) == 8
    motions = table(client.get(url("council", world.metal), {"format": "csv", "table": "motions"}))
    assert motions[1][:3] == ["1", "Buy a lathe <together>", "moved"]


@pytest.mark.parametrize("kind", ["workplace", "sector", "community", "regional", "board", "general"])
def test_every_kind_of_council_has_a_page(world: World, kind: str) -> None:
    from councils.models import Council

    council = Council.objects.filter(kind=kind).first()
    assert council is not None
    assert signed_in(world, "mia").get(url("council", council)).status_code == 200


def test_the_roll_call(world: World, ballot: Ballot) -> None:
    client = signed_in(world, "delegate1")
    vote(client, client.get(url("motion", ballot.motion)), ballot, "no")
    page = text(client.get(url("roll", ballot)))
    assert "as they were when the vote opened" in page
    assert ballot.roll_digest in page
    rows = table(client.get(url("roll", ballot), {"format": "csv"}))
    assert rows[1][:5] == ["1", "Delegate1", "Works 1", "1", "no"]
    assert rows[2][4] == ""
    same = table(client.get(url("motion", ballot.motion), {"format": "csv"}))
    assert same[1:] == rows[1:]
    comments = table(client.get(url("motion", ballot.motion), {"format": "csv", "table": "comments"}))
    assert comments == [["id", "answers", "at", "by", "as", "text", "hidden_because"]]


def test_a_person_s_mandates_and_votes(world: World, ballot: Ballot) -> None:
    client = signed_in(world, "delegate1")
    vote(client, client.get(url("motion", ballot.motion)), ballot, "no")
    delegate = world.person("delegate1")
    page = text(signed_in(world, "mia").get(url("person", delegate)))
    assert "Delegate1 has held 1 mandate" in page
    assert "No</td>" in page
    mandates = table(client.get(url("person", delegate), {"format": "csv"}))
    assert mandates[1][:5] == ["Delegate1", "delegate", "Metal", "1", "Works 1"]
    votes = table(client.get(url("person", delegate), {"format": "csv", "table": "votes"}))
    assert votes[1][:4] == ["Metal", "Buy a lathe <together>", "Works 1", "no"]


def test_a_person_without_mandate_is_shown_to_themselves_only(world: World) -> None:
    mia = world.person("mia")
    assert signed_in(world, "pia").get(url("person", mia)).status_code == 404
    assert "Mia holds no mandate" in text(signed_in(world, "mia").get(url("person", mia)))


def test_the_charter_in_sentences(world: World) -> None:
    client = signed_in(world, "mia")
    page = text(client.get(reverse("councils:charter")))
    assert "Version 1 of the charter is in force" in page
    assert "A motion needs more than 1/2 of the yes and no votes." in page
    assert "who supplies whom" in page
    rows = table(client.get(reverse("councils:charter"), {"format": "csv"}))
    assert ["councils.ballot_days", "A vote is open for 7 days.", "yes"] in rows


@pytest.mark.parametrize("code", ["X" * 32, "'; --", "ß" * 60])
def test_a_receipt_nobody_has(world: World, code: str) -> None:
    response = signed_in(world, "mia").get(reverse("councils:receipt"), {"code": code})
    assert response.status_code == 404
    assert "No vote has this receipt" in text(response)


def test_what_is_not_there_is_404(world: World) -> None:
    client, nothing = signed_in(world, "mia"), world.scenario
    for name in ("motion", "council", "person", "roll"):
        assert client.get(url(name, nothing)).status_code == 404
    assert client.post(url("vote", nothing)).status_code == 404


def test_visitors_sign_in_first(world: World, motion: Motion) -> None:
    for address in (reverse("councils:list"), url("motion", motion), url("council", world.metal)):
        response = Client().get(address)
        assert (response.status_code, reverse("account_login") in response.url) == (302, True)


def test_pages_of_a_large_council_take_few_queries(
    world: World, ballot: Ballot, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(world, "delegate1")
    with django_assert_max_num_queries(40):
        client.get(url("motion", ballot.motion))
    with django_assert_max_num_queries(25):
        client.get(url("council", world.metal))
    with django_assert_max_num_queries(22):
        client.get(reverse("councils:list"))


def test_two_seats_two_papers(world: World) -> None:
    north = world.council("regional", "North")
    seats = list(north.seats.order_by("number"))
    assert [seat.represents for seat in seats] == ["Hill", "Port"]
    from councils.models import Charter

    assert Charter.objects.exists()
    drafts = [draft(world, "zoe", north, "delegate", seat=seat, obtained="elected") for seat in seats]
    mandates_give(drafts=drafts, by=world.person("bruno"), now=timezone.now())
    motion = world.motion(council=north, by=world.person("zoe"), now=timezone.now())
    ballot_open(motion=motion, by=world.person("bruno"), now=timezone.now())
    page = text(signed_in(world, "zoe").get(url("motion", motion)))
    assert "How does Port vote?" in page
    assert "How does Hill vote?" in page
