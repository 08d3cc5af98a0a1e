"""A workplace with several lines answers in one table."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning.models import Response, Round
from planning.services.answers import Answer, line_answer
from planning.views.duties import duties_of
from planning.wording import minutes
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn
from tests.planning.views.test_costs import visible_words
from tests.unguarded import unguarded
from workplaces.models import Workplace
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db


def table(federation: Federation) -> str:
    return reverse("planning:lines_review", args=[2027, 1, federation.workplaces["bread"].public_id])


def key(federation: Federation, code: str, field: str) -> str:
    return f"l{federation.lines[code].entity_id}-{field}"


def shown(client: Client, url: str) -> str:
    return unescape(client.get(url).content.decode()).replace("\u202f", " ")


def given(federation: Federation, code: str, kind: str, figure: str = "", reason: str = "") -> dict[str, str]:
    return {
        key(federation, code, "kind"): kind,
        key(federation, code, "figure"): figure,
        key(federation, code, "reason"): reason,
    }


def test_each_line_stands_with_its_figures_and_its_reason(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    page = shown(sign_in("bread_delegate"), table(federation))
    assert "Can Bread works change 2 things it makes?" in page
    for code, proposed in (("bread", "90 t"), ("cake", "15 t")):
        assert re.search(f"Everyone's proposals together leave {code} [\\d.]+ % short.", page)
        assert f"hold firm at {proposed}" in page or f"hold firm at {proposed[:-2]}.0 t" in page
        assert f'id="id_{key(federation, code, "kind")}_0"' in page
    assert "Accept all 2" in page
    assert "what Bread works proposed stands for this round and its electors are told" in page


def test_what_the_assembly_voted_is_said(federation: Federation, two_lines: Round, sign_in: SignIn) -> None:
    client, url = sign_in("bread_delegate"), table(federation)
    assert "Your assembly has voted no band; the charter's holds" in shown(client, url)
    with unguarded(Workplace):
        Workplace.objects.filter(pk=federation.workplaces["bread"].pk).update(band=0.02)
    assert "Your assembly instructed you: changes up to ±2 %" in shown(client, url)


def test_answers_of_every_kind_go_in_one_form(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    client, url = sign_in("bread_delegate"), table(federation)
    answers = given(federation, "bread", "counter", "95", "The oven is old") | given(
        federation, "cake", "accept"
    )
    assert client.post(url, answers).status_code == 302
    told = {r.line_id: r for r in Response.objects.all()}
    bread, cake = (told[federation.lines[code].entity_id] for code in ("bread", "cake"))
    assert (bread.kind, bread.figure, bread.reason) == ("counter", 95.0, "The oven is old")
    assert cake.kind == "accept"
    assert Entry.objects.filter(kind="answer.given").count() == 2
    page = shown(client, url)
    assert "Bread works has answered all 2 changes it was asked for" in page
    assert 'value="95"' in page
    assert 'value="The oven is old"' in page
    assert 'name="rest"' not in page
    assert "no answer yet" not in page


def test_what_was_answered_can_be_changed_and_the_rest_stays(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    client, url = sign_in("bread_delegate"), table(federation)
    answers = given(federation, "bread", "firm", reason="No hands") | given(federation, "cake", "accept")
    client.post(url, answers)
    answers |= given(federation, "cake", "firm", reason="No eggs")
    assert client.post(url, answers).status_code == 302
    told = {r.line_id: r for r in Response.objects.all()}
    assert told[federation.lines["cake"].entity_id].kind == "firm"
    assert told[federation.lines["bread"].entity_id].revision == 1


def test_a_row_that_cannot_be_taken_says_why_and_the_other_stands(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    client, url = sign_in("bread_delegate"), table(federation)
    answers = given(federation, "bread", "counter", "a lot", "The oven") | given(federation, "cake", "accept")
    response = client.post(url, answers)
    page = unescape(response.content.decode())
    assert response.status_code == 422
    assert "is not a number" in page
    assert 'value="a lot"' in page
    assert 'value="The oven"' in page
    assert "1 other was written" in page
    assert Response.objects.get().line_id == federation.lines["cake"].entity_id
    page = unescape(client.post(url, given(federation, "bread", "firm")).content.decode())
    assert "A reason is needed" in page
    page = unescape(client.post(url, given(federation, "bread", "counter", "500", "More!")).content.decode())
    assert "more than the capacity" in page
    assert Response.objects.count() == 1


def test_a_figure_far_from_last_years_is_asked_back(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    client, url = sign_in("bread_delegate"), table(federation)
    answers = given(federation, "bread", "counter", "0", "We close")
    response = client.post(url, answers)
    assert response.status_code == 422
    assert not Response.objects.exists()
    sure = key(federation, "bread", "figure-sure")
    assert f'name="{sure}"' in response.content.decode()
    assert client.post(url, answers | {sure: "0.0"}).status_code == 302
    assert Response.objects.get().figure == 0.0


def test_all_that_are_asked_are_accepted_at_once(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    client, url = sign_in("bread_delegate"), table(federation)
    answers = given(federation, "bread", "") | given(federation, "cake", "firm", reason="No eggs")
    assert client.post(url, answers | {"rest": "accept"}).status_code == 302
    told = {r.line_id: r.kind for r in Response.objects.all()}
    bread, cake = (federation.lines[code].entity_id for code in ("bread", "cake"))
    assert told == {bread: "accept", cake: "firm"}


@pytest.mark.parametrize("who", ["flour_delegate", "villager", "coordinator", "stranger", "root"])
def test_only_its_delegates_answer(
    federation: Federation, two_lines: Round, sign_in: SignIn, who: str
) -> None:
    client, url = sign_in(who), table(federation)
    page = shown(client, url)
    assert "The delegates of Bread works answer for these lines" in page
    assert "Send these answers" not in page
    for body in (given(federation, "bread", "accept"), {"rest": "accept"}):
        assert client.post(url, body).status_code == 403
    assert not Response.objects.exists()


def test_after_the_close_the_table_shows_what_was_answered(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    client, url = sign_in("bread_delegate"), table(federation)
    client.post(url, given(federation, "bread", "firm", reason="No hands"))
    with unguarded(Round):
        Round.objects.update(answers_close_at=timezone.now())
    page = shown(client, url)
    assert "The time for answers is over" in page
    assert "holds firm, 90" in page
    assert client.post(url, given(federation, "cake", "accept")).status_code == 409


def test_duties_lead_to_the_table_and_to_the_page_for_one_line(
    federation: Federation, two_lines: Round
) -> None:
    me, now = federation.people["bread_delegate"], timezone.now()
    duty = next(d for d in duties_of(me, now) if "/rounds/" in d.url)
    assert duty.url == table(federation)
    assert duty.question == "Can Bread works change 2 things it makes?"
    assert duty.minutes == minutes.minutes(minutes.LINE_ROW * 2 + minutes.DUTY)
    assert len([d for d in duties_of(me, now) if "/rounds/" in d.url]) == 1
    line_answer(round=two_lines, line=federation.lines["bread"], answer=Answer(kind="accept"), by=me, now=now)
    duty = next(d for d in duties_of(me, now) if "/rounds/" in d.url)
    assert duty.url == reverse("planning:line_review", args=[2027, 1, federation.lines["cake"].public_id])


def test_words_are_about_those_that_efforts_state(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    page = sign_in("bread_delegate").get(table(federation)).content.decode()
    rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", page, flags=re.DOTALL)
    words = [len(visible_words(f"<main><p>{row}</p></main>")) for row in rows]
    assert sum(words) / len(words) == pytest.approx(minutes.LINE_ROW.words, rel=0.35)


def test_before_suggestions_are_published_nothing_is_asked(
    federation: Federation, opened: Round, sign_in: SignIn
) -> None:
    client, url = sign_in("bread_delegate"), table(federation)
    assert "nothing is suggested yet" in shown(client, url)
    assert client.post(url, {"rest": "accept"}).status_code == 403


def test_a_line_that_was_answered_says_the_answer(
    federation: Federation, two_lines: Round, sign_in: SignIn
) -> None:
    client, me = sign_in("bread_delegate"), federation.people["bread_delegate"]
    url = reverse("planning:line_review", args=[2027, 1, federation.lines["bread"].public_id])
    assert "<summary>Change the answer</summary>" not in shown(client, url)
    firm = Answer(kind="firm", reason="No hands")
    line_answer(round=two_lines, line=federation.lines["bread"], answer=firm, by=me, now=timezone.now())
    page = shown(client, url)
    assert "Held firm: 90 t of bread</h1>" in page
    assert "<summary>Change the answer</summary>" in page
    assert "Can you make" not in page
