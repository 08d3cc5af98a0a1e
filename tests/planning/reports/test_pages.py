"""Pages of what was made: a workplace's table, its file, the whole year, duties, the year's own page."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from planning.models import Cycle, OutputReport, PhaseDate, Plan
from planning.services.settlement import cycle_settle
from planning.simulated.outputs import others_made, outputs_wait
from planning.views.steps import next_step
from tests.planning.federation import NOW, Federation
from tests.planning.reports.conftest import SignIn
from tests.planning.reports.world import reported, versions
from workplaces.errors import Forbidden
from workplaces.models import Person
from workplaces.record.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def table(federation: Federation, name: str = "bread") -> str:
    return reverse("planning:report", args=[2027, federation.workplaces[name].public_id])


def row(federation: Federation, name: str, made: str, cause: str = "", note: str = "") -> dict[str, str]:
    prefix = f"o{federation.lines[name].entity_id}"
    return {f"{prefix}-made": made, f"{prefix}-cause": cause, f"{prefix}-note": note}


def shown(client: Client, url: str) -> str:
    answer: Any = client.get(url)
    assert answer.status_code == 200
    found: str = answer.content.decode()
    return found


class TestTable:
    def test_a_table_in_one_form(self, federation: Federation, plan: Plan, sign_in: SignIn) -> None:
        client, url = sign_in("bread_delegate"), table(federation)
        assert "What did Bread works make in 2027? 2 lines are not reported" in shown(client, url)
        sent = row(federation, "bread", "90", "inputs", "No flour in May.") | row(federation, "cake", "20")
        assert client.post(url, sent).status_code == 302
        assert versions(federation, "bread") == [(90.0, "inputs", "No flour in May.")]
        page = shown(client, url)
        assert "Bread works has reported all that it made in 2027" in page
        assert "−5.3" in page, "90 of 95"
        assert 'name="rest"' not in page
        assert client.post(url, sent).status_code == 302
        assert OutputReport.objects.count() == 2, "what stands is not said anew"

    def test_the_rest_as_planned_with_one_button(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        sent = row(federation, "bread", "90") | row(federation, "cake", "") | {"rest": "planned"}
        assert sign_in("bread_delegate").post(table(federation), sent).status_code == 302
        assert versions(federation, "cake") == [(20.0, "", "")]
        assert versions(federation, "bread") == [(90.0, "", "")]

    def test_a_row_refused_says_why_and_the_other_stands(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        client, url = sign_in("bread_delegate"), table(federation)
        answer = client.post(url, row(federation, "bread", "-3") | row(federation, "cake", "20"))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "nothing can be made less than nothing" in page
        assert 'value="-3"' in page
        assert "1 other was written" in page
        assert (versions(federation, "bread"), versions(federation, "cake")) == ([], [(20.0, "", "")])
        seen = f"o{federation.lines['cake'].entity_id}-seen"
        assert f'name="{seen}" value="1"' in page, (
            "sent again, the row that was taken is not taken for somebody else's"
        )

    def test_far_from_the_plan_is_asked_back_about_once(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        client, url = sign_in("bread_delegate"), table(federation)
        answer = client.post(url, row(federation, "bread", "950"))
        assert answer.status_code == 422
        assert "You report 950" in answer.content.decode()
        sure = {f"o{federation.lines['bread'].entity_id}-made-sure": "950.0"}
        assert client.post(url, row(federation, "bread", "950") | sure).status_code == 302
        assert versions(federation, "bread") == [(950.0, "", "")]

    def test_an_emptied_field_takes_back_what_was_said_with_its_cause(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        client, url = sign_in("bread_delegate"), table(federation)
        reported(plan.cycle, federation, "bread", 90.0, "people")
        assert client.post(url, row(federation, "bread", "", "people")).status_code == 302
        assert versions(federation, "bread") == [(90.0, "people", ""), (None, "", "")]
        assert "took back what was said" in shown(client, url)
        answer = client.post(url, row(federation, "bread", "", "demand"))
        assert "A cause belongs to an output" in answer.content.decode()

    def test_a_table_sent_late_takes_nothing_back_that_was_said_meanwhile(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        """The page was opened before bread was reported: empty there means that nothing was said of it."""
        client, url = sign_in("bread_delegate"), table(federation)
        seen = {f"o{federation.lines[name].entity_id}-seen": "0" for name in ("bread", "cake")}
        reported(plan.cycle, federation, "bread", 90.0)
        sent = row(federation, "bread", "") | row(federation, "cake", "20") | seen
        assert client.post(url, sent).status_code == 302
        assert (versions(federation, "bread"), versions(federation, "cake")) == (
            [(90.0, "", "")],
            [(20.0, "", "")],
        )
        answer = client.post(url, row(federation, "bread", "80") | seen)
        assert answer.status_code == 422
        assert "Somebody reported this line since you opened the page" in answer.content.decode()
        assert versions(federation, "bread") == [(90.0, "", "")]

    def test_a_figure_left_as_shown_keeps_its_last_digit(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        reported(plan.cycle, federation, "bread", 90.123456789)
        sent = row(federation, "bread", "90.12346", "people")
        assert sign_in("bread_delegate").post(table(federation), sent).status_code == 302
        assert versions(federation, "bread")[-1] == (90.123456789, "people", "")

    def test_everything_that_was_said_stays_readable(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        reported(plan.cycle, federation, "bread", 90.0, "inputs", "No flour in May.")
        reported(plan.cycle, federation, "bread", 91.0)
        page = shown(sign_in("stranger"), table(federation))
        assert "Bread: what was said, the latest first" in page
        assert page.index("91") < page.index("No flour in May.")
        assert "The delegates of Bread works report these figures." in page
        assert '<form method="post" action="/cycles' not in page

    def test_others_cannot_and_it_says_so(self, federation: Federation, plan: Plan, sign_in: SignIn) -> None:
        answer = sign_in("flour_delegate").post(table(federation), row(federation, "bread", "90"))
        assert answer.status_code == 403
        assert "Only a delegate of this workplace can report what it made" in answer.content.decode()

    def test_after_settling_it_says_so(self, federation: Federation, plan: Plan, sign_in: SignIn) -> None:
        client, url = sign_in("bread_delegate"), table(federation)
        cycle_settle(cycle=plan.cycle, by=federation.people["coordinator"], now=NOW)
        assert "The year is settled; what it rested on stays." in shown(client, url)
        assert client.post(url, row(federation, "bread", "90")).status_code == 409

    def test_before_a_plan_is_in_force_there_is_no_such_page(
        self, federation: Federation, cycle: Cycle, sign_in: SignIn
    ) -> None:
        assert sign_in("bread_delegate").get(table(federation)).status_code == 404
        assert sign_in("stranger").get("/cycles/2027/made/").status_code == 404


class TestFile:
    def send(self, client: Client, federation: Federation, text: str) -> Any:
        file = SimpleUploadedFile("made.csv", text.encode(), content_type="text/csv")
        return client.post(f"{table(federation)}file/", {"file": file})

    def test_the_download_filled_in_goes_up_again(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        client = sign_in("bread_delegate")
        answer: Any = client.get(table(federation) + "?format=csv")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
        assert [(r["product_code"], float(r["planned"]), r["made"]) for r in rows] == [
            ("bread", 95.0, ""), ("cake", 20.0, ""),
        ]  # fmt: skip
        rows[0] |= {"made": "90.5", "cause": "equipment", "note": "The oven."}
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        assert self.send(client, federation, out.getvalue()).status_code == 302
        assert (versions(federation, "bread"), versions(federation, "cake")) == (
            [(90.5, "equipment", "The oven.")],
            [],
        )

    def test_every_fault_with_its_row_and_nothing_taken(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        bread, flour = federation.lines["bread"].public_id, federation.lines["flour"].public_id
        text = f"line,made,cause\n{bread},90,weather\n{flour},60,\n{bread},-1,\nx,1,\n"
        answer = self.send(sign_in("bread_delegate"), federation, text)
        page = answer.content.decode()
        assert answer.status_code == 422
        for sentence in (
            "“weather” is none of",
            "Bread works has no such line",
            "is negative",
            "take the one from the download",
        ):
            assert sentence in page, sentence
        assert not OutputReport.objects.exists()

    def test_what_only_the_service_sees_has_its_row_too(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        bread, cake = federation.lines["bread"].public_id, federation.lines["cake"].public_id
        answer = self.send(sign_in("bread_delegate"), federation, f"line,made\n{cake},20\n{bread},1e12\n")
        assert answer.status_code == 422
        assert "cannot be meant" in answer.content.decode()
        assert not OutputReport.objects.exists()
        twice = self.send(sign_in("bread_delegate"), federation, f"line,made\n{cake},20\n{cake},21\n")
        assert "stands in row 2 already" in twice.content.decode()

    def test_no_file_is_said_at_its_field(self, federation: Federation, plan: Plan, sign_in: SignIn) -> None:
        assert sign_in("bread_delegate").post(f"{table(federation)}file/", {}).status_code == 422

    def test_of_others_nothing_is_taken(self, federation: Federation, plan: Plan, sign_in: SignIn) -> None:
        text = f"line,made\n{federation.lines['bread'].public_id},90\n"
        assert self.send(sign_in("flour_delegate"), federation, text).status_code == 403


class TestYear:
    def test_by_sector_and_workplace(self, federation: Federation, plan: Plan, sign_in: SignIn) -> None:
        reported(plan.cycle, federation, "bread", 76.0)
        client = sign_in("stranger")
        page = shown(client, "/cycles/2027/made/")
        assert "Made against planned in 2027: 1 of 4 lines are reported" in page
        assert "1 of 4 lines are reported; 3 others are settled as if they had made what was planned." in page
        assert "−20" in page
        assert "not reported" in page
        chosen = shown(client, "/cycles/2027/made/?sector=flour")
        assert "Workplaces: Flour sector" in chosen
        assert "Bread works" not in chosen
        assert "Flour works" in shown(client, "/cycles/2027/made/?q=flour")
        assert "Nothing fits" in shown(client, "/cycles/2027/made/?q=nowhere")

    def test_every_line_as_csv(self, federation: Federation, plan: Plan, sign_in: SignIn) -> None:
        reported(plan.cycle, federation, "bread", 76.0, "demand")
        reported(plan.cycle, federation, "cake", 20.0)
        reported(plan.cycle, federation, "cake", None)
        answer: Any = sign_in("stranger").get("/cycles/2027/made/?format=csv")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
        assert [(r["workplace"], r["product_code"], r["made"], r["cause"]) for r in rows] == [
            ("bread-works", "bread", "76.0", "demand"), ("bread-works", "cake", "", ""),
            ("energy-works", "energy", "", ""), ("flour-works", "flour", "", ""),
        ]  # fmt: skip
        assert float(rows[0]["deviation"]) == pytest.approx(-0.2)

    def test_the_years_page_says_on_what_settling_rests(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        reported(plan.cycle, federation, "bread", 76.0)
        page = shown(sign_in("coordinator"), "/cycles/2027/")
        assert "3 others are settled as if they had made what was planned" in page
        assert "1 of 4 reported" in page, "in the stepper"
        place = federation.workplaces["bread"].public_id
        assert "1 of 2 lines are reported" in shown(sign_in("stranger"), f"/cycles/2027/workplaces/{place}/")


def test_the_record_leads_to_the_workplace(federation: Federation, plan: Plan, sign_in: SignIn) -> None:
    reported(plan.cycle, federation, "bread", 76.0)
    number = Entry.objects.get(kind="output.reported").pk
    page = shown(sign_in("stranger"), f"/record/entries/{number}/")
    assert "Bread works reported what it made in 2027" in page
    assert str(federation.workplaces["bread"].public_id) in page


class TestDuties:
    def test_a_delegate_is_asked_until_all_is_reported(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        client = sign_in("bread_delegate")
        page = shown(client, "/duties/")
        assert "What did Bread works make in 2027?" in page
        assert "2 lines are not reported." in page
        assert table(federation) in page
        for name in ("bread", "cake"):
            reported(plan.cycle, federation, name, 20.0)
        assert "What did Bread works make" not in shown(client, "/duties/")
        assert "What did Bread works make" not in shown(sign_in("stranger"), "/duties/")

    def test_where_settling_is_announced_from_a_month_before_it(
        self, federation: Federation, plan: Plan, sign_in: SignIn
    ) -> None:
        date = PhaseDate.objects.create(cycle=plan.cycle, phase="settlement", begins="2026-04-03")
        assert "What did Bread works make" not in shown(sign_in("bread_delegate"), "/duties/")
        date.begins = "2026-04-02"
        date.save()
        assert "What did Bread works make" in shown(sign_in("bread_delegate"), "/duties/")


class TestTheOthers:
    def test_made_up_delegates_report_and_people_speak_for_themselves(
        self, federation: Federation, plan: Plan
    ) -> None:
        Person.objects.filter(username__in=["bread_delegate", "flour_delegate"]).update(synthetic=True)
        by = federation.people["coordinator"]
        reported(plan.cycle, federation, "cake", 11.0)
        assert outputs_wait(plan.cycle, NOW)
        count = others_made(cycle=plan.cycle, by=by, now=NOW)
        assert count == OutputReport.objects.count() - 1
        assert 1 <= count <= 2
        assert versions(federation, "cake") == [(11.0, "", "")]
        assert versions(federation, "energy") == []
        assert Entry.objects.get(kind="outputs.simulated").body == {"lines": count}
        assert not outputs_wait(plan.cycle, NOW)

    def test_the_demos_coordinator_is_led_there_before_settling(
        self, federation: Federation, plan: Plan, sign_in: SignIn, settings: Any
    ) -> None:
        Person.objects.filter(username="flour_delegate").update(synthetic=True)
        cycle, by = Cycle.objects.get(pk=plan.cycle_id), federation.people["coordinator"]

        def asked() -> str:
            step = next_step(cycle, None, NOW)
            assert step is not None
            return step[0]

        assert asked() == "Has the year 2027 run its course? Then settle it"
        settings.DEMO = True
        assert asked() == "Shall the others report what they made in 2027?"
        others_made(cycle=cycle, by=by, now=NOW)
        assert asked() == "Has the year 2027 run its course? Then settle it"

    def test_only_a_coordinator_lets_them(self, federation: Federation, plan: Plan) -> None:
        with pytest.raises(Forbidden):
            others_made(cycle=plan.cycle, by=federation.people["bread_delegate"], now=NOW)
