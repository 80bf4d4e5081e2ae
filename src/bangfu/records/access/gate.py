"""The one gate: a scope is built from grants only, and every queryset of a view passes through it.

Three areas are told apart. ``rows``: where single rows may be read. ``places``: where counts and figures may be
read (it contains ``rows``' prefixes). ``area``: where any role is held at all, administrators included. A user with
several grants keeps them as ``parts``, so that a class seen in one place is not seen in another:
``scope.classes`` is what may be seen on *every* row in reach, ``scope.classes_at`` what may be seen on one row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import get_language

from bangfu.parameters.schema import Column, FieldClass
from bangfu.parameters.scope import ALL_CLASSES, EVERYTHING, NOTHING, Reach, RowFilter
from bangfu.records.access.models import Role, User
from bangfu.records.access.permissions import PROFILES, Permission, carries

AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(frozen=True, slots=True)
class Part:
    """What one grant gives: a role over an area (or households), how near, which classes, until when."""

    role: str
    area: RowFilter
    rows: RowFilter
    places: RowFilter
    classes: frozenset[FieldClass]
    reach: Reach
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Who may see what, now. Only the gate builds one; everything else asks it."""

    rows: RowFilter
    classes: frozenset[FieldClass]
    reach: Reach
    roles: frozenset[str]
    until: date | None
    user_id: int | None
    system: bool = False
    places: RowFilter = NOTHING
    area: RowFilter = NOTHING
    parts: tuple[Part, ...] = field(default=(), repr=False)

    def may(self, permission: Permission) -> bool:
        """Whether any role held carries the permission; the system may everything."""
        return self.system or any(carries(role, permission) for role in self.roles)

    def narrowed(self, permission: Permission) -> Scope:
        """The scope of those grants only whose role carries the permission."""
        return self.only(lambda part: carries(part.role, permission))

    def only(self, keep: Callable[[Part], bool]) -> Scope:
        """The scope of those grants only that ``keep`` says yes to; the system stays the system."""
        return self if self.system else _assembled([part for part in self.parts if keep(part)], self.user_id)

    def within(self, place_code: str) -> Scope:
        """The scope cut to a place: what the grants give there and nothing else. The system has no narrower form."""
        if self.system:
            raise ValueError("The system's scope is not handed out.")
        return _assembled([part for each in self.parts if (part := _cut(each, place_code))], self.user_id)

    def classes_at(self, place_code: str, household_id: int | None = None) -> frozenset[FieldClass]:
        """The field classes that may be seen on one row: the union over the grants that reach it."""
        if self.system or not self.parts:
            return self.classes if self.rows.allows(place_code, household_id) else frozenset()
        reaching = (part.classes for part in self.parts if part.rows.allows(place_code, household_id))
        return frozenset().union(*reaching)


SYSTEM_SCOPE = Scope(
    rows=EVERYTHING,
    classes=ALL_CLASSES,
    reach=Reach.ROW,
    roles=frozenset(),
    until=None,
    user_id=None,
    system=True,
    places=EVERYTHING,
    area=EVERYTHING,
)
NO_SCOPE = Scope(rows=NOTHING, classes=frozenset(), reach=Reach.PUBLIC, roles=frozenset(), until=None, user_id=None)


def may_see(scope: Scope, column: Column, place_code: str | None = None, household_id: int | None = None) -> bool:
    """Whether a column may be shown: on the row named, or, without one, on every row in reach."""
    if place_code is None and household_id is None:
        return column.seen_by in scope.classes
    return column.seen_by in scope.classes_at(place_code or "", household_id)


#: What a scope is made of; every request asks for it, and a whole household is much to read.
READ_OF_GRANTS = ("user", "role", "valid_until", "place__code", "place__merged_into", "household__place_code")


# --- From grants to a scope -------------------------------------------------------------------------------------


def scope_of(user: Any, on: date) -> Scope:
    """The scope of a user on a day, from the grants that hold that day (both ends included) and nothing else."""
    if not isinstance(user, User) or not user.is_active:
        return NO_SCOPE
    grants = user.grants.filter(valid_from__lte=on, revoked_at__isnull=True).exclude(valid_until__lt=on)
    rows = grants.select_related("place", "household").only(*READ_OF_GRANTS).order_by("id")
    return _assembled([_part(grant) for grant in rows], user.pk)


def successor_of(place: Any) -> Any:
    """The place that a merged place lives on in, or the place itself."""
    seen = {place.pk}
    while place.merged_into_id is not None and place.merged_into_id not in seen:
        place = place.merged_into
        seen.add(place.pk)
    return place


def _part(grant: Any) -> Part:
    profile = PROFILES[Role(grant.role)]
    if grant.household_id is not None:
        area = RowFilter((grant.household.place_code,))
        rows = RowFilter(households=frozenset({grant.household_id}))
    else:
        area = RowFilter((successor_of(grant.place).code,))
        # A helper answers for households, never for a place: a place would give counts only.
        rows = NOTHING if grant.role == Role.HELPER else area
    return Part(
        role=grant.role,
        area=area,
        rows=rows if profile.reach >= Reach.ROW else NOTHING,
        places=area if profile.reach >= Reach.AGGREGATE else NOTHING,
        classes=profile.classes,
        reach=profile.reach,
        until=grant.valid_until,
    )


def _union(filters: Iterable[RowFilter]) -> RowFilter:
    """The rows of any of the filters; a prefix inside another is dropped."""
    listed = list(filters)
    codes = sorted({prefix for each in listed for prefix in each.prefixes})
    kept: list[str] = []
    for code in codes:
        if not kept or not code.startswith(kept[-1]):
            kept.append(code)
    households: frozenset[int] = frozenset().union(*(each.households for each in listed))
    return RowFilter(tuple(kept), households, any(each.everything for each in listed))


def _assembled(parts: list[Part], user_id: int | None) -> Scope:
    if not parts:
        return Scope(**{**_fields(NO_SCOPE), "user_id": user_id})
    near = [part.classes for part in parts if part.reach >= Reach.ROW]
    ends = [part.until for part in parts if part.until is not None]
    return Scope(
        rows=_union(part.rows for part in parts),
        classes=frozenset.intersection(*(near or [part.classes for part in parts])),
        reach=max(part.reach for part in parts),
        roles=frozenset(part.role for part in parts),
        until=min(ends, default=None),
        user_id=user_id,
        places=_union(part.places for part in parts),
        area=_union(part.area for part in parts),
        parts=tuple(parts),
    )


def _cut(part: Part, code: str) -> Part | None:
    """A part inside a place, or None where nothing of it lies there."""
    area = _prefixes_in(part.area, code)
    if area == NOTHING:
        return None
    # A household hangs at its own place: it lies inside only where that whole place does.
    inside = any(prefix.startswith(code) for prefix in part.area.prefixes)
    rows = RowFilter(_prefixes_in(part.rows, code).prefixes, part.rows.households if inside else frozenset())
    return replace(part, area=area, rows=rows, places=_prefixes_in(part.places, code))


def _prefixes_in(bounds: RowFilter, code: str) -> RowFilter:
    kept = {
        max(prefix, code, key=len) for prefix in bounds.prefixes if prefix.startswith(code) or code.startswith(prefix)
    }
    return RowFilter(tuple(sorted(kept)))


def _fields(scope: Scope) -> dict[str, Any]:
    return {name: getattr(scope, name) for name in Scope.__dataclass_fields__}


# --- Through the gate -------------------------------------------------------------------------------------------


class NotScopable(Exception):
    """The gate does not know how to bound this model, so it lets nothing through."""


def scoped(queryset: QuerySet[AnyModel], scope: Scope) -> QuerySet[AnyModel]:
    """The rows of a queryset that lie inside the scope; an empty scope gives none.

    **Errors** ``NotScopable`` for a model without a rule in ``bangfu.records.access.rules``.
    """
    from bangfu.records.access.rules import RULES

    rule = RULES.get(queryset.model._meta.label_lower)
    if rule is None:
        raise NotScopable(f"{queryset.model._meta.label} has no rule in records/access/rules.py, so nothing passes.")
    if scope.system:
        return queryset
    condition = rule(scope)
    return queryset.none() if condition is None else queryset.filter(condition)


class PlaceOutOfScope(PermissionDenied):
    """A place page that is not the reader's: answered 403 with the names of both places (``web.errors``)."""

    def __init__(self, place: Any, scope: Scope) -> None:
        super().__init__(f"Place {place.code} lies outside the scope of user {scope.user_id}.")
        own = _first_place(scope)
        self.own_place = "" if own is None else name_of(own)
        self.page_place = name_of(place)


def name_of(place: Any) -> str:
    """A place's name in the reader's language."""
    english = (get_language() or "").startswith("en")
    return str((place.name_en or place.name) if english else place.name)


def _first_place(scope: Scope) -> Any:
    from bangfu.records.places.models import Place

    return Place.objects.filter(code__in=scope.places.prefixes).order_by("code").first()


def check_place(scope: Scope, place: Any) -> None:
    """Raise ``PlaceOutOfScope`` unless counts of the place may be read (a merged place counts as its successor)."""
    if not scope.places.allows_place(successor_of(place).code):
        raise PlaceOutOfScope(place, scope)


def place_in_scope(request: Any, code: str) -> Any:
    """The place of today that a place page's address means: a code of former years leads to its place, a merged place
    to its successor, so ``place.code`` may be another than ``code``.

    Unknown: 404. Outside, judged by the place of today: ``PlaceOutOfScope``, which answers 403.
    """
    place = _place_today(code)
    if place is None:
        raise Http404
    check_place(request.scope, place)
    return place


def _place_today(code: str) -> Any:
    from bangfu.records.places.kept import kept

    return kept(("today", code), lambda: _asked_today(code))


def _asked_today(code: str) -> Any:
    from bangfu.records.places.models import Place
    from bangfu.records.places.queries import resolve

    places = Place.objects.select_related("parent", "merged_into")
    place = places.filter(code=code).first()
    if place is None:
        found = resolve(code)
        return None if found is None else places.filter(pk=found.id).first()
    return place if place.merged_into_id is None else places.get(pk=successor_of(place).pk)


def object_in_scope(queryset: QuerySet[AnyModel], scope: Scope, **lookup: object) -> AnyModel:
    """One row inside the scope; outside of it the answer is 404, as if it did not exist."""
    found = scoped(queryset, scope).filter(**lookup).first()
    if found is None:
        raise Http404
    return found
