"""What pages say after the votes: what was set, what stays, where as it is today won; what comes next."""

import pytest
from django.test import Client

from planning.models import Cycle, EnvelopeDraft, Guideline
from planning.services.cycles import cycle_begin_proposals, cycle_open
from tests.planning.federation import NOW, Federation
from tests.planning.priorities.world import asked, both, everything, published, voted
from tests.unguarded import unguarded
from workplaces.models import Scenario

pytestmark = pytest.mark.django_db


def text(client: Client, path: str) -> str:
    page = client.get(path).content.decode().replace("\u202f", " ").replace("&#x27;", "'")
    return " ".join(page.split())


@pytest.fixture
def coordinator(federation: Federation) -> Client:
    client = Client()
    client.force_login(federation.people["coordinator"])
    return client


def test_after_the_votes_the_next_step_says_what_they_set(
    federation: Federation, cycle: Cycle, coordinator: Client
) -> None:
    """The share that was voted is not written down yet, and envelopes follow all the same."""
    both(federation, cycle)
    everything(federation, asked(federation, cycle))
    duties = text(coordinator, "/duties/")
    assert "Shall the guidelines for 2027 be set?" in duties
    assert "6 votes on the guidelines have closed; what they decided is written down." in duties
    page = text(coordinator, "/cycles/2027/")
    assert "Set the guidelines and begin with the envelopes" in page
    assert "Then the board divides what is set aside for investment." in page
    for false in ("No programme was put to a vote", "Freeze the baseline", "proposals begin?"):
        assert false not in page + duties
    done = coordinator.post("/cycles/2027/begin/", follow=True).content.decode()
    assert "The guidelines are set; now the board divides what is set aside for investment." in done


def test_before_any_vote_the_next_step_says_what_stays(
    federation: Federation, cycle: Cycle, coordinator: Client
) -> None:
    assert "Nobody published a programme. No year before has guidelines: the charter holds." in text(
        coordinator, "/cycles/2027/"
    )
    cycle = published(federation, cycle).cycle
    questions = asked(federation, cycle)
    voted(federation, questions["hours"], {"number": "32"})
    for topic in ("investment", "cap", "free"):
        voted(federation, questions[topic])
    assert "3 of them set nothing: what held before stays." in text(coordinator, "/cycles/2027/")


def test_between_the_votes_and_the_guidelines_the_page_says_what_was_counted(
    federation: Federation, cycle: Cycle, coordinator: Client
) -> None:
    published(federation, cycle)
    questions = asked(federation, cycle)
    assert "The guidelines for 2027 are being voted on" in text(coordinator, "/cycles/2027/guidelines/")
    voted(federation, questions["hours"], {"number": "32"})
    voted(federation, questions["free"], ["o1", "o2"])
    for topic in ("investment", "cap"):
        voted(federation, questions[topic])
    page = text(coordinator, "/cycles/2027/guidelines/")
    assert "The votes on the guidelines for 2027 are counted; they are not set yet" in page
    assert 'working hours a week</a> <span class="quiet">32 h</span>' in page
    assert "“as it is today” won: nothing" in page
    assert "set nothing: what held before stays" in page
    assert "the charter holds" not in page


def test_in_preparation_the_page_says_which_guidelines_stay(
    federation: Federation, cycle: Cycle, coordinator: Client
) -> None:
    with unguarded(Guideline):
        Guideline.objects.create(
            cycle=cycle, topic="hours", value=32.0, source="last", decided_in=cycle, settled_at=NOW
        )
    elsewhere = Scenario.objects.create(name="Old", kind="baseline", number=7)
    with unguarded(Cycle):
        closed = {"phase": "closed", "baseline": elsewhere, "next_baseline": federation.baseline}
        Cycle.objects.filter(pk=cycle.pk).update(**closed)
    cycle_open(year=2028, baseline=federation.baseline, by=federation.people["coordinator"], now=NOW)
    page = text(coordinator, "/cycles/2028/guidelines/")
    assert "The guidelines for 2028 are not set yet" in page
    assert "The guidelines of 2027 stay." in page
    assert "the charter holds" not in page
    assert "The guidelines of 2027 stay." in text(coordinator, "/cycles/2028/")


def test_where_today_won_the_minority_stays_on_record(
    federation: Federation, cycle: Cycle, coordinator: Client
) -> None:
    published(federation, cycle)
    questions = asked(federation, cycle)
    voted(federation, questions["free"], *[["o1", "o2"]] * 3)
    voted(federation, questions["hours"], {"number": "32"})
    for topic in ("investment", "cap"):
        voted(federation, questions[topic])
    cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    page = text(coordinator, "/cycles/2027/guidelines/")
    row = page[page.index("Becomes free: Bread") :].split("</tr>")[0]
    assert "<strong>as it is today</strong>" in row
    assert "“as it is today” won, decided by everybody: " in row
    assert '<a href="' in row
    assert '<td data-label="Time to Live"><div>free<br>' in row
    cap = page[page.index("Cap: Carbon") :].split("</tr>")[0]
    assert "the vote set nothing: what held before stays" in cap
    assert '<td data-label="Time to Live"><div>150 t' in cap
    today = page[page.index("Left as it is today, by vote") :].split("</section>")[0]
    assert "Guideline for 2027: a good that becomes free" in today
    nobody = page[page.index("Without a guideline") :].split("</section>")[0]
    assert "a good that becomes free" not in nobody
    assert "collective share of consumption" in nobody


def test_the_stepper_says_what_was_held(federation: Federation, cycle: Cycle, coordinator: Client) -> None:
    both(federation, cycle)
    everything(federation, asked(federation, cycle))
    cycle = cycle_begin_proposals(cycle=cycle, by=federation.people["coordinator"], now=NOW)
    steps = text(coordinator, "/cycles/2027/").split("</ol>")[1]
    assert "6 votes" in steps
    with unguarded(Cycle):
        Cycle.objects.filter(pk=cycle.pk).update(phase="proposals")
    page = text(coordinator, "/cycles/2027/envelopes/")
    assert page.count("is-skipped") == 1  # the envelopes, of which there is no draft
    draft = EnvelopeDraft.objects.create(
        cycle=cycle, number=1, sector_total=0, region_total=0, reason="All of it.", digest="0" * 64,
        proposed_by=federation.people["coordinator"], proposed_at=NOW,
    )  # fmt: skip
    assert "not settled" in text(coordinator, "/cycles/2027/")
    with unguarded(EnvelopeDraft):
        EnvelopeDraft.objects.filter(pk=draft.pk).update(settled_at=NOW)
    page = text(coordinator, "/cycles/2027/")
    assert "is-skipped" not in page
    assert f"settled {NOW:%-d %b}" in page
