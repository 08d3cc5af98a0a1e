"""Problems that several engine tests share."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planning.engine.problem import PlanProblem, RowKind

DATA = Path(__file__).parents[4] / "shared" / "data"


def table_folder(name: str) -> Path:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the published table {name} is not at ../shared/data on this machine")
    return folder


def single_row(use: list[float], **arrays: Any) -> PlanProblem:
    """One product row; columns with the given uses; what is not said is free of band, bother and bounds."""
    n = len(use)
    usual: dict[str, Any] = {
        "row_kind": [RowKind.PRODUCT],
        "target": [0.0],
        "short_price": [100.0],
        "glut_price": [100.0],
        "proposal": np.full(n, 10.0),
        "lower": np.zeros(n),
        "upper": np.full(n, np.inf),
        "flexibility": np.ones(n),
        "band": np.zeros(n),
        "kappa": np.zeros(n),
    }
    return PlanProblem.own(np.array([use]), **(usual | arrays))


def mill_and_bakery(hours: float) -> PlanProblem:
    """Flour and bread, one pool of hours. Columns: mill, bakery (0.5 flour a loaf), the community's demand."""
    use = np.array([[-1.0, 0.5, 0.0], [0.0, -1.0, 1.0], [1.0, 1.0, 0.0]])
    return PlanProblem.own(
        use,
        row_kind=[RowKind.PRODUCT, RowKind.PRODUCT, RowKind.POOL],
        target=[0.0, 0.0, hours],
        short_price=[100.0] * 3,
        glut_price=[100.0, 100.0, 0.0],
        proposal=[50.0, 100.0, 110.0],
        lower=[0.0, 0.0, 90.0],
        upper=[80.0, 150.0, 130.0],
        flexibility=[20.0, 20.0, 20.0],
        band=[0.0] * 3,
        kappa=[0.0] * 3,
    )


def random_economy(
    seed: int, *, products: int = 12, lines: int = 60, pools: int = 2, scale: float = 0.0
) -> PlanProblem:
    """A small economy with everything in it: firm lines, bands, floors, caps, imports, exports, one resource.

    ``scale`` spreads the rows' and columns' units over ``10^(±scale)``.
    """
    rng = np.random.default_rng(seed)
    made = rng.integers(0, products, lines)
    m, world = products + pools + 2, products + pools + 1
    use = np.zeros((m, lines + 3 * products))
    use[:products, :lines] = rng.random((products, lines)) * (rng.random((products, lines)) < 0.3)
    use[:products, :lines] *= 0.6 / np.maximum(use[:products, :lines].sum(axis=0), 0.6)
    use[made, np.arange(lines)] -= 1.0
    use[products + rng.integers(0, pools, lines), np.arange(lines)] = 0.2 + 0.2 * rng.random(lines)
    use[products + pools, :lines] = 0.1 * rng.random(lines)
    ends = lines + np.arange(products)
    use[np.arange(products), ends] = 1.0
    use[np.arange(products), ends + products], use[world, ends + products] = -1.0, 1.0
    use[np.arange(products), ends + 2 * products], use[world, ends + 2 * products] = 1.0, -1.0
    base = np.concatenate([10 * np.exp(rng.normal(0, 1, lines)), 10 * rng.random(3 * products)])
    proposal = base * np.exp(rng.normal(0, 0.2, len(base)))
    flexibility = 0.3 * proposal * (rng.random(len(base)) < 0.8)
    band = np.where(rng.random(len(base)) < 0.6, 0.05 * proposal, 0.0)
    limit = np.where(rng.random(len(base)) < 0.1, 1.0, 1.0 + 0.5 * rng.random(len(base)))
    kinds = [RowKind.PRODUCT] * products + [RowKind.POOL] * pools + [RowKind.RESOURCE, RowKind.WORLD]
    target = np.zeros(m)
    target[products:-1] = (use @ base)[products:-1] * (0.7 + 0.6 * rng.random(pools + 1))
    row_unit = 10.0 ** rng.uniform(-scale, scale, m)
    unit = 10.0 ** rng.uniform(-scale, scale, len(base))
    glut = np.array([20.0] * products + [0.1] * pools + [0.0, 0.0])
    return PlanProblem.own(
        use * row_unit[:, None] / unit,
        row_kind=kinds,
        target=target * row_unit,
        short_price=20.0 / row_unit,
        glut_price=glut / row_unit,
        proposal=proposal * unit,
        lower=proposal * unit * np.where(rng.random(len(base)) < 0.3, 0.9, 0.0),
        upper=proposal * unit * limit,
        flexibility=flexibility * unit**2,
        band=band * unit,
        kappa=np.where(rng.random(len(base)) < 0.7, 0.02, 0.0) / unit,
    )
