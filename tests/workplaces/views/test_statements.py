"""Lines stated in absolute quantities and agreements, typed in by delegates; what they typed stays."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.federation import NOW, Federation
from tests.workplaces.views.conftest import YEAR, Browse
from workplaces.models import Agreement, Entry, Line, TradeLine
from workplaces.services.agreements import agreement_accept
from workplaces.services.scenarios import scenario_close

EMPTY = {
    "needs-TOTAL_FORMS": "4", "needs-INITIAL_FORMS": "0", "work-TOTAL_FORMS": "2", "work-INITIAL_FORMS": "0",
    "first_day": "2027-01-01", "last_day": "2027-12-31",
}  # fmt: skip


def form(rows: list[tuple[str, str, str]], hours: str = "", **fields: str) -> dict[str, str]:
    data = {**EMPTY, "product": "flour", "output": "400", "capacity": "450", **fields}
    for n, (product, quantity, source) in enumerate(rows):
        data |= {f"needs-{n}-product": product, f"needs-{n}-quantity": quantity, f"needs-{n}-source": source}
    if hours:
        data |= {"work-0-occupation": "work", "work-0-hours": hours}
    return data


def new_url(federation: Federation, who: str = "bread") -> str:
    return reverse("workplaces:line_new", args=[federation.workplaces[who].public_id])


def test_a_delegate_states_a_line(browse: Browse, federation: Federation) -> None:
    """400 t, and 90 MWh for it: 30 from the power station, the rest from outside."""
    client = browse("bread_delegate")
    assert client.get(new_url(federation)).status_code == 200
    done = client.post(
        new_url(federation), form([("energy", "30", "energy-works"), ("energy", "60", "grid")], "800")
    )
    line = Line.objects.get(workplace=federation.workplaces["bread"], product=federation.products["flour"])
    assert done["Location"] == reverse("workplaces:line", args=[line.public_id])
    assert (line.own_input_coefficient, line.own_labour_hours) == ([90 / 400], [2.0])
    assert (line.last_output, line.capacity) == (400.0, 450.0)
    agreements = Agreement.objects.filter(client=federation.workplaces["bread"])
    stated = {(str(a.supplier or ""), str(a.counterparty or ""), a.quantity) for a in agreements}
    assert stated == {("Energy works", "", 30.0), ("", "Grid company", 60.0)}
    bought = TradeLine.objects.get(counterparty__code="grid", region=federation.community)
    assert bought.last == 60.0
    entry = Entry.objects.get(kind="line.stated")
    assert (entry.actor, entry.body["product"], entry.subject) == (
        federation.people["bread_delegate"], "flour", f"line:{line.public_id}",
    )  # fmt: skip


def test_a_line_is_stated_anew_from_what_it_was(browse: Browse, federation: Federation) -> None:
    client = browse("bread_delegate")
    client.post(new_url(federation), form([("energy", "90", "grid")], "800"))
    line = Line.objects.get(workplace=federation.workplaces["bread"], product=federation.products["flour"])
    url = reverse("workplaces:line_edit", args=[line.public_id])
    page = client.get(url)
    rows = [row.initial for row in page.context["needs"] if row.initial]
    assert [(row["product"], row["quantity"], row["source"]) for row in rows] == [("energy", "90", "grid")]
    assert client.post(url, form([("energy", "70", "grid")])).status_code == 302
    line.refresh_from_db()
    assert line.own_input_coefficient == [70 / 400]
    assert TradeLine.objects.get(counterparty__code="grid", region=federation.community).last == 70.0
    assert Line.objects.filter(workplace=federation.workplaces["bread"]).count() == 2


@pytest.mark.parametrize(
    ("rows", "fields", "sentence"),
    [
        ([], {"output": "-3"}, "cannot be negative"),
        ([], {"output": "0"}, "output above 0"),
        ([], {"output": "nan"}, "not a finite number"),
        ([], {"output": "inf"}, "not a finite number"),
        ([], {"output": "1e999"}, "too large"),
        ([], {"output": ""}, "required"),
        ([], {"capacity": "399"}, "below the output"),
        ([], {"product": "gold"}, "no product with the code “gold”"),
        ([], {"last_day": "2026-12-31"}, "before the first"),
        ([("energy", "", "")], {}, "How much of it?"),
        ([("", "3", "")], {}, "Of what?"),
        ([("", "", "grid")], {}, "Of what?"),
        ([("energy", "-1", "")], {}, "cannot be negative"),
        ([("energy", "3", "nobody")], {}, "no workplace or outside counterparty with the code “nobody”"),
        ([("energy", "3", "bread-works")], {}, "does not supply itself"),
        ([("flour", "400", "")], {}, "as much of its own product"),
        ([("silver", "400", "")], {}, "no product with the code “silver”"),
    ],
)
def test_bad_input_changes_nothing_and_stays(
    rows: list[tuple[str, str, str]],
    fields: dict[str, str],
    sentence: str,
    browse: Browse,
    federation: Federation,
) -> None:
    before = Line.objects.count(), Agreement.objects.count(), Entry.objects.count()
    page = browse("bread_delegate").post(new_url(federation), form(rows, "777", **fields))
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    assert 'value="777"' in text
    for value in [*fields.values(), *(cell for row in rows for cell in row)]:
        assert not value or f'value="{value}"' in text
    assert (Line.objects.count(), Agreement.objects.count(), Entry.objects.count()) == before


def test_an_occupation_without_a_labour_pool(browse: Browse, federation: Federation) -> None:
    from workplaces.models import LabourPool, Occupation

    LabourPool.objects.all().delete()
    assert Occupation.objects.filter(code="work").exists()
    page = browse("bread_delegate").post(new_url(federation), form([], "10"))
    assert (page.status_code, "no labour pool of this occupation in Village" in page.content.decode()) == (
        422,
        True,
    )


def test_an_agreement_in_force_is_not_overwritten(browse: Browse, federation: Federation) -> None:
    agreement_accept(
        agreement=Agreement.objects.get(),
        scenario=federation.baseline,
        by=federation.people["energy_delegate"],
        now=NOW,
    )
    page = browse("bread_delegate").post(new_url(federation), form([("energy", "31", "energy-works")]))
    assert (page.status_code, "an agreement with this source on 30" in page.content.decode()) == (422, True)
    assert not Line.objects.filter(
        product=federation.products["flour"], workplace__code="bread-works"
    ).exists()


def test_more_rows_keep_everything(browse: Browse, federation: Federation) -> None:
    data = form([("energy", "thirty", "energy-works")], "8", more="1")
    page = browse("bread_delegate").post(new_url(federation), data)
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="thirty"' in text
    assert page.context["needs"].total_form_count() == 8
    assert 'name="needs-7-product"' in text


@pytest.mark.parametrize(
    ("who", "status"),
    [("bread_delegate", 200), ("registrar", 200), ("flour_delegate", 404), ("coordinator", 404), ("villager", 404),
     ("stranger", 404), ("root", 404)],
)  # fmt: skip
def test_who_may_state_for_a_workplace(who: str, status: int, browse: Browse, federation: Federation) -> None:
    client = browse(who)
    edit = reverse("workplaces:line_edit", args=[federation.lines["bread"].public_id])
    offer = reverse("workplaces:agreement_new", args=[federation.workplaces["bread"].public_id])
    assert [client.get(url).status_code for url in (new_url(federation), edit, offer)] == [status] * 3
    if status == 404:
        assert client.post(new_url(federation), form([])).status_code == 404


def test_figures_are_final_once_the_baseline_is_closed(browse: Browse, federation: Federation) -> None:
    scenario_close(scenario=federation.baseline, by=federation.people["coordinator"], now=NOW)
    assert browse("bread_delegate").get(new_url(federation)).status_code == 404


def offer(client: Client, federation: Federation, **fields: str) -> object:
    url = reverse("workplaces:agreement_new", args=[federation.workplaces["bread"].public_id])
    data = {"role": "supplies", "other": "flour-works", "product": "bread", "quantity": "3,5",
            "first_day": YEAR[0], "last_day": "2027-06-30", **fields}  # fmt: skip
    return client.post(url, data)


def duties(client: Client) -> str:
    return client.get(reverse("planning:duties")).content.decode()


def test_offer_accept_and_end(browse: Browse, federation: Federation) -> None:
    assert offer(browse("bread_delegate"), federation).status_code == 302
    agreement = Agreement.objects.get(product=federation.products["bread"])
    assert (agreement.quantity, str(agreement.period.upper), agreement.state) == (
        3.5,
        "2027-07-01",
        "offered",
    )
    page, accept, end = (
        reverse(f"workplaces:{name}", args=[agreement.public_id])
        for name in ("agreement", "agreement_accept", "agreement_end")
    )
    duty = "supply you with 3.5"
    assert duty in duties(browse("flour_delegate"))
    assert duty not in duties(browse("bread_delegate"))
    assert browse("bread_delegate").post(accept).status_code == 403
    assert browse("energy_delegate").post(accept).status_code == 403
    assert "Accept this offer" in browse("flour_delegate").get(page).content.decode()
    assert "Accept this offer" not in browse("bread_delegate").get(page).content.decode()
    assert browse("flour_delegate").post(accept).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.state, agreement.agreed_by) == ("agreed", federation.people["flour_delegate"])
    assert duty not in duties(browse("flour_delegate"))
    assert browse("flour_delegate").post(accept).status_code == 409
    assert browse("registrar").post(end).status_code == 403
    assert browse("bread_delegate").post(end).status_code == 302
    assert browse("bread_delegate").post(end).status_code == 409
    assert list(Entry.objects.filter(kind__startswith="agreement.").values_list("kind", flat=True).order_by("number")) == [
        "agreement.offered", "agreement.accepted", "agreement.ended",
    ]  # fmt: skip


def test_an_outside_counterparty_is_spoken_for_by_our_delegate(
    browse: Browse, federation: Federation
) -> None:
    offer(browse("bread_delegate"), federation, other="grid")
    agreement = Agreement.objects.get(product=federation.products["bread"])
    sold = TradeLine.objects.get(direction="export")
    assert (sold.last, sold.product, sold.region) == (3.5, federation.products["bread"], federation.community)
    accept = reverse("workplaces:agreement_accept", args=[agreement.public_id])
    assert browse("flour_delegate").post(accept).status_code == 403
    assert browse("bread_delegate").post(accept).status_code == 302
    browse("bread_delegate").post(reverse("workplaces:agreement_end", args=[agreement.public_id]))
    sold.refresh_from_db()
    assert sold.last == 0.0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"quantity": "0"}, "above 0"),
        ({"quantity": "-1"}, "cannot be negative"),
        ({"other": "bread-works"}, "with oneself"),
        ({"other": "nobody"}, "with the code “nobody”"),
        ({"last_day": "2026-01-01"}, "before the first"),
        ({"role": "steals"}, "not one of the available choices"),
    ],
)
def test_bad_offers(fields: dict[str, str], sentence: str, browse: Browse, federation: Federation) -> None:
    page = offer(browse("bread_delegate"), federation, **fields)
    assert (page.status_code, sentence in page.content.decode()) == (422, True)
    assert Agreement.objects.count() == 1


def test_an_agreement_of_a_closed_baseline_gets_its_version_in_the_next(federation: Federation) -> None:
    from workplaces.services.scenarios import scenario_open

    closed = scenario_close(scenario=federation.baseline, by=federation.people["coordinator"], now=NOW)
    second = scenario_open(kind="baseline", parent=closed, by=federation.people["coordinator"], now=NOW)
    first = Agreement.objects.get()
    made = agreement_accept(
        agreement=first, scenario=second, by=federation.people["energy_delegate"], now=NOW
    )
    first.refresh_from_db()
    assert (first.state, made.state, made.origin, made.scenario) == ("offered", "agreed", first, second)
    assert made.public_id == first.public_id
