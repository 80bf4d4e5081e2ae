"""A scope token opens what its user's grants give at its place, while it stands, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import bangfu
from bangfu.notebook.refusals import NotebookRefused
from bangfu.notebook.register import Register
from bangfu.records.access.models import AuditEvent, Role, ScopeToken, User
from bangfu.records.access.tokens import TokenRefused, issue_token, use_token, withdraw_token
from bangfu.records.figures.models import Figure
from tests.access.world import World

#: Ibis still calls DuckDB and pandas by former names.
pytestmark = [
    pytest.mark.db_twice,
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),
]
TOWNSHIP, NEIGHBOUR, COUNTY = "533422101", "533422102", "533422"


def issued(world: World, role: str, place: str = COUNTY, until: date | None = None) -> tuple[ScopeToken, str]:
    last = until or timezone.localdate() + timedelta(days=30)
    return issue_token(user=world.person(role), place=world.places[place], until=last, at=timezone.now(), by=None)


def opened(world: World, role: str, place: str = "") -> Register:
    return bangfu.open(token=issued(world, role)[1], place=place)


def last_event() -> tuple[str, dict[str, object]]:
    found = AuditEvent.objects.order_by("-id").first()
    assert found is not None
    return found.action, found.facts


def test_a_township_token_yields_no_row_and_no_figure_of_the_neighbour(marked: World) -> None:
    with opened(marked, Role.TOWNSHIP_OFFICER) as register:
        tables = [register.table(name) for name in ("households", "persons", "villages")]
        codes = {code for table in tables for code in table.place_code.execute()}
        codes |= set(register.figures("households_registered", level="village").place_code)
    assert codes
    assert {code[:9] for code in codes} == {TOWNSHIP}


def test_a_place_outside_the_token_is_refused(marked: World) -> None:
    with pytest.raises(NotebookRefused, match=NEIGHBOUR):
        opened(marked, Role.TOWNSHIP_OFFICER, NEIGHBOUR)


def test_the_token_cuts_a_wider_grant_to_its_place(marked: World) -> None:
    secret = issued(marked, Role.PREFECTURE_OFFICER, TOWNSHIP)[1]
    with bangfu.open(token=secret) as register:
        codes = set(register.table("households").place_code.execute())
    assert codes
    assert {code[:9] for code in codes} == {TOWNSHIP}


def test_figures_are_those_that_are_stored_to_the_digit(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        frame = register.figures("incidence_register")
    stored = Figure.objects.filter(snapshot=register.snapshot, indicator="incidence_register", place_code=COUNTY)
    wanted = list(stored.order_by("year").values_list("year", "value", "numerator", "denominator"))
    found = frame[["year", "value", "numerator", "denominator"]].astype(object)
    assert wanted
    assert list(found.where(found.notna(), None).itertuples(index=False, name=None)) == wanted


def test_columns_of_classes_that_the_user_lacks_are_absent(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as near, opened(marked, Role.UNIT_MEMBER) as apart:
        lacking = set(near.table("persons").columns) - set(apart.table("persons").columns)
    assert "health" in lacking


def test_an_auditor_gets_figures_and_no_rows(marked: World) -> None:
    with opened(marked, Role.AUDITOR) as register:
        assert len(register.indicators(search="households_registered"))
        with pytest.raises(NotebookRefused, match="not rows"):
            register.table("households")


def test_a_use_is_in_the_log_and_the_secret_nowhere(marked: World) -> None:
    token, secret = issued(marked, Role.COUNTY_OFFICER)
    use_token(secret, at=timezone.now(), use="open")
    assert last_event() == ("token.use", {"use": "open"})
    assert secret not in str(list(ScopeToken.objects.values_list("secret_hash", flat=True)))
    assert secret not in str(list(AuditEvent.objects.values_list("facts", flat=True)))
    assert token.user == marked.person(Role.COUNTY_OFFICER)


def test_an_unknown_token_is_refused_and_logged(marked: World) -> None:
    with pytest.raises(TokenRefused, match="no such token"):
        use_token("made up", at=timezone.now(), use="open")
    assert last_event() == ("token.refuse", {"use": "open"})


def test_a_token_that_has_ended_is_refused_and_logged(marked: World) -> None:
    secret = issued(marked, Role.COUNTY_OFFICER, until=timezone.localdate())[1]
    with pytest.raises(TokenRefused, match="ended on"):
        use_token(secret, at=timezone.now() + timedelta(days=1), use="open")
    assert last_event() == ("token.refuse", {"use": "open"})


def test_a_withdrawn_token_opens_nothing_from_the_next_call_on(marked: World) -> None:
    token, secret = issued(marked, Role.COUNTY_OFFICER)
    with bangfu.open(token=secret) as register:
        withdraw_token(token=token, by=None, at=timezone.now())
        with pytest.raises(TokenRefused, match="withdrawn"):
            register.figures("households_registered")
    assert last_event() == ("token.refuse", {"use": "figures"})


def test_the_token_of_a_closed_account_is_refused(marked: World) -> None:
    secret = issued(marked, Role.COUNTY_OFFICER)[1]
    User.objects.filter(pk=marked.person(Role.COUNTY_OFFICER).pk).update(is_active=False)
    with pytest.raises(TokenRefused, match="closed"):
        use_token(secret, at=timezone.now(), use="open")


def test_a_helpers_token_for_another_village_is_not_issued(marked: World) -> None:
    with pytest.raises(TokenRefused, match="no grant"):
        issued(marked, Role.HELPER, "533422101202")


def test_importing_bangfu_loads_neither_django_nor_frames() -> None:
    look = "import sys, bangfu; print(sorted({'django', 'pandas', 'ibis', 'duckdb'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_folder_without_an_instance_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    look = f"import bangfu; bangfu.open(token='x', home={str(tmp_path / 'nothing')!r})"
    ended = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)
    assert "Name its folder with `home=`" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_reported_nothing_has_a_row_that_says_so(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        Figure.objects.filter(indicator="households_registered", place_code=NEIGHBOUR).delete()
        found = register.figures("households_registered", level="township", years=2015)
    assert dict(zip(found.place_code, found.state, strict=True)) == {TOWNSHIP: "known", NEIGHBOUR: "not_reported"}


def test_a_day_before_the_first_snapshot_is_refused_with_the_day_of_the_first(marked: World) -> None:
    with pytest.raises(NotebookRefused, match=r"no snapshot of 2001-12-31 or before; the first is of 20"):
        bangfu.open(token=issued(marked, Role.COUNTY_OFFICER)[1], day=date(2001, 12, 31))


@pytest.mark.parametrize("given", [None, "", 5])
def test_what_is_no_token_is_refused_with_where_to_get_one(given: object) -> None:
    with pytest.raises(NotebookRefused, match="There is no token"):
        bangfu.open(token=given)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", ["2015", ["2015"], 20.15])
def test_what_is_no_year_is_refused(marked: World, given: object) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register, pytest.raises(NotebookRefused, match="takes years"):
        register.figures("households_registered", years=given)  # type: ignore[arg-type]


def test_a_closed_register_answers_nothing(marked: World) -> None:
    register = opened(marked, Role.COUNTY_OFFICER)
    register.close()

    with pytest.raises(NotebookRefused, match="closed"):
        register.figures("households_registered")


def test_of_a_day_of_birth_a_notebook_has_the_year(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        columns = set(register.table("persons").columns)
    assert columns & {"birth_date", "birth_year"} == {"birth_year"}
