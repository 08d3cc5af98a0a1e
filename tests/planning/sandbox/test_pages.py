"""The pages of sandboxes, comparisons, the matrix and the tour, as people use them without a script."""

import csv
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from councils.models import Motion
from planning.models import Practice, Response, Round, Run, Sandbox, SandboxChange
from planning.runner.execute import run_execute
from planning.runner.practice import BREAD, OTHER, PROPOSED, VILLAGE, YOU, practised
from planning.selectors import comparing
from planning.selectors.matrix import matrix
from planning.services.sandbox_changes import figure_set
from planning.services.sandboxes import sandbox_share
from tests.planning.federation import DEMAND, NOW, Federation
from tests.planning.sandbox.conftest import clock, computed
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


def signed(federation: Federation, key: str) -> Client:
    client = Client()
    client.force_login(federation.people[key])
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def table(response: Any) -> list[dict[str, str]]:
    """Read the CSV that was sent."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.DictReader(body.decode("utf-8-sig").splitlines()))


def tried(federation: Federation, sandbox: Sandbox, new: float = 120.0) -> SandboxChange:
    target = federation.demand["bread"].public_id
    return figure_set(sandbox=sandbox, kind="demand", target=target, new=new, by=sandbox.owner, now=NOW)


def test_a_member_opens_changes_undoes_and_computes(
    federation: Federation, round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed(federation, "stranger")
    listed = text(client.get(reverse("planning:sandboxes")))
    assert "Round 1 of 2027" in listed
    assert "Baseline 1" in listed
    at_round = text(client.get(reverse("planning:round", args=[2027, 1])))
    new = reverse("planning:sandbox_new", args=[round.scenario.public_id])
    assert new in at_round
    assert client.post(new, {"name": ""}).status_code == 422
    response = client.post(new, {"name": "More bread"})
    sandbox = Sandbox.objects.get()
    here = reverse("planning:sandbox", args=[sandbox.public_id])
    assert response["Location"] == here
    assert "no figure is changed yet" in text(client.get(here))
    found = text(
        client.get(reverse("planning:sandbox_figures", args=[sandbox.public_id, "demand"]), {"q": "bre"})
    )
    figure = reverse(
        "planning:sandbox_figure", args=[sandbox.public_id, "demand", federation.demand["bread"].public_id]
    )
    assert figure in found
    assert str(federation.demand["energy"].public_id) not in found
    assert "it is 100 t" in text(client.get(figure))
    wrong = client.post(figure, {"new": "-3"})
    assert wrong.status_code == 422
    assert 'value="-3"' in text(wrong)
    assert client.post(figure, {"new": "120"})["Location"] == here
    shown = text(client.get(here))
    assert "100 t" in shown
    assert "<strong>120 t</strong>" in shown
    assert "+20 %" in shown
    client.post(reverse("planning:sandbox_undo", args=[sandbox.public_id, 1]))
    assert not sandbox.changes.exists()
    client.post(figure, {"new": "120"})
    monkeypatch.setattr("planning.services.sandboxes.enqueue", lambda run: None)
    assert client.post(reverse("planning:sandbox_compute", args=[sandbox.public_id])).status_code == 302
    assert "Waiting for a worker" in text(client.get(here))
    run = Run.objects.get(scenario=sandbox.scenario)
    run_execute(run.public_id, clock=clock)
    shown = text(client.get(here))
    assert "with 1 figure changed, bread is 16.7 % short" in shown
    assert "Round 1 of 2027" in shown
    assert "Output by sector" in shown


def test_every_kind_of_figure_has_its_form(federation: Federation, sandbox: Sandbox) -> None:
    client = signed(federation, "stranger")
    rows: dict[str, Any] = {
        "final": federation.products["bread"],
        "output": federation.lines["bread"],
        "capacity": federation.lines["bread"],
        "input": federation.lines["bread"],
        "coefficient": federation.lines["bread"].technology,
        "hours": federation.pool,
    }
    flour = str(federation.products["flour"].entity_id)
    for kind, row in rows.items():
        address = reverse("planning:sandbox_figure", args=[sandbox.public_id, kind, row.public_id])
        assert address in text(
            client.get(reverse("planning:sandbox_figures", args=[sandbox.public_id, kind]))
        )
        assert client.get(address).status_code == 200
        part = {"part": flour} if kind in {"input", "coefficient"} else {}
        assert client.post(address, {"new": "1", **part}).status_code == 302, kind
    assert sandbox.changes.count() == len(rows)
    shown = text(client.get(reverse("planning:sandbox", args=[sandbox.public_id])))
    assert "Technique “Bread”: Flour" in shown
    assert "Hours of Work, Village" in shown


def test_private_until_shared_and_private_again(federation: Federation, sandbox: Sandbox) -> None:
    tried(federation, sandbox)
    owner, other = signed(federation, "stranger"), signed(federation, "coordinator")
    here = reverse("planning:sandbox", args=[sandbox.public_id])
    assert other.get(here).status_code == 404
    assert other.post(reverse("planning:sandbox_discard", args=[sandbox.public_id])).status_code == 404
    owner.post(reverse("planning:sandbox_share", args=[sandbox.public_id]))
    sandbox.refresh_from_db()
    link = reverse("planning:sandbox_shared", args=[sandbox.link])
    assert link in text(owner.get(here))
    shown = text(other.get(link))
    assert sandbox.scenario.digest in shown
    assert "Go on from it in a copy" in shown
    assert Client().get(link).status_code == 302
    copied = other.post(reverse("planning:sandbox_shared_copy", args=[sandbox.link]))
    assert Sandbox.objects.get(owner=federation.people["coordinator"]).changes.count() == 1
    assert other.get(copied["Location"]).status_code == 200
    owner.post(reverse("planning:sandbox_withdraw", args=[sandbox.public_id]))
    assert other.get(link).status_code == 404


def test_the_run_of_a_sandbox_is_nobody_elses_to_see(federation: Federation, sandbox: Sandbox) -> None:
    tried(federation, sandbox)
    run = computed(sandbox)
    client = signed(federation, "coordinator")
    assert client.get(reverse("planning:run", args=[run.public_id])).status_code == 404
    assert client.post(reverse("planning:run_cancel", args=[run.public_id])).status_code == 404
    assert client.get(reverse("api:run", args=[run.public_id])).status_code == 404


def test_it_becomes_a_motion_whose_words_are_the_changes(federation: Federation, round: Round) -> None:
    client = signed(federation, "bread_delegate")
    client.post(reverse("planning:sandbox_new", args=[round.scenario.public_id]), {"name": "More bread"})
    sandbox = Sandbox.objects.get()
    tried(federation, sandbox)
    address = reverse("planning:sandbox_motion", args=[sandbox.public_id])
    branch = federation.councils["bread sector"]
    given = {"council": str(branch.public_id), "title": "More bread"}
    early = client.post(address, given)
    assert early.status_code == 409
    assert "computed first" in text(early)
    computed(sandbox)
    assert "Bread, household consumption, Village: 100 t → 120 t (+20 %)" in text(client.get(address))
    elsewhere = client.post(address, {**given, "council": str(federation.councils["flour sector"].public_id)})
    assert elsewhere.status_code == 422
    put = client.post(address, given)
    motion = Motion.objects.get()
    sandbox.refresh_from_db()
    assert put["Location"] == reverse("councils:motion", args=[motion.public_id])
    assert "100 t → 120 t (+20 %)" in " ".join(motion.text.split())
    assert sandbox.scenario.digest in motion.text
    link = reverse("planning:sandbox_shared", args=[sandbox.link])
    assert link in motion.text
    seen = text(signed(federation, "villager").get(put["Location"]))
    assert f'href="{link}"' in seen
    assert "digest" in seen
    withdrawn = client.post(reverse("planning:sandbox_withdraw", args=[sandbox.public_id]))
    assert withdrawn.status_code == 409
    assert "A motion rests" in text(withdrawn)
    assert client.post(address, given).status_code == 409


def test_who_belongs_nowhere_puts_no_motion(federation: Federation, sandbox: Sandbox) -> None:
    tried(federation, sandbox)
    computed(sandbox)
    address = reverse("planning:sandbox_motion", args=[sandbox.public_id])
    client = signed(federation, "stranger")
    assert "You belong to no council" in text(client.get(address))
    given = {"council": str(federation.councils["bread sector"].public_id), "title": "More bread"}
    assert client.post(address, given).status_code == 422
    assert not Motion.objects.exists()


class TestComparing:
    def test_side_by_side_with_differences_and_as_csv(
        self, federation: Federation, round: Round, sandbox: Sandbox
    ) -> None:
        tried(federation, sandbox)
        computed(sandbox)
        client, address = signed(federation, "stranger"), reverse("planning:compare")
        keys = ["round:2027-1", f"sandbox:{sandbox.public_id}"]
        shown = text(client.get(address, {"with": keys}))
        assert "Round 1, 2027 beside More bread" in shown
        assert "16.7 %, Bread" in shown
        sent = client.get(address, {"with": keys, "format": "csv"})
        rows = table(sent)
        bread = next(row for row in rows if row["kind"] == "product" and row["code"] == "bread")
        assert float(bread["imbalance (Round 1, 2027)"]) == 0.0
        assert float(bread["imbalance (More bread)"]) == pytest.approx(-1 / 6)
        assert {row["kind"] for row in rows} >= {"product", "labour", "output of sector"}
        output = next(row for row in rows if row["kind"] == "output of sector" and row["code"] == "bread")
        before, after = (float(output[f"imbalance ({name})"]) for name in ("Round 1, 2027", "More bread"))
        assert before == pytest.approx(100.0)
        assert after > before

    def test_what_one_may_not_read_is_left_out(self, federation: Federation, sandbox: Sandbox) -> None:
        tried(federation, sandbox)
        other = federation.people["villager"]
        keys = [f"sandbox:{sandbox.public_id}", "round:2027-1", "round:2027-x", "plan:1-1", "shared:no", ""]
        assert [side.key for side in comparing.sides_of(keys, other)] == ["round:2027-1"]
        shared = sandbox_share(sandbox=sandbox, by=sandbox.owner, now=NOW)
        assert comparing.side_of(f"shared:{shared.link}", other) is not None
        shown = text(signed(federation, "villager").get(reverse("planning:compare"), {"with": keys}))
        assert "it is left out" in shown

    def test_at_most_three_each_once(self, federation: Federation, round: Round) -> None:
        sides = comparing.sides_of(["round:2027-1"] * 5, federation.people["stranger"])
        assert len(sides) == 1


class TestMatrix:
    def test_cells_are_sums_of_the_pairs_lines(self, federation: Federation, round: Round) -> None:
        run = round.published_run
        assert run is not None
        found = matrix(round, run)
        assert [region.code for region in found.regions] == ["village"]
        assert {sector.code for sector in found.sectors} == {"bread", "flour", "energy"}
        made = {
            sector.code: found.cells[found.regions[0].pk, sector.entity_id].output for sector in found.sectors
        }
        assert made == {
            code: pytest.approx(
                sum(run.lines.filter(kind=0, entity=line.entity_id).values_list("suggested", flat=True))
            )
            for code, line in federation.lines.items()
        }

    def test_each_figure_stands_in_its_cell(self, federation: Federation, round: Round) -> None:
        client, address = signed(federation, "stranger"), reverse("planning:matrix", args=[2027, 1])
        assert "Output by region (1) and sector (3)" in text(client.get(address))
        for show in ("output", "change", "worst", "waiting", "nonsense"):
            page = client.get(address, {"show": show})
            assert page.status_code == 200
            assert 'class="matrix sticky"' in text(page)
        assert 'id="matrix"' in text(client.get(reverse("planning:round", args=[2027, 1])))
        sent = client.get(address, {"format": "csv"})
        rows = table(sent)
        assert {row["sector"]: round_(row["output"]) for row in rows}["bread"] == DEMAND["bread"]


def round_(text: str) -> float:
    """Round to a millionth."""
    return float(f"{float(text):.6f}")


class TestTour:
    def test_the_practice_round_is_computed_and_reacts_as_a_round_does(self) -> None:
        first = practised()
        short = (PROPOSED[VILLAGE] - PROPOSED[YOU] - PROPOSED[OTHER]) / PROPOSED[VILLAGE]
        assert first.before[BREAD] == pytest.approx(short)
        assert first.suggested[YOU] > PROPOSED[YOU]
        assert first.asked[YOU]
        held = practised("firm", PROPOSED[YOU])
        assert held.suggested[YOU] == PROPOSED[YOU]
        assert (
            held.suggested[OTHER] > first.suggested[OTHER]
            or held.suggested[VILLAGE] < first.suggested[VILLAGE]
        )

    def test_each_answer_is_given_once_and_nothing_of_it_counts(
        self, federation: Federation, round: Round
    ) -> None:
        client, me = signed(federation, "flour_delegate"), federation.people["flour_delegate"]
        entries = Entry.objects.count()
        assert "New as a delegate?" in text(client.get(reverse("planning:duties")))
        for step in ("round", "figure", "accept", "counter", "firm", "undo", "end"):
            assert client.get(reverse("planning:tour_step", args=[step])).status_code == 200
        accept = reverse("planning:tour_step", args=["accept"])
        client.post(accept)
        assert "You accepted" in text(client.get(accept))
        counter = reverse("planning:tour_step", args=["counter"])
        missing = client.post(counter, {"figure": "95"})
        assert missing.status_code == 422
        assert client.post(counter, {"figure": "9999", "reason": "More ovens"}).status_code == 422
        client.post(counter, {"figure": "95", "reason": "One oven rests"})
        assert "You countered with 95 t" in text(client.get(counter))
        client.post(reverse("planning:tour_step", args=["firm"]), {"reason": "No"})
        client.post(reverse("planning:tour_step", args=["undo"]))
        practice = Practice.objects.get(person=me)
        assert (practice.answer, practice.figure) == ("", None)
        assert practice.tried == ["accept", "counter", "firm", "undo"]
        client.post(reverse("planning:tour_step", args=["end"]))
        assert "New as a delegate?" not in text(client.get(reverse("planning:duties")))
        assert Entry.objects.count() == entries
        assert not Response.objects.exists()

    def test_it_is_offered_to_new_delegates_only_and_put_away_for_good(self, federation: Federation) -> None:
        duties = reverse("planning:duties")
        assert "New as a delegate?" not in text(signed(federation, "stranger").get(duties))
        client = signed(federation, "bread_delegate")
        assert "New as a delegate?" in text(client.get(duties))
        client.post(reverse("planning:tour_dismiss"))
        assert "New as a delegate?" not in text(client.get(duties))
        assert client.get(reverse("planning:tour")).status_code == 200

    def test_there_are_no_other_steps(self, federation: Federation) -> None:
        client = signed(federation, "stranger")
        assert client.get(reverse("planning:tour_step", args=["more"])).status_code == 404
