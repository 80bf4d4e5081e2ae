"""A column's texts as Arrow arrays: trimmed, merged blocks filled, and read word by word where words repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bangfu.analytics.workbooks import MergedCells

#: White space, and signs that cannot be seen but come along when cells are copied.
BLANKS = " \t\r\n\u3000\u00a0\u200b\u200c\u200d\u2060\ufeff"
#: Rows that are read at once; bounds memory.
ROWS_AT_ONCE = 250_000
#: Words are read once each where a column has at most this share of different ones.
REPEATING = 0.3
#: Where most of the first rows have a word of their own, the rest is not looked through.
LOOKED_AT, MOSTLY_OWN = 2_000, 0.8


def chunks(
    path: Path, columns: Sequence[int], top: int, left_out: Sequence[int] = ()
) -> Iterator[tuple[pa.Array, dict[int, pa.Array]]]:
    """Row numbers and trimmed cells below the headings; rows without any of these cells are left out."""
    file = pq.ParquetFile(path)
    names = ["row", *(f"c{index}" for index in columns)]
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in file.iter_batches(batch_size=min(65_536, ROWS_AT_ONCE), columns=names):
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= ROWS_AT_ONCE:
            yield _chunk(waiting, columns, top, left_out)
            waiting, rows = [], 0
    if waiting:
        yield _chunk(waiting, columns, top, left_out)


def _chunk(
    batches: Sequence[pa.RecordBatch], columns: Sequence[int], top: int, left_out: Sequence[int]
) -> tuple[pa.Array, dict[int, pa.Array]]:
    table = pa.Table.from_batches(batches)
    table = table.filter(pc.greater(table.column("row"), top))
    if left_out:
        table = table.filter(pc.invert(pc.is_in(table.column("row"), pa.array(left_out, pa.int32()))))
    table = table.combine_chunks()
    cells = {index: trimmed(_one(table.column(f"c{index}"))) for index in columns}
    some = np.zeros(table.num_rows, bool)
    for texts in cells.values():
        some |= np.asarray(texts.is_valid())
    rows = _one(table.column("row"))
    if some.all():
        return rows, cells
    mask = pa.array(some)
    return rows.filter(mask), {index: texts.filter(mask) for index, texts in cells.items()}


def _one(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def trimmed(texts: pa.Array) -> pa.Array:
    """Texts without outer blanks; missing where nothing is left."""
    bare = pc.utf8_trim(texts, characters=BLANKS)
    return pc.if_else(pc.equal(pc.binary_length(bare), 0), pa.scalar(None, pa.string()), bare)


class FilledDown:
    """A column with merged blocks, filled chunk by chunk in order: every row of a block has the text of its first row.

    A block that a chunk leaves open goes on in the next one.
    """

    def __init__(self, blocks: Sequence[MergedCells]) -> None:
        """Take the blocks of one column; no row lies in two of them."""
        ordered = sorted(blocks, key=lambda block: block.first_row)
        self.first = np.array([block.first_row for block in ordered], np.int64)
        self.after = np.array([block.last_row + 1 for block in ordered], np.int64)
        self.open_text: str | None = None
        self.open_until = 0

    def fill(self, rows: pa.Array, texts: pa.Array) -> pa.Array:
        """The texts of the next chunk, filled."""
        numbers = rows.to_numpy()
        source = np.arange(len(numbers))
        starts, ends = np.searchsorted(numbers, self.first), np.searchsorted(numbers, self.after)
        begun = starts < np.minimum(ends, len(numbers))
        begun[begun] = numbers[starts[begun]] == self.first[begun]
        for start, end in zip(starts[begun], ends[begun], strict=True):
            source[start:end] = start
        filled = texts.take(pa.array(source))
        carried = int(np.searchsorted(numbers, self.open_until))
        if carried:
            filled = pa.concat_arrays([pa.repeat(pa.scalar(self.open_text, pa.string()), carried), filled[carried:]])
        self._leave_open(numbers, filled, self.after[begun & (ends == len(numbers))])
        return filled

    def _leave_open(self, numbers: np.ndarray, filled: pa.Array, after: np.ndarray) -> None:
        if len(after):
            self.open_text, self.open_until = filled[-1].as_py(), int(after[-1])
        elif len(numbers) and numbers[-1] >= self.open_until:
            self.open_text, self.open_until = None, 0


def by_word(texts: pa.Array, read: Callable[[pa.Array], pa.Table]) -> pa.Table:
    """What ``read`` makes of each text, in order; where texts repeat, each different one is read once."""
    if pc.count_distinct(texts.slice(0, LOOKED_AT)).as_py() > MOSTLY_OWN * LOOKED_AT:
        return read(texts)
    encoded = texts.dictionary_encode()
    if len(encoded.dictionary) > REPEATING * len(texts):
        return read(texts)
    return read(encoded.dictionary).take(encoded.indices)


def is_ascii(texts: pa.Array) -> bool:
    """Whether all texts are plain ASCII."""
    return bool(pc.all(pc.string_is_ascii(texts)).as_py() is not False)
