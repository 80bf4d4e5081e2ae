"""Blanks of others are read in the bounded process: the same cells, the same refusals, and no memory without end."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bangfu.analytics.workbooks.blank import BLANK_LIMITS, read_blank
from bangfu.analytics.workbooks.bounded import read_blank_bounded
from bangfu.analytics.workbooks.refusals import FileRefused
from tests.workbooks.blanks import make_blank


@pytest.mark.parametrize("layout", ["merged_heads", "guarded", "money_and_shares"])
def test_the_bounded_process_gives_the_same_blank(layout: str, tmp_path: Path) -> None:
    path = make_blank(layout, tmp_path).path
    assert read_blank_bounded(path, tmp_path) == read_blank(path)


def test_the_bounded_process_says_why_a_blank_is_refused_and_where(tmp_path: Path) -> None:
    path = make_blank("merged_heads", tmp_path).path
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/connections.xml", b"<connections/>")
    with pytest.raises(FileRefused, match="carries_queries") as refused:
        read_blank_bounded(path, tmp_path)
    assert refused.value.values == {"part": "xl/connections.xml"}


def test_a_blank_that_needs_more_memory_than_there_is_ends_as_a_refusal(tmp_path: Path) -> None:
    path = make_blank("merged_heads", tmp_path).path
    # Where memory runs out is luck: inside the XML parser it looks like a damaged part.
    with pytest.raises(FileRefused, match=r"too_much_memory|damaged"):
        read_blank_bounded(path, tmp_path, replace(BLANK_LIMITS, memory_bytes=64 << 20))
