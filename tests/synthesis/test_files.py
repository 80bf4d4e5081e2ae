"""What is promised of the files: the same bytes for the same seed, and ten faults where the key says."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from bangfu.analytics.synthesis import PROVINCE, World, thin_counties, world_of
from bangfu.analytics.synthesis.faults import KINDS, plant
from bangfu.cli.synth import division_rows, synth, write_place_years, write_places, write_register
from tests.synthesis.world import PLACES, PREFECTURE, TOWNSHIP, YEARS, little_world


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def written(folder: Path, world: World) -> Path:
    folder.mkdir()
    write_places(world, folder)
    write_place_years(world, PREFECTURE, YEARS, folder)
    write_register(world, PREFECTURE, YEARS, folder)
    return folder


def lines_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first, second = (digests(written(tmp_path / name, little_world())) for name in ("first", "second"))
    assert first == second


def test_the_faults_stand_where_the_key_says(tmp_path: Path) -> None:
    folder = written(tmp_path / "out", little_world())
    key = lines_of(folder / f"township_{TOWNSHIP}_faulty.key.csv")[1:]
    faulty, mended = (
        CalamineWorkbook.from_path(folder / f"township_{TOWNSHIP}_{kind}.xlsx").get_sheet_by_name("成员").to_python()
        for kind in ("faulty", "mended")
    )
    differ = {row + 1 for row, (one, other) in enumerate(zip(faulty, mended, strict=True)) if one != other}
    assert [line[0] for line in key] == list(KINDS)
    assert differ == {int(line[2]) for line in key}


def test_faults_go_into_different_households() -> None:
    cells: list[list[Any]] = [["户编号", "证件号码", "出生日期", "性别", "健康状况", "行政村", "务工时间"]]
    cells += [[f"H{n}", f"9900011990010100{n:02d}"[:18], "x", "男", "健康", "村", 1] for n in range(20)]
    planted = plant(np.random.default_rng(1), cells, "成员")
    assert len({cells[each.row - 1][0] for each in planted}) == len(KINDS)


def test_a_sheet_too_short_for_ten_faults_is_refused() -> None:
    cells: list[list[Any]] = [["户编号", "证件号码", "出生日期", "性别", "健康状况", "行政村", "务工时间"]]
    cells.append(["H1", "990001199001010012", "x", "男", "健康", "村", 1])
    with pytest.raises(ValueError, match="eleven households"):
        plant(np.random.default_rng(1), cells, "成员")


def test_the_yearly_files_leave_the_late_households_to_the_workbook(tmp_path: Path) -> None:
    folder = written(tmp_path / "out", little_world())
    sheet = CalamineWorkbook.from_path(folder / f"township_{TOWNSHIP}_mended.xlsx").get_sheet_by_name("户").to_python()
    at = sheet[0].index("户编号")
    listed = {line[2] for line in lines_of(folder / "households_2015.csv")[1:]}
    assert {row[at] for row in sheet[1:]}.isdisjoint(listed)


def test_thin_counties_stream_one_after_the_other() -> None:
    counties = list(thin_counties(world_of(PLACES, 1, PROVINCE), "53", 2015, persons=True))
    assert [county.code for county in counties] == ["530102", "533401", "533422"]
    assert all(
        county.members is not None and county.members.num_rows > county.households.num_rows for county in counties
    )


def test_a_thin_county_alone_equals_itself_in_the_province() -> None:
    world = world_of(PLACES, 1, PROVINCE)
    (alone,) = thin_counties(world, "533422", 2015, persons=True)
    assert alone.members is not None
    assert alone.members.equals(list(thin_counties(world, "53", 2015, persons=True))[-1].members)


def test_the_command_writes_thin_households_as_parquet(tmp_path: Path, shared: Callable[[str], Path]) -> None:
    divisions = shared("yunnan-divisions")
    synth(
        place="533422", seed=1, years="2015", out=tmp_path, thin=True, persons=False, format="parquet",  # type: ignore[arg-type]
        divisions=divisions,
    )  # fmt: skip
    assert pq.read_metadata(tmp_path / "thin_households.parquet").num_rows > 5000
    assert len(division_rows(divisions, "53")) == 16495


def test_a_whole_province_is_thin_and_has_two_million_six_hundred_thousand_households(
    tmp_path: Path, shared: Callable[[str], Path]
) -> None:
    synth(
        place="53", seed=1, years="2015", out=tmp_path, thin=False, persons=False, format="parquet",  # type: ignore[arg-type]
        divisions=shared("yunnan-divisions"),
    )  # fmt: skip
    assert 2_550_000 < pq.read_metadata(tmp_path / "thin_households.parquet").num_rows < 2_650_000
