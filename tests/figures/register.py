"""A small register: two villages that report, one that does not, ten households a village, two years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bangfu.records.households.models import (
    HISTORY,
    Household,
    HouseholdHistory,
    HouseholdYear,
    Status,
    StatusEvent,
)
from bangfu.records.instance.actions import draw_ids, found_instance
from bangfu.records.places.models import Place, PlaceYear

KNOWN = datetime(2016, 1, 10, tzinfo=UTC)
POOR, EXITED = "04", "05"
COUNTY, TOWNSHIP, UNREPORTED = "533422", "533422101", "某村2"


@dataclass(frozen=True)
class Register:
    """The places of the small register."""

    root: Place
    county: Place
    villages: tuple[Place, Place, Place]


def small_register() -> Register:
    """Ten households in each of two villages; in 2014 all are poor, in 2015 three of ten have exited."""
    found_instance(scheme="china", root_code="53", title_zh="试", title_en="Trial")
    root = _place("53", 0, "某省", None)
    prefecture = _place("5334", 1, "某州", root)
    county = _place("533422", 2, "某县", prefecture)
    township = _place("533422101", 3, "某乡", county)
    villages = tuple(_place(f"53342210120{number}", 4, f"某村{number}", township) for number in range(3))
    for village in villages[:2]:
        report(village)
    return Register(root, county, (villages[0], villages[1], villages[2]))


def report(village: Place) -> None:
    """Sheets of two years, and ten households, of a village."""
    for year in (2014, 2015):
        PlaceYear.objects.create(place=village, place_code=village.code, year=year, rural_base_persons=100)
    for number in range(10):
        _household(village, number)


def _place(code: str, level: int, name: str, parent: Place | None) -> Place:
    return Place.objects.create(code=code, level=level, name=name, parent=parent)


def _household(village: Place, number: int) -> None:
    common = {"place": village, "place_code": village.code, "known_at": KNOWN}
    household = Household.objects.create(
        household_no=f"{village.code}{number:02}", head_name="无名氏", happened_on=date(2015, 12, 31), **common
    )
    _remember(household)
    _event(household, Status.IDENTIFIED, date(2014, 10, 28))
    exited = number < 3
    if exited:
        _event(household, Status.EXITED, date(2015, 11, 30))
    for year in (2014, 2015):
        sheet = HouseholdYear.objects.create(
            household=household,
            year=year,
            happened_on=date(year, 12, 31),
            poverty_status=EXITED if exited and year == 2015 else POOR,
            household_size=4,
            main_cause=None if number == 9 else "01",
            net_income_fen=None if number == 8 else 100_000 * (number + 1),
            **common,
        )
        facts = {field.attname: getattr(sheet, field.attname) for field in HouseholdYear._meta.concrete_fields}
        HISTORY[HouseholdYear](seq=draw_ids(1)[0], **facts).save(force_insert=True)


def _event(household: Household, kind: str, day: date) -> None:
    StatusEvent.objects.create(
        household=household, place_code=household.place_code, kind=kind, happened_on=day, known_at=KNOWN
    )


def _remember(household: Household) -> None:
    """Two versions in the history: as it stood in 2014, and as it stands."""
    names = [field.attname for field in Household._meta.concrete_fields]
    now = {name: getattr(household, name) for name in names}
    first, second = draw_ids(2)
    HouseholdHistory(seq=first, **now | {"happened_on": date(2014, 12, 31), "natural_village": "旧址"}).save(
        force_insert=True
    )
    HouseholdHistory(seq=second, **now).save(force_insert=True)
