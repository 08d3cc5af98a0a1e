"""Economies like the published ones, by seed."""

from dataclasses import dataclass

import numpy as np

from planning.engine.problem import Floats, Longs
from planning.engine.rounds.economy import CouncilEconomy


@dataclass(frozen=True)
class Size:
    """Kinds of good in each section and councils; the defaults are those of the published files."""

    private: int = 10
    public: int = 10
    intermediate: int = 10
    nature: int = 10
    labour: int = 10
    councils_per_product: int = 100
    consumers: int = 3000


PUBLISHED_SIZE = Size()


def generate(seed: int, size: Size = PUBLISHED_SIZE) -> CouncilEconomy:
    """An economy with the distributions found in the published files, drawn by ``default_rng(seed)``.

    Every private, public and intermediate good has ``councils_per_product`` worker councils. Each uses 1–4
    intermediate goods, 1–2 kinds of nature and 1–2 of labour; ``h`` inputs have exponents uniform on
    (0.75/h, 0.85/h). Uniform too: scale (4, 6), effort share (0.05, 0.1), effort power (3, 4), taste
    (0.025, 0.05) for every private and public good. Effort cost 1, entitlement 5,000, 1,000 of each kind of nature and
    labour per 3,000 worker councils, so that smaller economies have prices of the same size.
    Raises ``NobodyUses`` if the draw leaves a good without use, as small sizes can.
    """
    rng = np.random.default_rng(seed)
    products = size.private + size.public + size.intermediate
    n = products * size.councils_per_product
    product = np.repeat(np.arange(products), size.councils_per_product)
    starts = np.cumsum([size.private + size.public, size.intermediate, size.nature, size.labour])
    kinds = [
        _choices(rng, n, count, most) + start
        for count, most, start in zip(
            (size.intermediate, size.nature, size.labour), (4, 2, 2), starts[:3], strict=True
        )
    ]
    table = np.concatenate([np.where(k < s, -1, k) for k, s in zip(kinds, starts[:3], strict=True)], axis=1)
    counts = (table >= 0).sum(axis=1)
    width = np.repeat(counts, counts)
    endowment = np.zeros(starts[-1])
    endowment[products:] = 1000.0 * n / 3000.0
    return CouncilEconomy.build(
        endowment=endowment,
        product=product,
        scale=rng.uniform(4.0, 6.0, n),
        effort_share=rng.uniform(0.05, 0.1, n),
        effort_cost=np.ones(n),
        effort_power=rng.uniform(3.0, 4.0, n),
        input_ptr=np.concatenate([[0], np.cumsum(counts)]),
        input_good=table[table >= 0],
        input_share=rng.uniform(0.75, 0.85, len(width)) / width,
        entitlement=np.full(size.consumers, 5000.0),
        taste=_tastes(rng, size),
        wanted_good=np.arange(size.private + size.public),
    )


def _choices(rng: np.random.Generator, councils: int, kinds: int, most: int) -> Longs:
    """1 to ``most`` different kinds for every council [councils, most]; −kinds − 1 where there is none."""
    order = np.argsort(rng.random((councils, kinds)), axis=1)[:, :most]
    chosen = np.arange(order.shape[1]) < rng.integers(1, most + 1, councils)[:, None]
    return np.where(chosen, order, -kinds - 1).astype(np.int64)


def _tastes(rng: np.random.Generator, size: Size) -> Floats:
    return rng.uniform(0.025, 0.05, (size.consumers, size.private + size.public))
