"""The sentences of a line's review."""

import pytest
from django.utils.translation import override

from planning.wording import lines
from planning.wording.lines import Reason


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("proposed", "suggested", "said"),
    [
        (412.0, 437.0, "Can you make 6 % more steel plate?"),
        (437.0, 412.0, "Can you make 6 % less steel plate?"),
        (100.0, 101.2, "Can you make 1.2 % more steel plate?"),
        (0.0, 5.0, "Can you start making steel plate?"),
        (5.0, 0.0, "Can you stop making steel plate this year?"),
        (5.0, 5.0, "Steel plate: your own figure stands"),
        (0.0, 0.0, "Steel plate: your own figure stands"),
    ],
)
def test_the_question_in_plain_words(proposed: float, suggested: float, said: str) -> None:
    assert plain(lines.question("Steel plate", proposed, suggested)) == said


def test_a_change_inside_the_band_is_no_question() -> None:
    assert plain(lines.settled_question("Steel", 100, 103)) == "Inside your mandate: 3 % more steel"
    assert plain(lines.settled_question("Steel", 100, 97)) == "Inside your mandate: 3 % less steel"


def test_the_question_in_portuguese() -> None:
    with override("pt-br"):
        assert plain(lines.question("Aço", 412.0, 437.0)) == "Vocês podem produzir 6 % a mais de aço?"


def test_why_says_who_else_could_and_who_goes_without() -> None:
    said = plain(lines.why_asked(product="Steel", imbalance=-0.035, able=6, clients=212))
    assert said == (
        "Everyone's proposals together leave steel 3.5 % short. 6 workplaces have room; yours is one. "
        "If nobody moves, 212 workplaces that use it get less than they asked for."
    )
    assert "yours" not in lines.why_asked(product="Steel", imbalance=-0.035, able=6, clients=0, mine=False)
    assert "more steel than anybody asked for" in lines.why_asked(
        product="Steel", imbalance=0.1, able=3, clients=9
    )
    assert "add up" in lines.why_asked(product="Steel", imbalance=0.0, able=3, clients=9)


@pytest.mark.parametrize("digits", [0, 1, 3])
@pytest.mark.parametrize(
    "values",
    [
        [198.4, -41.4, -30.4, -70.4],
        [0.5, 0.5, 0.5],
        [-0.5, -0.5, -0.5],
        [1 / 3, 1 / 3, 1 / 3],
        [],
        [0.0, -0.0],
        [1e9 + 0.4, -1e9 + 0.4],
    ],
)
def test_rounded_terms_add_up_to_the_rounded_sum(values: list[float], digits: int) -> None:
    shown = lines.rounded(values, digits)
    assert round(sum(shown), digits) == pytest.approx(round(sum(values) * 10**digits) / 10**digits)
    assert all(abs(a - b) <= 10.0**-digits for a, b in zip(shown, values, strict=True))


REASONS = [
    Reason("output", "Steel plate", "t", -1.0, 0.04, 198.2),
    Reason("input", "Iron ore", "t", 1.5, 0.01, -30.3),
    Reason("input", "Coke", "t", 0.5, 0.01, -10.3),
    Reason("input", "Bolts", "t", 0.1, 0.01, -2.7),
    Reason("labour", "Metalworkers, Sudeste", "h", 1.9, 0.1, -30.1),
    Reason("resource", "CO₂", "t", 1.7, 0.2, -69.8),
]


def test_terms_add_up_and_small_inputs_stand_together() -> None:
    terms = lines.terms(REASONS, product="Steel plate", digits=0)
    assert [t.label for t in terms] == [
        "Short: premium on the steel plate you make",
        "You use what is short: iron ore and coke",
        "Everything else you use",
        "Your people's hours, scarce: metalworkers, Sudeste",
        "1.70\u202ft of CO₂ under the cap",
    ]
    assert sum(t.value for t in terms) == round(sum(r.amount for r in REASONS))


def test_terms_that_round_to_nothing_are_left_out() -> None:
    small = [REASONS[0], Reason("input", "Bolts", "t", 0.1, 0.0, -0.001)]
    assert len(lines.terms(small, product="Steel", digits=0)) == 1


def test_glut_and_idle_hours_are_called_so() -> None:
    reasons = [
        Reason("output", "Steel", "t", -1.0, -0.1, -5.0),
        Reason("input", "Ore", "t", 1.0, -0.1, 2.0),
        Reason("labour", "Work, Sul", "h", 1.0, -0.1, 3.0),
    ]
    labels = [t.label for t in lines.terms(reasons, product="Steel", digits=0)]
    assert labels == [
        "Too much of it: discount on the steel you make",
        "You use what there is too much of: ore",
        "Your people's hours, hours are idle: work, Sul",
    ]


def test_a_band_can_be_used_up() -> None:
    assert plain(lines.band_text(0.03)) == "your band ±3 %"
    assert plain(lines.band_text(0.03, used_up=True)) == "your band ±3 % is used up"


def test_money_is_explained_by_its_thousandth_part() -> None:
    said = plain(lines.per_unit("Steel", "R$ million", "BRL", money_unit=True))
    assert said.startswith("Each R$ 1,000 of steel at this round's premiums, in R$.")
    assert lines.per_unit("Steel", "t", "BRL", money_unit=False).startswith("Each t of steel")


def test_accepting_says_what_it_takes() -> None:
    assert plain(lines.accept_text(492_000.0, 25.0)) == (
        "About 490,000 hours more work in the year, as much as 267 people do; the inputs come with it."
    )
    assert "as much as 1 person does" in lines.accept_text(1840.0, 1.0)
    assert plain(lines.accept_text(120.0, 1.0)).startswith("About 120 hours more work in the year; ")
    less = plain(lines.accept_text(-12_100_000.0, -25.0))
    assert less.startswith("About 12 million hours of work in the year become free, as much as 6,576 people")
    assert "nobody is laid off" in less
    assert "nobody is laid off" in lines.accept_text(-120.0, -1.0)
    assert "hardly change" in lines.accept_text(10.0, 1.0)
    assert "hardly change" in lines.accept_text(-10.0, -1.0)
    assert "hours" not in lines.accept_text(None, 1.0) + lines.accept_text(None, -1.0)


@pytest.mark.parametrize(
    ("answer", "source", "said"),
    [
        ("accept", "person", "Accepted: 437 t went into the next round"),
        ("counter", "person", "Countered: 437 t went into the next round"),
        ("firm", "person", "Held firm: 437 t went into the next round"),
        ("", "mandate", "Inside the band: 437 t went into the next round by the standing mandate"),
        ("", "", "No answer came: 412 t stood, and the electors were told"),
    ],
)
def test_what_became_of_it(answer: str, source: str, said: str) -> None:
    assert lines.outcome(answer=answer, source=source, next_figure="437 t", proposed="412 t") == said
