"""Nothing bad gets in, nothing ends in NaN, nothing runs for ever."""

import gzip
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning.engine import errors as engine_errors
from planning.engine.errors import EngineError
from planning.engine.rounds import errors
from planning.engine.rounds.anderson import Anderson
from planning.engine.rounds.archive import load_published
from planning.engine.rounds.councils import BestReplies, Question
from planning.engine.rounds.economy import MAY_BE_ZERO, WHOLE, CouncilEconomy
from planning.engine.rounds.generate import Size, generate
from planning.engine.rounds.least_change import LeastChange
from planning.engine.rounds.mechanism import Course, run
from planning.engine.rounds.newton import Newton
from planning.engine.rounds.people import SimulatedCouncils
from planning.engine.rounds.published import PublishedRule

TINY = Size(2, 1, 2, 1, 1, councils_per_product=6, consumers=5)
LIMIT = 15
FIGURES = [
    field.name for field in fields(CouncilEconomy) if field.name not in WHOLE and field.name != "fixed_cost"
]


def arrays(seed: int = 1) -> dict:
    economy = generate(seed, TINY)
    return {field.name: getattr(economy, field.name).copy() for field in fields(economy)}


def courses(economy: CouncilEconomy, price: float) -> list[Course]:
    best = BestReplies(economy)
    temper = np.arange(economy.workers + economy.consumers) % 3
    opening = np.full(economy.goods, price)
    simulated = SimulatedCouncils(economy, opening, temper, np.full(economy.workers, 0.1))
    ways = ((PublishedRule(), best), (Newton(), best), (Anderson(), best), (Anderson(economy.layout), simulated),
            (LeastChange(economy.layout), simulated))  # fmt: skip
    return [run(mechanism, councils, price, tolerance=1e-6, limit=LIMIT) for mechanism, councils in ways]


@given(
    name=st.sampled_from(FIGURES),
    place=st.integers(0, 10**6),
    bad=st.sampled_from([np.nan, np.inf, -np.inf, -1.0, 0.0]),
)
@settings(deadline=None, max_examples=80)
def test_a_bad_figure_is_refused_and_named(name: str, place: int, bad: float) -> None:
    given_arrays = arrays()
    flat = given_arrays[name].reshape(-1)
    flat[place % flat.size] = bad
    if bad == 0.0 and name in MAY_BE_ZERO:
        return
    with pytest.raises(EngineError, match=name) as caught:
        CouncilEconomy.build(**given_arrays)
    assert caught.value.array == name
    assert caught.value.index is not None


@given(
    seed=st.integers(0, 10**6),
    leontief=st.lists(st.booleans(), min_size=4, max_size=4),
    scales=st.floats(-6.0, 6.0),
    price=st.floats(-3.0, 6.0),
    fixed=st.floats(0.0, 1e4),
)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_any_economy_ends_with_figures_or_with_a_sentence(seed, leontief, scales, price, fixed) -> None:
    try:
        economy = generate(seed, TINY)
    except errors.NobodyUses:
        return
    changed = replace(
        economy,
        scale=economy.scale * 10.0**scales,
        technology=np.resize(np.array(leontief, int), economy.workers),
        fixed_cost=np.where(np.arange(economy.workers) % 4 == 0, fixed, 0.0),
    )
    try:
        found = courses(changed, 10.0**price)
    except EngineError as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 - either outcome is right
        return
    for course in found:
        assert len(course.worst) <= LIMIT
        assert np.isfinite(course.worst).all()
        assert np.isfinite(course.prices).all()
        assert (course.prices > 0).all()
        assert np.isfinite(course.answers.inputs).all()
        assert 0.0 <= course.worst.min() <= course.worst.max() <= 1.0


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"endowment": []}, errors.EmptyEconomy, "no goods"),
        ({"entitlement": [], "taste": np.empty((0, 3))}, errors.EmptyEconomy, "no consumer councils"),
        ({"taste": np.zeros((5, 3))}, errors.NotPositive, "Consumer council 0 wants nothing"),
        ({"scale": [1.0]}, engine_errors.WrongShape, "scale"),
        ({"scale": ["much"] * 30}, engine_errors.NotFinite, "scale"),
        ({"product": np.full(30, 99)}, engine_errors.IndexOutOfRange, r"product\[0\]"),
        ({"product": np.full(30, 0.5)}, engine_errors.IndexOutOfRange, "whole numbers"),
        (
            {"input_share": np.full(arrays()["input_share"].shape, 0.9)},
            errors.UnboundedSupply,
            "Worker council 0",
        ),
        ({"technology": np.full(30, 7)}, engine_errors.IndexOutOfRange, "Leontief"),
        ({"endowment": np.zeros(7)}, errors.NobodyMakes, "Nobody makes good 5"),
        ({"product": np.zeros(30)}, errors.NobodyMakes, "Nobody makes good 1"),
        ({"taste": np.tile([0.0, 1.0, 1.0], (5, 1))}, errors.NobodyUses, "Nobody uses good 0"),
    ],
)
def test_what_makes_no_economy_is_refused(change: dict, error: type[EngineError], words: str) -> None:
    with pytest.raises(error, match=words):
        CouncilEconomy.build(**arrays() | change)


def test_an_economy_without_workers_is_refused() -> None:
    empty = {name: [] for name in ("product", "scale", "effort_share", "effort_cost", "effort_power")}
    empty |= {"input_ptr": [0], "input_good": [], "input_share": [], "technology": [], "fixed_cost": []}
    with pytest.raises(errors.EmptyEconomy, match="no worker councils"):
        CouncilEconomy.build(**arrays() | empty)


def test_a_council_without_inputs_is_refused() -> None:
    pointers = arrays()["input_ptr"]
    pointers[4] = pointers[3]
    with pytest.raises(engine_errors.WrongShape, match="Worker council 3 has no inputs"):
        CouncilEconomy.build(**arrays() | {"input_ptr": pointers})


@pytest.mark.parametrize(
    ("price", "error"),
    [(0.0, errors.NotPositive), (-1.0, errors.NotPositive), (np.nan, engine_errors.NotFinite),
     (np.inf, engine_errors.NotFinite)],
)  # fmt: skip
def test_a_price_nobody_can_answer_is_refused_by_good(price: float, error: type[EngineError]) -> None:
    economy = generate(1, TINY)
    prices = np.full(economy.goods, 700.0)
    prices[3] = price
    with pytest.raises(error, match="price of good 3"):
        BestReplies(economy).answer(Question(prices))
    with pytest.raises(error, match="price of good 3"):
        run(PublishedRule(), BestReplies(economy), prices)
    with pytest.raises(engine_errors.WrongShape, match="7 are needed"):
        run(PublishedRule(), BestReplies(economy), prices[:2])


def test_an_answer_beyond_arithmetic_is_a_sentence() -> None:
    with pytest.raises(errors.OutOfArithmetic, match="council 0 answers with a figure too large"):
        BestReplies(generate(1, TINY)).answer(Question(np.r_[np.full(5, 1e200), 1e-200, 1e-200]))


@pytest.mark.parametrize(
    "text",
    ["", "(def ccs [{:effort 1}])", "(def ccs [{:utility-exponents [1]]) (def wcs [])", "(def ccs [", "\x00"],
)
def test_a_file_that_is_no_economy_is_named(tmp_path, text: str) -> None:
    for name, content in (("bad.clj", text.encode()), ("bad.clj.gz", gzip.compress(text.encode())[:-4])):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(errors.UnreadableArchive, match=r"bad\.clj"):
            load_published(path)
    with pytest.raises(errors.UnreadableArchive, match="nowhere"):
        load_published(tmp_path / "nowhere.clj")
