"""Pages of petitions, walked as people would."""

import pytest
from django.utils import timezone

from councils.models import Ballot, Council, Petition
from councils.services import mandate_resign
from tests.councils.secret import assembly
from tests.councils.test_pages import signed_in, table, text, url
from tests.councils.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(world: World) -> Council:
    return assembly(world)


def test_members_recall_their_delegate(world: World, works: Council) -> None:
    mandate = world.person("delegate1").mandates.get()
    mia = signed_in(world, "mia")
    door = url("recall_new", mandate)
    assert door in text(mia.get(url("petitions", works)))
    assert door in text(mia.get(url("person", world.person("delegate1"))))
    assert "Recall Delegate1, delegate, Works 1?" in text(mia.get(door))
    empty = mia.post(door, {"text": " "})
    assert empty.status_code == 422
    begun = mia.post(door, {"text": "Never <there>."}, follow=True)
    petition = Petition.objects.get()
    assert "2 signatures are missing: Recall Delegate1, delegate, Works 1" in text(begun)
    assert "Never &lt;there&gt;." in text(begun)
    assert "Take my signature back" in text(begun)
    noah = signed_in(world, "noah")
    page = text(noah.get(url("petition", petition)))
    assert "Works 1 had 12 people on its roll when this began; 3 signatures are needed." in page
    assert "Mia" in page
    assert "1 signature is missing" in text(noah.post(url("sign", petition), follow=True))
    again = noah.post(url("sign", petition))
    assert (again.status_code, "You have signed this petition already" in text(again)) == (409, True)
    back = noah.post(url("unsign", petition), follow=True)
    assert "2 signatures are missing" in text(back)
    for name in ("noah", "olga"):
        done = signed_in(world, name).post(url("sign", petition), follow=True)
    assert "Put to the vote: Recall Delegate1" in text(done)
    ballot = Ballot.objects.get()
    assert url("booth", ballot, ballot.roll.get(person=world.person("noah")).number) in text(
        noah.get(url("motion", ballot.motion))
    )
    rows = table(noah.get(url("petition", petition), {"format": "csv"}))
    assert [row[0] for row in rows] == ["name", "Mia", "Noah", "Olga"]
    listed = table(noah.get(url("petitions", works), {"format": "csv"}))
    assert listed[1][1:6] == ["recall", "Recall Delegate1, delegate, Works 1", "reached", "3", "3"]


def test_somebody_who_is_not_on_the_roll_sees_it_and_cannot_sign(world: World, works: Council) -> None:
    mia, pia = signed_in(world, "mia"), signed_in(world, "pia")
    begun = mia.post(url("initiative_new", works), {"title": "Hours", "text": "Six.", "secrecy": "secret"})
    assert begun.status_code == 302
    petition = Petition.objects.get()
    page = text(pia.get(url("petition", petition)))
    assert "begun and signed by the 12 people on its roll; you are not on it." in page
    assert url("sign", petition) not in page
    refused = pia.post(url("sign", petition))
    assert (refused.status_code, "you are not on its roll" in text(refused)) == (403, True)
    assert "Only those who can vote in Works 1 can begin" in text(pia.get(url("initiative_new", works)))
    typed = pia.post(url("initiative_new", works), {"title": "Mine", "text": "Kept."})
    assert typed.status_code == 403


def test_what_was_typed_stays_and_a_petition_without_object_says_so(world: World, works: Council) -> None:
    mia = signed_in(world, "mia")
    bad = mia.post(url("initiative_new", works), {"title": "", "text": "Kept."})
    assert (bad.status_code, "Kept." in text(bad)) == (422, True)
    mandate = world.person("delegate1").mandates.get()
    mia.post(url("recall_new", mandate), {"text": "Absent."})
    mandate_resign(mandate=mandate, by=world.person("delegate1"), now=timezone.now())
    page = text(mia.get(url("petition", Petition.objects.get())))
    assert "The mandate has ended: Recall Delegate1" in page
    late = mia.post(url("unsign", Petition.objects.get()))
    assert (late.status_code, "there is nothing left to recall" in text(late)) == (409, True)
