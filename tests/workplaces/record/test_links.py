"""Each line of the record leads to what it is about; kinds and years narrow the list, by a plain form."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from planning.services.cycles import cycle_open
from tests.access.world import make_world
from tests.planning.federation import NOW, make_federation
from workplaces.models import Entry, Line, Scenario
from workplaces.record import subjects, wording
from workplaces.record.services import Draft, entries_append, entry_append
from workplaces.services.scenarios import scenario_open

pytestmark = pytest.mark.django_db


def test_what_a_year_wrote_down_has_a_sentence_and_leads_to_its_subject() -> None:
    federation = make_world("in force").federation
    client = Client()
    client.force_login(federation.people["coordinator"])
    about = subjects.links(Entry.objects.values_list("subject", flat=True))
    shared = Scenario.objects.filter(kind=Scenario.Kind.SANDBOX).values_list(
        "public_id", "sandbox__public_id"
    )
    of_sandboxes = {
        f"{kind}:{key}" for keys in shared for kind, key in zip(("scenario", "sandbox"), keys, strict=True)
    }
    assert of_sandboxes
    kinds = set()
    for entry in Entry.objects.exclude(subject=""):
        kinds.add(entry.subject.partition(":")[0])
        assert entry.kind in wording.SENTENCES, entry.kind
        if entry.subject in of_sandboxes:
            assert entry.subject not in about, "a sandbox is read by its link, which its owner can withdraw"
            continue
        label, address = about[entry.subject]
        assert label, entry
    assert kinds >= {
        "cycle",
        "round",
        "run",
        "plan",
        "line",
        "motion",
        "ballot",
        "election",
        "scenario",
        "charter",
    }
    for address in {address for _label, address in about.values()}:
        assert client.get(address).status_code == 200, address
    page = client.get(reverse("record:record"), {"kind": "round.opened"}).content.decode()
    assert re.search(r'About: <a href="/cycles/2027/rounds/1/">Round 1 of 2027</a>', page)
    entry = Entry.objects.filter(kind="round.opened").first()
    assert entry is not None
    one = client.get(reverse("record:entry", args=[entry.number])).content.decode()
    assert '<a href="/cycles/2027/rounds/1/">Round 1 of 2027</a>' in one
    assert "Round … of … was opened" in one


def test_a_workplace_leads_to_its_part_in_the_plan_once_there_is_one() -> None:
    federation = make_federation()
    client = Client()
    client.force_login(federation.people["stranger"])
    address = reverse("workplaces:workplace", args=[federation.workplaces["bread"].public_id])
    assert "in the plan for" not in client.get(address).content.decode()
    cycle_open(year=2027, baseline=federation.baseline, by=federation.people["coordinator"], now=NOW)
    found = re.search(
        r'href="(/cycles/2027/workplaces/[^"]+)">Its proposals', client.get(address).content.decode()
    )
    assert found
    assert client.get(found[1]).status_code == 200


def test_a_sandbox_is_not_named_to_others() -> None:
    federation = make_federation()
    sandbox = scenario_open(
        kind="sandbox", parent=None, name="My secret idea", by=federation.people["bread_delegate"], now=NOW
    )  # fmt: skip
    line = Line.objects.first()
    assert line is not None
    line.pk, line._state.adding = None, True
    line.scenario, line.origin, line.public_id = sandbox, None, sandbox.public_id
    line.save()
    assert subjects.links([f"scenario:{sandbox.public_id}", f"line:{line.public_id}"]) == {}


def test_subjects_that_are_none_are_left_out() -> None:
    made_up = "0197a2b4-0000-7000-8000-000000000001"
    assert subjects.links(["", "round", "round:2", f"round:{made_up}", f"nothing:{made_up}"]) == {}


def test_the_years_are_offered_and_narrow_the_list() -> None:
    with transaction.atomic():
        entry_append(kind="scenario.opened", by=None, body={"name": "First"}, now=NOW)
        later = [Draft(kind="scenario.closed", by=None, body={"name": "First"})]
        entries_append(drafts=later, now=NOW.replace(year=NOW.year + 2))

    def listed(**asked: str) -> list[str]:
        page = Client().get(reverse("record:record"), asked)
        return [sentence for _entry, sentence, _about in page.context["listed"]]

    assert listed(year=str(NOW.year)) == ["Opened: First"]
    assert listed(year=str(NOW.year + 2), kind="scenario") == ["Closed for good: First"]
    assert listed(year=str(NOW.year + 1)) == []
    assert listed(year="²") == []
    page = Client().get(reverse("record:record"), {"year": str(NOW.year)}).content.decode()
    assert re.findall(r"<option( selected)?>(\d+)</option>", page) == [
        ("", str(NOW.year + 2)), ("", str(NOW.year + 1)), (" selected", str(NOW.year)),
    ]  # fmt: skip
    assert '<option value="scenario.opened">Opened: …</option>' in page
