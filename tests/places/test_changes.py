"""Renaming and merging rewrite what is open, keep what is past, and lose nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db.models import Sum

from bangfu.parameters.scope import Reach
from bangfu.records.access.gate import scope_of, scoped
from bangfu.records.access.models import AuditEvent, Grant, Role, User
from bangfu.records.households.models import HISTORY, Household, HouseholdYear, Person, PersonYear
from bangfu.records.instance.actions import draw_ids
from bangfu.records.places.actions import (
    PlaceRow,
    PlacesRefused,
    adopt_places,
    merge_places,
    placed_models,
    record_place_year,
    rename_place,
)
from bangfu.records.places.index import place_index
from bangfu.records.places.models import Place, PlaceCode, PlaceYear
from bangfu.records.places.queries import children, counts_by_level, resolve
from bangfu.records.reports.models import KnownLayout
from tests.places.villages import load_villages, place

pytestmark = pytest.mark.db_twice
DAY = date(2026, 5, 1)
KNOWN = datetime(2025, 12, 31, tzinfo=UTC)
STAMPS = {"happened_on": date(2025, 12, 31), "known_at": KNOWN}
YERI, DUOTONG, SHUSONG = "533422102201", "533422102202", "533422102203"


def household(code: str, size: int) -> Household:
    """A household of some persons in two years, with a history row, at a village."""
    at = {"place": place(code), "place_code": code, **STAMPS}
    made = Household.objects.create(**at)
    person = Person.objects.create(household=made, **at)
    HouseholdYear.objects.create(household=made, year=2024, household_size=size, **at)
    HouseholdYear.objects.create(household=made, year=2025, household_size=size, **at)
    PersonYear.objects.create(household=made, person=person, year=2025, **at)
    history = HISTORY[Household]
    history._default_manager.create(seq=draw_ids(1)[0], id=made.pk, place_id=made.place_id, place_code=code, **STAMPS)
    return made


@pytest.fixture(autouse=True)
def register(db: None) -> None:
    load_villages()
    household(YERI, 4)
    household(YERI, 5)
    household(DUOTONG, 3)
    household(SHUSONG, 6)
    record_place_year(
        [
            {"place_code": YERI, "year": 2025, "rural_base_persons": 900, "rural_persons": 950},
            {"place_code": DUOTONG, "year": 2025, "rural_base_persons": 400},
            {"place_code": SHUSONG, "year": 2025, "rural_base_persons": 700, "rural_persons": 710},
        ]
    )


def merged() -> Place:
    return merge_places([YERI, DUOTONG], into=YERI, on=DAY, reason="Document 12 of 2026")


def officer(code: str) -> User:
    user = User.objects.create_user(f"officer-{code}")
    Grant.objects.create(user=user, role=Role.TEAM_MEMBER, place=place(code), valid_from=date(2020, 1, 1))
    return user


def row_counts() -> dict[str, int]:
    return {model._meta.db_table: model._default_manager.count() for model in placed_models() if model is not PlaceYear}


def total(prefix: str, year: int) -> int | None:
    rows = HouseholdYear.objects.filter(place_code__startswith=prefix, year=year)
    found: int | None = rows.aggregate(total=Sum("household_size"))["total"]
    return found


def test_two_merged_villages_keep_their_row_counts() -> None:
    before = row_counts()
    merged()
    assert row_counts() == before


def test_two_merged_villages_keep_their_totals() -> None:
    before = total("533422102", 2025), total(YERI, 2025), total(DUOTONG, 2025)
    merged()
    assert before == (18, 9, 3)
    assert (total("533422102", 2025), total(YERI, 2025), total(DUOTONG, 2025)) == (18, 12, None)


@pytest.mark.parametrize("model", [Household, HouseholdYear, Person, PersonYear])
def test_every_row_of_a_merged_village_lies_at_its_successor(model: type[Household]) -> None:
    merged()
    assert not model._default_manager.filter(place__code=DUOTONG).exists()
    assert not model._default_manager.filter(place_code=DUOTONG).exists()
    assert model._default_manager.filter(place_code=YERI, place__code=YERI).count() >= 3


def test_history_keeps_the_code_as_then() -> None:
    merged()
    assert HISTORY[Household]._default_manager.filter(place_code=DUOTONG).count() == 1


@pytest.mark.parametrize("village", [YERI, DUOTONG])
def test_a_grant_over_a_merged_village_goes_on_with_its_successor(village: str) -> None:
    user = officer(village)
    merged()
    scope = scope_of(user, DAY)
    assert scope.reach is Reach.ROW
    assert scoped(Household.objects.all(), scope).count() == 3


def test_a_neighbour_of_merged_villages_sees_what_it_saw() -> None:
    user = officer(SHUSONG)
    merged()
    assert scoped(Household.objects.all(), scope_of(user, DAY)).count() == 1


def test_yearly_sheets_are_added_up_and_an_unknown_part_leaves_the_sum_unknown() -> None:
    merged()
    sheet = PlaceYear.objects.get(place_code=YERI)
    assert (sheet.rural_base_persons, sheet.rural_persons) == (1300, None)
    assert not PlaceYear.objects.filter(place_code=DUOTONG).exists()


def test_what_does_not_add_up_holds_of_the_whole_only_where_it_holds_of_each_part() -> None:
    facts = {"rural_income_per_person_fen": 500_000, "collective_income_fen": 100, "paved_road": True}
    for code in (YERI, DUOTONG):
        PlaceYear.objects.filter(place_code=code).update(bus_service=code == YERI, **facts)
    merged()
    sheet = PlaceYear.objects.get(place_code=YERI)
    assert (sheet.rural_income_per_person_fen, sheet.collective_income_fen) == (500_000, 200)
    assert (sheet.paved_road, sheet.bus_service) == (True, None)


def test_a_part_without_a_sheet_leaves_the_sum_unknown() -> None:
    PlaceYear.objects.filter(place_code=DUOTONG).delete()
    merged()
    assert PlaceYear.objects.get(place_code=YERI).rural_base_persons is None


def test_villages_merge_into_a_new_one() -> None:
    successor = merge_places([YERI, DUOTONG], into="533422102299", name="叶夺村民委员会", on=DAY, reason="Document 12")
    assert (successor.parent, successor.short_name) == (place("533422102"), "叶夺")
    assert PlaceYear.objects.get(place=successor).rural_base_persons == 1300
    assert [child.code for child in children("533422102")] == [SHUSONG, "533422102299"]


def test_the_code_of_a_merged_village_finds_its_successor() -> None:
    merged()
    found = resolve(DUOTONG)
    assert found is not None
    assert (found.code, found.outdated) == (YERI, True)


def test_a_village_merged_twice_is_found_at_the_end_of_the_line() -> None:
    merged()
    merge_places([YERI], into=SHUSONG, on=date(2026, 6, 1), reason="Document 13")
    found = resolve(DUOTONG)
    assert found is not None
    assert found.code == SHUSONG


def test_a_layout_that_an_office_confirmed_does_not_make_its_place_one_of_people() -> None:
    adopt_places([PlaceRow("533422102204", "新村")])
    new = place("533422102204")
    KnownLayout(digest="d" * 64, place=new, place_code=new.code, confirmed_at=KNOWN).save()
    merge_places([YERI], into=new.code, on=DAY, reason="Document 14")
    assert PlaceYear.objects.get(place=new, year=2025).rural_base_persons == 900


def test_code_rows_end_on_the_day_of_the_merger() -> None:
    merged()
    assert PlaceCode.objects.get(code=DUOTONG).valid_until == DAY
    assert PlaceCode.objects.get(code=YERI).valid_until is None


def test_a_merger_is_one_audit_event_with_its_counts() -> None:
    merged()
    event = AuditEvent.objects.get(action="places.merge")
    assert event.facts["from_codes"] == [DUOTONG]
    assert event.facts["rows"]["households_household"] == 1
    assert (event.place_code, event.reason) == (YERI, "Document 12 of 2026")


def test_natural_villages_move_with_their_village_and_get_free_codes() -> None:
    adopt_places([PlaceRow(f"{YERI}001", "上村"), PlaceRow(f"{DUOTONG}001", "下村"), PlaceRow(f"{DUOTONG}007", "小村")])
    household(f"{DUOTONG}001", 2)
    merged()
    assert [(child.code[-3:], child.name) for child in children(YERI)] == [
        ("001", "上村"),
        ("002", "下村"),
        ("007", "小村"),
    ]
    assert Household.objects.get(place__name="下村").place_code == f"{YERI}002"


def test_merged_villages_are_not_counted() -> None:
    merged()
    assert dict(counts_by_level("533422102"))["village"] == 2


def test_a_county_that_becomes_a_city_takes_everything_along() -> None:
    rename_place("533422", name="德钦市", new_code="533402", on=DAY, reason="Document 1")
    assert place("533402").name_en == "Deqin"
    assert place("533402102201").parent == place("533402102")
    assert set(Household.objects.values_list("place_code", flat=True)) == {
        *("533402102201", "533402102202", "533402102203"),
    }
    assert not Place.objects.filter(code__startswith="533422").exists()


def test_old_codes_below_a_recoded_county_still_resolve() -> None:
    rename_place("533422", name="德钦市", new_code="533402", on=DAY, reason="Document 1")
    found = place_index().by_code(YERI)
    assert found is not None
    assert (found.code, found.outdated) == ("533402102201", True)


def test_a_rename_keeps_the_old_name_under_its_days() -> None:
    rename_place("533422102", name="奔子栏街道", on=DAY, reason="Document 2")
    rows = PlaceCode.objects.filter(code="533422102").order_by("id").values_list("name", "valid_from", "valid_until")
    assert list(rows) == [("奔子栏镇", None, DAY), ("奔子栏街道", DAY, None)]


def test_a_file_of_old_names_loads_without_complaint_after_a_rename() -> None:
    rename_place("533422102", name="奔子栏街道", on=DAY, reason="Document 2")
    load_villages()
    assert place("533422102").name == "奔子栏街道"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda: merge_places(["533499"], into=YERI, on=DAY, reason=""), "no place with the code “533499”"),
        (lambda: merge_places(["533422101"], into=YERI, on=DAY, reason=""), "not of one level"),
        (lambda: merge_places([YERI], into=YERI, on=DAY, reason=""), "At least one place"),
        (lambda: merge_places([YERI], into="533422102299", on=DAY, reason=""), "is a new place; give its name"),
        (lambda: rename_place(YERI, name="甲", new_code=SHUSONG, on=DAY, reason=""), "belongs to “书松村民委员会”"),
        (lambda: rename_place(YERI, name="甲", new_code="533499101201", on=DAY, reason=""), "under no known place"),
    ],
)
def test_a_change_that_cannot_be_is_refused(change: Callable[[], Place], sentence: str) -> None:
    with pytest.raises(PlacesRefused) as refusal:
        change()
    assert sentence in refusal.value.sentences[0].en
