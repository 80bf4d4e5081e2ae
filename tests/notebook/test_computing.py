"""What a notebook draws and computes is what the pages have, and never more than the token opens."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bangfu.notebook import drawing
from bangfu.notebook.refusals import NotebookRefused
from bangfu.records.access.models import AuditEvent, Role
from tests.access.world import World
from tests.notebook.test_tokens import COUNTY, NEIGHBOUR, TOWNSHIP, last_event, opened
from tests.notebook.test_tokens import pytestmark as pytestmark

REGISTERED = "if(poor_now, 1, 0)"


def test_a_text_sums_up_to_the_stored_figure(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        computed = register.compute(REGISTERED, by="township", years=[2015])
        stored = register.figures("households_registered", level="township", years=[2015])
    assert list(computed.place_code) == [TOWNSHIP, NEIGHBOUR]
    assert dict(zip(computed.place_code, computed.value, strict=True)) == dict(
        zip(stored.place_code, stored.value, strict=True)
    )


def test_a_text_is_summed_over_the_rows_of_the_token_only(marked: World) -> None:
    with opened(marked, Role.TOWNSHIP_OFFICER) as near, opened(marked, Role.COUNTY_OFFICER) as whole:
        part, all_of_it = (each.compute("1", by="place", years=[2015]) for each in (near, whole))
    assert list(part.place_code) == [TOWNSHIP]
    assert 0 < part["rows"].sum() < all_of_it["rows"].sum()


def test_a_text_is_summed_by_the_codes_of_a_column(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        found = register.compute(REGISTERED, by="main_cause", years=[2015])
    assert list(found.group) == ["01"]
    assert list(found.place_code) == [COUNTY]


@pytest.mark.parametrize("grain", ["households", "persons"])
def test_a_text_that_reads_a_class_which_the_user_lacks_is_refused(marked: World, grain: str) -> None:
    text = {"households": "any(persons, health = '03')", "persons": "health = '03'"}[grain]
    with opened(marked, Role.UNIT_MEMBER) as register, pytest.raises(NotebookRefused, match="health"):
        register.compute(text, grain=grain)


def test_a_column_of_a_class_which_the_user_lacks_is_no_group(marked: World) -> None:
    with opened(marked, Role.UNIT_MEMBER) as register, pytest.raises(NotebookRefused, match="health"):
        register.compute("1", by="health", grain="persons")


def test_a_mistake_is_pointed_at_in_both_languages(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register, pytest.raises(NotebookRefused) as refused:
        register.compute("poor_now and houshold_size > 4")
    assert refused.value.sentence.en.endswith("\n             ^^^^^^^^^^^^^")
    assert "没有「houshold_size」这一列" in refused.value.sentence.zh


@pytest.mark.parametrize(
    ("text", "by", "said"),
    [("'a'", "place", "no number"), ("1", "province", "summed by province"), ("1", "household_id", "summed by")],
)
def test_what_has_no_sum_is_refused(marked: World, text: str, by: str, said: str) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register, pytest.raises(NotebookRefused, match=said):
        register.compute(text, by=by)


@pytest.mark.parametrize(("name", "said"), [("headcount", "needs a line"), ("arpr", "no measure arpr")])
def test_a_measure_says_what_it_lacks(marked: World, name: str, said: str) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register, pytest.raises(NotebookRefused, match=said):
        register.measure(name)


def test_an_auditor_measures_nothing_from_rows(marked: World) -> None:
    with opened(marked, Role.AUDITOR) as register, pytest.raises(NotebookRefused, match="not rows"):
        register.measure("gini")


def test_a_measure_without_a_sample_is_empty(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        assert register.measure("headcount", line=2855.0).empty


@pytest.mark.parametrize(("kind", "level", "years"), [("line", "", [2014, 2015]), ("places", "township", [2015])])
def test_a_chart_has_the_stored_values_and_stands_alone(
    marked: World, kind: str, level: str, years: list[int], tmp_path: Path
) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        chart = register.chart("households_registered", kind=kind, language="en")
        values = register.figures("households_registered", level=level, years=years).value
    saved = chart.save(tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert [shown.split("\u00a0")[0].split()[0] for _, shown in chart.rows] == [f"{value:.0f}" for value in values]
    assert ElementTree.fromstring(saved).tag == "{http://www.w3.org/2000/svg}svg"
    assert "var(" not in saved
    assert f"Snapshot: {register.snapshot.happened} #{register.snapshot.short}" in saved
    assert "data:image/svg+xml;base64," in chart._repr_html_()


def test_a_chart_of_groups_names_them(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        chart = register.chart("households_by_cause", kind="bars")
    assert [name for name, _ in chart.rows] == ["因病"]


def test_a_township_token_draws_no_neighbour(marked: World) -> None:
    with opened(marked, Role.TOWNSHIP_OFFICER) as register:
        chart = register.chart("households_registered", kind="places", language="en")
    assert [name for name, _ in chart.rows] == ["Cizhong", "Guzha", "Badong"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"indicator": "nothing"}, "No indicator"),
        ({"kind": "pie"}, "no chart pie"),
        ({"kind": "bars"}, "cannot be drawn as bars"),
        ({"year": 1999}, "no year 1999"),
        ({"language": "bo"}, "no language bo"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_there_is(marked: World, asked: dict[str, object], said: str) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register, pytest.raises(NotebookRefused, match=said):
        register.chart(**{"indicator": "households_registered", **asked})  # type: ignore[arg-type]


def test_more_places_than_a_picture_holds_are_refused_with_the_way_out(
    marked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_PLACES", 2)
    with opened(marked, Role.COUNTY_OFFICER) as register, pytest.raises(NotebookRefused, match="Open a part with"):
        register.chart("households_registered", kind="places", level="village")


def test_a_notebook_shows_a_refusal_with_the_readers_own_line_and_none_of_ours(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register, pytest.raises(NotebookRefused) as refused:
        register.chart("households_registered", kind="pie")
    shown = "\n".join(refused.value._render_traceback_())
    assert 'register.chart("households_registered", kind="pie")' in shown
    assert shown.endswith("There is no chart pie. There are: line, bars, places, map.")
    assert "raise" not in shown


def test_an_open_is_one_event_and_its_calls_are_none(marked: World) -> None:
    with opened(marked, Role.COUNTY_OFFICER) as register:
        before = AuditEvent.objects.count()
        register.figures("households_registered")
        register.compute("1")
    assert last_event() == ("token.use", {"use": "open"})
    assert AuditEvent.objects.count() == before


def test_nobody_without_personal_fields_counts_by_day_of_birth(marked: World) -> None:
    with opened(marked, Role.UNIT_MEMBER) as register, pytest.raises(NotebookRefused, match="personal"):
        register.compute("1", by="birth_date", grain="persons")
