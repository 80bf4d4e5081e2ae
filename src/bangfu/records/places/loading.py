"""Taking in places: all of a file or none, with a sentence for each fault."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from bangfu.parameters.schemes import PlaceScheme
from bangfu.parameters.text import Text
from bangfu.records.access import audit
from bangfu.records.access.models import User
from bangfu.records.bulk import insert_rows
from bangfu.records.instance.actions import draw_ids, found_instance
from bangfu.records.instance.models import Instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.files import PlaceRow, PlacesRefused
from bangfu.records.places.index import peoples_of, place_index
from bangfu.records.places.models import Place, PlaceCode
from bangfu.records.places.naming import Names, names_of
from bangfu.records.rows import new_ref

WRONG_CODE = Text(
    "{file} 第{line}行：代码“{code}”不合“{scheme}”，各级代码长度应为{lengths}。",
    "{file} line {line}: the code “{code}” does not fit the scheme “{scheme}”, whose codes have {lengths} letters.",
)
NO_NAME = Text("{file} 第{line}行：代码“{code}”没有名称。", "{file} line {line}: the code “{code}” has no name.")
TWO_NAMES = Text(
    "{file} 第{line}行：代码“{code}”叫“{name}”，而{other_file} 第{other_line}行叫“{other_name}”。请留一个。",
    "{file} line {line}: the code “{code}” is “{name}”, but “{other_name}” in {other_file} line {other_line}.",
)
OTHER_NAME_STANDS = Text(
    "{file} 第{line}行：代码“{code}”叫“{name}”，库里叫“{other_name}”。改名请用 places rename。",
    "{file} line {line}: the code “{code}” is “{name}”, here it is “{other_name}”. Use `places rename` to rename it.",
)
NO_PARENT = Text(
    "{file} 第{line}行：“{name}”（{code}）的上级“{parent}”既不在文件里也不在库里。",
    "{file} line {line}: the parent “{parent}” of “{name}” ({code}) is neither in the files nor here.",
)
TWO_ROOTS = Text(
    "{file} 第{line}行：“{name}”（{code}）和“{other_name}”（{other}）都没有上级；一个库只有一个最高地点。",
    "{file} line {line}: neither “{name}” ({code}) nor “{other_name}” ({other}) has a parent; one root is allowed.",
)
NOTHING_TO_LOAD = Text(
    "没有给出区划代码文件，“{scheme}”也不自带地点。请给出区划代码文件。",
    "No file of division codes was given, and the scheme “{scheme}” carries no places. Name the files too.",
)
NO_SCHEME = Text("没有“{name}”这种区划；有：{known}。", "There is no place scheme “{name}”; there are {known}.")
PLACE_COLUMNS = (
    *("id", "ref", "code", "level", "parent_id", "name", "short_name", "name_en", "pinyin", "initials"),
    *("point_state", "point_facts"),
)
CODE_COLUMNS = ("id", "place_id", "code", "name", "parent_id", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: how many places are new and how many stood already."""

    new: int
    known: int


def found_from_scheme(name: str | None = None) -> Instance:
    """Found the instance with the places that the scheme carries, or return the one that stands. Safe to do twice.

    **Errors** ``PlacesRefused`` where nothing stands and the scheme carries no place.
    """
    load_places(scheme_rows(name), scheme=name)
    return Instance.objects.get()


def scheme_rows(name: str | None = None) -> list[PlaceRow]:
    """The places that a scheme carries itself. **Errors** ``PlacesRefused`` for none where nothing stands yet."""
    scheme = _scheme_named(name or _standing_scheme())
    if not scheme.places and not Instance.objects.exists():
        raise PlacesRefused(NOTHING_TO_LOAD.format(scheme=scheme.name))
    return [PlaceRow(place.code, place.name.zh, place.name.en, f"{scheme.name}.yaml") for place in scheme.places]


def adopt_places(rows: Sequence[PlaceRow], *, valid_from: date | None = None, by: User | None = None) -> Loaded:
    """Add places to the instance that stands. **Errors** as ``load_places``."""
    return load_places(rows, valid_from=valid_from, by=by)


def _standing_scheme() -> str:
    """The scheme of the instance that stands, or the one of China."""
    standing = Instance.objects.first()
    return standing.scheme if standing else "china"


def _scheme_named(name: str) -> PlaceScheme:
    schemes = current().schemes
    if name not in schemes:
        raise PlacesRefused(NO_SCHEME.format(name=name, known=", ".join(schemes)))
    return schemes[name]


@transaction.atomic
def load_places(
    rows: Sequence[PlaceRow], *, scheme: str | None = None, valid_from: date | None = None, by: User | None = None
) -> Loaded:
    """Take in places, in any order, all or none; found the instance where none stands.

    Codes hold from ``valid_from``, which is open by default. What stands already, also under an old code or name,
    is left alone, so the same rows twice change nothing. **Errors** ``PlacesRefused`` says file, line and value.
    """
    chosen = _scheme_named(scheme or _standing_scheme())
    instance = found_instance(scheme=chosen.name, currency=chosen.currency)
    by_code = _checked(rows, chosen)
    index = place_index()
    new = _unknown(by_code, index.ids, _names_by_code())
    root = _check_parents(new, index.ids, chosen)
    if root is not None:
        Instance.objects.filter(pk=instance.pk).update(root_code=root)
    if new:
        _insert(new, index.ids, chosen, valid_from)
        _audit_load(new, by)
    return Loaded(len(new), len(by_code) - len(new))


def _checked(rows: Iterable[PlaceRow], scheme: PlaceScheme) -> dict[str, PlaceRow]:
    """Rows by plain code; every row must fit the scheme, and a code has one name."""
    found: dict[str, PlaceRow] = {}
    faults: list[Text] = []
    for row in rows:
        code = scheme.plain(row.code)
        fault = _fault_of(row, code, found.get(code), scheme)
        if fault is not None:
            faults.append(fault)
        found.setdefault(code, row)
    if faults:
        raise PlacesRefused(*faults)
    return found


def _fault_of(row: PlaceRow, code: str, earlier: PlaceRow | None, scheme: PlaceScheme) -> Text | None:
    where = {"file": row.file, "line": row.line, "code": row.code, "name": row.name}
    if scheme.level_of(code) is None:
        lengths = "/".join(str(level.length) for level in scheme.levels)
        return WRONG_CODE.format(**where, scheme=scheme.name, lengths=lengths)
    if not row.name:
        return NO_NAME.format(**where)
    if earlier is not None and earlier.name != row.name:
        return TWO_NAMES.format(**where, other_file=earlier.file, other_line=earlier.line, other_name=earlier.name)
    return None


def _names_by_code() -> dict[str, set[str]]:
    """Every name that stands or stood under a code."""
    names: dict[str, set[str]] = {}
    for code, name in PlaceCode.objects.values_list("code", "name"):
        names.setdefault(code, set()).add(name)
    for code, name in Place.objects.values_list("code", "name"):
        names.setdefault(code, set()).add(name)
    return names


def _unknown(
    by_code: Mapping[str, PlaceRow], ids: Mapping[str, int], names: Mapping[str, set[str]]
) -> dict[str, PlaceRow]:
    """The rows whose code stands nowhere yet. **Errors** for a known code under a name that it never had."""
    faults = [
        OTHER_NAME_STANDS.format(
            file=row.file, line=row.line, code=code, name=row.name, other_name="/".join(sorted(names[code]))
        )
        for code, row in by_code.items()
        if code in names and row.name not in names[code]
    ]
    if faults:
        raise PlacesRefused(*faults)
    return {code: row for code, row in by_code.items() if code not in names and code not in ids}


def _check_parents(new: Mapping[str, PlaceRow], ids: Mapping[str, int], scheme: PlaceScheme) -> str | None:
    """The root's code where these rows bring it. **Errors** for rows without a parent, or with two roots."""
    tops = sorted(
        (
            code
            for code in new
            if (parent := scheme.parent_of(code)) is None or (parent not in new and parent not in ids)
        ),
        key=lambda code: (len(code), code),
    )
    if ids or not tops:
        lost, root = tops, None
    else:
        root, *lost = tops
    if not lost:
        return root
    raise PlacesRefused(*(_lost(code, new, root, scheme) for code in lost))


def _lost(code: str, new: Mapping[str, PlaceRow], root: str | None, scheme: PlaceScheme) -> Text:
    row, parent = new[code], scheme.parent_of(code)
    where = {"file": row.file, "line": row.line, "code": code, "name": row.name}
    if root is not None and (parent is None or len(root) == len(code)):
        return TWO_ROOTS.format(**where, other=root, other_name=new[root].name)
    return NO_PARENT.format(**where, parent=parent or "—")


def _insert(new: Mapping[str, PlaceRow], ids: Mapping[str, int], scheme: PlaceScheme, valid_from: date | None) -> None:
    """Write places from the top down, so that a parent's id is known, and one code row for each."""
    codes = sorted(new, key=lambda code: (len(code), code))
    drawn = draw_ids(2 * len(codes))
    own = dict(zip(codes, drawn, strict=False))
    parents = {code: own.get(scheme.parent_of(code) or "") or ids.get(scheme.parent_of(code) or "") for code in codes}
    names = _named(new, scheme)
    day = valid_from.isoformat() if valid_from else None
    insert_rows(Place, PLACE_COLUMNS, (_place(code, own, parents, new, names, scheme) for code in codes))
    code_ids = drawn[len(codes) :]
    insert_rows(
        PlaceCode,
        CODE_COLUMNS,
        (
            (code_id, own[code], code, new[code].name, parents[code], day, None)
            for code, code_id in zip(codes, code_ids, strict=True)
        ),
    )


def _named(new: Mapping[str, PlaceRow], scheme: PlaceScheme) -> dict[str, Names]:
    peoples = peoples_of(scheme.name)
    return {code: names_of(row.name, scheme.by_length[len(code)], peoples, row.name_en) for code, row in new.items()}


def _place(
    code: str,
    own: Mapping[str, int],
    parents: Mapping[str, int | None],
    new: Mapping[str, PlaceRow],
    names: Mapping[str, Names],
    scheme: PlaceScheme,
) -> tuple[Any, ...]:
    made = names[code]
    level = scheme.by_length[len(code)].number
    return (
        *(own[code], new_ref(), code, level, parents[code], new[code].name),
        *(made.short, made.english, made.pinyin, made.initials, "none", "{}"),
    )


def _audit_load(new: Mapping[str, PlaceRow], by: User | None) -> None:
    listed = json.dumps(sorted((code, row.name) for code, row in new.items()), ensure_ascii=False)
    digest = hashlib.sha256(listed.encode()).hexdigest()
    top = min(new, key=lambda code: (len(code), code))
    facts = {"count": len(new), "content_digest": digest}
    audit.record(action="places.load", by=by, subject="place", place_code=top, facts=facts)
