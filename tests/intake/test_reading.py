"""How files are read: quickly where they are plain, and the same either way."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bangfu.analytics.workbooks import read_csv
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.records.intake import reading

ROWS = '户编号,姓名,备注\r\nH1,扎西·尼玛,"一,二"\r\nH2,𠮷𡈽,"两\r\n行"\r\nH3,,\r\n'


@pytest.fixture(autouse=True)
def _plain_from_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PLAIN_FROM_BYTES", 0)


def rows_of(path: Path, folder: Path, *, careful: bool) -> list[dict[str, object]]:
    folder.mkdir()
    read = read_csv(path, folder) if careful else reading.read_upload(path, folder, "CSV")
    rows: list[dict[str, object]] = pq.read_table(read.sheets[0].rows_path).to_pylist()
    return rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_plain_csv_is_read_as_the_careful_reader_reads_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(ROWS.encode(encoding))
    assert rows_of(path, tmp_path / "a", careful=False) == rows_of(path, tmp_path / "b", careful=True)


@pytest.mark.parametrize("text", ["a,b\n1,2,3\n", "a,b\n\n1,2\n", "a,b\n1\n"])
def test_a_csv_that_is_not_plain_goes_the_careful_way(tmp_path: Path, text: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text)
    assert rows_of(path, tmp_path / "a", careful=False) == rows_of(path, tmp_path / "b", careful=True)


def test_damaged_text_beyond_the_first_megabyte_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(("户编号,姓名\n" + "H1,扎西尼玛\n" * 90_000).encode() + b"H2,\xff\xfe\n")
    (tmp_path / "out").mkdir()
    with pytest.raises(FileRefused) as refused:
        reading.read_upload(path, tmp_path / "out", "CSV")
    assert (refused.value.code, refused.value.values["line"]) == ("encoding_damaged", 90_002)


def test_a_zero_byte_beyond_the_first_megabyte_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(("户编号,姓名\n" + "H1,扎西尼玛\n" * 90_000).encode() + b"H2,\0\n")
    (tmp_path / "out").mkdir()
    with pytest.raises(FileRefused) as refused:
        reading.read_upload(path, tmp_path / "out", "CSV")
    assert (refused.value.code, refused.value.values) == ("zero_byte", {"line": 90_002, "character": 4})
