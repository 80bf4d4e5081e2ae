"""DESIGN.md §4.7 and §4.8: snapshots that prove themselves, figures that open, pages that load no engine.

That a closed year is stored once, that figures are computed again to the same digits and that a scope cuts the rows
stands in ``tests/figures/test_cycle.py``.
"""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from bangfu.parameters.indicators import Indicator
from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.access.models import Grant, Role, User
from bangfu.records.figures import queries, sql, stores
from bangfu.records.figures.actions import run_cycle
from bangfu.records.figures.models import Figure, Formula, Snapshot
from bangfu.records.figures.snapshots import Moment, take_snapshot
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.instance.actions import draw_ids
from bangfu.records.instance.parameters import current
from bangfu.records.places.actions import found_from_scheme
from bangfu.records.places.models import Place
from tests.figures.register import small_register

pytestmark = pytest.mark.db_twice(transaction=True)
AT = {"happened_on": date(2006, 12, 31), "known_at": datetime(2007, 3, 1, tzinfo=UTC)}
#: The engines and models that a web process does without.
HEAVY = ("ibis", "sklearn", "pyspark", "lightgbm", "splink", "pandas")
ENGINES = ("ibis", "bangfu.analytics.engines.ibis_", "bangfu.analytics.engines.ibis_values")


@pytest.fixture
def snapshot(transactional_db: None, home: Path) -> Snapshot:
    small_register()
    return take_snapshot(moment=Moment(date(2015, 12, 31), datetime.now(UTC)), parameters=current())


@pytest.fixture
def figures(transactional_db: None, home: Path) -> None:
    small_register()
    run_cycle()


def figure(indicator: str = "persons_registered", code: str = "53", year: int = 2015) -> Figure:
    return Figure.objects.get(indicator=indicator, place_code=code, year=year, group="", snapshot__current=True)


def content_digest(path: Path) -> str:
    """The digest of a Parquet file's rows, computed as the export does."""
    rows, upper, lower = duckdb.execute(sql.content(path)).fetchall()[0]
    return sha256(f"{rows}:{upper}:{lower}".encode()).hexdigest()


# --- Snapshots ----------------------------------------------------------------------------------------------------


def test_every_file_bears_its_own_hash(snapshot: Snapshot) -> None:
    names = [file["name"] for file in snapshot.manifest["files"]]
    hashes = [sha256(stores.path_of(name).read_bytes()).hexdigest() for name in names]
    assert names == [f"{found}.parquet" for found in hashes]


def test_every_file_has_the_digest_of_its_content(snapshot: Snapshot) -> None:
    files = snapshot.manifest["files"]
    assert [file["content_digest"] for file in files] == [content_digest(stores.path_of(f["name"])) for f in files]


def test_the_digest_of_content_does_not_depend_on_the_order_of_rows(snapshot: Snapshot, tmp_path: Path) -> None:
    file = max(snapshot.manifest["files"], key=lambda file: file["rows"])
    table = pq.read_table(stores.path_of(file["name"]))
    order = random.Random(1).sample(range(table.num_rows), table.num_rows)
    pq.write_table(table.take(pa.array(order)), tmp_path / "shuffled.parquet")
    assert content_digest(tmp_path / "shuffled.parquet") == file["content_digest"]


def test_rows_lie_in_order_of_place(snapshot: Snapshot) -> None:
    files = [file for file in snapshot.manifest["files"] if file["table"] == "households"]
    codes = [pq.read_table(stores.path_of(file["name"])).column("place_code").to_pylist() for file in files]
    assert codes == [sorted(some) for some in codes] != []


def test_the_manifest_says_type_unit_and_titles_of_every_column(snapshot: Snapshot) -> None:
    columns = {column["name"]: column for column in snapshot.manifest["schema"]["households"]}
    income = columns["net_income_fen"]
    assert (income["kind"], income["unit"], income["title"]) == (
        "integer",
        "fen",
        {"zh": "年纯收入", "en": "Net income"},
    )


def test_the_files_have_the_columns_of_the_manifest(snapshot: Snapshot) -> None:
    declared = [column["name"] for column in snapshot.manifest["schema"]["households"]]
    file = next(file for file in snapshot.manifest["files"] if file["table"] == "households")
    assert set(pq.read_schema(stores.path_of(file["name"])).names) == set(declared)


def test_the_manifest_also_stands_beside_the_files(snapshot: Snapshot) -> None:
    assert (stores.folder() / snapshot.folder).name == f"{snapshot.ref}.json"
    assert snapshot.content_digest in (stores.folder() / snapshot.folder).read_text(encoding="utf-8")


# --- Figures ------------------------------------------------------------------------------------------------------


def test_a_figure_stands_once_in_its_snapshot(figures: None) -> None:
    again = figure()
    again.pk = draw_ids(1)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_figure_names_its_snapshot_and_the_formula_of_its_version(figures: None) -> None:
    found = figure()
    assert found.snapshot.current
    assert (found.formula.indicator, found.formula.version) == (found.indicator, found.version)


def test_rows_behind_a_figure_come_from_the_stored_sql(figures: None) -> None:
    found = figure()
    stored = Formula.objects.get(id=found.formula_id)
    nobody = f"SELECT * FROM ({stored.rows_sql}) AS kept WHERE place_code = 'nowhere'"
    Formula.objects.filter(id=stored.pk).update(rows_sql=nobody)
    assert queries.rows_behind(found, SYSTEM_SCOPE).count == 0


@pytest.mark.parametrize("address", ["/f/persons_registered/?p=533422", "/f/persons_registered/rows/?p=533422"])
def test_a_figure_and_its_rows_are_served_without_ibis(
    address: str, figures: None, monkeypatch: pytest.MonkeyPatch, compiled_messages: None
) -> None:
    officer = User.objects.create_user("officer")
    county = Place.objects.get(code="533422")
    Grant.objects.create(user=officer, role=Role.COUNTY_OFFICER, place=county, valid_from=date(2015, 1, 1))
    browser = Client()
    browser.force_login(officer)
    forbid_engines(monkeypatch)
    assert browser.get(address).status_code == 200


def forbid_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, whatever imports Ibis or what stands on it fails; the cycle before has imported them."""
    for name in ENGINES:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.only_database("sqlite")  # Nothing is asked of the database.
def test_no_address_of_the_site_imports_an_engine_or_a_model(home: Path) -> None:
    script = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'bangfu.config.settings'; django.setup(); "
        "import bangfu.config.urls, bangfu.config.wsgi; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


# --- A relative line ------------------------------------------------------------------------------------------------


def survey_of(code: str, incomes: range) -> None:
    """One household with one person and a weight of one for each income, in a region of Austria."""
    at = {"place": Place.objects.get(code=code), "place_code": code, **AT}
    first = draw_ids(4 * len(incomes))[0]
    ids = [range(first + part * len(incomes), first + (part + 1) * len(incomes)) for part in range(4)]
    homes = [Household(id=row, **at) for row in ids[0]]
    people = [Person(id=row, household=home, **at) for row, home in zip(ids[1], homes, strict=True)]
    Household.objects.bulk_create(homes)
    Person.objects.bulk_create(people)
    HouseholdYear.objects.bulk_create(
        HouseholdYear(id=row, household=home, year=2006, **at) for row, home in zip(ids[2], homes, strict=True)
    )
    PersonYear.objects.bulk_create(
        PersonYear(id=row, person=one, household=home, year=2006, x={"eq_income": income, "weight": 1.0}, **at)
        for row, one, home, income in zip(ids[3], people, homes, incomes, strict=True)
    )


@pytest.fixture
def austria(transactional_db: None, home: Path) -> None:
    """Forty poor persons in Burgenland, forty-one rich ones in Vienna: the median of all, 9000, is that of neither."""
    found_from_scheme("austria")
    survey_of("AT11", range(1000, 1040))
    survey_of("AT13", range(9000, 9041))


def line_at(code: str) -> float | None:
    return Figure.objects.get(indicator="incidence_survey", place_code=code, snapshot__current=True).line


def test_a_relative_line_is_that_of_the_root_at_every_place(austria: None) -> None:
    run_cycle()
    assert [line_at(code) for code in ("AT", "AT11", "AT13")] == pytest.approx([0.6 * 9000] * 3)


ESTIMATE = ("value", "standard_error", "lower", "upper", "sample_size", "line")


def test_the_cycle_of_a_part_gives_the_estimates_and_the_line_of_the_whole(austria: None) -> None:
    run_cycle()
    run_cycle(place="AT11")
    found = Figure.objects.filter(indicator="incidence_survey", place_code="AT11", snapshot__current=True)
    whole, part = found.order_by("snapshot__place_prefix").values_list(*ESTIMATE)
    assert whole == part


def test_the_cycle_of_a_part_gives_no_figure_of_another_part(austria: None) -> None:
    run_cycle(place="AT11")
    assert {*Figure.objects.values_list("place_code", flat=True)} == {"AT11"}


def test_a_survey_figure_stores_error_size_and_line(austria: None) -> None:
    run_cycle()
    found = Figure.objects.get(indicator="incidence_survey", place_code="AT")
    assert None not in (found.standard_error, found.lower, found.upper, found.line)
    assert found.sample_size == 81


def test_indicators_are_either_expressions_or_measures() -> None:
    indicators: list[Indicator] = list(current().indicators.values())
    assert {bool(one.numerator) != (one.measure is not None) for one in indicators} == {True}
