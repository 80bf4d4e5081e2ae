"""DESIGN.md §4.6: an ID number, a phone and an account stand nowhere in the clear, and open in their own cell only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.apps import apps
from django.db import connection, models

from bangfu.parameters.schema import FieldClass
from bangfu.records.access.keys import KeysRotating, rotate
from bangfu.records.figures import stores
from bangfu.records.figures.snapshots import Moment, take_snapshot
from bangfu.records.households.models import TARGETS, Household, Person
from bangfu.records.instance.parameters import current
from bangfu.records.intake import merging
from bangfu.records.intake.actions import forget_expired
from bangfu.records.intake.models import STAGING, StagingRow, Upload
from bangfu.records.personal import CannotOpen, keyring
from bangfu.records.schema import households_table, personal_columns, persons_table
from tests.kernel.register import ACCOUNT, FIRST, HOUSEHOLD_PHONE, ID_NUMBER, PHONE, PLANTED, SECOND, bring_in, file_of

pytestmark = pytest.mark.db_twice
#: A row that is refused whole, with numbers of its own: its ID has a wrong check digit.
WRONG_ID, OTHER_PHONE, OTHER_ACCOUNT = "990101197103140022", "19900077777", "9907777777777777777"
REFUSED = {
    **FIRST,
    "户编号": "H3",
    "人编号": "P3",
    "证件号码": WRONG_ID,
    "联系电话": OTHER_PHONE,
    "银行账号": OTHER_ACCOUNT,
}
SECRETS = (*PLANTED, WRONG_ID, OTHER_PHONE, OTHER_ACCOUNT)
PLAIN = "阿茸农布"


@pytest.fixture
def intake(places: None, home: Path, outside: Path) -> None:
    """A file with a good row, a thin one and a refused one."""
    bring_in(file_of(outside, FIRST, SECOND, REFUSED))


def stored_values() -> Iterator[bytes]:
    """Every value of every table, as the database holds it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield from (as_bytes(value) for value in row if value is not None)


def as_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file under a folder by name."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def found_in(secrets: tuple[str, ...], whole: bytes) -> list[str]:
    """Which texts stand in some bytes: as they are, in hexadecimal, or in UTF-16."""
    forms = {text: (text.encode(), text.encode().hex().encode(), text.encode("utf-16-le")) for text in secrets}
    return [text for text, spelled in forms.items() if any(form in whole for form in spelled)]


def person() -> Person:
    return Person.objects.get(person_no="P1")


def test_the_search_finds_what_is_stored_in_the_clear(intake: None) -> None:
    assert found_in((PLAIN,), b"\n".join(stored_values())) == [PLAIN]


def test_no_value_of_any_table_holds_an_id_a_phone_or_an_account(intake: None) -> None:
    assert found_in(SECRETS, b"\n".join(stored_values())) == []


@pytest.mark.only_database("sqlite")  # PostgreSQL's files belong to its server.
@pytest.mark.db_twice(transaction=True)
def test_no_byte_of_the_database_file_holds_them(intake: None) -> None:
    path = Path(connection.settings_dict["NAME"])
    whole = b"\n".join(files_of(path.parent)[name] for name in (path.name, f"{path.name}-wal"))
    assert (found_in((PLAIN,), whole), found_in(SECRETS, whole)) == ([PLAIN], [])


def test_no_file_of_the_home_holds_them_uploads_and_answers_included(intake: None, home: Path) -> None:
    files = files_of(home)
    upload = Upload.objects.get()
    assert {upload.stored_as, upload.answer_stored_as} <= set(files)
    assert found_in((*SECRETS, PLAIN), b"\n".join(files.values())) == []


def test_nothing_is_left_of_the_folder_that_a_file_was_read_in(intake: None, home: Path) -> None:
    assert [path.name for path in (home / "intake").iterdir() if path.is_dir()] == []


def test_staging_is_empty_once_a_batch_is_merged(intake: None) -> None:
    staging: list[Any] = list(STAGING.values())
    assert [model.__name__ for model in staging if model.objects.exists()] == []


def test_a_refused_row_is_kept_as_one_ciphertext(intake: None) -> None:
    row = StagingRow.objects.get(verdict="refused")
    assert WRONG_ID in keyring().open("intake_stagingrow", "raw", row.row, bytes(row.raw or b""))


def test_every_sealed_field_opens_in_its_own_cell(intake: None) -> None:
    home, ring = Household.objects.get(household_no="H1"), keyring()
    opened = [
        ring.open("households_person", "id_no", person().pk, person().id_no_enc),
        ring.open("households_person", "phone", person().pk, person().phone_enc),
        ring.open("households_household", "phone", home.pk, home.phone_enc),
        ring.open("households_household", "bank_account", home.pk, home.bank_account_enc),
    ]
    assert opened == [ID_NUMBER, PHONE, HOUSEHOLD_PHONE, ACCOUNT]


@pytest.mark.parametrize(
    ("table", "column", "row_id"),
    [("households_person", "id_no", 8), ("households_person", "phone", 7), ("households_household", "id_no", 7)],
    ids=["row", "column", "table"],
)
def test_a_ciphertext_moved_to_another_cell_does_not_open(table: str, column: str, row_id: int, home: Path) -> None:
    sealed = keyring().seal("households_person", "id_no", 7, ID_NUMBER)
    with pytest.raises(CannotOpen):
        keyring().open(table, column, row_id, sealed)


def test_a_changed_ciphertext_does_not_open_and_says_nothing_of_the_value(home: Path) -> None:
    sealed = keyring().seal("households_person", "id_no", 7, ID_NUMBER)
    with pytest.raises(CannotOpen) as refusal:
        keyring().open("households_person", "id_no", 7, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert found_in(SECRETS, str(refusal.value).encode()) == []


def test_equal_values_are_sealed_differently_each_time(home: Path) -> None:
    first, second = (keyring().seal("households_person", "id_no", 1, ID_NUMBER) for _ in range(2))
    assert first != second


def test_equal_values_of_two_columns_have_different_hashes(home: Path) -> None:
    columns = [(model._meta.db_table, name) for model in TARGETS for name in personal_columns(model)]
    hashes = {keyring().hash_one(table, name, PHONE) for table, name in columns}
    assert (len(columns), len(hashes)) == (4, 4)


def test_every_sealed_column_has_its_hash_and_nothing_else() -> None:
    sealed = {
        (model.__name__, field.name.removesuffix("_enc"))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.endswith("_enc") and model in TARGETS
    }
    assert sealed == {(model.__name__, name) for model in TARGETS for name in personal_columns(model)}
    assert all(isinstance(Person._meta.get_field(f"{name}_hash"), models.BinaryField) for name in ("id_no", "phone"))


def test_intake_derives_the_plain_facts_that_the_language_may_see(intake: None) -> None:
    found = person()
    assert (found.id_kind, found.birth_date, found.sex) == ("id18", date(1971, 3, 14), "1")
    assert None not in {found.id_valid, found.phone_valid}


def test_a_key_changed_during_a_merge_leaves_no_hash_of_the_old_key(
    places: None, home: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge = merging.Merge.merge

    def merge_after_a_change(*arguments: Any) -> Any:
        rotate(at=datetime(2016, 5, 1, tzinfo=UTC))
        return merge(*arguments)

    monkeypatch.setattr(merging.Merge, "merge", merge_after_a_change)
    with suppress(KeysRotating):
        bring_in(file_of(outside, FIRST))
    stored = [bytes(found) for found in Person.objects.values_list("id_no_hash", flat=True) if found]
    assert stored == [keyring().hash_one("households_person", "id_no", ID_NUMBER)] * len(stored)


@pytest.mark.parametrize("table", [households_table(), persons_table()], ids=["households", "persons"])
def test_the_language_sees_no_personal_column(table: Any) -> None:
    hidden = {name for model in TARGETS for name in personal_columns(model)} - {"id_kind"}
    assert [column.name for column in table.columns if column.field_class is FieldClass.PERSONAL] == []
    assert hidden.isdisjoint(column.name for column in table.columns)


@pytest.mark.db_twice(transaction=True)
def test_no_value_of_a_snapshot_is_a_name_or_a_number_of_a_person(intake: None) -> None:
    moment = Moment(date(2015, 12, 31), datetime(2016, 7, 1, tzinfo=UTC))
    files = take_snapshot(moment=moment, parameters=current()).manifest["files"]
    stored = [stores.path_of(file["name"]) for file in files if file["table"] in {"households", "persons"}]
    tables = [pq.read_table(path) for path in stored]
    values = {str(value).encode() for table in tables for column in table.columns for value in column.to_pylist()}
    assert len(values) > 10
    assert found_in((*SECRETS, PLAIN), b"\n".join(values)) == []


def test_an_expired_upload_and_its_answer_are_deleted(intake: None, home: Path) -> None:
    kept = Upload.objects.get()
    forget_expired(datetime.now(UTC) + timedelta(days=31))
    assert {kept.stored_as, kept.answer_stored_as}.isdisjoint(files_of(home))
