"""Lists of households in a superior's layout: as long as their figure, never cut in silence, of the title's year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pytest
from django.core.cache import cache

from bangfu.records.access.models import Role
from bangfu.records.figures.actions import run_cycle
from bangfu.records.figures.models import Figure
from bangfu.records.households.models import Household, HouseholdYear, Person
from bangfu.records.personal import keyring
from bangfu.records.places.models import Place
from bangfu.records.reports import lists
from bangfu.records.reports.models import Gap
from tests.browsers import browser_at
from tests.figures.register import COUNTY, Register, small_register
from tests.pages.filling_browser import confirm, saved, send, sheet_of

#: DuckDB reads what is committed, as a second connection.
pytestmark = [pytest.mark.db_twice(transaction=True), pytest.mark.usefixtures("blanks_read_here")]
FIGURES = {
    "poor": "households_registered",
    "exited": "households_exited",
    "monitored": "households_monitored",
    "register": "households_on_register",
}
STAMPS = {"happened_on": date(2015, 12, 31), "known_at": datetime(2016, 1, 10, tzinfo=UTC)}
DEPARTED, PRESENT = "990101194001010018", "990101197103140018"


@pytest.fixture
def register(transactional_db: None) -> Register:
    """The small register, one of its households monitored, and an ordinary one on the edge of poverty."""
    cache.clear()
    made = small_register()
    HouseholdYear.objects.filter(pk=HouseholdYear.objects.filter(year=2015).first().pk).update(  # type: ignore[union-attr]
        monitoring_category="01"
    )
    on_the_edge(made.villages[1])
    return made


def on_the_edge(village: Place) -> None:
    at = {"place": village, "place_code": village.code, **STAMPS}
    edge = Household.objects.create(household_no="EDGE", head_name="无名氏", **at)
    HouseholdYear.objects.create(
        household=edge, year=2015, household_type="01", monitoring_category="02", household_size=3, **at
    )


def head(household: Household, id_no: str, left_on: date | None = None) -> None:
    at = {"place": household.place, "place_code": household.place_code, **STAMPS}
    made = Person.objects.create(household=household, relation="01", left_on=left_on, **at)
    made.id_no_enc = keyring().seal("households_person", "id_no", made.pk, id_no)
    made.save()


def a_list(path: Path, title: str) -> Path:
    return saved(path, [[title], ["序号", "户编号", "行政村", "户主身份证号"]])


def test_a_list_is_as_long_as_its_figure_and_the_ordinary_who_are_monitored_stand_in_it(
    register: Register, tmp_path: Path
) -> None:
    run_cycle()
    county = browser_at(Role.COUNTY_OFFICER, COUNTY)
    address = send(county, a_list(tmp_path / "t.xlsx", "2015年建档立卡户花名册"), COUNTY)
    found = {
        which: [row[1].value for row in sheet_of(county, confirm(county, address, **{"list-0": which})).iter_rows(3)]
        for which in FIGURES
    }
    at = {"place_code": COUNTY, "year": 2015, "group": "", "snapshot__current": True}
    figures = {which: Figure.objects.get(indicator=code, **at).value for which, code in FIGURES.items()}
    assert {which: len(rows) for which, rows in found.items()} == figures
    assert figures == {"poor": 14, "exited": 6, "monitored": 2, "register": 20}
    assert "EDGE" in found["monitored"]


def test_a_list_of_a_former_year_names_who_heads_each_household_then_and_says_where_two_do(
    register: Register, tmp_path: Path
) -> None:
    first, second, third = Household.objects.order_by("household_no")[:3]
    head(first, DEPARTED, left_on=date(2014, 6, 1))
    head(first, PRESENT)
    head(second, DEPARTED, left_on=date(2015, 6, 1))
    head(third, DEPARTED)
    head(third, PRESENT)
    run_cycle()
    county = browser_at(Role.COUNTY_OFFICER, COUNTY)
    address = confirm(county, send(county, a_list(tmp_path / "t.xlsx", "2014年贫困户花名册"), COUNTY))
    rows = {row[1].value: row[3].value for row in sheet_of(county, address).iter_rows(3)}
    assert len(rows) == 20
    assert [str(rows[one.household_no])[-4:] for one in (first, second)] == ["0018", "0018"]
    assert str(rows[first.household_no])[:6] == PRESENT[:6]
    assert rows[third.household_no] is None
    assert Gap.objects.get(reason="two_heads").group == third.ref


def test_a_list_that_is_too_long_or_of_a_year_without_figures_is_refused_and_its_headings_can_still_be_changed(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_cycle()
    county = browser_at(Role.COUNTY_OFFICER, COUNTY)
    unknown = confirm(county, send(county, a_list(tmp_path / "t.xlsx", "1999年贫困户花名册"), COUNTY))
    no_year = unescape(county.get(unknown).content.decode())
    monkeypatch.setattr(lists, "MOST_ROWS", 10)
    address = send(county, a_list(tmp_path / "t.xlsx", "2015年贫困户花名册"), COUNTY)
    too_long = unescape(county.get(address).content.decode())
    changed = confirm(county, f"{address}match/", **{"list-0": "exited"})
    assert "1999 年" in no_year
    assert "名单有 14 户" in too_long
    assert len(list(sheet_of(county, changed).iter_rows(3))) == 6
