"""Small elections counted by hand, or printed in the literature."""

from fractions import Fraction

import pytest

from councils.rules.ballots import Portfolio, Ranking, Support
from councils.rules.equal_shares import equal_shares, payments
from councils.rules.greedy import greedy
from councils.rules.independent_markets import Division, independent_markets
from councils.rules.instant_runoff import instant_runoff
from councils.rules.median import LOWER, STATUS_QUO, UPPER, Figure, median
from councils.rules.pairwise import pairwise
from councils.rules.phragmen import phragmen, phragmen_committee
from councils.rules.points import approval, score
from councils.rules.ranked_pairs import ranked_pairs
from councils.rules.results import CountError, by_lot
from councils.rules.schulze import schulze, strongest_paths
from councils.rules.stv import stv
from councils.rules.thiele import sequential_pav
from councils.rules.welfare import max_welfare


def approvals(*named: str) -> tuple[Support, ...]:
    """One voter a word, each letter a project they approve."""
    return tuple(Support(dict.fromkeys(word, 1)) for word in named)


def orders(**weights: int) -> list[Ranking]:
    """``abc=5``: five voters rank a before b before c."""
    return [Ranking(tuple((option,) for option in word), weight) for word, weight in weights.items()]


class TestEqualShares:
    def test_everyone_pays_the_same_or_all_they_have(self) -> None:
        """12 / 3 = 4 each. Per head x costs 1.5, y 8/3: x first. Then 2.5 + 2.5 + 3 = 8: the third pays 3."""
        portfolio = Portfolio(12, {"x": 3, "y": 8}, approvals("xy", "xy", "y"))
        count = equal_shares(portfolio, utility="cardinality")
        assert count.winners == ("x", "y")
        assert payments(portfolio, count) == {
            "x": {0: Fraction(3, 2), 1: Fraction(3, 2)},
            "y": {0: Fraction(5, 2), 1: Fraction(5, 2), 2: 3},
        }
        assert [step["rho"] for step in count.steps] == [Fraction(3, 2), 3]
        assert (count.steps[1]["paid_in_full"], count.steps[1]["paid_all_they_had_left"]) == (1, 2)

    def test_money_spent_counts_as_utility(self) -> None:
        """Per unit of cost y asks 1/3 of each of three, x 1/2 of each of two; then two times 4/3 are less than 3."""
        portfolio = Portfolio(12, {"x": 3, "y": 8}, approvals("xy", "xy", "y"))
        assert equal_shares(portfolio, utility="cost").winners == ("y",)

    def test_a_tie_goes_by_identifier_or_by_lot(self) -> None:
        """p and r ask 1/3 per unit of utility; whoever is bought first leaves nothing for the other."""
        portfolio = Portfolio(10, {"p": 6, "q": 4, "r": 6}, approvals("pr", "pr", "pr", "q", "q"))
        count = equal_shares(portfolio)
        assert count.winners == ("p", "q")
        assert [(tie.options, tie.chosen, tie.by) for tie in count.ties] == [
            (("p", "r"), ("p",), "identifier")
        ]
        assert equal_shares(portfolio, tie_break=by_lot("rqp")).winners == ("r", "q")

    @pytest.mark.parametrize(
        ("completion", "rounds", "endowment"), [("none", 0, 5), ("add1", 1, 6), ("1pct", 20, 6)]
    )
    def test_completion(self, completion: str, rounds: int, endowment: int) -> None:
        """Each of two has 5; A costs 6. Raised to 6 it can be paid, and the budget of 10 is spent."""
        portfolio = Portfolio(10, {"A": 6, "B": 4}, approvals("A", "B"))
        count = equal_shares(portfolio, completion=completion)
        assert set(count.winners) == ({"B"} if completion == "none" else {"A", "B"})
        assert (count.facts["rounds_of_completion"], count.facts["endowment"]) == (rounds, endowment)

    def test_completion_until_overspend_takes_the_outcome_before(self) -> None:
        """At 11 voter two buys C as well, which costs 17 in all; at 10 it was A and B."""
        portfolio = Portfolio(10, {"A": 6, "B": 4, "C": 7}, approvals("A", "BC"))
        count = equal_shares(portfolio, completion="add1-until-overspend")
        assert (set(count.winners), count.facts["endowment"]) == ({"A", "B"}, 10)

    def test_without_supporters_or_money_nothing_is_bought(self) -> None:
        assert equal_shares(Portfolio(10, {"A": 6}, approvals("", "")), completion="add1").winners == ()
        assert equal_shares(Portfolio(0, {"A": 6}, approvals("A")), completion="1pct").winners == ()

    def test_what_costs_nothing_is_bought(self) -> None:
        assert equal_shares(Portfolio(0, {"A": 0, "B": 1}, approvals("AB"))).winners == ("A",)


class TestOtherProjectRules:
    def test_greedy_skips_what_does_not_fit(self) -> None:
        portfolio = Portfolio(10, {"A": 6, "B": 5, "C": 4}, approvals("ABC", "AB", "A"))
        assert greedy(portfolio).winners == ("A", "C")

    def test_greedy_notes_a_tie_that_the_budget_decides(self) -> None:
        portfolio = Portfolio(7, {"A": 6, "B": 4}, approvals("AB"))
        assert [(tie.options, tie.chosen) for tie in greedy(portfolio).ties] == [(("A", "B"), ("A",))]
        assert greedy(portfolio, utility="cardinality").winners == ("B",)

    def test_the_best_sum_is_not_what_greedy_finds(self) -> None:
        """Votes times cost: A 3·6 = 18; B and C 2·5 + 2·5 = 20."""
        portfolio = Portfolio(10, {"A": 6, "B": 5, "C": 5}, approvals("ABC", "AB", "AC"))
        count = max_welfare(portfolio)
        assert (count.winners, count.facts["optimum"]) == (("B", "C"), 20)
        assert greedy(portfolio).winners == ("A",)

    def test_phragmen_stops_where_the_money_ends(self) -> None:
        """C at load 1, A at 2; B at (4 + 2 + 2)/2 = 4 no longer fits in 10 − 1 − 6 = 3."""
        portfolio = Portfolio(10, {"A": 6, "B": 4, "C": 1}, approvals("AB", "AB", "A", "C"))
        count = phragmen(portfolio)
        assert count.winners == ("C", "A")
        assert [step["load"] for step in count.steps] == [1, 2, 4]
        assert count.steps[-1]["stopped_at"] == ["B"]


class TestCommittees:
    """Three voters approve a and b, two c: two seats go to the strongest side, or to both sides."""

    voters = approvals("ab", "ab", "ab", "c", "c")

    def test_approval(self) -> None:
        assert approval(self.voters, ["a", "b", "c"], seats=2).winners == ("a", "b")

    def test_phragmen(self) -> None:
        """a at load 1/3; c at 1/2 comes before b at 2/3."""
        count = phragmen_committee(self.voters, ["a", "b", "c"], seats=2)
        assert count.winners == ("a", "c")
        assert [step["load"] for step in count.steps] == [Fraction(1, 3), Fraction(1, 2)]

    def test_proportional_approval(self) -> None:
        """After a, b counts 3/2 and c 2."""
        count = sequential_pav(self.voters, ["a", "b", "c"], seats=3)
        assert count.winners == ("a", "c", "b")
        assert [step["gain"] for step in count.steps] == [3, 2, Fraction(3, 2)]

    def test_score(self) -> None:
        voters = [Support({"a": 5, "b": 1}), Support({"b": 3}, 2)]
        count = score(voters, ["a", "b"])
        assert (count.winners, [step["points"] for step in count.steps]) == (("b",), [7, 5])

    def test_a_tie_at_the_last_seat(self) -> None:
        count = approval(approvals("a", "b", "c"), ["a", "b", "c"], seats=2)
        assert (count.ties[0].options, count.ties[0].chosen) == (("a", "b", "c"), ("a", "b"))


class TestRankings:
    def test_instant_runoff(self) -> None:
        """c leaves; its two votes make b the first of 5 against 4."""
        count = instant_runoff(orders(ab=4, ba=3, cb=2), ["a", "b", "c"])
        assert (count.winners, count.steps[0]["excluded"]) == (("b",), "c")

    def test_schulze_as_in_the_paper(self) -> None:
        """Schulze (2011), example 1: 45 voters; A reaches C with 28, E reaches all others more strongly."""
        ballots = orders(acbed=5, adecb=5, bedac=8, cabed=3, caebd=7, cbade=2, dceba=7, ebadc=8)
        paths = strongest_paths(pairwise(ballots, list("abcde")))
        assert (paths["a"]["c"], paths["c"]["a"], paths["e"]["a"], paths["a"]["e"]) == (28, 25, 25, 24)
        assert schulze(ballots, list("abcde"), seats=5).winners == ("e", "a", "c", "b", "d")

    def test_ranked_pairs_leaves_the_weakest_of_a_circle_out(self) -> None:
        """b over c by 5, a over b by 3; c over a by 1 would close the circle."""
        count = ranked_pairs(orders(abc=4, bca=3, cab=2), list("abc"), seats=3)
        assert count.winners == ("a", "b", "c")
        assert [step["fixed"] for step in count.steps] == [True, True, False]

    def test_equal_places_count_for_nobody(self) -> None:
        pairs = pairwise([Ranking((("a", "b"), ("c",)), 2), Ranking((("b",),))], list("abc"))
        assert (pairs["a"]["b"], pairs["b"]["a"], pairs["a"]["c"], pairs["c"]["a"]) == (0, 1, 2, 0)

    def test_single_transferable_vote(self) -> None:
        """Three kinds of food for 20 guests, quota 6 (the encyclopaedias' example).

        C has 12: of its surplus of 6, 4 go to s and 2 to w. p leaves for o, which reaches 6; w (3) leaves; s is in.
        """
        count = stv(orders(o=4, po=2, cs=8, cw=4, s=1, w=1), list("ocpsw"), seats=3)
        assert set(count.winners) == {"c", "o", "s"}
        assert (count.facts["quota"], count.steps[0]["elected"]) == (6, ["c"])
        assert count.steps[1]["votes"] == {"c": 6, "o": 4, "p": 2, "s": 5, "w": 3}

    def test_transfer_values_are_cut_after_five_decimals(self) -> None:
        """Quota ⌊10/3⌋+1 = 4; a has 7, a surplus of 3: each paper goes on at 0.42857, and 0.00001 is lost."""
        ballots = orders(ab=7, c=3)
        cut, exact = (
            stv(ballots, list("abc"), seats=2, transfer=name) for name in ("weighted", "weighted-exact")
        )
        assert cut.steps[1]["votes"]["b"] == Fraction("2.99999")
        assert cut.steps[1]["lost_by_rounding"] == Fraction("0.00001")
        assert (exact.steps[1]["votes"]["b"], exact.steps[1]["lost_by_rounding"]) == (3, 0)
        assert (cut.winners, exact.winners) == (("a", "c"), ("a", "b"))

    def test_strict_rules_refuse_equal_places(self) -> None:
        with pytest.raises(CountError, match="several options in one place"):
            stv([Ranking((("a", "b"),))], ["a", "b"], seats=1)


class TestNumbers:
    def test_median(self) -> None:
        assert median([Figure(value) for value in (1, 100, 2)]).value == 2
        assert median([Figure(1), Figure(2), Figure(100, 5)]).value == 100

    @pytest.mark.parametrize(("tie", "value"), [(LOWER, 2), (UPPER, 10), (STATUS_QUO, 7)])
    def test_two_in_the_middle(self, tie: str, value: int) -> None:
        found = median([Figure(v) for v in (1, 2, 10, 11)], tie=tie, status_quo=7)
        assert (found.value, found.interval) == (value, (2, 10))
        assert found.ties[0].by == tie

    def test_fixed_voices_move_the_median(self) -> None:
        assert median([Figure(10), Figure(20)], phantoms=[Figure(0)]).value == 10

    def test_independent_markets_of_two_camps(self) -> None:
        """min(1, 2t) + min(1, t) = 1 at t = 1/3: single-minded camps get their part."""
        found = independent_markets([Division({"a": 1}, 2), Division({"b": 1})], ["a", "b", "c"])
        assert found.shares == {"a": Fraction(2, 3), "b": Fraction(1, 3), "c": 0}
        assert found.slope == Fraction(1, 3)

    def test_independent_markets_is_not_the_mean(self) -> None:
        """min(1/2, t) + min(1/2, t) + t = 1 at t = 1/3; the mean would be 1/4, 1/4, 1/2."""
        half = Fraction(1, 2)
        found = independent_markets([Division({"a": half, "b": half}), Division({"c": 1})], ["a", "b", "c"])
        assert set(found.shares.values()) == {Fraction(1, 3)}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: approval([], ["a"]), "no ballots"),
        (lambda: approval(approvals("a"), ["a"], seats=2), "2 seats cannot be filled from 1 options"),
        (lambda: approval(approvals("a"), ["a"], seats=0), "ask for at least one"),
        (lambda: approval(approvals("z"), ["a"]), "names z, which is not on the ballot"),
        (lambda: approval([Support({"a": 1}, 0)], ["a"]), "a weight is positive"),
        (lambda: Portfolio(-1, {"a": 1}, approvals("a")), "budget is -1"),
        (lambda: Portfolio(1, {"a": -1}, approvals("a")), "cannot be negative"),
        (lambda: equal_shares(Portfolio(1, {"a": 1}, approvals("a")), utility="joy"), "joy is no utility"),
        (
            lambda: equal_shares(Portfolio(1, {"a": 1}, approvals("a")), completion="x"),
            "x is no completion",
        ),
        (lambda: schulze([Ranking((("a",), ("a",)))], ["a"]), "ranks an option twice"),
        (lambda: stv(orders(a=1), ["a"], seats=1, transfer="x"), "x is no transfer rule"),
        (lambda: by_lot("aa"), "names an option twice"),
        (lambda: approval(approvals("a"), ["a", "b"], tie_break=by_lot("a")), "does not name the option b"),
        (lambda: independent_markets([Division({"a": Fraction(1, 2)})], ["a"]), "must add up to 1"),
        (lambda: independent_markets([Division({"a": -1, "b": 2})], ["a", "b"]), "cannot be negative"),
        (lambda: median([], tie=LOWER), "no ballots"),
        (lambda: median([Figure(1)], tie="x"), "x is no tie rule"),
        (lambda: median([Figure(1)], tie=STATUS_QUO), "say the number that holds today"),
    ],
)
def test_what_cannot_be_counted_is_refused(call: object, sentence: str) -> None:
    with pytest.raises(CountError, match=sentence):
        call()  # type: ignore[operator]
