"""Columns of a table under construction, named ``table.column`` as mappings name the register's columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Columns = dict[str, pa.Array]
Missing = npt.NDArray[np.bool_]


def column(values: Any, missing: Missing | None = None, kind: pa.DataType | None = None) -> pa.Array:
    """Values as a column; those that are ``missing`` are null, never zero."""
    return pa.array(values, type=kind or _kind(np.asarray(values)), mask=missing)


def constant(value: Any, count: int, kind: pa.DataType | None = None) -> pa.Array:
    """The same value in every row."""
    return pa.array([value] * count, type=kind or (pa.string() if isinstance(value, str) else None))


def coded(values: npt.NDArray[np.bool_], yes: str, no: str | None = None) -> pa.Array:
    """A code where the answer is yes, another code or nothing where it is no."""
    if no is None:
        return pa.array(np.full(len(values), yes, dtype=object), type=pa.string(), mask=~values)
    return pa.array(np.where(values, yes, no), type=pa.string())


def table(columns: Columns) -> pa.Table:
    """The columns as a table."""
    return pa.table(columns)


def rows(columns: Columns, chosen: npt.NDArray[np.bool_]) -> pa.Table:
    """The chosen rows of the columns."""
    return pa.table(columns).filter(pa.array(chosen))


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables of the same columns one after the other."""
    return pa.concat_tables(tables).combine_chunks()


def _kind(values: npt.NDArray[Any]) -> pa.DataType:
    if values.dtype == object or values.dtype.kind == "U":
        return pa.string()
    if values.dtype.kind == "M":
        return pa.date32()
    return pa.from_numpy_dtype(values.dtype)
