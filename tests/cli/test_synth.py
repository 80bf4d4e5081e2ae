"""`bangfu synth` says what to do next, and what it cannot do."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bangfu.cli.synth import write_place_years, write_places
from bangfu.records.places.actions import load_files
from bangfu.records.places.models import PlaceYear
from tests.cli.conftest import Typed
from tests.synthesis.world import COUNTY, PLACES, YEARS, little_world

LEVELS = {2: "1_provinces", 4: "2_cities", 6: "3_areas", 9: "4_streets", 12: "5_villages"}


@pytest.fixture
def divisions(tmp_path: Path) -> Path:
    """Files of division codes of the little world."""
    folder = tmp_path / "divisions"
    folder.mkdir()
    for length, name in LEVELS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("code", "name"), *(row for row in PLACES if len(row[0]) == length)])
    return folder


def test_the_last_line_names_the_commands_that_take_the_files(bangfu: Typed, divisions: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = bangfu("synth", "--place", COUNTY, "--years", "2015", "--out", out, "--divisions", divisions)
    last = said.stderr.splitlines()[-1]
    assert said.exit_code == 0
    assert f"`bangfu places load {out / 'places.csv'} {out / 'place_years.csv'}`" in last
    assert f"{out / 'households_2015.csv'} {out / 'members_2015.csv'} {out / 'survey_2015.csv'}" in last


@pytest.mark.db_twice
def test_the_village_sheets_that_it_writes_go_in_with_their_places(tmp_path: Path) -> None:
    world = little_world()
    places, sheets = write_places(world, tmp_path), write_place_years(world, COUNTY, YEARS, tmp_path)
    done = load_files([sheets, places])
    with sheets.open(encoding="utf-8", newline="") as file:
        written = {
            (row["place_code"], int(row["year"]), int(row["rural_base_persons"])) for row in csv.DictReader(file)
        }
    assert done.sheets is not None
    assert done.sheets.new == len(written) > 0
    assert set(PlaceYear.objects.values_list("place_code", "year", "rural_base_persons")) == written


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--years", "1800"), "The year “1800” cannot be; name one from 1949 to"),
        (("--seed", "-1"), "The seed -1 cannot be; name a whole number from 0 up."),
    ],
)
def test_what_cannot_be_is_refused(bangfu: Typed, divisions: Path, more: tuple[str, str], sentence: str) -> None:
    said = bangfu("synth", "--place", COUNTY, "--divisions", divisions, *more)
    assert (said.exit_code, said.stderr.startswith(sentence)) == (2, True)


def test_a_folder_that_is_a_file_is_refused(bangfu: Typed, divisions: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    said = bangfu("synth", "--place", COUNTY, "--divisions", divisions, "--out", tmp_path / "out")
    assert (said.exit_code, said.stderr.startswith("Cannot write into")) == (2, True)
