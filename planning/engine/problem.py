"""The data of one iteration: rows that must balance, columns that may move, techniques that join them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from planning.engine import checks

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]

DTYPES: dict[str, type[np.generic]] = {"row_kind": np.int8, "entry_row": np.int32, "col_tech": np.int32}
TECHNIQUES = ("entry_row", "entry_use", "group_ptr", "tech_ptr", "col_tech", "factor_ptr", "factors")
POINTERS = ("group_ptr", "tech_ptr", "factor_ptr")


class Seal(Protocol):
    """A hash that can be gone on from, as hashlib's are."""

    def update(self, data: Any, /) -> None: ...
    def copy(self) -> Self: ...
    def hexdigest(self) -> str: ...


class RowKind(IntEnum):
    PRODUCT = 0
    POOL = 1
    RESOURCE = 2
    WORLD = 3


@dataclass(frozen=True, eq=False)
class PlanProblem:
    """The least-change balanced plan (docs/mathematics.md), m rows and n columns.

    Row ``i``:  ``Σ_j use_ij x_j − target_i = u_i − v_i``, with shortfall ``u_i`` at ``short_price_i`` and glut
    (idle hours, unused resource) ``v_i`` at ``glut_price_i``, both in money per unit of the row.
    Column ``j`` of technique ``t``:  ``use_·j = Σ_g factor_jg · pattern_tg``  over the technique's groups, per unit of
    activity; ``use > 0`` draws on the row, ``use < 0`` supplies it. Changing a column by ``t`` costs
    ``t²/(2·flexibility) + kappa·max(0, |t| − band)``; ``flexibility = 0`` holds it at its proposal.

    Shapes: row arrays ``[m]``, column arrays ``[n]``, ``entry_* [nnz]``, ``group_ptr [G+1]`` into the entries,
    ``tech_ptr [T+1]`` into the groups, ``factor_ptr [n+1]`` into ``factors``. ``upper`` and ``band`` may be +inf.
    Build it with :meth:`build` or :meth:`own`, which check everything.
    """

    row_kind: NDArray[np.int8]
    target: Floats
    short_price: Floats
    glut_price: Floats
    entry_row: Ints
    entry_use: Floats
    group_ptr: Longs
    tech_ptr: Longs
    col_tech: Ints
    factor_ptr: Longs
    factors: Floats
    proposal: Floats
    lower: Floats
    upper: Floats
    flexibility: Floats
    band: Floats
    kappa: Floats

    @property
    def m(self) -> int:
        return len(self.row_kind)

    @property
    def n(self) -> int:
        return len(self.col_tech)

    @classmethod
    def build(cls, **arrays: ArrayLike) -> Self:
        """Arrays by field name, converted to the field's type and validated. Raises ``EngineError``."""
        converted: dict[str, Any] = {name: _as_array(name, values) for name, values in arrays.items()}
        problem = cls(**converted)
        problem.validate()
        return problem

    @classmethod
    def own(cls, use: ArrayLike | sparse.sparray, **arrays: ArrayLike) -> Self:
        """Every column with coefficients of its own: ``use`` is m × n, dense or sparse; the rest by name."""
        columns: sparse.csc_array = sparse.csc_array(use)  # type: ignore[arg-type]
        n = columns.shape[1]
        steps = np.arange(n + 1)
        return cls.build(
            entry_row=columns.indices, entry_use=columns.data, group_ptr=columns.indptr, tech_ptr=steps,
            col_tech=steps[:-1], factor_ptr=steps, factors=np.ones(n), **arrays,
        )  # fmt: skip

    def validate(self) -> None:
        """Raises the ``EngineError`` subclass that names the first array, row or column at fault."""
        checks.check_structure(self)
        checks.check_rows(self)
        checks.check_columns(self)

    def column(self, j: int) -> tuple[Ints, Floats]:
        """Rows and uses of column ``j`` as stored: one entry per pattern entry, rows may repeat."""
        groups = range(self.tech_ptr[self.col_tech[j]], self.tech_ptr[self.col_tech[j] + 1])
        own = self.factors[self.factor_ptr[j] : self.factor_ptr[j + 1]]
        spans = [slice(self.group_ptr[g], self.group_ptr[g + 1]) for g in groups]
        if not spans:
            return np.empty(0, np.int32), np.empty(0)
        rows = np.concatenate([self.entry_row[s] for s in spans])
        return rows, np.concatenate([f * self.entry_use[s] for f, s in zip(own, spans, strict=True)])

    def seal(self) -> Seal:
        """SHA-256 over the arrays of the techniques, to go on from in :meth:`digest`."""
        return self._sealed(hashlib.sha256(), TECHNIQUES)

    def digest(self, seal: Seal | None = None) -> str:
        """SHA-256 over every array's name, type and bytes (little-endian), the techniques' first: the same inputs,
        the same digest. ``seal`` is that of the techniques where it is known."""
        rest = [field.name for field in fields(self) if field.name not in TECHNIQUES]
        return self._sealed((seal or self.seal()).copy(), rest).hexdigest()

    def _sealed(self, seal: Seal, names: Iterable[str]) -> Seal:
        for name in names:
            values = np.ascontiguousarray(getattr(self, name))
            values = values.astype(values.dtype.newbyteorder("<"), copy=False)
            seal.update(f"{name}:{values.dtype.str}:{len(values)};".encode())
            seal.update(values.view(np.uint8).data)
        return seal


def _as_array(name: str, values: ArrayLike) -> NDArray[np.generic]:
    usual: type[np.generic] = np.int64 if name in POINTERS else np.float64
    kind = DTYPES.get(name, usual)
    array: NDArray[np.generic] = np.ascontiguousarray(checks.convert(name, values, kind))
    return array


def use_matrix(problem: PlanProblem) -> sparse.csc_array:
    """The m × n matrix of uses, written out; for tests, small problems and other solvers."""
    columns = [problem.column(j) for j in range(problem.n)]
    counts = [len(rows) for rows, _ in columns]
    rows = np.concatenate([rows for rows, _ in columns]) if columns else np.empty(0, np.int32)
    uses = np.concatenate([uses for _, uses in columns]) if columns else np.empty(0)
    places = np.repeat(np.arange(problem.n), counts)
    return sparse.csc_array(sparse.coo_array((uses, (rows, places)), shape=(problem.m, problem.n)))
