"""Every page answers, in every state, to whoever may see it."""

import pytest
from django.urls import reverse

from planning.models import Cycle, Round, Run
from tests.planning.federation import Federation
from tests.planning.views.conftest import SignIn


def pages(federation: Federation, round: Round) -> list[str]:
    """Return the addresses of all pages of a round's cycle."""
    year, number = round.cycle.year, round.number
    line = federation.lines["bread"].public_id
    place = federation.community.code if federation.community else ""
    return [
        reverse("planning:duties"),
        reverse("planning:cycles"),
        reverse("planning:cycle", args=[year]),
        reverse("planning:round", args=[year, number]),
        reverse("planning:round_changes", args=[year, number]),
        reverse("planning:round_changes", args=[year, number]) + "?waiting=1",
        reverse("planning:round_changes", args=[year, number]) + "?all=1&q=bread",
        reverse("planning:products", args=[year, number]),
        reverse("planning:products", args=[year, number]) + "?sort=-premium&q=flour",
        reverse("planning:product", args=[year, number, "bread"]),
        reverse("planning:line_review", args=[year, number, line]),
        reverse("planning:lines_review", args=[year, number, federation.workplaces["bread"].public_id]),
        reverse("planning:consumption_review", args=[year, number, place]),
        reverse("planning:line", args=[year, line]),
        reverse("planning:places", args=[year]),
        reverse("planning:consumption", args=[year, place]),
        reverse("planning:workplace", args=[year, federation.workplaces["bread"].public_id]),
        reverse("planning:plan", args=[year]),
    ]


WHO = ["coordinator", "bread_delegate", "villager", "stranger"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_pages_of_an_open_round(federation: Federation, opened: Round, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    for url in pages(federation, opened):
        assert client.get(url).status_code == 200, url


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_pages_of_an_answering_round(
    federation: Federation, answering: Round, sign_in: SignIn, who: str
) -> None:
    client = sign_in(who)
    run = reverse("planning:run", args=[answering.published_run.public_id])
    firm = reverse("planning:line_firm", args=[2027, 1, federation.lines["bread"].public_id])
    for url in [*pages(federation, answering), run, firm]:
        assert client.get(url).status_code == 200, url


@pytest.mark.django_db
def test_nobody_sees_anything_without_signing_in(
    federation: Federation, computed: Run, client: object
) -> None:
    for url in pages(federation, computed.round):
        response = client.get(url)  # type: ignore[attr-defined]
        assert response.status_code == 302, url
        assert "login" in response["Location"]


@pytest.mark.django_db
def test_what_does_not_exist_is_not_found(federation: Federation, computed: Run, sign_in: SignIn) -> None:
    client, nobody = sign_in("stranger"), "01900000-0000-7000-8000-000000000000"
    for url in (
        reverse("planning:cycle", args=[1999]),
        reverse("planning:round", args=[2027, 9]),
        reverse("planning:product", args=[2027, 1, "unknown"]),
        reverse("planning:line_review", args=[2027, 1, nobody]),
        reverse("planning:line", args=[2027, nobody]),
        reverse("planning:workplace", args=[2027, nobody]),
        reverse("planning:consumption", args=[2027, "nowhere"]),
        reverse("planning:run", args=[nobody]),
    ):
        assert client.get(url).status_code == 404, url


@pytest.mark.django_db
def test_tables_download_as_csv(federation: Federation, answering: Round, sign_in: SignIn) -> None:
    client = sign_in("stranger")
    for url in pages(federation, answering):
        path = url.partition("?")[0]
        if any(part in path for part in ("duties", "lines/")) or path.endswith(("cycles/", "consumption/")):
            continue
        response = client.get(f"{path}?format=csv")
        assert response["Content-Type"].startswith("text/csv"), path
        assert b"".join(response.streaming_content).count(b"\r\n") >= 1


@pytest.mark.django_db
def test_before_there_is_a_cycle(federation: Federation, sign_in: SignIn) -> None:
    for who in ("coordinator", "stranger"):
        client = sign_in(who)
        assert client.get(reverse("planning:duties")).status_code == 200
        assert "No plan year" in client.get(reverse("planning:current")).content.decode()
        assert client.get(reverse("planning:current_plan")).status_code == 302


@pytest.mark.django_db
def test_pages_while_proposals_are_open(federation: Federation, proposing: Cycle, sign_in: SignIn) -> None:
    for who in WHO:
        client = sign_in(who)
        for name, argument in (
            ("line", federation.lines["bread"].public_id),
            ("workplace", federation.workplaces["bread"].public_id),
            ("consumption", federation.community.code if federation.community else ""),
        ):
            assert client.get(reverse(f"planning:{name}", args=[2027, argument])).status_code == 200
        assert client.get(reverse("planning:cycle", args=[2027])).status_code == 200
        assert client.get(reverse("planning:duties")).status_code == 200
