"""The pages of programmes and guidelines, as people use them."""

import pytest
from django.test import Client
from django.urls import reverse

from councils.services import charter_found
from planning.models import Cycle, Guideline
from planning.services.cycles import cycle_begin_proposals, cycle_open
from tests.planning.federation import NOW, Federation
from tests.planning.priorities.world import (
    LEISURE,
    RULES,
    asked,
    both,
    everything,
    published,
    supported,
    voted,
    written,
)
from tests.unguarded import unguarded
from workplaces.models import Association, Scenario

pytestmark = pytest.mark.django_db


def as_(federation: Federation, name: str) -> Client:
    client = Client()
    client.force_login(federation.people[name])
    return client


def text(response: object) -> str:
    return " ".join(response.content.decode().replace("\u202f", " ").split())  # type: ignore[attr-defined]


def test_from_founding_an_association_to_the_guidelines(federation: Federation) -> None:
    """Everything that people do, through the pages; votes are cast as they are in any council."""
    coordinator = as_(federation, "coordinator")
    by = federation.people["coordinator"]
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=NOW, rules=RULES)
    assert "Freeze the baseline and open the priorities" in text(coordinator.get("/cycles/2027/programmes/"))
    assert coordinator.post("/cycles/2027/priorities/open/").status_code == 302
    citizen = as_(federation, "citizen0")
    assert citizen.post("/associations/", {"name": "", "kind": "list"}).status_code == 422
    assert citizen.post("/associations/", {"name": "Time to Live", "kind": "list"}).status_code == 302
    page = text(citizen.get("/cycles/2027/programmes/"))
    assert "Write the programme of Time to Live" in page
    association = str(Association.objects.get().public_id)
    form = {"association": association, "title": "For a short week", "text": "Because.", "hours": "200"}
    refused = citizen.post("/cycles/2027/programmes/new/", form)
    assert refused.status_code == 422
    assert "A week has 168 hours." in text(refused)
    assert 'value="200"' in text(refused)
    form |= {"hours": "30", "cap-carbon": "150", "free-bread": "1"}
    written_now = citizen.post("/cycles/2027/programmes/new/", form)
    here = written_now["Location"]
    page = text(citizen.get(here))
    assert "0 of 2 supporters" in page
    assert "Hours offered in the year" in page
    assert "300 (−25 %)" in page
    assert citizen.post(f"{here}publish/").status_code == 409
    for name in ("citizen0", "citizen1"):
        assert as_(federation, name).post(f"{here}support/", {"version": "1"}).status_code == 302
    assert "Publish the programme" in text(citizen.get(here))
    assert citizen.post(f"{here}publish/").status_code == 302
    assert as_(federation, "citizen2").post("/cycles/2027/guidelines/ask/").status_code == 403
    assert "See the programmes and the votes" in text(coordinator.get("/cycles/2027/"))
    assert coordinator.post("/cycles/2027/guidelines/ask/").status_code == 302
    page = text(citizen.get("/cycles/2027/programmes/"))
    assert "One programme for 2027: the vote is open" in page
    assert "Guideline for 2027: working hours a week" in page
    assert "generalized median" in page
    cycle.refresh_from_db()
    assert cycle.phase == "priorities"
    duties = text(citizen.get("/duties/"))
    assert "Guideline for 2027: working hours a week" in duties


def test_programmes_stand_side_by_side(federation: Federation, cycle: Cycle) -> None:
    both(federation, cycle)
    page = text(as_(federation, "stranger").get("/cycles/2027/programmes/"))
    assert 'data-label="Time to Live"' in page
    assert 'data-label="Full Steam"' in page
    assert "Use of Carbon" in page
    assert "over its cap of 150 t" in page
    assert "Sectors that grow most" in page


def test_the_guidelines_page_keeps_the_minority_beside_the_result(
    federation: Federation, cycle: Cycle
) -> None:
    both(federation, cycle)
    client = as_(federation, "stranger")
    assert "They are set when the phase of priorities ends" in text(client.get("/cycles/2027/guidelines/"))
    everything(federation, asked(federation, cycle))
    cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    page = text(client.get("/cycles/2027/guidelines/"))
    assert "<strong>32 h</strong>" in page
    assert "decided by everybody: a number, generalized median" in page
    assert '<td data-label="Full Steam"><div>40 h<' in page
    assert '<td data-label="Time to Live"><div>30 h<' in page
    assert "binds: it is the total of the year" in page
    assert "The programmes stay on record" in page
    assert "share of a region in the regions" in page  # named as without a guideline
    csv = client.get("/cycles/2027/guidelines/?format=csv").getvalue().decode()
    assert "hours,,,32.0,h,median,ballot,2027" in csv


def settled(federation: Federation, cycle: Cycle) -> str:
    """Begin proposals; return the page of guidelines."""
    cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    return text(as_(federation, "stranger").get("/cycles/2027/guidelines/"))


def test_the_guidelines_page_says_how_the_votes_divided(federation: Federation, cycle: Cycle) -> None:
    """A number: around what was decided, and on each programme's side; a share; a package; and the debates."""
    free = [("hours", "", 40.0), ("free", "energy", 1.0), ("collective", "", 40.0)]
    published(federation, cycle, name="Full Steam", founder="citizen5", figures=free)
    programme = published(federation, cycle, figures=[("hours", "", 30.0), ("free", "bread", 1.0)])
    questions = asked(federation, cycle)
    voted(federation, questions["hours"], *({"number": n} for n in ("29", "32", "40", "41.5", "32")), {})
    voted(federation, questions["free"], ["o3", "o1"], ["o3"], ["o2"])
    voted(federation, questions["collective"], {"o1": 30, "o2": 70}, {"o1": 50, "o2": 50})
    page = settled(federation, cycle)
    assert "6 of 6 votes cast, 1 for less, 2 for this, 2 for more, 1 blank" in page
    assert '40 h<br><span class="quiet">2 votes for at least this</span>' in page
    assert '30 h<br><span class="quiet">1 vote for at most this</span>' in page
    assert "2 of 6 votes cast, 1 for at least this share" in page
    assert "1 preferred this, 2 what was decided" in page
    assert "Becomes free: Energy" in page, "what lost stands there too"
    assert "something else won, decided by everybody: ranking, Schulze" in page
    assert f"/programmes/{programme.public_id}/#comments" in page


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("instant_runoff", "first choice of 1"),
        ("ranked_pairs", "1 more preferred what was decided to this than the other way round"),
    ],
)
def test_other_rankings_say_it_in_their_way(
    federation: Federation, cycle: Cycle, rule: str, told: str
) -> None:
    published(federation, cycle, name="Full Steam", founder="citizen5", figures=[("hours", "", 38.0)])
    published(federation, cycle, figures=[("hours", "", 30.0)])
    charter_found(values={"planning.guideline_numbers": rule}, by=None, now=NOW)
    voted(federation, asked(federation, cycle)["hours"], ["o3"], ["o3"], ["o2"])
    assert told in settled(federation, cycle)


def test_a_vote_that_set_nothing_keeps_what_was_proposed(federation: Federation, cycle: Cycle) -> None:
    published(federation, cycle, figures=[("hours", "", 30.0)])
    voted(federation, asked(federation, cycle)["hours"])
    page = settled(federation, cycle)
    assert "Votes that set nothing" in page
    assert "0 of 6 votes cast" in page
    assert '<td data-label="Time to Live"><div>30 h</div></td>' in page


def test_where_nobody_publishes_the_page_says_what_holds(federation: Federation, cycle: Cycle) -> None:
    client = as_(federation, "stranger")
    assert "Where nobody does, last year's guidelines stay, else the charter holds" in text(
        client.get("/cycles/2027/programmes/")
    ).replace("&#x27;", "'")
    cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    assert "No guideline was voted for 2027: the charter holds" in text(
        client.get("/cycles/2027/guidelines/")
    )


def test_a_draft_shows_to_whom_it_can_be_shown(federation: Federation, cycle: Cycle) -> None:
    """A draft is read by everybody, changed by members; the form holds what stands."""
    programme = supported(federation, written(federation, cycle, figures=LEISURE), "citizen1")
    here = f"/programmes/{programme.public_id}/"
    page = text(as_(federation, "stranger").get(here))
    assert "1 of 2 supporters" in page
    assert "Citizen1" in page
    assert "Write the next version" not in page
    association = programme.association.public_id
    form = text(as_(federation, "citizen0").get(f"/cycles/2027/programmes/new/?association={association}"))
    assert 'name="hours" id="hours" value="30"' in form
    assert 'name="free-bread" value="1" checked' in form
    assert as_(federation, "citizen1").post(f"{here}unsupport/").status_code == 302
    assert as_(federation, "citizen2").post(f"{here}support/", {"version": "x"}).status_code == 422


def test_a_program_does_the_same_by_the_interface(federation: Federation, cycle: Cycle) -> None:
    client = as_(federation, "citizen0")

    def post(path: str, body: object = None) -> object:
        return client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers={"Idempotency-Key": path}
        )

    made = post("associations/", {"name": "Time to Live", "kind": "list"}).json()  # type: ignore[attr-defined]
    body = {
        "association": made["id"], "title": "Short", "text": "Because.",
        "figures": [{"topic": "hours", "value": 30}, {"topic": "cap", "code": "carbon", "value": 150}],
    }  # fmt: skip
    programme = post("cycles/2027/programmes/", body).json()  # type: ignore[attr-defined]
    assert (programme["version"], programme["supporters"], programme["published_at"]) == (1, 0, None)
    assert programme["figures"][1] == {"topic": "cap", "code": "carbon", "value": 150.0}
    bad = post(
        "cycles/2027/programmes/", body | {"figures": [{"topic": "hours", "value": 169}], "title": "x"}
    )
    assert bad.status_code == 422  # type: ignore[attr-defined]
    sheet = client.get(f"/api/v1/programmes/{programme['id']}/consequences/").json()
    assert sheet["offered"] == {"now": 400.0, "then": 300.0}
    assert sheet["resources"][0]["cap"] == {"now": 200.0, "then": 150.0}
    guidelines = client.get("/api/v1/cycles/2027/guidelines/").json()
    assert guidelines["call"]["asked_at"] is None
    assert (guidelines["questions"], guidelines["guidelines"]) == ([], [])


@pytest.mark.parametrize(
    ("share", "button", "told"),
    [
        (10.0, "Freeze the baseline and begin with the envelopes", "now the board divides what is set aside"),
        (0.0, "Freeze the baseline and begin proposals", "proposals are open"),
    ],
)
def test_a_year_that_keeps_last_years_share_says_what_comes_first(
    federation: Federation, cycle: Cycle, share: float, button: str, told: str
) -> None:
    with unguarded(Guideline):
        Guideline.objects.create(
            cycle=cycle, topic="investment", value=share, source="last", decided_in=cycle, settled_at=NOW
        )
    elsewhere = Scenario.objects.create(name="Old", kind="baseline", number=7)
    with unguarded(Cycle):  # as if the year had run its course
        closed = {"phase": "closed", "baseline": elsewhere, "next_baseline": federation.baseline}
        Cycle.objects.filter(pk=cycle.pk).update(**closed)
    cycle_open(year=2028, baseline=federation.baseline, by=federation.people["coordinator"], now=NOW)
    coordinator = as_(federation, "coordinator")
    assert button in text(coordinator.get("/cycles/2028/"))
    assert told in text(coordinator.post(reverse("planning:cycle_begin", args=[2028]), follow=True))
