"""A small world with named people: places on every level, households, and one person of each role.

Everyone has a home (place or household) and a grant elsewhere that ended yesterday.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from bangfu.records.access.models import Grant, Role, User
from bangfu.records.households.models import Household
from bangfu.records.instance.actions import draw_ids, found_instance
from bangfu.records.places.models import Place

#: Code → name and English name. Levels follow from the lengths.
PLACES = {
    "53": ("云南省", "Yunnan"),
    "5334": ("迪庆州", "Diqing"),
    "533422": ("德钦县", "Deqin"),
    "533422101": ("燕门乡", "Yanmen"),
    "533422101201": ("茨中村", "Cizhong"),
    "533422101201001": ("拉金神古组", "Lajinshengu"),
    "533422101202": ("谷扎村", "Guzha"),
    "533422102": ("云岭乡", "Yunling"),
    "533422102201": ("果念村", "Guonian"),
    "533423": ("维西县", "Weixi"),
    "533423100": ("保和镇", "Baohe"),
    "533423100201": ("永春村", "Yongchun"),
    "5333": ("怒江州", "Nujiang"),
    "533324": ("贡山县", "Gongshan"),
    "533324100": ("茨开镇", "Cikai"),
    "533324100201": ("满孜村", "Manzi"),
    "52": ("贵州省", "Guizhou"),
    "5201": ("贵阳市", "Guiyang"),
    "520103": ("云岩区", "Yunyan"),
    "520103001": ("黔灵镇", "Qianling"),
    "520103001201": ("三桥村", "Sanqiao"),
}
LEVELS = {2: 0, 4: 1, 6: 2, 9: 3, 12: 4, 15: 5}
PASSWORD = "a long walk uphill"
ENDED_AT = "533324100201"

#: Household → village.
HOUSEHOLDS = {
    "own": "533422101201",
    "neighbour": "533422101201",
    "natural_village": "533422101201001",
    "next_village": "533422101202",
    "next_township": "533422102201",
    "next_county": "533423100201",
    "ended": ENDED_AT,
    "elsewhere": "520103001201",
}


@dataclass(frozen=True)
class Person:
    """One of the cast: a role, and a home place or household."""

    username: str
    role: Role
    home: str
    unit: str = ""


PEOPLE = (
    Person("he-zhiqiang", Role.TEAM_MEMBER, "533422101201"),
    Person("arong-nongbu", Role.HELPER, "own"),
    Person("zhaxi", Role.TOWNSHIP_OFFICER, "533422101"),
    Person("sina-ciren", Role.COUNTY_OFFICER, "533422"),
    Person("yang-xiumei", Role.PREFECTURE_OFFICER, "5334"),
    Person("li-guohua", Role.PROVINCE_OFFICER, "53"),
    Person("zhang-yidong", Role.UNIT_MEMBER, "533422101201", "diqing-mobile"),
    Person("duan-fenxi", Role.ANALYST, "5334"),
    Person("gao-shenji", Role.AUDITOR, "5334"),
    Person("mu-yonghu", Role.USER_ADMINISTRATOR, "5334"),
    Person("feng-xitong", Role.SYSTEM_ADMINISTRATOR, "53"),
    Person("bai-rizhi", Role.AUDIT_ADMINISTRATOR, "53"),
)
BY_ROLE = {person.role: person for person in PEOPLE}
ANONYMOUS = "anonymous"
ROLES = (*(str(person.role) for person in PEOPLE), ANONYMOUS)


@dataclass(frozen=True)
class World:
    """What was made, by name."""

    today: date
    places: Mapping[str, Place]
    households: Mapping[str, Household]
    people: Mapping[str, User]
    more: dict[str, Any] = field(default_factory=dict)

    def person(self, role: str) -> User:
        """The person of a role."""
        return self.people[BY_ROLE[Role(role)].username]


def build_world() -> World:
    """Make the world in the test's database, in as few statements as can be: most access tests take it."""
    today = timezone.localdate()
    found_instance(scheme="china", root_code="53")
    ids = iter(draw_ids(len(PLACES) + len(HOUSEHOLDS) + 3 * len(PEOPLE)))
    places = _places(ids)
    households = {name: _household(places[code], id=next(ids)) for name, code in HOUSEHOLDS.items()}
    people = {person.username: _user(person.username, id=next(ids)) for person in PEOPLE}
    Household.objects.bulk_create(households.values())
    User.objects.bulk_create(people.values())
    world = World(today, places, households, people)
    Grant.objects.bulk_create(grant for person in PEOPLE for grant in _grants(world, person, ids))
    return world


def _places(ids: Iterator[int]) -> dict[str, Place]:
    made: dict[str, Place] = {}
    for code, (name, english) in sorted(PLACES.items(), key=lambda item: len(item[0])):
        parents = [made[code[:length]] for length in LEVELS if code[:length] in made and length < len(code)]
        parent = parents[-1] if parents else None
        level = LEVELS[len(code)]
        made[code] = Place(id=next(ids), code=code, level=level, parent=parent, name=name, name_en=english)
    Place.objects.bulk_create(made.values())
    return made


def make_household(place: Place, **facts: Any) -> Household:
    """A household at a place."""
    new = _household(place, **facts)
    new.save()
    return new


def _household(place: Place, **facts: Any) -> Household:
    times = {"happened_on": date(2016, 1, 1), "known_at": moment(2016, 1, 1)}
    return Household(place=place, place_code=place.code, **times, **facts)


def make_user(username: str) -> User:
    """A user with the password of the tests; most tests sign people in by hand."""
    user = _user(username)
    user.save()
    return user


def _user(username: str, **facts: Any) -> User:
    return User(username=username, display_name=username, password=password_hash(), **facts)


@lru_cache(maxsize=1)
def password_hash() -> str:
    """The hash of the password of the tests, computed once: it is slow on purpose."""
    return make_password(PASSWORD)


def give(user: User, role: Role, *, on: date, until: date | None = None, **over: Any) -> Grant:
    """A grant from a day on, as the grant action would write it."""
    grant = Grant(user=user, role=role, valid_from=on, valid_until=until, **over)
    grant.save()
    return grant


def _grants(world: World, person: Person, ids: Iterator[int]) -> list[Grant]:
    """The grant at home, and the one that ended yesterday."""
    user, long_ago = world.people[person.username], world.today - timedelta(days=400)
    yesterday = world.today - timedelta(days=1)
    helper = person.role is Role.HELPER
    at = {"household": world.households["own"]} if helper else {"place": world.places[person.home]}
    ended = {"household": world.households["ended"]} if helper else {"place": world.places[ENDED_AT]}
    facts: dict[str, Any] = {"user": user, "role": person.role, "unit": person.unit, "valid_from": long_ago}
    return [Grant(id=next(ids), **facts, **at), Grant(id=next(ids), **facts, valid_until=yesterday, **ended)]


def moment(year: int, month: int, day: int) -> datetime:
    """Noon of a day, in the instance's time zone."""
    return timezone.make_aware(datetime(year, month, day, 12))  # noqa: DTZ001 — made aware here
