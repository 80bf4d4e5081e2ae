"""The cycle on a small register: what is counted, what is not known, what is said about it."""

from __future__ import annotations

from datetime import date
from threading import Event

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from bangfu.cli.main import COMMANDS, build
from bangfu.parameters.loader import Parameters
from bangfu.parameters.schema import FieldClass
from bangfu.parameters.scope import Reach, RowFilter
from bangfu.records.access.gate import SYSTEM_SCOPE, Scope
from bangfu.records.figures import queries, rebuilding, stores
from bangfu.records.figures.actions import UnknownPlace, run_cycle
from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.figures.rebuilding import rebuild
from bangfu.records.figures.snapshots import open_snapshot
from bangfu.records.households.models import HouseholdYear
from bangfu.records.instance.parameters import current
from bangfu.records.jobs.actions import ask
from bangfu.records.jobs.worker import work_one
from bangfu.records.places.models import Place, PlaceYear
from tests.figures.register import Register, small_register

#: DuckDB reads what is committed, as a second connection.
pytestmark = pytest.mark.db_twice(transaction=True)


@pytest.fixture
def register(transactional_db: None) -> Register:
    return small_register()


def figure(indicator: str, code: str, year: int = 2015, group: str = "") -> Figure:
    return Figure.objects.get(snapshot__current=True, indicator=indicator, place_code=code, year=year, group=group)


def within(*prefixes: str, classes: frozenset[FieldClass] = frozenset(FieldClass)) -> Scope:
    rows = RowFilter(prefixes)
    return Scope(rows, classes, Reach.ROW, frozenset({"township_officer"}), None, 1, places=rows, area=rows)


def test_a_village_counts_its_own_poor_households(register: Register) -> None:
    run_cycle()
    assert figure("households_registered", register.villages[0].code).value == 7


def test_additive_figures_roll_up_exactly_to_every_level(register: Register) -> None:
    run_cycle()
    values = [figure("persons_registered", code).value for code in ("53", "5334", "533422", "533422101")]
    assert values == [56, 56, 56, 56]


def test_incidence_divides_by_the_frozen_rural_base(register: Register) -> None:
    run_cycle()
    found = figure("incidence_register", register.county.code)
    assert (found.value, found.numerator, found.denominator) == (0.28, 56, 200)


def test_a_village_without_a_sheet_has_no_figure_and_is_counted_as_missing(register: Register) -> None:
    run_cycle()
    assert not Figure.objects.filter(place_code=register.villages[2].code).exists()
    assert figure("households_registered", register.county.code).missing_places == 1


def test_a_sheet_of_a_hamlet_changes_neither_villages_nor_bases(register: Register) -> None:
    hamlet = Place.objects.create(code="533422101200001", level=5, name="某组", parent=register.villages[0])
    PlaceYear.objects.create(place=hamlet, place_code=hamlet.code, year=2015, rural_base_persons=7)
    run_cycle()
    assert figure("incidence_register", register.county.code).denominator == 200
    assert figure("incidence_register", register.county.code).missing_places == 1
    with open_snapshot(Snapshot.objects.get(current=True).id, SYSTEM_SCOPE) as opened:
        codes = opened.connection.execute("SELECT DISTINCT place_code FROM villages ORDER BY 1").fetchall()
    assert codes == [(village.code,) for village in register.villages[:2]]


def test_sheets_of_townships_are_no_villages(register: Register) -> None:
    township = Place.objects.get(code="533422101")
    PlaceYear.objects.all().delete()
    PlaceYear.objects.create(place=township, place_code=township.code, year=2015, rural_base_persons=200)
    run_cycle()
    with open_snapshot(Snapshot.objects.get(current=True).id, SYSTEM_SCOPE) as opened:
        assert opened.connection.execute("SELECT count(*) FROM villages").fetchall() == [(0,)]


def test_rows_of_unknown_cause_form_a_group_of_their_own(register: Register) -> None:
    run_cycle()
    found = figure("households_by_cause", register.villages[0].code, group="?")
    assert found.value == 1


def test_a_missing_income_is_left_out_of_the_mean_and_counted(register: Register) -> None:
    run_cycle()
    found = figure("income_per_capita_registered", register.villages[0].code)
    known = sum(100_000 * number for number in (1, 2, 3, 4, 5, 6, 7, 8, 10))
    assert (found.value, found.unknown_rows) == (known / 36, 1)


def test_a_household_of_unknown_size_counts_on_neither_side_of_a_mean(register: Register) -> None:
    HouseholdYear.objects.filter(place_code=register.villages[0].code, year=2015, net_income_fen=100_000).update(
        household_size=None
    )
    run_cycle()
    found = figure("income_per_capita_registered", register.villages[0].code)
    known = sum(100_000 * number for number in (2, 3, 4, 5, 6, 7, 8, 10))
    assert (found.value, found.unknown_rows) == (known / 32, 2)


def test_by_the_middle_of_a_year_its_end_has_not_happened(register: Register) -> None:
    run_cycle(happened=date(2015, 6, 30))
    assert {*Figure.objects.values_list("year", flat=True)} == {2014}


def test_the_cycle_in_the_background_computes_the_whole_whatever_part_came_before(register: Register) -> None:
    run_cycle(place=register.villages[0].code)
    ask("figures.cycle", owner=None)
    assert work_one("test", Event())
    assert figure("households_registered", "53").value == 14


def test_a_cycle_of_a_place_that_is_none_is_refused(register: Register) -> None:
    with pytest.raises(UnknownPlace, match="No place has the code “99”"):
        run_cycle(place="99")
    assert not Figure.objects.exists()


def test_a_second_cycle_over_the_same_rows_stores_nothing(register: Register) -> None:
    first = run_cycle()
    second = run_cycle()
    assert (second.new, second.snapshot.id) == (False, first.snapshot.id)


def test_a_changed_row_gives_a_new_snapshot_and_the_old_figures_stay(register: Register) -> None:
    first = run_cycle()
    HouseholdYear.objects.filter(year=2015).update(poverty_status="04")
    second = run_cycle()
    old = Figure.objects.get(snapshot=first.snapshot, indicator="households_registered", place_code="53", year=2015)
    assert (old.value, figure("households_registered", "53").value, second.new) == (14, 20, True)


def test_an_unchanged_year_is_stored_once(register: Register) -> None:
    first = run_cycle()
    HouseholdYear.objects.filter(year=2015).update(poverty_status="04")
    second = run_cycle()
    names = [
        {file["name"] for file in done.snapshot.manifest["files"] if file["year"] == 2014 and file["rows"]}
        for done in (first, second)
    ]
    assert names[0] == names[1]


def test_a_snapshot_of_a_past_day_reads_the_versions_of_that_day(register: Register) -> None:
    done = run_cycle(happened=date(2014, 12, 31))
    with open_snapshot(done.snapshot.id, SYSTEM_SCOPE) as opened:
        rows = opened.connection.execute("SELECT DISTINCT natural_village, year FROM households").fetchall()
    assert rows == [("旧址", 2014)]


def test_the_status_is_that_of_the_end_of_each_rows_year(register: Register) -> None:
    done = run_cycle()
    with open_snapshot(done.snapshot.id, SYSTEM_SCOPE) as opened:
        rows = opened.connection.execute(
            "SELECT year, count(*) FILTER (status = 'exited') FROM households GROUP BY year ORDER BY year"
        ).fetchall()
    assert rows == [(2014, 0), (2015, 6)]


def test_a_scope_cuts_the_rows_of_a_snapshot(register: Register) -> None:
    done = run_cycle()
    with open_snapshot(done.snapshot.id, within(register.villages[1].code)) as opened:
        rows = opened.connection.execute("SELECT DISTINCT place_code FROM households").fetchall()
    assert rows == [(register.villages[1].code,)]


def test_an_empty_scope_reads_no_row(register: Register) -> None:
    done = run_cycle()
    with open_snapshot(done.snapshot.id, within()) as opened:
        assert opened.connection.execute("SELECT count(*) FROM households").fetchall() == [(0,)]


def test_a_scope_without_money_does_not_have_the_columns_of_money(register: Register) -> None:
    done = run_cycle()
    with open_snapshot(done.snapshot.id, within("53", classes=frozenset({FieldClass.OPEN}))) as opened:
        names = {row[0] for row in opened.connection.execute("DESCRIBE households").fetchall()}
    assert names & {"net_income_fen", "household_size"} == {"household_size"}


def test_no_file_of_a_snapshot_holds_a_name_or_a_number_of_a_person(register: Register) -> None:
    done = run_cycle()
    files = [file for file in done.snapshot.manifest["files"] if file["table"] in {"households", "persons"}]
    columns = {name for file in files for name in pq.read_schema(stores.path_of(file["name"])).names}
    private = {"head_name", "household_no", "name", "person_no", "address", "id_no", "phone", "bank_account"}
    assert not columns & private


def test_a_figure_opens_to_its_rows_within_the_scope(register: Register) -> None:
    run_cycle()
    found = figure("persons_registered", "53")
    behind = queries.rows_behind(found, within(register.villages[0].code), limit=5)
    assert (behind.count, behind.total, len(behind.rows)) == (7, 28, 5)


def test_the_rows_of_a_group_are_those_of_the_group(register: Register) -> None:
    run_cycle()
    behind = queries.rows_behind(figure("households_by_cause", "53", group="?"), SYSTEM_SCOPE)
    assert behind.count == 2


def test_figures_are_rebuilt_from_their_snapshot_whatever_the_register_says_today(register: Register) -> None:
    done = run_cycle()
    HouseholdYear.objects.all().update(poverty_status="05", net_income_fen=1)
    PlaceYear.objects.all().update(rural_base_persons=7)
    found = rebuild(done.snapshot)
    assert (found.count, found.different) == (done.figures, ())


def test_a_stored_figure_that_was_changed_does_not_stand_the_rebuilding(register: Register) -> None:
    done = run_cycle()
    Figure.objects.filter(indicator="households_registered", place_code="53", year=2015).update(value=15)
    assert rebuild(done.snapshot).different == (("households_registered", "53", 2015, ""),)


def test_a_formula_that_was_changed_since_does_not_change_the_rebuilding(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run_cycle()
    parameters = current()
    emptied = {name: body for name, body in parameters.documents.items() if not name.startswith("indicators/")}
    monkeypatch.setattr(rebuilding, "current", lambda: Parameters(emptied))
    assert rebuild(done.snapshot).same


def test_the_command_names_the_years_that_the_snapshot_has(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    run_cycle()
    monkeypatch.setenv("BANGFU_LANG", "en")

    said = CliRunner().invoke(build(COMMANDS), ["figures", "households_registered", "--year", "1800"])

    assert (said.exit_code, "has no year 1800. It has: 20" in said.stderr) == (2, True)
