"""All codes and names of places in memory: for files of many rows, and to follow codes of old to places of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from bangfu.parameters.changes import CodeChange
from bangfu.parameters.dates import holds
from bangfu.parameters.schemes import PlaceScheme
from bangfu.records.instance.models import Instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place, PlaceCode
from bangfu.records.places.naming import folded, short_name

#: A code row as it is read: code, place, first and last day, name.
Dated = tuple[str, int, date | None, date | None, str]


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """A place as an index knows it. ``outdated``: it was reached by a code that it no longer has."""

    id: int
    code: str
    name: str
    level: int
    short: str = ""
    english: str = ""
    outdated: bool = False


@dataclass(frozen=True)
class PlaceIndex:
    """Places by code and name, without a query for each.

    ``ids`` and ``names`` are the codes and names of today, ``old_ids`` and ``old_names`` those of old.
    """

    scheme: PlaceScheme
    refs: Mapping[int, PlaceRef]
    ids: Mapping[str, int]
    old_ids: Mapping[str, int]
    changes: tuple[CodeChange, ...]
    names: Mapping[str, tuple[int, ...]]
    old_names: Mapping[str, tuple[int, ...]]

    @cached_property
    def codes(self) -> dict[int, str]:
        """Codes of today by place id."""
        return {ref.id: ref.code for ref in self.refs.values()}

    def by_code(self, code: str, name: str = "") -> PlaceRef | None:
        """The place of a code, zero padding stripped, through known changes; see ``PlaceRef.outdated``."""
        plain = self.scheme.plain(code)
        place_id = self.old_ids.get(plain) or self.ids.get(plain)
        if place_id is None:
            return self._by_change(plain, name)
        ref = self.refs[place_id]
        return ref if ref.code == plain else replace(ref, outdated=True)

    def by_name(self, name: str, parent_code: str = "") -> tuple[PlaceRef, ...]:
        """The places of a name (full, short, English, or an alias of the scheme) below a code, in order of code."""
        return self._below(self.names.get(folded(name), ()), parent_code)

    def by_any_name(self, name: str, parent_code: str = "") -> tuple[PlaceRef, ...]:
        """What ``by_name`` finds; where nothing bears the name now, what bore it before a rename or merger."""
        return self.by_name(name, parent_code) or self._below(self.old_names.get(folded(name), ()), parent_code)

    def above(self, name: str, code: str) -> tuple[PlaceRef, ...]:
        """The places on the line down to a code, its own included, that bear or bore a name."""
        word = folded(name)
        refs = (self.refs[key] for key in (*self.names.get(word, ()), *self.old_names.get(word, ())))
        return tuple(ref for ref in refs if code.startswith(ref.code))

    def _below(self, place_ids: Sequence[int], parent_code: str) -> tuple[PlaceRef, ...]:
        refs = (self.refs[place_id] for place_id in place_ids)
        return tuple(ref for ref in refs if ref.code.startswith(parent_code) and ref.code != parent_code)

    def _by_change(self, code: str, name: str) -> PlaceRef | None:
        """Below a changed code: the place of that name at that level, or else the one with the same ending."""
        for change in self.changes:
            if not code.startswith(change.old_code):
                continue
            named = [ref for ref in self.by_name(name, change.new_code) if len(ref.code) == len(code)] if name else []
            same_ending = change.new_code + code[len(change.old_code) :]
            found = named[0] if len(named) == 1 else self.by_code(same_ending)
            if found is not None:
                return replace(found, outdated=True)
        return None


def peoples_of(scheme: str) -> tuple[str, ...]:
    """The names of peoples that a scheme's short names leave away."""
    return tuple(title.zh for title in current().codes["ethnicity"].titles.values()) if scheme == "china" else ()


def place_index(root_prefix: str = "", on: date | None = None) -> PlaceIndex:
    """The index of the places under a prefix; three queries. On a day, its codes count before those of today."""
    instance = Instance.objects.first()
    scheme = current().schemes[instance.scheme if instance else "china"]
    fields = ("id", "code", "name", "short_name", "name_en", "level", "merged_into_id")
    rows = list(Place.objects.filter(code__startswith=root_prefix).order_by("code").values_list(*fields))
    merged = {row[0]: row[6] for row in rows if row[6] is not None}
    refs = {row[0]: PlaceRef(row[0], row[1], row[2], row[5], row[3], row[4]) for row in rows if row[0] not in merged}
    ids = {row[1]: _successor(row[0], merged) for row in rows}
    known = {code: place_id for code, place_id in ids.items() if place_id in refs}
    names: dict[str, list[int]] = {}
    dated = list(PlaceCode.objects.values_list("code", "place_id", "valid_from", "valid_until", "name"))
    aliases = {place.code: place.aliases for place in scheme.places}
    for place_id, code, *words in (row[:5] for row in rows if row[0] in refs):
        for word in dict.fromkeys(folded(word) for word in (*words, *aliases.get(code, ()))):
            names.setdefault(word, []).append(place_id)
    return PlaceIndex(
        scheme,
        refs,
        known,
        _old_ids(dated, known, merged, refs, on),
        current().code_changes.get(scheme.name, ()),
        {word: tuple(found) for word, found in names.items()},
        _old_names(dated, merged, refs, scheme),
    )


def _old_ids(
    dated: Sequence[Dated],
    known: Mapping[str, int],
    merged: Mapping[int, int],
    refs: Mapping[int, PlaceRef],
    on: date | None,
) -> dict[str, int]:
    """Codes that dated rows give to a place: those of the day where there is one, else all that nobody has now."""
    found: dict[str, int] = {}
    for code, place_id, valid_from, valid_until, _ in sorted(dated, key=lambda row: row[3] or date.max):
        counts = holds(valid_from, valid_until, on) if on else code not in known
        successor = _successor(place_id, merged)
        if counts and successor in refs:
            found[code] = successor
    return found


def _old_names(
    dated: Sequence[Dated], merged: Mapping[int, int], refs: Mapping[int, PlaceRef], scheme: PlaceScheme
) -> dict[str, tuple[int, ...]]:
    """Names, full and short, that places no longer bear, by the places of today; in order of code."""
    found: dict[str, set[int]] = {}
    peoples = peoples_of(scheme.name)
    for _, place_id, _, _, name in dated:
        ref = refs.get(_successor(place_id, merged))
        # After a change of code thousands of rows say the name that still stands; only the others are of old.
        if ref is None or name == ref.name:
            continue
        for word in {folded(name), folded(short_name(name, scheme.levels[ref.level], peoples))}:
            found.setdefault(word, set()).add(ref.id)
    return {word: tuple(sorted(ids, key=lambda key: refs[key].code)) for word, ids in found.items()}


def _successor(place_id: int, merged: Mapping[int, int]) -> int:
    """The place that a merged place lives on in."""
    seen = {place_id}
    while place_id in merged and merged[place_id] not in seen:
        place_id = merged[place_id]
        seen.add(place_id)
    return place_id
