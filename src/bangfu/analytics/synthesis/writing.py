"""Tables as offices would send them: headings, code titles, yuan, yes and no; as CSV, Parquet or workbook cells."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

YES, NO = "是", "否"


@dataclass(frozen=True)
class Spelling:
    """How columns (``table.column``) are written: their headings, and the titles of their codes."""

    headings: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def spelled(found: pa.Table, spelling: Spelling) -> pa.Table:
    """A table with headings for names and cells as people write them; a column without heading is left out.

    **Errors** ``KeyError`` for a code that its list does not know.
    """
    kept = [name for name in found.column_names if name in spelling.headings]
    columns = [_cells(name, found[name].combine_chunks(), spelling) for name in kept]
    return pa.table(columns, names=[spelling.headings[name] for name in kept])


def _cells(name: str, values: pa.ChunkedArray | pa.Array, spelling: Spelling) -> pa.Array:
    if name in spelling.codes:
        titles = spelling.codes[name]
        encoded = values.dictionary_encode()
        words = pa.array([titles[code] for code in encoded.dictionary.to_pylist()], pa.string())
        return words.take(encoded.indices)
    if name.endswith("_fen"):
        return pc.divide(pc.cast(values, pa.float64()), 100.0)
    if pa.types.is_boolean(values.type):
        return pc.if_else(values, YES, NO)
    return values


def write_csv(found: pa.Table, path: Path) -> None:
    """A table as CSV in UTF-8 with the mark that Excel needs; the same table gives the same bytes."""
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        arrow_csv.write_csv(found, file, arrow_csv.WriteOptions(quoting_style="needed"))


def cells_of(found: pa.Table) -> list[list[Any]]:
    """Heading row and value rows, for a workbook; dates stay dates, missing cells are None."""
    return [list(found.column_names), *(list(row.values()) for row in found.to_pylist())]


def with_place_names(found: pa.Table, names: Mapping[str, str], levels: Sequence[tuple[str, int]]) -> pa.Table:
    """A table that spells its places by name (``row.county`` …) in place of ``row.place_code``, as offices do."""
    codes = found["row.place_code"].to_pylist()
    rest = found.drop_columns(["row.place_code"])
    columns = {
        f"row.{level}": pa.array([names[code[:length]] for code in codes], pa.string()) for level, length in levels
    }
    return pa.table({**columns, **{name: rest[name] for name in rest.column_names}})
