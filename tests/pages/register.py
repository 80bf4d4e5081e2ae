"""A small register with a past for the tests of the pages: one household told in full, and many thin ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.records.households.models import (
    HISTORY,
    Household,
    HouseholdYear,
    Person,
    PersonYear,
    Status,
    StatusEvent,
)
from bangfu.records.instance.actions import draw_ids
from bangfu.records.personal import keyring
from bangfu.records.places.models import Place
from tests.access.world import moment

#: Impossible numbers: no region has the prefix 99.
ID_NO = "990101197103140014"
PHONE = "19900001111"


def remember(row: Any) -> None:
    """Append a row as it stands to its history."""
    names = [field.attname for field in row._meta.concrete_fields]
    history: Any = HISTORY[type(row)]
    history.objects.create(seq=draw_ids(1)[0], **{name: getattr(row, name) for name in names})


def change(row: Any, happened_on: date, known: tuple[int, int, int], **facts: Any) -> None:
    """Let a row say something else from a day on, as it became known on another."""
    for name, value in {**facts, "happened_on": happened_on, "known_at": moment(*known)}.items():
        setattr(row, name, value)
    row.save()
    remember(row)


def stamps(happened_on: date, known: tuple[int, int, int]) -> dict[str, Any]:
    return {"happened_on": happened_on, "known_at": moment(*known)}


def told_in_full(place: Place, **facts: Any) -> Household:
    """阿茸农布's household: sheets of 2013 to 2015, two members, a head who changed, an income that was corrected."""
    known = stamps(date(2013, 12, 31), (2014, 1, 20))
    household = Household(
        place=place, place_code=place.code, household_no="99010012345", natural_village="拉金神古组",
        head_name="阿茸", identified_year=2014, status=Status.IDENTIFIED, **known, **facts,
    )  # fmt: skip
    household.save()
    remember(household)
    head, child = _persons(household, known)
    for year, income in ((2013, 184000), (2014, 216000), (2015, 261000)):
        _year(household, (head, child), year, income)
    sheet = HouseholdYear.objects.get(household=household, year=2014)
    change(sheet, date(2014, 12, 31), (2015, 3, 11), net_income_per_capita_fen=220500)
    change(household, date(2015, 6, 1), (2015, 6, 3), head_name="阿茸农布", natural_village="茨中组")
    event = StatusEvent(
        household=household, place_code=place.code, kind=Status.IDENTIFIED, happened_on=date(2014, 10, 28),
        known_at=moment(2014, 11, 2),
    )  # fmt: skip
    event.save()
    return household


def _persons(household: Household, known: dict[str, Any]) -> tuple[Person, Person]:
    place = {"household": household, "place": household.place, "place_code": household.place_code}
    head = Person(
        name="阿茸农布", name_pinyin="arongnongbu", name_initials="arnb", sex="1", relation="01",
        birth_date=date(1971, 3, 14), **place, **known,
    )  # fmt: skip
    head.id = draw_ids(1)[0]
    ring = keyring()
    for field, value in (("id_no", ID_NO), ("phone", PHONE)):
        setattr(head, f"{field}_enc", ring.seal("households_person", field, head.id, value))
        setattr(head, f"{field}_hash", ring.hash_one("households_person", field, value))
    head.save(force_insert=True)
    child = Person(
        name="格桑旺堆", name_pinyin="gesangwangdui", name_initials="gswd", sex="1", relation="03",
        birth_date=date(2001, 12, 31), **place, **known,
    )  # fmt: skip
    child.save()
    remember(head)
    remember(child)
    return head, child


def _year(household: Household, persons: tuple[Person, ...], year: int, income_fen: int) -> None:
    place = {"household": household, "place": household.place, "place_code": household.place_code, "year": year}
    known = stamps(date(year, 12, 31), (year + 1, 1, 20))
    sheet = HouseholdYear(
        household_size=2, poverty_status="04", main_cause="07", net_income_per_capita_fen=income_fen,
        net_income_fen=2 * income_fen, wage_fen=income_fen, danger_level="02", housing_m2=86.5,
        water_safe=None, **place, **known,
    )  # fmt: skip
    sheet.save()
    remember(sheet)
    for person, health in zip(persons, ("02", "01"), strict=True):
        own = PersonYear(
            person=person,
            health=health,
            student_status="01",
            is_working=True,
            work_area="01",
            work_months=4,
            **place,
            **known,
        )
        own.save()
        remember(own)


def thin(place: Place, count: int, year: int = 2015) -> None:
    """Households with a sheet and a head and nothing else."""
    for number in range(count):
        known = stamps(date(year, 12, 31), (year + 1, 1, 20))
        household = Household(place=place, place_code=place.code, head_name=f"户主{number}", **known)
        household.save()
        HouseholdYear(
            household=household, place=place, place_code=place.code, year=year, household_size=3,
            poverty_status="04" if number % 2 else "05", main_cause="01",
            net_income_per_capita_fen=200000 + number, **known,
        ).save()  # fmt: skip
