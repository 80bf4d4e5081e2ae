"""DESIGN.md §4.9 and §4.10: parameters leave their hash on what used them; forms type what the models do not know.

How overlays are proposed, reviewed and laid over stands in ``tests/parameters``.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import models
from django.utils import timezone

from bangfu.records.access.models import User
from bangfu.records.cases.models import Case
from bangfu.records.fields import described
from bangfu.records.figures import stores
from bangfu.records.figures.actions import run_cycle
from bangfu.records.figures.models import Figure, Formula
from bangfu.records.figures.snapshots import Moment, take_snapshot
from bangfu.records.households.models import TARGETS, HouseholdYear, PersonYear
from bangfu.records.instance.overlay import propose_overlay, review_overlay
from bangfu.records.instance.parameters import current
from bangfu.records.intake.actions import Outcome, receive, work_through
from bangfu.records.intake.models import Upload
from bangfu.records.places.models import PlaceYear
from tests.figures.register import small_register

pytestmark = pytest.mark.db_twice(transaction=True)
HEADINGS = "db030,hsize,db040,rb030,age,rb090,pl030,pb220a,eqSS,eqIncome,db090,rb050\n"


def reviewed_overlay() -> None:
    """A change of a poverty line that a second person has reviewed."""
    first, second = (User.objects.create_user(name) for name in ("first", "second"))
    value = {"place_prefix": "53", "valid_from": "2026-01-01", "value": 9000, "reference": "a notice"}
    row = propose_overlay(path="lines/monitoring_line", body={"values": [value]}, reason="A test", by=first)
    review_overlay(row, by=second, at=timezone.now())


# --- Parameters ---------------------------------------------------------------------------------------------------


def test_parameters_cannot_be_changed_in_place() -> None:
    name = fields(current())[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(current(), name, None)


def test_snapshot_formula_and_figure_bear_the_hash(transactional_db: None, home: Path) -> None:
    small_register()
    snapshot = run_cycle().snapshot
    hashes = {*Formula.objects.values_list("parameters_hash", flat=True)}
    assert hashes | {snapshot.parameters_hash, snapshot.manifest["parameters"]} == {current().content_hash}
    assert not Figure.objects.exclude(formula__parameters_hash=current().content_hash).exists()


def test_an_upload_bears_the_hash(transactional_db: None, home: Path, outside: Path) -> None:
    survey(outside, "1,1,Wien,1,40,male,1,AT,1,21000.5,1.5,2.5\n")
    assert Upload.objects.get().mapping_hash == current().content_hash


def test_no_case_stands_without_the_hash() -> None:
    field = Case._meta.get_field("parameters_hash")
    assert (field.null, field.blank, field.has_default()) == (False, False, False)


def test_reviewed_changes_give_new_formulas_and_leave_the_old_ones(transactional_db: None, home: Path) -> None:
    small_register()
    first = run_cycle()
    reviewed_overlay()
    second = run_cycle()
    hashes = {*Formula.objects.values_list("parameters_hash", flat=True)}
    assert hashes == {first.snapshot.parameters_hash, second.snapshot.parameters_hash}
    assert (second.new, len(hashes)) == (True, 2)


# --- Forms --------------------------------------------------------------------------------------------------------


def survey(folder: Path, *lines: str) -> Outcome:
    """Rows of a survey of another country, brought in by its mapping."""
    path = folder / "survey.csv"
    path.write_text(HEADINGS + "".join(lines), encoding="utf-8")
    upload = receive(path, file_name=path.name, mapping=current().mappings["eusilc"], by=None)
    return work_through(upload, merge=True, language="en")


def test_a_field_of_the_form_is_stored_with_the_forms_type(transactional_db: None, home: Path, outside: Path) -> None:
    survey(outside, "1,1,Wien,1,40,male,1,AT,1,21000.5,1.5,2.5\n")
    stored = PersonYear.objects.get().x
    assert (stored["eq_income"], stored["weight"], stored["age"]) == (21000.5, 2.5, 40)


def test_a_value_that_the_form_does_not_allow_is_refused(transactional_db: None, home: Path, outside: Path) -> None:
    outcome = survey(outside, "1,1,Wien,1,40,male,1,AT,1,a lot,1.5,2.5\n", "2,1,Wien,2,40,male,1,AT,1,9,1.5,2.5\n")
    assert (outcome.counts["refused"], PersonYear.objects.count()) == (1, 1)


def test_snapshots_flatten_the_fields_of_the_form(transactional_db: None, home: Path, outside: Path) -> None:
    survey(outside, "1,1,Wien,1,40,male,1,AT,1,21000.5,1.5,2.5\n")
    moment = Moment(date(2026, 12, 31), datetime(2026, 12, 31, tzinfo=UTC))
    files = take_snapshot(moment=moment, parameters=current()).manifest["files"]
    path = stores.path_of(next(file["name"] for file in files if file["table"] == "persons"))
    table = pq.read_table(path)
    assert {name: str(table.schema.field(name).type) for name in ("x_eq_income", "x_age")} == {
        "x_eq_income": "double",
        "x_age": "int64",
    }
    assert table.column("x_eq_income").to_pylist() == [21000.5]


def test_every_yearly_table_has_one_json_column_for_the_form() -> None:
    found = {
        model.__name__: [field.name for field in model._meta.concrete_fields if isinstance(field, models.JSONField)]
        for model in (HouseholdYear, PersonYear)
    }
    assert found == {"HouseholdYear": ["x"], "PersonYear": ["x"]}
    assert isinstance(PlaceYear._meta.get_field("x"), models.JSONField)


def test_money_of_the_register_is_a_bigint_in_fen() -> None:
    pairs = [pair for model in TARGETS for pair in described(model)]
    by_name = {field.name for field, _ in pairs if field.name.endswith("_fen")}
    by_unit = {field.name for field, column in pairs if column.unit == "fen"}
    bigint = {field.name for field, _ in pairs if type(field) is models.BigIntegerField}
    assert by_name == by_unit == bigint
    assert len(by_name) > 50
