"""Writing a sheet's rows and faults to Parquet, batch by batch, while its width is still unknown."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from bangfu.analytics.workbooks.refusals import CellFault

_FAULTS = pa.schema([("row", pa.int32()), ("column", pa.int32()), ("code", pa.string()), ("value", pa.string())])


def rows_schema(width: int) -> pa.Schema:
    """``row`` and ``c0`` … for a sheet of so many columns."""
    return pa.schema([("row", pa.int32()), *((f"c{index}", pa.string()) for index in range(width))])


class RowWriter:
    """Rows into one Parquet file. A batch wider than all before starts a new part; parts are joined at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.n_rows = 0
        self.width = 0
        self._parts: list[Path] = []
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> RowWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_part()
        if error is None:
            self._join_parts()

    def add(self, rows: npt.NDArray[np.int32], columns: list[pa.StringArray]) -> None:
        """Append rows by number with the cells of each column, from the first column on."""
        if not len(rows):
            return
        if self._writer is None or len(columns) > self.width:
            self._begin_part(max(len(columns), self.width))
        missing = [pa.nulls(len(rows), pa.string())] * (self.width - len(columns))
        schema = rows_schema(self.width)
        assert self._writer is not None
        self._writer.write_batch(
            pa.RecordBatch.from_arrays([pa.array(rows, pa.int32()), *columns, *missing], schema=schema)
        )
        self.n_rows += len(rows)

    def _begin_part(self, width: int) -> None:
        self._end_part()
        self.width = width
        part = self.path.with_suffix(f".part{len(self._parts)}")
        self._parts.append(part)
        self._writer = _open(part, width)

    def _end_part(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _join_parts(self) -> None:
        if len(self._parts) == 1:
            self._parts[0].replace(self.path)
            return
        with _open(self.path, self.width) as joined:
            for part in self._parts:
                for batch in pq.ParquetFile(part).iter_batches(batch_size=8192):
                    missing = [pa.nulls(batch.num_rows, pa.string())] * (self.width + 1 - batch.num_columns)
                    schema = rows_schema(self.width)
                    joined.write_batch(pa.RecordBatch.from_arrays([*batch.columns, *missing], schema=schema))
                part.unlink()


def _open(path: Path, width: int) -> pq.ParquetWriter:
    # Dictionaries cost more time than they save on names and numbers; the file lives for minutes.
    return pq.ParquetWriter(path, rows_schema(width), compression="lz4", use_dictionary=False, write_statistics=False)


class FaultWriter:
    """Exceptional cells into one Parquet file; memory holds one batch of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.n_faults = 0
        self._writer = pq.ParquetWriter(path, _FAULTS, compression="lz4")
        self._waiting: list[CellFault] = []

    def __enter__(self) -> FaultWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._writer.close()

    def add(self, fault: CellFault) -> None:
        """Append one fault."""
        self._waiting.append(fault)
        self.n_faults += 1
        if len(self._waiting) >= 10_000:
            self._flush()

    def _flush(self) -> None:
        lists = [[getattr(fault, name) for fault in self._waiting] for name in _FAULTS.names]
        arrays = [pa.array(values, kind) for values, kind in zip(lists, _FAULTS.types, strict=True)]
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=_FAULTS))
        self._waiting.clear()
