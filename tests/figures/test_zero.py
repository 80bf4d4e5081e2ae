"""A nothing that rests on rows whose facts are missing is not zero."""

from __future__ import annotations

import pytest

from bangfu.records.figures.compute import counted


@pytest.mark.parametrize(
    ("total", "unknown", "known"), [(0.0, 0, 0.0), (0.0, 1, None), (3.0, 1, 3.0), (None, 4, None), (None, 0, None)]
)
def test_a_count_of_nothing_is_known_only_where_no_row_is_left_out(
    total: float | None, unknown: int, known: float | None
) -> None:
    assert counted(total, unknown) == known
