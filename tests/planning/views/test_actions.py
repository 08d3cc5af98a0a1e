"""What can be done on the pages: by whom, when, and what is said if it is refused."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning.models import Cycle, Plan, Proposal, Response, Round, Run
from planning.runner.execute import run_execute
from planning.services.cycles import cycle_begin_proposals, cycle_open, standing
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from tests.unguarded import unguarded
from workplaces.models import LabourPool

pytestmark = pytest.mark.django_db


def at(name: str, *arguments: object) -> str:
    return reverse(f"planning:{name}", args=arguments)


def test_a_coordinator_takes_a_cycle_to_its_first_suggestions(
    federation: Federation, sign_in: SignIn
) -> None:

    client = sign_in("coordinator")
    given = {"year": 2027, "baseline": str(federation.baseline.public_id)}
    assert client.post(at("cycle_new"), given)["Location"] == at("cycle", 2027)
    assert client.post(at("cycle_begin", 2027))["Location"] == at("cycle", 2027)
    assert Cycle.objects.get().phase == "proposals"
    assert client.post(at("round_open", 2027))["Location"] == at("round", 2027, 1)
    assert client.post(at("round_run", 2027, 1))["Location"] == at("round", 2027, 1)
    waiting = client.get(at("round", 2027, 1)).content.decode()
    assert "waiting for a worker" in waiting
    run = Run.objects.get()
    assert client.post(at("round_run", 2027, 1)).status_code == 302
    assert Run.objects.count() == 1  # pressed twice, it is one run
    state = run_execute(run.public_id, clock=timezone.now)
    run.refresh_from_db()
    assert state == "finished", run.error
    assert client.post(at("round_publish", 2027, 1), {"run": str(run.public_id)}).status_code == 302
    assert Round.objects.get().state == "answering"
    # last year's figures balance: nobody is asked, so nobody is waited for
    assert client.post(at("round_close", 2027, 1))["Location"] == at("cycle", 2027)
    assert Round.objects.get().state == "closed"


COORDINATORS = [
    ("cycle_begin", (2027,)),
    ("round_open", (2027,)),
    ("round_run", (2027, 1)),
    ("round_close", (2027, 1)),
    ("plan_propose", (2027, 1)),
    ("plan_advance", (2027,)),
    ("plan_in_force", (2027,)),
]


@pytest.mark.parametrize(("name", "arguments"), COORDINATORS)
@pytest.mark.parametrize("who", ["bread_delegate", "stranger", "root"])
def test_only_coordinators_move_the_procedure(
    answering: Round, sign_in: SignIn, name: str, arguments: tuple[int, ...], who: str
) -> None:
    before = list(Round.objects.values()), list(Cycle.objects.values())
    response = sign_in(who).post(at(name, *arguments))
    assert response.status_code in {403, 409}
    assert 'role="alert"' in response.content.decode()
    assert before == (list(Round.objects.values()), list(Cycle.objects.values()))


@pytest.mark.parametrize(("name", "arguments"), COORDINATORS)
def test_what_changes_something_is_never_done_by_a_link(
    answering: Round, sign_in: SignIn, name: str, arguments: tuple[int, ...]
) -> None:
    assert sign_in("coordinator").get(at(name, *arguments)).status_code == 405


def test_too_early_is_said_on_the_page(opened: Round, sign_in: SignIn) -> None:
    response = sign_in("coordinator").post(at("round_close", 2027, 1))
    assert response.status_code == 409
    assert "only a round whose suggestions are out can be closed" in response.content.decode()


def time_is_over() -> None:
    """Let the time for answers be over."""
    with unguarded(Round):
        Round.objects.update(answers_close_at=timezone.now())


def test_closing_early_says_until_when_and_who_is_missing(answering: Round, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    page = client.get(at("round", 2027, 1)).content.decode()
    assert at("round_close", 2027, 1) not in page
    assert "Answers were promised until" in page
    response = client.post(at("round_close", 2027, 1))
    assert response.status_code == 409
    assert "of the lines asked have not answered" in response.content.decode()
    time_is_over()
    assert at("round_close", 2027, 1) in client.get(at("round", 2027, 1)).content.decode()


def test_a_coordinator_gives_proposals_back(opened: Round, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    assert at("round_give_back", 2027, 1) in client.get(at("round", 2027, 1)).content.decode()
    refused = client.post(at("round_give_back", 2027, 1), {"reason": " "})
    assert refused.status_code == 422
    assert Round.objects.get().state == "open"
    given = client.post(at("round_give_back", 2027, 1), {"reason": "Grams were meant."})
    assert given["Location"] == at("cycle", 2027)
    assert Round.objects.get().state == "closed"
    page = client.get(at("round", 2027, 1)).content.decode()
    assert "went to the councils as a plan" not in page
    assert at("round_open", 2027) in page


def test_hours_that_nobody_has_stand_on_the_plan(federation: Federation, sign_in: SignIn) -> None:
    LabourPool.objects.update(hours=200.0)
    by, now = federation.people["coordinator"], timezone.now()
    cycle = cycle_open(year=2027, baseline=federation.baseline, by=by, now=now, rules={"round_limit": 1})
    cycle_begin_proposals(cycle=cycle, by=by, now=now)
    client = sign_in("coordinator")
    client.post(at("round_open", 2027))
    client.post(at("round_run", 2027, 1))
    run_execute(Run.objects.get().public_id, clock=timezone.now)
    assert client.post(at("plan_propose", 2027, 1)).status_code == 302
    page = client.get(at("plan", 2027)).content.decode()
    assert "with 1 conflict for them to settle" in page
    assert "Work, Village" in page
    assert "200 h there" in page.replace("\xa0", " ").replace("\u202f", " ")


def test_a_cancelled_run(opened: Round, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    client.post(at("round_run", 2027, 1))
    run = Run.objects.get()
    assert client.post(at("run_cancel", run.public_id))["Location"] == at("round", 2027, 1)
    assert "was cancelled" in client.get(at("round", 2027, 1)).content.decode()
    assert client.post(at("run_cancel", run.public_id)).status_code == 409
    assert client.get(at("run", run.public_id)).status_code == 200


def test_progress_is_a_fragment_that_ends(opened: Round, sign_in: SignIn) -> None:
    client = sign_in("coordinator")
    client.post(at("round_run", 2027, 1))
    run = Run.objects.get()
    part = client.get(at("run", run.public_id), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "hx-trigger" in part.content.decode()
    assert "HX-Refresh" not in part
    assert "HX-Request" in part["Vary"]
    with unguarded(Run):
        Run.objects.update(state="failed", error="The table has no prices.", finished_at=run.requested_at)
    part = client.get(at("run", run.public_id), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    assert "hx-trigger" not in part.content.decode()
    page = client.get(at("round", 2027, 1)).content.decode()
    assert "The table has no prices." in page
    assert "Start it again" in page


def line_url(federation: Federation) -> str:
    return at("line", 2027, federation.lines["bread"].public_id)


def test_a_delegate_proposes(federation: Federation, proposing: Cycle, sign_in: SignIn) -> None:
    flour = federation.products["flour"].entity_id
    given = {"output": "95.5", "note": "A new oven", f"input_{flour}": "40"}
    assert sign_in("bread_delegate").post(line_url(federation), given)["Location"] == line_url(federation)
    proposal = Proposal.objects.get(scenario=standing(proposing))
    assert (proposal.output, proposal.note) == (95.5, "A new oven")
    assert (proposal.input_product, proposal.input_quantity) == ([flour], [40.0])


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("-5", "below the least possible"),
        ("500", "more than the capacity"),
        ("a lot", "is not a number"),
        ("nan", "is not a number"),
        ("1e999", "too large"),
        ("", "required"),
    ],
)
def test_a_bad_proposal_changes_nothing_and_keeps_what_was_typed(
    federation: Federation, proposing: Cycle, sign_in: SignIn, output: str, reason: str
) -> None:
    response = sign_in("bread_delegate").post(line_url(federation), {"output": output, "note": "My words"})
    page = response.content.decode()
    assert response.status_code == 422
    assert reason in page
    assert "My words" in page
    assert f'value="{output}"' in page or not output
    assert not Proposal.objects.exists()


def test_nobody_proposes_for_others_or_too_late(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    response = sign_in("flour_delegate").post(line_url(federation), {"output": "90"})
    assert response.status_code == 403
    assert "Only a delegate of this workplace" in response.content.decode()
    sign_in("coordinator").post(at("round_open", 2027))
    response = sign_in("bread_delegate").post(line_url(federation), {"output": "90"})
    assert response.status_code == 409
    assert not Proposal.objects.exists()


def review_url(federation: Federation) -> str:
    return at("line_review", 2027, 1, federation.lines["bread"].public_id)


def test_a_delegate_accepts_and_thinks_again(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    client = sign_in("bread_delegate")
    assert client.post(review_url(federation), {"kind": "accept"}).status_code == 302
    assert Response.objects.get().kind == "accept"
    counter = {"kind": "counter", "counter-figure": "95", "counter-reason": "The oven is old"}
    assert client.post(review_url(federation), counter).status_code == 302
    answer = Response.objects.get()
    assert (answer.kind, answer.figure, answer.reason, answer.revision) == (
        "counter",
        95.0,
        "The oven is old",
        2,
    )
    firm = {"kind": "firm", "firm-reason": "No hands"}
    assert client.post(review_url(federation), firm).status_code == 302
    assert Response.objects.get().figure == 90.0
    assert "holds firm" in client.get(review_url(federation)).content.decode()


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({"kind": "counter", "counter-figure": "95"}, 422, "required"),
        ({"kind": "counter", "counter-figure": "9999", "counter-reason": "Typed"}, 422, "more than the capacity"),
        ({"kind": "counter", "counter-figure": "x", "counter-reason": "Typed"}, 422, "is not a number"),
        ({"kind": "firm", "firm-reason": "  "}, 422, "required"),
        ({"kind": "perhaps"}, 422, "none of these"),
        ({}, 422, "none of these"),
    ],
)  # fmt: skip
def test_a_bad_answer_changes_nothing_and_keeps_what_was_typed(
    federation: Federation, answering: Round, sign_in: SignIn, given: dict[str, str], status: int, reason: str
) -> None:
    response = sign_in("bread_delegate").post(review_url(federation), given)
    page = response.content.decode()
    assert response.status_code == status
    assert reason in page or "Give a reason" in page
    assert all(text in page for name, text in given.items() if name.endswith("reason"))
    assert not Response.objects.exists()


def test_others_and_latecomers_are_refused(federation: Federation, answering: Round, sign_in: SignIn) -> None:
    assert sign_in("flour_delegate").post(review_url(federation), {"kind": "accept"}).status_code == 403
    assert sign_in("root").post(review_url(federation), {"kind": "accept"}).status_code == 403
    time_is_over()
    sign_in("coordinator").post(at("round_close", 2027, 1))
    late = sign_in("bread_delegate").post(review_url(federation), {"kind": "accept"})
    assert late.status_code == 409
    assert "closed" in late.content.decode()
    assert not Response.objects.exists()


def test_after_the_close_the_title_says_what_became_of_it(
    federation: Federation, answering: Round, sign_in: SignIn
) -> None:
    client = sign_in("bread_delegate")
    client.post(review_url(federation), {"kind": "accept"})
    time_is_over()
    sign_in("coordinator").post(at("round_close", 2027, 1))
    assert "<h1>Accepted:" in client.get(review_url(federation)).content.decode()


def test_a_plan_that_does_not_add_up_is_not_put_to_the_councils(computed: Run, sign_in: SignIn) -> None:
    response = sign_in("coordinator").post(at("plan_propose", 2027, 1))
    assert response.status_code == 409
    assert "The worst imbalance is" in response.content.decode()
    assert not Plan.objects.exists()


def test_a_plan_goes_through_the_councils_into_force(
    federation: Federation, proposing: Cycle, sign_in: SignIn
) -> None:
    from councils.models import Ballot
    from councils.services.ballots import ballot_close
    from councils.services.votes import vote_cast

    client = sign_in("coordinator")
    client.post(at("round_open", 2027))
    client.post(at("round_run", 2027, 1))
    run_execute(Run.objects.get().public_id, clock=timezone.now)
    assert client.post(at("plan_propose", 2027, 1))["Location"] == at("plan", 2027)
    assert "adds up and is before the councils" in client.get(at("plan", 2027)).content.decode()
    assert client.post(at("plan_in_force", 2027)).status_code == 409
    while ballots := list(Ballot.objects.filter(state="open")):
        for ballot in ballots:
            _vote(ballot, vote_cast)
            ballot_close(ballot=ballot, by=federation.people["coordinator"], now=timezone.now())
        assert client.post(at("plan_advance", 2027)).status_code == 302
    assert "have ratified" in client.get(at("plan", 2027)).content.decode()
    assert client.post(at("plan_in_force", 2027)).status_code == 302
    assert "is in force" in client.get(at("plan", 2027)).content.decode()
    rows = b"".join(client.get(at("plan", 2027) + "?format=csv").streaming_content).decode().splitlines()
    assert len(rows) == 1 + 3 + 3  # three lines, three demand lines
    voter = sign_in("boardmember").get(at("duties")).content.decode()
    assert "you voted" in voter


def test_a_council_of_members_is_asked_too(federation: Federation, proposing: Cycle, sign_in: SignIn) -> None:
    from planning.services.plans import stages
    from tests.planning.federation import council, mandate, person
    from workplaces.models import Region

    land = Region.objects.get(kind="country")
    hills = Region.objects.create(code="hills", kind="region", name="Hills", parent=land)
    manned = council(federation, "hills", kind="regional", region=hills)
    mandate(manned, person(federation, "hillperson"), "member")
    client = sign_in("coordinator")
    client.post(at("round_open", 2027))
    client.post(at("round_run", 2027, 1))
    run_execute(Run.objects.get().public_id, clock=timezone.now)
    client.post(at("plan_propose", 2027, 1))
    found = {stage["kind"]: stage for stage in stages(Plan.objects.get(), timezone.now())}
    asked = found["regional"]["waiting"] + [motion.council for motion in found["regional"]["motions"]]
    assert manned in asked
    assert "passed over" not in client.get(at("plan", 2027)).content.decode()


def _vote(ballot: object, vote_cast: object) -> None:
    for entry in ballot.roll.select_related("person"):  # type: ignore[attr-defined]
        vote_cast(  # type: ignore[operator]
            ballot=ballot, right=entry.right, option="yes", by=entry.person, idempotency_key=entry.right[-30:],
            now=timezone.now(),
        )  # fmt: skip


def test_forms_carry_their_token(federation: Federation, answering: Round) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(federation.people["bread_delegate"])
    assert client.post(review_url(federation), {"kind": "accept"}).status_code == 403
    assert not Response.objects.exists()
