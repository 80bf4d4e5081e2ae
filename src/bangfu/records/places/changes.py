"""Places that change: another name, another code, several become one.

What is open is rewritten, set by set: every table of placed rows gets the place and code of today. History tables,
status events and figures keep the code as then. One audit event says what was done. Grants hang on places, so those of
a merged place go on with its successor (the gate follows it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from bangfu.parameters.schema import Column
from bangfu.parameters.text import Text
from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.bulk import insert_rows
from bangfu.records.instance.actions import draw_ids
from bangfu.records.instance.models import Instance
from bangfu.records.places.facts import FACTS
from bangfu.records.places.files import PlacesRefused
from bangfu.records.places.index import peoples_of
from bangfu.records.places.loading import CODE_COLUMNS
from bangfu.records.places.models import Place, PlaceCode, PlaceYear
from bangfu.records.places.naming import names_of
from bangfu.records.places.queries import current_scheme, places_now, under
from bangfu.records.rows import Lying, Placed

UNKNOWN = Text("没有代码为“{code}”的地点。", "There is no place with the code “{code}”.")
TAKEN = Text("代码“{code}”已经是“{name}”的。", "The code “{code}” belongs to “{name}”.")
WRONG_LEVEL = Text(
    "“{code}”和“{other}”不是同一级，不能合并或互换代码。",
    "“{code}” and “{other}” are not of one level, so they cannot be merged or change codes.",
)
NO_PARENT = Text("新代码“{code}”的上级不存在。", "The new code “{code}” lies under no known place.")
ITSELF = Text("至少要有一个并入别处的地点。", "At least one place must go into another.")
NEEDS_NAME = Text("“{code}”是新地点，请用 --name 给出名称。", "“{code}” is a new place; give its name with --name.")
CODE_FULL = Text("“{code}”之下没有空余的代码可以给“{name}”。", "No code is left under “{code}” for “{name}”.")


#: Units of facts that add up when places become one.
ADDED = frozenset({"count", "mu", "fen"})


def placed_models() -> list[type[Placed]]:
    """Every table whose rows lie at a place."""
    return [model for model in apps.get_models() if issubclass(model, Placed)]


@transaction.atomic
def rename_place(
    code: str, *, name: str, on: date, reason: str, new_code: str | None = None, by: User | None = None
) -> Place:
    """Give a place another name and perhaps another code (a county becomes a city), from a day on.

    With a new code everything under it moves along: the same ending under the new code. **Errors** ``PlacesRefused``.
    """
    place = _standing(code)
    moved = {}
    if new_code is not None and new_code != place.code:
        parent = _check_new_code(place, new_code)
        _set_names(place, name)
        Place.objects.filter(pk=place.pk).update(parent=parent)
        moved = _recode(place, new_code, on)
    elif name != place.name:
        _set_names(place, name)
        _date_codes([place.pk], on)
    place.refresh_from_db()
    facts = {"from_code": code, "into_code": place.code, "on": on.isoformat(), "rows": moved}
    audit.record(
        action="places.rename",
        by=by,
        subject="place",
        subject_id=place.pk,
        place_code=place.code,
        reason=reason,
        facts=facts,
    )
    return place


@transaction.atomic
def merge_places(
    codes: Sequence[str], *, into: str, on: date, reason: str, name: str | None = None, by: User | None = None
) -> Place:
    """Merge places into one (one of them, another that stands, or a new one with ``name``), from a day on.

    Rows go to the successor, what lay under the merged places lies under it, their yearly sheets are added up. A sum
    with an unknown part is unknown. **Errors** ``PlacesRefused``.
    """
    parts = [_standing(code) for code in dict.fromkeys(codes)]
    successor = _successor(parts, into, name, on)
    gone = [place for place in parts if place.pk != successor.pk]
    if not gone:
        raise PlacesRefused(ITSELF)
    moved: dict[str, int] = {}
    for place in gone:
        _add(moved, _move_children(place, successor, on))
    _merge_sheets(gone, successor)
    _add(moved, _hand_over(gone, successor))
    PlaceCode.objects.filter(place__in=gone, valid_until__isnull=True).update(valid_until=on)
    Place.objects.filter(pk__in=[place.pk for place in gone]).update(merged_into=successor, ended_on=on)
    facts = {"from_codes": [place.code for place in gone], "into_code": successor.code, "on": on.isoformat()}
    audit.record(
        action="places.merge",
        by=by,
        subject="place",
        subject_id=successor.pk,
        place_code=successor.code,
        reason=reason,
        facts={**facts, "from_ids": [place.pk for place in gone], "rows": moved},
    )
    return successor


# --- What stands, and whether it may change -----------------------------------------------------------------------


def _standing(code: str) -> Place:
    plain = current_scheme().plain(code)
    place = places_now().select_for_update().filter(code=plain).first()
    if place is None:
        raise PlacesRefused(UNKNOWN.format(code=code))
    return place


def _check_new_code(place: Place, new_code: str) -> Place | None:
    """The parent under the new code. **Errors** where the code is taken, of another level, or under nothing."""
    level = current_scheme().level_of(new_code)
    if level is None or level.number != place.level:
        raise PlacesRefused(WRONG_LEVEL.format(code=place.code, other=new_code))
    taken = Place.objects.filter(code=new_code).first()
    if taken is not None:
        raise PlacesRefused(TAKEN.format(code=new_code, name=taken.name))
    if place.parent_id is None:
        return None
    return _parent_of(new_code)


def _parent_of(code: str) -> Place:
    parent = places_now().filter(code=current_scheme().parent_of(code) or "").first()
    if parent is None:
        raise PlacesRefused(NO_PARENT.format(code=code))
    return parent


def _successor(parts: Sequence[Place], into: str, name: str | None, on: date) -> Place:
    """The place that the parts live on in, made or renamed where that is asked."""
    scheme = current_scheme()
    code = scheme.plain(into)
    level = scheme.level_of(code)
    for part in parts:
        if level is None or part.level != level.number:
            raise PlacesRefused(WRONG_LEVEL.format(code=part.code, other=into))
    standing = places_now().filter(code=code).first()
    if standing is None:
        return _new_place(code, name, on)
    if name is not None and name != standing.name:
        _set_names(standing, name)
        _date_codes([standing.pk], on)
        standing.refresh_from_db()
    return standing


def _new_place(code: str, name: str | None, on: date) -> Place:
    if not name:
        raise PlacesRefused(NEEDS_NAME.format(code=code))
    taken = Place.objects.filter(code=code).first()
    if taken is not None:
        raise PlacesRefused(TAKEN.format(code=code, name=taken.name))
    parent = _parent_of(code)
    place = Place(code=code, name=name, level=parent.level + 1, parent=parent)
    _name(place, name)
    place.save()
    _date_codes([place.pk], on)
    return place


def _set_names(place: Place, name: str) -> None:
    _name(place, name)
    place.save(update_fields=["name", "short_name", "name_en", "pinyin", "initials"])


def _name(place: Place, name: str) -> None:
    scheme = current_scheme()
    made = names_of(name, scheme.levels[place.level], peoples_of(scheme.name))
    place.name, place.short_name, place.name_en = name, made.short, made.english
    place.pinyin, place.initials = made.pinyin, made.initials


# --- Codes, set by set --------------------------------------------------------------------------------------------


def _recode(place: Place, new_code: str, on: date) -> dict[str, int]:
    """Give a place and everything under it the new prefix; returns rewritten rows by table."""
    old_code, cut = place.code, len(place.code) + 1
    new = Concat(Value(new_code), Substr("code", cut))
    subtree = list(Place.objects.filter(under(old_code)).values_list("id", flat=True))
    Place.objects.filter(under(old_code)).update(code=new)
    Instance.objects.filter(root_code=old_code).update(root_code=new_code)
    _date_codes(subtree, on)
    moved: dict[str, int] = {}
    for model, lying in _lyings():
        rows = model._default_manager.filter(under(old_code, lying.code))
        count = rows.update(**{lying.code: Concat(Value(new_code), Substr(lying.code, cut))})
        _add(moved, {model._meta.db_table: count})
    return moved


def _lyings() -> list[tuple[type[Placed], Lying]]:
    return [(model, lying) for model in placed_models() for lying in model.LYING]


def _date_codes(place_ids: Iterable[int], on: date) -> None:
    """Close the open code rows of places on a day and open new ones with what the places say now."""
    places = list(Place.objects.filter(pk__in=list(place_ids), merged_into__isnull=True).order_by("code"))
    ids = [place.pk for place in places]
    # A second change on one day replaces the first: a code row that would hold for no day is not kept.
    PlaceCode.objects.filter(place__in=ids, valid_until__isnull=True, valid_from=on).delete()
    PlaceCode.objects.filter(place__in=ids, valid_until__isnull=True).update(valid_until=on)
    rows = zip(places, draw_ids(len(places)), strict=True)
    insert_rows(PlaceCode, CODE_COLUMNS, (_code_row(place, row_id, on) for place, row_id in rows))


def _code_row(place: Place, row_id: int, on: date) -> tuple[Any, ...]:
    return row_id, place.pk, place.code, place.name, place.parent_id, on.isoformat(), None


def _move_children(place: Place, successor: Place, on: date) -> dict[str, int]:
    """Let what lies right under a merged place lie under its successor, with the same ending where that is free."""
    moved: dict[str, int] = {}
    for child in places_now().filter(parent=place).order_by("code"):
        code = _free_code(child, successor)
        Place.objects.filter(pk=child.pk).update(parent=successor)
        _add(moved, _recode(child, code, on))
    return moved


def _free_code(child: Place, successor: Place) -> str:
    ending = child.code[len(child.code) - _ending_length(child) :]
    wanted = successor.code + ending
    taken = set(Place.objects.filter(under(successor.code)).values_list("code", flat=True))
    if wanted not in taken:
        return wanted
    width = len(ending)
    free = (successor.code + str(number).zfill(width) for number in range(1, 10**width))
    found = next((code for code in free if code not in taken), None)
    if found is None:
        raise PlacesRefused(CODE_FULL.format(code=successor.code, name=child.name))
    return found


def _ending_length(child: Place) -> int:
    levels = current_scheme().levels
    return levels[child.level].length - levels[child.level - 1].length


# --- Rows ---------------------------------------------------------------------------------------------------------


def _hand_over(gone: Sequence[Place], successor: Place) -> dict[str, int]:
    """Give the rows of merged places to the successor; returns them by table."""
    ids = [place.pk for place in gone]
    moved: dict[str, int] = {}
    for model, lying in _lyings():
        if lying.once_by:
            _let_one_stand(model, lying, ids, successor)
        rows = model._default_manager.filter(**{f"{lying.place}__in": ids})
        _add(moved, {model._meta.db_table: rows.update(**{lying.place: successor, lying.code: successor.code})})
    return moved


def _let_one_stand(model: type[Placed], lying: Lying, gone: Sequence[int], successor: Place) -> None:
    """Delete the rows of merged places that say once more what another of them, or the successor, says already."""
    columns = ("id", lying.place, *lying.once_by)
    rows = model._default_manager.filter(**{f"{lying.place}__in": [*gone, successor.pk]}).values_list(*columns)
    seen: set[tuple[Any, ...]] = set()
    doubled = []
    for row_id, _, *key in sorted(rows, key=lambda row: (row[1] != successor.pk, -row[0])):
        if tuple(key) in seen:
            doubled.append(row_id)
        seen.add(tuple(key))
    model._default_manager.filter(pk__in=doubled).delete()


def _merge_sheets(gone: Sequence[Place], successor: Place) -> None:
    """One yearly sheet for each year in which a part has one; a fact that any part lacks is unknown."""
    parts = [*gone, successor] if _had_rows(successor) else list(gone)
    sheets: dict[int, list[PlaceYear]] = {}
    for sheet in PlaceYear.objects.filter(place__in=parts).order_by("year", "place_code"):
        sheets.setdefault(sheet.year, []).append(sheet)
    joined = [_sum_of(year, found, len(parts), successor) for year, found in sheets.items()]
    PlaceYear.objects.filter(place__in=parts).delete()
    for sheet, row_id in zip(joined, draw_ids(len(joined)) if joined else (), strict=True):
        sheet.id = row_id
    PlaceYear.objects.bulk_create(joined)


def _had_rows(place: Place) -> bool:
    """Whether a successor was a place of people before the merger; a new one has nothing that could be missing."""
    return any(model._default_manager.filter(place=place).exists() for model in placed_models() if model.OF_PEOPLE)


def _sum_of(year: int, sheets: Sequence[PlaceYear], parts: int, successor: Place) -> PlaceYear:
    sums = {name: _joined(column, [getattr(sheet, name) for sheet in sheets], parts) for name, column in FACTS.items()}
    # Further facts of a form cannot be added without knowing what they are; one part alone keeps its own.
    alone = sheets[0] if parts == 1 else None
    collected = sorted({name for sheet in sheets for name in sheet.collected})
    return PlaceYear(
        place=successor,
        place_code=successor.code,
        year=year,
        collected=collected,
        x=alone.x if alone else {},
        **sums,
    )


def _joined(column: Column, values: Sequence[Any], parts: int) -> Any:
    """What the whole is, from what its parts are; None where that cannot be told.

    Counts, areas and amounts add up. Whatever else (yes or no, a year, a share, an amount per person) holds of the
    whole only where it holds of each part.
    """
    if len(values) < parts or None in values:
        return None
    adds_up = column.unit in ADDED and "per_person" not in column.name
    return sum(values) if adds_up else values[0] if len(set(values)) == 1 else None


def _add(total: dict[str, int], part: dict[str, int]) -> None:
    for name, count in part.items():
        total[name] = total.get(name, 0) + count
