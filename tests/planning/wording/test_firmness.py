"""What holding firm means for others, in sentences."""

from planning.wording import firmness
from tests.planning.wording.test_lines import plain


def test_holding_firm_is_told_by_what_it_costs_others() -> None:
    given = {"product": "Steel", "typical": 0.041, "withheld": "25 t"}
    said = plain(
        firmness.tradeoff(
            makers=5, elsewhere=30, exact=True, losing=[firmness.loses("Nordeste", "investment", "9 t", "Steel")], **given
        )
    )  # fmt: skip
    assert said == (
        "If this line holds firm, 5 others that make steel move, typically by 4.1 % more; 30 lines elsewhere adjust a "
        "little; Nordeste (investment) gets 9 t less steel."
    )
    alone = firmness.tradeoff(makers=0, elsewhere=0, exact=False, losing=[], **given)
    assert alone.startswith("If this line holds firm, nobody else makes up for the 25 t.")
    assert "first estimate" in alone


def test_who_is_asked_because_of_it_and_what_goes_short() -> None:
    given = {
        "product": "Steel",
        "typical": 0.041,
        "withheld": "25 t",
        "makers": 1,
        "elsewhere": 0,
        "losing": [],
    }
    said = plain(firmness.tradeoff(exact=True, asked=1, gaps=[firmness.goes_short("Steel", "7 t")], **given))
    assert said == (
        "If this line holds firm, 1 other that makes steel moves by 4.1 % more; 1 more line is asked beyond its band; "
        "steel falls short by 7 t, which nobody can make up for."
    )
    several = plain(firmness.tradeoff(exact=True, asked=12, **given))
    assert several.endswith("; 12 more lines are asked beyond their bands.")
