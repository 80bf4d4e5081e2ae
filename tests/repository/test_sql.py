"""The check of SQL finds its text and its doors, and leaves prose and the right places alone."""

from __future__ import annotations

import pytest

from tools.check_sql import check_module, main, may_hold_sql
from tools.findings import PACKAGE

PATH = PACKAGE / "records" / "places" / "queries.py"


def test_this_repository_passes() -> None:
    assert main() == 0


@pytest.mark.parametrize(
    "code",
    [
        'text = "SELECT id FROM places"',
        'text = "select count(*) from places where code = ?"',
        'text = f"INSERT INTO {table} VALUES (1)"',
        'text = "DELETE FROM {}".format(table)',
        'text = "UPDATE %s SET name = 1" % table',
        'text = "SELECT id " + "FROM " + table',
        'text = """\n  with recent as (select 1) select * from recent"""',
        'text = "CREATE UNLOGGED TABLE staging (id bigint)"',
        'text = "COPY staging FROM STDIN"',
        "text = \"attach 'x.db' as other\"",
        'text = "VACUUM INTO ?"',
    ],
)
def test_sql_text_in_the_wrong_place_is_found(code: str) -> None:
    assert "SQL text" in next(check_module(PATH, code)).sentence


@pytest.mark.parametrize(
    "code",
    [
        'text = "Select a file and press the button."',
        'text = "Update available"',
        '"""Select rows from the register."""',
        'def rows():\n    """select the rows from places"""\n',
        'text = "Copy the table into Excel and upload that one."',
        'text = "Delete this visit?"',
        'text = "with"',
    ],
)
def test_prose_passes(code: str) -> None:
    assert not list(check_module(PATH, code))


@pytest.mark.parametrize("code", ["Place.objects.raw(text)", "places.extra(where=[x])", "RawSQL(text, ())"])
def test_a_door_to_raw_sql_is_found(code: str) -> None:
    assert "raw SQL" in next(check_module(PATH, code)).sentence


def test_running_a_statement_needs_an_import_from_sql() -> None:
    assert "imports none" in next(check_module(PATH, "cursor.execute(statement)")).sentence
    assert not list(check_module(PATH, "from bangfu.records.places import sql\ncursor.execute(sql.MERGE)"))
    assert not list(check_module(PATH, "from bangfu.records.places.sql import MERGE\ncursor.execute(MERGE)"))


@pytest.mark.parametrize(
    ("file", "may"),
    [
        ("records/places/sql.py", True),
        ("analytics/engines/duckdb.py", True),
        ("config/environment.py", True),
        ("records/places/queries.py", False),
        ("web/sql.py", False),
        ("analytics/poverty/tables.py", False),
    ],
)
def test_sql_has_its_places(file: str, may: bool) -> None:
    assert may_hold_sql(PACKAGE / file) is may
