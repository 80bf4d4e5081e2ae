"""Files of yearly sheets: known by their heading, judged cell by cell, taken whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bangfu.records.access.models import AuditEvent
from bangfu.records.places.actions import PlacesRefused, Recorded, load_sheets, read_files
from bangfu.records.places.models import PlaceYear
from bangfu.records.places.years import possible_years
from tests.places.villages import load_villages

pytestmark = pytest.mark.db_twice
HEADING = "place_code,year,rural_households,rural_base_persons\n"
TODAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def villages(db: None) -> None:
    load_villages()


def file(folder: Path, text: str, name: str = "sheets.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str) -> Recorded:
    return load_sheets(read_files([file(folder, text)]).sheets, today=TODAY)


def refused(folder: Path, text: str) -> Sequence[str]:
    with pytest.raises(PlacesRefused) as refusal:
        loaded(folder, text)
    assert not PlaceYear.objects.exists()
    return [sentence.en for sentence in refusal.value.sentences]


def stored(*names: str) -> list[tuple[object, ...]]:
    return list(PlaceYear.objects.order_by("place_code", "year").values_list("place_code", "year", *names))


def test_a_sheet_goes_in_with_its_facts(tmp_path: Path) -> None:
    assert loaded(tmp_path, HEADING + "533422101201,2015,286,1213\n") == Recorded(new=1, changed=0, same=0)
    assert stored("rural_households", "rural_base_persons", "rural_persons", "collected") == [
        ("533422101201", 2015, 286, 1213, None, ["rural_base_persons", "rural_households"])
    ]


def test_columns_are_known_by_their_titles(tmp_path: Path) -> None:
    loaded(tmp_path, "区划代码,村,年度,乡村户数,发生率基数人口\n533422101201,巨水,2015,286,1213\n")
    assert stored("rural_households", "rural_base_persons") == [("533422101201", 2015, 286, 1213)]


def test_an_empty_cell_leaves_what_stands(tmp_path: Path) -> None:
    loaded(tmp_path, HEADING + "533422101201,2015,286,1213\n")
    assert loaded(tmp_path, HEADING + "533422101201,2015,,1300\n") == Recorded(new=0, changed=1, same=0)
    assert stored("rural_households", "rural_base_persons") == [("533422101201", 2015, 286, 1300)]


def test_a_row_without_a_fact_makes_no_sheet(tmp_path: Path) -> None:
    assert loaded(tmp_path, HEADING + "533422101201,2015,,\n") == Recorded(0, 0, 0)
    assert stored() == []


def test_the_same_file_twice_changes_nothing_and_is_not_in_the_log(tmp_path: Path) -> None:
    text = HEADING + "533422101201,2015,286,1213\n533422101201,2014,280,1213\n"
    loaded(tmp_path, text)
    events = AuditEvent.objects.count()
    assert loaded(tmp_path, text) == Recorded(new=0, changed=0, same=2)
    assert AuditEvent.objects.count() == events


def test_a_code_of_old_leads_to_the_place_of_today(tmp_path: Path) -> None:
    loaded(tmp_path, HEADING + "533421,2015,286,1213\n")
    assert stored() == [("533401", 2015)]


def test_a_file_of_places_with_a_count_beside_the_name_is_one_of_places(tmp_path: Path) -> None:
    found = read_files([file(tmp_path, "code,name,rural_persons\n53,云南省,1\n")])
    assert (len(found.places), found.sheets) == (1, [])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("533499,2015,286,1213", "there is no place with the code “533499”."),
        (",2015,286,1213", "there is no place with the code “”."),
        ("533422101201,1948,286,1213", "the year “1948” cannot be; name one from 1949 to 2027."),
        ("533422101201,2028,286,1213", "the year “2028” cannot be; name one from 1949 to 2027."),
        ("533422101201,二〇一五,286,1213", "the year “二〇一五” cannot be; name one from 1949 to 2027."),
        ("533422101201,2015,约300,1213", "rural_households “约300” is no number;"),
        ("533422101201,2015,-3,1213", "rural_households “-3” is no number;"),
        ("533422101201,2015,286,1213.5", "rural_base_persons “1213.5” is no number;"),
        ("533422101201,2015,286,99999999999", "rural_base_persons “99999999999” is no number;"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_file_line_and_value(tmp_path: Path, row: str, sentence: str) -> None:
    (said,) = refused(tmp_path, HEADING + "533422101202,2015,1,1\n" + row + "\n")
    assert said.startswith(f"sheets.csv line 3: {sentence}")


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, HEADING + "533499,2015,x,1213\n533422101201,15,286,1213\n")) == 3


def test_two_rows_of_one_place_and_year_that_differ_are_refused(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, HEADING + "533422101201,2015,286,1213\n533422101201,2015,286,1214\n")
    assert said.startswith("sheets.csv line 3 and sheets.csv line 2 are both the sheet of “巨水村民委员会” for 2015")


@pytest.mark.parametrize(
    ("heading", "missing"),
    [
        ("place_code,rural_persons", "year"),
        ("village,year,rural_persons", "place_code"),
        (
            "place_code,year,persons",
            "rural_households/rural_persons/rural_base_households/rural_base_persons/…",
        ),
    ],
)
def test_a_missing_column_is_named(tmp_path: Path, heading: str, missing: str) -> None:
    (said,) = refused(tmp_path, heading + "\n1,2,3\n")
    assert said.startswith(f"sheets.csv: a yearly sheet needs the column “{missing}”. The heading is: ")


@pytest.mark.parametrize(("text", "sentence"), [("", "empty"), (HEADING, "the file holds no row below its heading.")])
def test_a_file_without_a_row_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (said,) = refused(tmp_path, text)
    assert sentence in said


def test_years_that_can_be_named_end_with_the_next_one() -> None:
    years = possible_years(TODAY)
    assert (years[0], years[-1]) == (1949, 2027)


FACTS = "place_code,year,贫困村,通硬化路,村集体经济收入（万元）,农民人均纯收入,耕地面积,政策项目资金到户覆盖率\n"


def test_facts_of_every_kind_go_in_as_people_write_them(tmp_path: Path) -> None:
    loaded(tmp_path, FACTS + '533422101201,2015,是,否,3.5,"6,516",1820.5,98%\n')
    names = ("is_poor_village", "paved_road", "collective_income_fen", "rural_income_per_person_fen")
    assert stored(*names, "cropland_mu", "policy_coverage") == [
        ("533422101201", 2015, True, False, 3_500_000, 651_600, 1820.5, 0.98)
    ]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("也许,否,3.5,6516,1820,0.98", "贫困村 “也许” is neither yes nor no; write yes or no"),
        ("是,否,三万,6516,1820,0.98", "村集体经济收入（万元） “三万” is no number; write one from -1e+12 to 1e+12"),
        ("是,否,3.5,6516,-4,0.98", "耕地面积 “-4” is no number; write one from 0 to 1e+08"),
        ("是,否,3.5,6516,1820,130%", "政策项目资金到户覆盖率 “130%” is no number; write one from 0 to 1"),
        ("是,否,3.5%,6516,1820,0.98", "村集体经济收入（万元） “3.5%” is no number"),
        ("是,否,sNaN,6516,1820,0.98", "村集体经济收入（万元） “sNaN” is no number"),
        ("是,否,1e999999,6516,1820,0.98", "村集体经济收入（万元） “1e999999” is no number"),
        ("是,否,nan,6516,1820,0.98", "村集体经济收入（万元） “nan” is no number"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_with_what_it_can_be(tmp_path: Path, cells: str, sentence: str) -> None:
    (said,) = refused(tmp_path, FACTS + f"533422101201,2015,{cells}\n")
    assert said.startswith(f"sheets.csv line 2: {sentence}")


def test_a_year_that_no_column_holds_is_refused_on_both_databases(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, "place_code,year,village_exited_year\n533422101201,2015,201512\n")
    assert said.startswith("sheets.csv line 2: village_exited_year “201512” is no number; write one from 1800 to 2200")


def test_a_number_that_a_comma_cuts_in_two_is_refused(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, "place_code,year,rural_households\n533422101201,2015,1,234\n")
    assert said.startswith("sheets.csv line 2: more cells than the heading has: 533422101201,2015,1,234.")


def test_two_columns_that_say_the_same_fact_are_refused(tmp_path: Path) -> None:
    heading = "place_code,year,村集体经济收入,村集体经济收入（万元）\n"
    (said,) = refused(tmp_path, heading + "533422101201,2015,10000,2\n")
    assert "several columns say the same (collective_income_fen)" in said
