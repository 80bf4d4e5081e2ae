"""The world told in full and marked, so that whatever leaks out of a place can be known again in an answer.

Each household has a head, a member, numbers and a natural village that nobody else has; two years of sheets; files lie
in each area and with each person; a snapshot with figures stands. What may be seen is said here once more, in the
plainest words, and not taken from the gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from bangfu.records.access.models import Role, User
from bangfu.records.figures.actions import run_cycle
from bangfu.records.households.models import Household, HouseholdYear, Person, PersonYear
from bangfu.records.instance.models import ParameterOverlay
from bangfu.records.intake import vault
from bangfu.records.intake.models import Batch, RowVerdict, StagingRow, Upload, UploadState
from bangfu.records.personal import keyring
from tests.access.world import ANONYMOUS, BY_ROLE, HOUSEHOLDS, PLACES, World, build_world, moment

YEARS = (2014, 2015)
#: What every marked name begins with, in characters, in pinyin and in initials.
HEAD, MEMBER, PINYIN, INITIALS = "标户主", "标成员", "biaochengyuan", "bcy"
#: An indicator that counts by a health answer; the serious illness that it counts.
ILL, SERIOUS = "households_ill", "03"
#: Roles that read no household at all, and roles that read households without names.
ROWLESS = {
    Role.AUDITOR, Role.USER_ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR, ANONYMOUS,
}  # fmt: skip
NAMELESS = {Role.UNIT_MEMBER, Role.ANALYST}


@dataclass(frozen=True)
class Marks:
    """What a household is known by: ``open`` is read with its row, ``named`` with its names, ``sealed`` by reveal."""

    open: tuple[str, ...]
    named: tuple[str, ...]
    sealed: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        """All of them."""
        return self.open + self.named + self.sealed


def build_marked_world() -> World:
    """The world with marked households, files and figures; its rows must be committed, as DuckDB reads them."""
    world = build_world()
    for number, household in enumerate(world.households.values()):
        _mark(household, number)
    _add_indicator(world)
    run_cycle()
    world.more["marks"] = {name: _marks(each, n) for n, (name, each) in enumerate(world.households.items())}
    world.more["uploads"] = dict(_uploads(world))
    return world


# --- Who may see what, in plain words --------------------------------------------------------------------------------


def home_of(role: str) -> str:
    """The code of the place where a role's person is at home; of the helper, where the paired household is."""
    home = "" if role == ANONYMOUS else BY_ROLE[Role(role)].home
    return HOUSEHOLDS.get(home, home)


def households_seen(role: str) -> set[str]:
    """The households that a role may read: those under its home, of the helper the paired one."""
    if role in ROWLESS:
        return set()
    if role == Role.HELPER:
        return {"own"}
    return {name for name, code in HOUSEHOLDS.items() if code.startswith(home_of(role))}


def unseen(world: World, role: str, *, revealed: bool = False) -> set[str]:
    """The marks that no answer to a role may carry; ``revealed``: on the page that reveals a sealed field."""
    seen, found = households_seen(role), set(_places_unseen(role)) | set(_files_unseen(world, role))
    marks: Mapping[str, Marks] = world.more["marks"]
    for name, mark in marks.items():
        if name not in seen:
            found |= set(mark.every)
        else:
            found |= set(() if revealed else mark.sealed) | set(mark.named if role in NAMELESS else ())
    return found


def _places_unseen(role: str) -> Iterator[str]:
    """Names and addresses of places that lie neither under the home nor above it (the way down names those)."""
    home = home_of(role)
    for code, (name, english) in PLACES.items():
        if not home or not (code.startswith(home) or home.startswith(code)):
            yield from (name, english, f"/p/{code}/", f"p={code}&", f'p={code}"')


def _files_unseen(world: World, role: str) -> Iterator[str]:
    """Names and contents of files that lie in no area of an officer's, and that nobody of theirs sent."""
    for key in world.more["uploads"]:
        own, code = key == f"by {role}", key.removeprefix("at ")
        if not own and not (code.isdigit() and role != ANONYMOUS and code.startswith(home_of(role))):
            yield from (file_name(key), content(key))


# --- Making it -------------------------------------------------------------------------------------------------------


def _marks(household: Household, number: int) -> Marks:
    named = (f"{HEAD}{number:02}", f"{MEMBER}{number:02}", household_no(number), f"标地址{number:02}")
    return Marks((household.ref, f"标自然村{number:02}"), named, (phone(number),))


def household_no(number: int) -> str:
    """The number of a household."""
    return f"9901777{number:04}"


def phone(number: int) -> str:
    """The phone of a household; no phone begins so."""
    return f"1990333{number:04}"


def _mark(household: Household, number: int) -> None:
    """Give a household its marks, a member, and the sheets of two years."""
    ring, where = keyring(), {"place": household.place, "place_code": household.place_code}
    household.head_name, household.household_no = f"{HEAD}{number:02}", household_no(number)
    household.natural_village, household.address = f"标自然村{number:02}", f"标地址{number:02}"
    # No later than the sheets: what is later than its day a snapshot reads from the history, and there is none.
    household.happened_on = date(YEARS[-1], 12, 31)
    household.phone_enc = ring.seal("households_household", "phone", household.pk, phone(number))
    household.phone_hash = ring.hash_one("households_household", "phone", phone(number))
    household.save()
    member = Person(
        household=household, name=f"{MEMBER}{number:02}", name_pinyin=f"{PINYIN}{number:02}",
        name_initials=f"{INITIALS}{number:02}", birth_date=date(1971, 3, 14), **where, **_times(2015),
    )  # fmt: skip
    member.save()
    for year in YEARS:
        _sheets(household, member, year, where)


def _sheets(household: Household, member: Person, year: int, where: Mapping[str, Any]) -> None:
    facts = {"household": household, "year": year, **where, **_times(year)}
    HouseholdYear(poverty_status="04", main_cause="01", household_size=2, net_income_fen=400_000, **facts).save()
    PersonYear(person=member, health=SERIOUS, **facts).save()


def _times(year: int) -> dict[str, Any]:
    return {"happened_on": date(year, 12, 31), "known_at": moment(year + 1, 1, 10)}


def _add_indicator(world: World) -> None:
    """An instance's own indicator that reads health, as two persons would lay it over."""
    indicator = {
        "code": ILL, "version": "1", "title": {"zh": "有大病的户", "en": "Households with a serious illness"},
        "definition": {"zh": "有大病的户。", "en": "Households with a serious illness."}, "kind": "expression",
        "grain": "households", "unit": "count", "noun": {"zh": "户", "en": "households"},
        "numerator": f'if(any(persons, health = "{SERIOUS}"), 1, 0)', "additive": True,
        "source": {"zh": "名册", "en": "register"}, "owner": {"zh": "扶贫办", "en": "Poverty office"},
    }  # fmt: skip
    people = (world.person(Role.SYSTEM_ADMINISTRATOR), world.person(Role.PROVINCE_OFFICER))
    ParameterOverlay.objects.create(
        path="indicators/instance", body={"indicators": [indicator]}, reason="trial",
        proposed_by=people[0], reviewed_by=people[1], reviewed_at=timezone.now(),
    )  # fmt: skip


def file_name(key: str) -> str:
    """The name of the file of a key."""
    return f"标文件-{key.replace(' ', '-')}.csv"


def content(key: str) -> str:
    """What the answer to the file of a key says."""
    return f"标答案-{key}-"


def _uploads(world: World) -> Iterator[tuple[str, Upload]]:
    """A file at each place, and one without an area from each person (``by``) and from each one's colleague."""
    for code in PLACES:
        yield f"at {code}", _upload(f"at {code}", code, world.colleague(Role.COUNTY_OFFICER))
    for role in BY_ROLE:
        yield f"by {role}", _upload(f"by {role}", "", world.person(role))
        yield f"colleague {role}", _upload(f"colleague {role}", "", world.colleague(role))


def _upload(key: str, place_prefix: str, by: User | None) -> Upload:
    """A checked file with a row to mend, and its answer in the vault."""
    with vault.workroom() as folder:
        answer = folder / "answer.xlsx"
        answer.write_text(content(key))
        stored = vault.store(answer)
    upload = Upload(
        file_name=file_name(key), content_hash="0" * 64, mapping="register", mapping_hash="0" * 64,
        state=UploadState.CHECKED, counts={"rows": 1, "sound": 1}, place_prefix=place_prefix, by=by,
        answer_stored_as=stored, happened_on=date(2015, 12, 31), known_at=datetime(2016, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    upload.save()
    batch = Batch(upload=upload, number=1, sheet=content(key), first_row=2, last_row=2)
    batch.save()
    finding = {"code": "text_in_number", "column": "家庭人口数", "value": content(key)}
    StagingRow(batch=batch, sheet=content(key), row=2, verdict=RowVerdict.REFUSED, findings=[finding]).save()
    return upload
