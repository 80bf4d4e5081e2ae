"""What is asked of households: one by its address, a list by place and year, those one answers for, and by a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from bangfu.parameters.schema import FieldClass
from bangfu.records.access.gate import Scope, object_in_scope, scoped
from bangfu.records.access.models import Role, User
from bangfu.records.households.models import Household, HouseholdYear, Person
from bangfu.records.intake.cells.sql import DOTS
from bangfu.records.intake.models import Batch
from bangfu.records.personal import keyring
from bangfu.records.places.models import Place
from bangfu.records.places.naming import folded
from bangfu.records.places.queries import under

A_PAGE = 50
MOST_FOUND = 20
MEMBERS_READ = 5
COUNT_SECONDS = 60
#: Counts below this are quick enough to be asked each time.
CACHED_FROM = 5_000
#: So many digits in a row could be an ID, a phone, an account or a household number.
NUMBER = re.compile(r"[0-9]{8,}")
#: A household number with letters in it needs fewer digits to be somebody's.
LETTERED = re.compile(r"(?=.*[A-Z])[A-Z0-9]*[0-9]{3,}[A-Z0-9]*")
#: The beginning of a household number: shorter ones begin too many of them.
BEGINNING = re.compile(r"(?=.*[0-9])[A-Z0-9]{3,}")
#: The dots that people type between the parts of a name, as the intake makes them one.
MIDDLE_DOTS = str.maketrans(dict.fromkeys(DOTS, "·"))
#: Poverty status codes of households that are poor now: not exited, relapsed (DOMAIN.md §1.1).
REGISTERED = ("04", "02")
AT_THE_DOOR = frozenset({Role.TEAM_MEMBER, Role.HELPER})


@dataclass(frozen=True)
class Wanted:
    """Which households a list is asked for: under a place, with a sheet of a year, by head, status and cause.

    ``status`` is a poverty status code or ``registered``; empty text means any. ``everyone`` takes in households that
    no register has, as those that only a survey brought.
    """

    prefix: str = ""
    year: int | None = None
    text: str = ""
    status: str = ""
    cause: str = ""
    everyone: bool = False


@dataclass(frozen=True)
class Listed:
    """A household of a list, where it was listed, and its sheet of the year where there is one."""

    household: Household
    place: Place
    sheet: HouseholdYear | None


@dataclass(frozen=True)
class Page:
    """One page of a list, how many households it has in all, and how many of the same choice no register has."""

    rows: Sequence[Listed]
    count: int
    number: int
    unregistered: int = 0


def household_in_scope(ref: str, scope: Scope) -> Household:
    """A household by its address; outside of the scope it is as if it did not exist."""
    return object_in_scope(Household.objects.select_related("place"), scope, ref=ref)


def person_of(household: Household, person_id: int) -> Person | None:
    """A member of a household by id."""
    return Person.objects.filter(household=household, pk=person_id).select_related("household").first()


def years_stored() -> tuple[int, ...]:
    """The years that the database holds sheets of."""
    ends = HouseholdYear.objects.aggregate(first=Min("year"), last=Max("year"))
    return () if ends["first"] is None else tuple(range(ends["first"], ends["last"] + 1))


@dataclass(frozen=True, slots=True)
class Source:
    """Where something came from: who brought it, and the files, named only to those who may see them."""

    person: str = ""
    files: tuple[str, ...] = ()
    unnamed: bool = False


@dataclass(frozen=True)
class Sources:
    """People and files by id, as far as a reader may see them."""

    people: Mapping[int, str]
    files: Mapping[int, str]

    def of(self, batch_ids: Iterable[int | None], by_id: int | None) -> Source:
        """The source of what came in these batches through this person."""
        batches = [batch for batch in batch_ids if batch is not None]
        files = {self.files[batch]: None for batch in batches if batch in self.files}
        return Source(self.people.get(by_id or 0, ""), tuple(files), unnamed=bool(batches) and not files)


def sources_of(batch_ids: Iterable[int | None], people_ids: Iterable[int | None], scope: Scope) -> Sources:
    """The people and files that rows name; two queries."""
    people = User.objects.filter(pk__in={one for one in people_ids if one is not None})
    batches = scoped(Batch.objects.filter(pk__in={one for one in batch_ids if one is not None}), scope)
    return Sources(
        {user.pk: user.display_name or user.username for user in people},
        {batch.pk: batch.upload.file_name for batch in batches.select_related("upload")},
    )


# --- Lists ---------------------------------------------------------------------------------------------------------


def listed(wanted: Wanted, scope: Scope, number: int = 1) -> Page:
    """The registered households that have a sheet of the year, in order of place; without a year, every one of them."""
    if wanted.year is None:
        return _without_sheets(wanted, scope, number)
    found = HouseholdYear.objects.filter(under(wanted.prefix, "place_code"), year=wanted.year)
    rows = _filtered(scoped(found, scope), wanted, scope)
    on_register = Q(poverty_status__isnull=False) | _registered("household__status", "household_id")
    chosen = rows if wanted.everyone else rows.filter(on_register)
    shown = chosen.select_related("household", "place").order_by("place_code", "id")[_slice(number)]
    return _page([Listed(row.household, row.place, row) for row in shown], rows, on_register, wanted, scope, number)


def answered_for(scope: Scope, number: int = 1) -> Page:
    """The households that a helper is paired with, and those of a team member's village, with their latest sheets."""
    mine = scope.only(lambda part: part.role in AT_THE_DOOR)
    rows = scoped(Household.objects.select_related("place"), mine).order_by("place_code", "id")
    households = list(rows[_slice(number)])
    sheets: dict[int, HouseholdYear] = {}
    for sheet in HouseholdYear.objects.filter(household__in=households).order_by("year"):
        sheets[sheet.household_id] = sheet
    return Page([Listed(row, row.place, sheets.get(row.pk)) for row in households], rows.count(), number)


def _without_sheets(wanted: Wanted, scope: Scope, number: int) -> Page:
    rows = scoped(Household.objects.filter(under(wanted.prefix, "place_code")), scope)
    if wanted.text:
        rows = rows.filter(_named(wanted.text, scope, "id"))
    on_register = _registered("status", "id")
    chosen = rows if wanted.everyone else rows.filter(on_register)
    shown = chosen.select_related("place").order_by("place_code", "id")[_slice(number)]
    return _page([Listed(row, row.place, None) for row in shown], rows, on_register, wanted, scope, number)


def _registered(status: str, household: str) -> Q:
    """The condition of being on the register: a status, or a poverty status in some year.

    The sub-query is asked only where the row has neither, and the index of a household's years answers it.
    """
    some_year = HouseholdYear.objects.filter(household_id=OuterRef(household), poverty_status__isnull=False)
    return Q(**{f"{status}__isnull": False}) | Q(Exists(some_year))


def _page(shown: list[Listed], rows: QuerySet[Any], on_register: Q, wanted: Wanted, scope: Scope, number: int) -> Page:
    """The page with its counts, both in one query."""
    registered, everyone = _counts(rows, on_register, wanted, scope)
    return Page(shown, everyone if wanted.everyone else registered, number, everyone - registered)


def _slice(number: int) -> slice:
    return slice((number - 1) * A_PAGE, number * A_PAGE)


def _filtered(rows: QuerySet[HouseholdYear], wanted: Wanted, scope: Scope) -> QuerySet[HouseholdYear]:
    if wanted.status:
        codes = REGISTERED if wanted.status == "registered" else (wanted.status,)
        rows = rows.filter(poverty_status__in=codes)
    if wanted.cause:
        rows = rows.filter(main_cause=wanted.cause)
    return rows.filter(_named(wanted.text, scope, "household_id")) if wanted.text else rows


def _named(text: str, scope: Scope, field: str) -> Q:
    """The condition of having a member of that name, among the rows on which names may be seen."""
    persons = scoped(Person.objects.filter(_name_starts(text)), scope.only(_sees_names))
    heads = scoped(Household.objects.filter(head_name__startswith=name_as_kept(text)), scope.only(_sees_names))
    return Q(**{f"{field}__in": persons.values("household_id")}) | Q(**{f"{field}__in": heads.values("id")})


def _sees_names(part: Any) -> bool:
    return FieldClass.PERSONAL in part.classes


def _counts(rows: QuerySet[Any], on_register: Q, wanted: Wanted, scope: Scope) -> tuple[int, int]:
    """How many of the rows are on the register, and how many there are; large counts are kept for a minute."""
    told = repr((sorted(asdict(wanted).items()), scope.rows, scope.user_id)).encode()
    key = f"households.counts.{sha256(told).hexdigest()}"
    kept = cache.get(key)
    if isinstance(kept, tuple):
        return kept
    found = rows.aggregate(registered=Count("id", filter=on_register), everyone=Count("id"))
    counts = int(found["registered"]), int(found["everyone"])
    if counts[1] >= CACHED_FROM:
        cache.set(key, counts, COUNT_SECONDS)
    return counts


# --- Search --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A household that a search found, and the member who matched (None: the household itself did)."""

    household: Household
    person: Person | None


def is_number(text: str) -> bool:
    """Whether a typed text could be somebody's number, which must stand in no address."""
    number = normal(text)
    return bool(NUMBER.search(number) or LETTERED.fullmatch(number))


def normal(text: str) -> str:
    """A typed number as it is compared: half-width, upper case, without spaces and dashes."""
    return re.sub(r"[\s-]", "", _narrow(text)).upper()


def _narrow(text: str) -> str:
    """A typed number as files write it: half-width and without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def name_as_kept(text: str) -> str:
    """A typed name as the intake keeps names: one kind of dot without spaces, no space inside a Chinese name."""
    dotted = re.sub(r"\s*·\s*", "·", text.strip().translate(MIDDLE_DOTS))
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", dotted)


def search(text: str, scope: Scope, limit: int = MOST_FOUND) -> list[Found]:
    """Households by a member's name, pinyin or initials, or by a number; only where names may be seen."""
    reading = scope.only(_sees_names)
    if not text.strip():
        return []
    if is_number(text):
        return _by_number(text, reading, limit)
    if BEGINNING.fullmatch(normal(text)):
        return _households(_number_starts(text), reading, limit)
    # The indexed answer first; the beginnings of names only where it leaves room.
    found = _members(_name_is(text), reading, limit)
    if len(found) < limit:
        found += _members(_name_starts(text), reading, limit)
    return _once(found, limit)


def found_again(found: Sequence[tuple[int, int | None]], scope: Scope) -> list[Found]:
    """Households, each with the member who matched, by their ids, as far as the scope may still see them by name."""
    reading = scope.only(_sees_names)
    households = scoped(Household.objects.filter(pk__in=[one for one, _member in found]), reading)
    rows = households.select_related("place").in_bulk()
    members = scoped(Person.objects.filter(pk__in=[one for _household, one in found if one]), reading).in_bulk()
    return [Found(rows[one], members.get(member or 0)) for one, member in found if one in rows]


def _by_number(text: str, scope: Scope, limit: int) -> list[Found]:
    """Whole numbers first, then the household numbers that begin so."""
    number, ring = normal(text), keyring()
    hashes = {name: ring.hash_one("households_person", name, number) for name in ("id_no", "phone")}
    persons = Q(id_no_hash=hashes["id_no"]) | Q(phone_hash=hashes["phone"]) | Q(person_no__in=_spellings(text))
    own_phone = Q(phone_hash=ring.hash_one("households_household", "phone", number))
    own = _households(own_phone | Q(household_no__in=_spellings(text)), scope, limit)
    found = _once(own + _members(persons, scope, limit), limit)
    return found or _households(_number_starts(text), scope, limit)


def _spellings(text: str) -> list[str]:
    """A typed number in the forms that files may have it in: as typed, in capitals, in small letters, undashed."""
    typed, plain = _narrow(text), normal(text)
    return sorted({typed, typed.upper(), typed.lower(), plain, plain.lower()})


def _number_starts(text: str) -> Q:
    """The condition of a household number that begins so, in any of its spellings."""
    condition = Q()
    for start in _spellings(text):
        condition |= _starts("household_no", start)
    return condition


def _starts(column: str, start: str) -> Q:
    """The condition of a text that begins so, as a range that an index serves on both databases."""
    # U+FFFF sorts behind every letter in all collations in use; what they order otherwise, the beginning decides.
    return Q(**{f"{column}__gte": start, f"{column}__lt": f"{start}\uffff", f"{column}__startswith": start})


def _households(condition: Q, scope: Scope, limit: int) -> list[Found]:
    rows = scoped(Household.objects.filter(condition), scope).select_related("place")
    return [Found(row, None) for row in rows.order_by("place_code", "id")[:limit]]


def _members(condition: Q, scope: Scope, limit: int) -> list[Found]:
    rows = scoped(Person.objects.filter(condition), scope).select_related("household__place")
    # Several members of one household may match: so many more are read that as many households are found.
    found = [Found(row.household, row) for row in rows.order_by("place_code", "id")[: limit * MEMBERS_READ]]
    return _once(found, limit)


def _name_is(text: str) -> Q:
    typed, latin = name_as_kept(text), folded(text)
    condition = Q(name=typed)
    if not latin.isascii() or not latin:
        return condition
    return condition | Q(name_pinyin=latin) | _with_pinyin(latin) & Q(name_initials=latin)


def _with_pinyin(initials: str) -> Q:
    """What initials tell of the pinyin, its first letter: the two share an index that begins with the pinyin."""
    return _starts("name_pinyin", initials[0])


def _name_starts(text: str) -> Q:
    typed, latin = name_as_kept(text), folded(text)
    condition = Q(name__startswith=typed)
    if not latin.isascii() or not latin:
        return condition
    return condition | _starts("name_pinyin", latin) | _with_pinyin(latin) & Q(name_initials__startswith=latin)


def _once(found: Sequence[Found], limit: int) -> list[Found]:
    """Each household once, in the order found."""
    kept: dict[int, Found] = {}
    for item in found:
        kept.setdefault(item.household.pk, item)
    return list(kept.values())[:limit]
