"""Pages of a surplus: what everybody sees, what members see, what each sees alone; trying out, moving, what is refused."""

import re
import uuid

import pytest
from django.test import Client

from councils.models import Motion
from planning.models import Account, Plan, SurplusDivision
from planning.selectors.divisions import Asked, Good
from tests.planning.division.world import carried, holding, move
from tests.planning.federation import Federation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _signed_in_once(settings: object) -> None:
    settings.STAFF_NEED_SECOND_FACTOR = False  # type: ignore[attr-defined]


def client_of(federation: Federation, name: str) -> Client:
    client = Client()
    client.force_login(federation.people[name])
    return client


def address(federation: Federation, rest: str = "") -> str:
    return f"/surplus/{federation.workplaces['bread'].public_id}/{rest}"


TYPED = {
    "title-1": "Kindergarten", "category-1": "childcare", "amount-1": "50", "bonuses": "30.01", "key": "equal",
    "reason": "The children first.",
}  # fmt: skip


def test_trying_out_moves_nothing_and_moving_leads_to_the_motion(federation: Federation, plan: Plan) -> None:
    ada = client_of(federation, "ada")
    page = ada.get(address(federation)).content.decode()
    assert "101.50 to divide" in page
    assert address(federation, "divide/") in page
    assert "Who holds which post?" in ada.get(address(federation, "divide/")).content.decode()
    tried = ada.post(address(federation, "divide/preview/"), TYPED)
    text = tried.content.decode()
    assert (tried.status_code, SurplusDivision.objects.count()) == (200, 0)
    assert "80.01 would be divided" in text
    assert "7.51" in text
    assert 'value="Kindergarten"' in text, "what was typed stays"
    moved = ada.post(address(federation, "divide/move/"), TYPED)
    motion = Motion.objects.get(subject_kind="division")
    assert moved.headers["Location"] == f"/councils/motions/{motion.public_id}/"
    division = SurplusDivision.objects.get()
    assert f"/divisions/{division.public_id}/" in ada.get(moved.headers["Location"]).content.decode()
    again = ada.get(address(federation, "divide/"))
    assert (again.status_code, "dealing with a division" in again.content.decode()) == (409, True)
    assert "dealing with a division" in ada.get(address(federation)).content.decode()


def test_goods_alone_need_no_key(federation: Federation, plan: Plan) -> None:
    """The page begins with a key; where nothing is left for bonuses it means nothing."""
    tried = client_of(federation, "ada").post(address(federation, "divide/preview/"), TYPED | {"bonuses": ""})
    assert (tried.status_code, "50.00 would be divided" in tried.content.decode()) == (200, True)


def test_sent_twice_it_is_moved_once(federation: Federation, plan: Plan) -> None:
    ada = client_of(federation, "ada")
    both = [
        ada.post(address(federation, "divide/move/"), {**TYPED, "csrfmiddlewaretoken": "of-this-page"})
        for _time in range(2)
    ]
    assert [one.status_code for one in both] == [302, 302]
    assert both[0].headers["Location"] == both[1].headers["Location"]
    assert SurplusDivision.objects.count() == 1


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"amount-1": "NaN"}, "is not a number"),
    ({"bonuses": "30.011"}, "can be read as"),
    ({"bonuses": "0.0049"}, "more than two decimals"),
    ({"bonuses": "-3"}, "not below 0"),
    ({"bonuses": "1e400"}, "too large"),
    ({"bonuses": "1e308"}, "too large"),
    ({"amount-1": "1e307"}, "too large"),
    ({"bonuses": "1e30"}, "stands in the surplus account"),
    ({"bonuses": "100"}, "stands in the surplus account"),
    ({"category-1": "machine"}, "A surplus is never invested"),
    ({"title-1": ""}, "needs a title"),
    ({"key": "merit"}, "by which key"),
    ({"key": "hours"}, "without one: Ada, Ben, Cleo, Dan"),
    ({"key": "hours", f"post-{uuid.UUID(int=1)}": "oven"}, "is no post of this workplace"),
    ({"reason": ""}, "Say why"),
]


def test_what_is_refused_stays_on_the_page(federation: Federation, plan: Plan) -> None:
    ada = client_of(federation, "ada")
    for changed, said in REFUSED:
        answer = ada.post(address(federation, "divide/move/"), TYPED | changed)
        text = answer.content.decode()
        assert answer.status_code == 422, changed
        assert re.search(said, text), text[text.find("notice error") :][:300]
        assert "The children first." in text or not (TYPED | changed)["reason"]
    assert not SurplusDivision.objects.exists()


def test_who_sees_whose_bonus(federation: Federation, plan: Plan) -> None:
    asked = Asked([Good("Kindergarten", "childcare", 5000)], 1000, "effort", holding(federation))
    division = move(federation, asked)
    carried(federation, division)
    here = f"/divisions/{division.public_id}/"
    pages = {name: client_of(federation, name).get(here).content.decode() for name in ("cleo", "stranger")}
    for page in pages.values():
        assert "Kindergarten" in page
        assert "among 4 members, by weekly hours and how hard the work is" in page
        assert "carried and posted" in page
    assert "Dan" in pages["cleo"]
    assert "intensity 5" in pages["cleo"]
    assert "Your bonus in it" in pages["cleo"]
    assert "Dan" not in pages["stranger"]
    assert "3.60" not in pages["stranger"]
    assert "seen by the members" in pages["stranger"]
    table = client_of(federation, "cleo").get(f"{here}?format=csv")
    rows = b"".join(table.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert rows[1].startswith("collective good,Kindergarten,childcare,,,,50.0")
    assert rows[2].startswith("bonus,Ada,,36.0,5,4,3.6")
    assert len(rows) == 6
    for name in ("stranger", "coordinator", "flour_delegate", "root"):
        assert client_of(federation, name).get(f"{here}?format=csv").status_code == 403
    mine = client_of(federation, "dan").get("/bonuses/").content.decode()
    assert "1.20" in mine
    assert "3.60" not in mine
    assert "names you yet" in client_of(federation, "stranger").get("/bonuses/").content.decode()


def test_the_surplus_page_and_the_ledger(federation: Federation, plan: Plan) -> None:
    division = move(federation)
    carried(federation, division)
    stranger = client_of(federation, "stranger")
    page = stranger.get(address(federation)).content.decode()
    for said in (
        "21.49 to divide",
        "145.00",
        "43.50",
        "Kindergarten",
        "carried and posted",
        "Its members move",
    ):
        assert said in page, said
    years = b"".join(stranger.get(address(federation, "?format=csv")).streaming_content).decode()  # type: ignore[attr-defined]
    assert years.splitlines()[1].startswith("2027,400.0,123.0,132.0,0.0,145.0,43.5,101.5")
    account = Account.objects.get(kind="collective", workplace__code="bread-works")
    ledger = stranger.get(f"/ledger/{account.public_id}/").content.decode()
    assert "surplus divided by the members" in ledger
    assert f"/divisions/{division.public_id}/" in ledger
    own = stranger.get(
        f"/cycles/2027/workplaces/{federation.workplaces['bread'].public_id}/"
    ).content.decode()
    assert address(federation) in own


def test_my_duties_tell_members_what_waits(federation: Federation, plan: Plan) -> None:
    ada = client_of(federation, "ada")
    said = "of surplus to divide"
    page = ada.get("/duties/").content.decode()
    assert said in page
    assert address(federation) in page
    assert said not in client_of(federation, "villager").get("/duties/").content.decode()
    move(federation)
    assert said not in ada.get("/duties/").content.decode(), "it is before the assembly"


def test_nobody_elses_form(federation: Federation, plan: Plan) -> None:
    for name in ("stranger", "flour_delegate", "coordinator", "root"):
        client = client_of(federation, name)
        for path in ("divide/", "divide/preview/", "divide/move/"):
            answer = (
                client.get(address(federation, path))
                if path == "divide/"
                else client.post(address(federation, path), TYPED)
            )
            assert answer.status_code == 403, (name, path)
    assert client_of(federation, "ada").get(f"/surplus/{uuid.uuid4()}/").status_code == 404
