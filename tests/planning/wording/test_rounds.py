"""Titles and leads for every state of a round."""

import pytest
from django.utils.translation import override

from planning.wording.rounds import (
    Computed,
    Standing,
    changes_title,
    help_text,
    lead,
    precision,
    product_lead,
    product_title,
    title,
    verdict,
)

NAMES = ("Steel", "Wheat", "Dental care")


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(1, "open"), "Round 1: the proposals are in, nothing has been computed yet"),
        (Standing(1, "open", "queued"), "Round 1: waiting for a worker to start computing"),
        (Standing(1, "open", "running"), "Round 1: being computed"),
        (Standing(1, "open", "failed"), "Round 1: the iteration failed"),
        (Standing(1, "open", "cancelled"), "Round 1: the iteration was cancelled"),
        (Standing(3, "open", "finished"), "Round 3: everything adds up"),
        (Standing(1, "open", "finished", short=1, short_names=NAMES[:1]), "Round 1: steel is short"),
        (
            Standing(2, "answering", "finished", short=3, short_names=NAMES),
            "Round 2: steel, wheat and dental care are still short",
        ),
        (
            Standing(1, "open", "finished", short=43, short_names=NAMES),
            "Round 1: steel, wheat, dental care and 40 more are short",
        ),
        (
            Standing(2, "open", "finished", glut=2, glut_names=("Textiles", "Paper")),
            "Round 2: there is too much of textiles and paper",
        ),
    ],
)
def test_the_title_is_the_answer(standing: Standing, said: str) -> None:
    assert title(standing) == said


def computed(**changes: float) -> Computed:
    given = {
        "out": 3,
        "products": 128,
        "tolerance": 0.01,
        "worst_after": 0.0,
        "asked": 164,
        "workplaces": 2014,
        "gaps": 0,
    }
    return Computed(**{**given, **changes})  # type: ignore[arg-type]  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def test_the_lead_says_what_is_found_and_what_the_plan_does() -> None:
    assert plain(lead(2, computed())) == (
        "After round 1's answers 3 of 128 products are more than 1 % out of balance. The computed plan closes all "
        "gaps by asking 164 of 2,014 workplaces to move beyond what their assemblies pre-approved."
    )


def test_the_lead_of_a_first_round() -> None:
    assert plain(lead(1, computed(out=1, asked=0))) == (
        "As proposed, 1 of 128 products is more than 1 % out of balance. The computed plan stays inside what every "
        "assembly pre-approved; nobody is asked."
    )


def test_the_lead_of_a_balanced_round() -> None:
    assert plain(lead(3, computed(out=0, asked=0))) == (
        "After round 2's answers all 128 products are within 1 % of balance."
    )


def test_what_stays_open_and_caps_are_not_hidden() -> None:
    said = plain(lead(2, computed(gaps=2, worst_after=0.04, caps_exceeded=1)))
    assert "closes all gaps" not in said
    assert "Even then 4 % would stay open at worst" in said
    assert "1 resource cap is exceeded" in said


def test_who_can_help() -> None:
    assert help_text(is_short=True, workplaces=41, region="Sul", regions=1) == "41 workplaces, Sul"
    assert (
        help_text(is_short=True, workplaces=1200, region="Sul", regions=3) == "1,200 workplaces, mostly Sul"
    )
    assert help_text(is_short=False, workplaces=2, region="Sul", regions=1) == "2 can make less, Sul"
    assert help_text(is_short=True, workplaces=0, region="", regions=0) == "nobody has room"
    assert help_text(is_short=True, workplaces=0, region="", regions=0, premium=0.2) == "nobody has room"
    turned = help_text(is_short=True, workplaces=0, region="", regions=0, premium=-3.333)
    assert turned == "in the computed plan its users need less: a glut"
    assert help_text(is_short=False, workplaces=3, region="Sul", regions=1, premium=0.1).endswith("need more")


def test_products() -> None:
    assert plain(product_title("Steel", 100.0, 96.5, 0.01)) == "Steel: 3.5 % short"
    assert plain(product_title("Steel", 96.5, 100.0, 0.01)) == "Steel: 3.5 % too much"
    assert "within the tolerance" in product_title("Steel", 100.0, 99.5, 0.01)
    assert product_title("Steel", 0.0, 0.0, 0.01) == "Steel: need and offer are equal"
    said = product_lead(is_short=True, asked=2, moving=9, after=0.0, missing="1 t")
    assert said == (
        "1 t are missing. The computed plan moves 9 lines of it, 2 of them beyond their band; then nothing is missing."
    )
    assert (
        product_lead(is_short=False, asked=0, moving=0, after=0.1, missing="1 t") == "1 t would be left over."
    )


def test_precision_as_people_write_it() -> None:
    assert precision(4e-15) == "4·10⁻¹⁵"
    assert precision(0.0) == "0"


def test_the_certificate_in_a_sentence() -> None:
    assert verdict(gaps=0, gaps_at_bounds=True).startswith("Nothing remains short")
    assert (
        verdict(gaps=2, gaps_at_bounds=True) == "2 gaps remain; no permitted change would close them further."
    )
    assert "more than their agreed price" in verdict(gaps=2, gaps_at_bounds=False)


@pytest.mark.parametrize(("waiting", "asked"), [(True, True), (False, True), (False, False)])
def test_lists_of_changes(waiting: bool, asked: bool) -> None:
    assert changes_title(1, waiting=waiting, asked=asked).startswith("1 ")
    assert changes_title(2000, waiting=waiting, asked=asked).startswith("2,000 ")
    assert "1" not in changes_title(0, waiting=waiting, asked=asked)


def test_portuguese() -> None:
    with override("pt-br"):
        assert title(Standing(2, "open", "finished", short=2, short_names=("Aço", "Trigo"))) == (
            "Rodada 2: aço e trigo ainda estão em falta"
        )
        assert plain(lead(1, computed(out=0, asked=0))) == (
            "Todos os 128 produtos estão a no máximo 1 % do equilíbrio, tal como foram propostos."
        )
