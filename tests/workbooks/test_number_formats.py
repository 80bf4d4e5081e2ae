"""How many decimals a cell shows, by its number format."""

from __future__ import annotations

import pytest

from bangfu.analytics.workbooks.numbers import NumberFormat, number_format_of


@pytest.mark.parametrize(
    ("format_id", "code", "decimals", "percent"),
    [
        (0, "", None, False),
        (3, "", 0, False),
        (10, "", 2, True),
        (164, "#,##0.00", 2, False),
        (164, "0.0%", 1, True),
        (164, "0.00_);[Red](0.0)", 2, False),
        (164, '0.0"万元"', 1, False),
        (164, "General", None, False),
        (164, "@", None, False),
    ],
)
def test_a_number_format_says_its_decimals(format_id: int, code: str, decimals: int | None, percent: bool) -> None:
    assert number_format_of(format_id, {format_id: code} if code else {}) == NumberFormat(decimals, percent)
