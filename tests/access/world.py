"""A small world with named people: places on every level, households on every level, and one person of each role.

Everyone of the cast has a home (place or household) and a grant elsewhere that ended yesterday; the helper was besides
paired until yesterday with a second household of the same village. A second assisting unit stands by a village of its
own, and each officer has a colleague of the same place.
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
    "533422101203": ("巴东村", "Badong"),
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
OTHER_UNIT_AT = "533422101203"

#: Household → the place where it hangs.
HOUSEHOLDS = {
    "own": "533422101201",
    "neighbour": "533422101201",
    "former_pair": "533422101201",
    "natural_village": "533422101201001",
    "other_unit": OTHER_UNIT_AT,
    "next_village": "533422101202",
    "next_township": "533422102201",
    "next_county": "533423100201",
    "ended": ENDED_AT,
    "elsewhere": "520103001201",
    "at_township": "533422101",
    "at_county": "533422",
    "at_prefecture": "5334",
    "at_province": "53",
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
#: The member of the second unit, and a colleague of each officer; they have their home only.
OTHERS = (
    Person("chen-yancao", Role.UNIT_MEMBER, OTHER_UNIT_AT, "diqing-tobacco"),
    Person("yu-zhongxin", Role.TOWNSHIP_OFFICER, "533422101"),
    Person("ma-chunhua", Role.COUNTY_OFFICER, "533422"),
    Person("he-lijun", Role.PREFECTURE_OFFICER, "5334"),
    Person("zhao-ming", Role.PROVINCE_OFFICER, "53"),
)
BY_ROLE = {person.role: person for person in PEOPLE}
COLLEAGUES = {person.role: person for person in OTHERS if not person.unit}
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

    def colleague(self, role: str) -> User | None:
        """The colleague of an officer, who has the same place."""
        found = COLLEAGUES.get(Role(role))
        return None if found is None else self.people[found.username]


def build_world() -> World:
    """Make the world in the test's database, in as few statements as can be: most access tests take it."""
    today = timezone.localdate()
    found_instance(scheme="china", root_code="53")
    cast = (*PEOPLE, *OTHERS)
    ids = iter(draw_ids(len(PLACES) + len(HOUSEHOLDS) + 4 * len(cast)))
    places = _places(ids)
    households = {name: _household(places[code], id=next(ids)) for name, code in HOUSEHOLDS.items()}
    people = {person.username: _user(person.username, id=next(ids)) for person in cast}
    Household.objects.bulk_create(households.values())
    User.objects.bulk_create(people.values())
    world = World(today, places, households, people)
    Grant.objects.bulk_create(grant for person in PEOPLE for grant in _grants(world, person, ids))
    Grant.objects.bulk_create(_home(world, person, next(ids)) for person in OTHERS)
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


def _home(world: World, person: Person, grant_id: int) -> Grant:
    """The grant at home."""
    helper = person.role is Role.HELPER
    at = {"household": world.households["own"]} if helper else {"place": world.places[person.home]}
    return _grant(world, person, grant_id, **at)


def _grants(world: World, person: Person, ids: Iterator[int]) -> list[Grant]:
    """The grant at home, and those that ended yesterday: at a place, or, of a helper, the pairings."""
    yesterday = world.today - timedelta(days=1)
    pairs = [{"household": world.households[name]} for name in ("ended", "former_pair")]
    ended = pairs if person.role is Role.HELPER else [{"place": world.places[ENDED_AT]}]
    over = [_grant(world, person, next(ids), valid_until=yesterday, **at) for at in ended]
    return [_home(world, person, next(ids)), *over]


def _grant(world: World, person: Person, grant_id: int, **over: Any) -> Grant:
    facts: dict[str, Any] = {"user": world.people[person.username], "role": person.role, "unit": person.unit}
    return Grant(id=grant_id, **facts, valid_from=world.today - timedelta(days=400), **over)


def moment(year: int, month: int, day: int) -> datetime:
    """Noon of a day, in the instance's time zone."""
    return timezone.make_aware(datetime(year, month, day, 12))  # noqa: DTZ001 — made aware here
