"""A sample from an Arrow table or a DuckDB relation: names of columns in, arrays out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bangfu.analytics.poverty.design import Design, Sample
from bangfu.analytics.poverty.errors import MISSING_IN_COLUMN, UNKNOWN_COLUMN, PovertyError
from bangfu.analytics.poverty.sums import BoolArray, FloatArray, IntArray


def from_arrow(
    table: Any,
    *,
    income: str,
    weight: str | None = None,
    strata: str | None = None,
    psu: str | None = None,
    lonely: str = "fail",
    nonpositive: str = "keep",
) -> Sample:
    """The sample in the named columns; without a weight column each row counts once.

    **Shape** one row per surveyed unit, in any order: results do not depend on it. **Missing** an empty income is a row
    of unknown income; an empty weight, stratum or PSU is refused. **Units** kept as they are.
    """
    arrow = _as_table(table)
    values, known = _numbers(arrow, income)
    weights = np.ones(arrow.num_rows) if weight is None else _complete(arrow, weight)
    layers = None if strata is None else _codes(arrow, strata)
    units = None if psu is None else _codes(arrow, psu)
    return Sample(values, Design(weights, layers, units, lonely=lonely), known, nonpositive=nonpositive)


def groups_from_arrow(table: Any, column: str) -> tuple[IntArray, list[Any]]:
    """Group numbers per row for ``estimate_by`` and the value each stands for; an empty value is a group, None."""
    encoded = pc.dictionary_encode(_column(_as_table(table), column).combine_chunks(), null_encoding="encode")
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.intp), encoded.dictionary.to_pylist()


def _as_table(table: Any) -> Any:
    """DuckDB relations become Arrow tables; Arrow tables stay."""
    return table if isinstance(table, pa.Table) else table.to_arrow_table()


def _column(table: Any, name: str) -> Any:
    if name not in table.column_names:
        raise PovertyError(UNKNOWN_COLUMN.format(name=name, present=", ".join(table.column_names)))
    return table.column(name)


def _numbers(table: Any, name: str) -> tuple[FloatArray, BoolArray]:
    column = pc.cast(_column(table, name), pa.float64())
    known = np.asarray(pc.is_valid(column).to_numpy(), dtype=np.bool_)
    return np.asarray(pc.fill_null(column, 0.0).to_numpy(), dtype=np.float64), known


def _complete(table: Any, name: str) -> FloatArray:
    values, known = _numbers(table, name)
    _check_complete(name, int(known.size - known.sum()))
    return values


def _codes(table: Any, name: str) -> IntArray:
    column = _column(table, name)
    _check_complete(name, column.null_count)
    encoded = pc.dictionary_encode(column.combine_chunks())
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.intp)


def _check_complete(name: str, missing: int) -> None:
    if missing:
        raise PovertyError(MISSING_IN_COLUMN.format(name=name, count=missing))
