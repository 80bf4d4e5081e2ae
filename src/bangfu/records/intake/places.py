"""What place a row means: by code, by names from the top down, or the one place of the file."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property

from bangfu.records.intake.cells.rules import PlaceFound
from bangfu.records.intake.suggestions import Suggestions
from bangfu.records.intake.targets import PLACE_NAMES
from bangfu.records.places.index import PlaceIndex, PlaceRef

LISTED_PLACE = re.compile(r"(\d{2,15})(\D.*)")
#: A code is only compared with those that share so much of its beginning.
SHARED_BEGINNING = 4


class PlaceFinder:
    """Finds places for rows. ``prefixes`` bound what may be taken in (None: everything)."""

    def __init__(self, index: PlaceIndex, *, given: PlaceRef | None, prefixes: Sequence[str] | None) -> None:
        self.index = index
        self.given = given
        self.prefixes = prefixes
        self.suggestions = Suggestions()
        self._below: dict[str, list[str]] = {}

    def __call__(self, cells: Mapping[str, str | None]) -> PlaceFound:
        """The place of one way of naming it. A code counts before names; without either the file's own place does."""
        code = (cells.get("place_code") or "").replace(" ", "")
        names = [(level, name) for level in PLACE_NAMES if (name := cells.get(level))]
        # An entry of a template's list: the code, then the name.
        listed = LISTED_PLACE.fullmatch(code)
        if listed:
            code, names = listed[1], [*names, ("place_name", listed[2])]
        if code:
            found = self._by_code(code, names[-1][1] if names else "")
        elif names:
            found = self._by_names(names)
        elif self.given is not None:
            found = _found(self.given)
        else:
            return PlaceFound(None, None)
        return self._inside(found)

    def _by_code(self, code: str, name: str) -> PlaceFound:
        ref = self.index.by_code(code, name)
        if ref is None and not code.isdigit():
            return self._by_names([("place_code", code)])
        if ref is None:
            return PlaceFound(None, None, self._unknown_code(code), "place_code")
        return _found(ref, "place_code")

    def _unknown_code(self, code: str) -> str:
        """The nearest code under the longest known beginning."""
        near = self.suggestions.nearest(code, lambda: self._codes_like(code), kind="code", cutoff=0.7)
        ref = self.index.by_code(near) if near else None
        return f"place_nearest:{ref.name} {ref.code}" if ref else "place_unknown"

    def _codes_like(self, code: str) -> list[str]:
        """The codes of its length that share the longest beginning with a code: neighbours in a sorted list."""
        codes = self._codes_by_length.get(len(code), [])
        for length in range(len(code) - 1, SHARED_BEGINNING - 1, -1):
            first = bisect_left(codes, code[:length])
            last = bisect_left(codes, code[:length] + "\uffff")
            if first < last:
                return codes[first:last]
        return []

    @cached_property
    def _codes_by_length(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for code in sorted(self.index.ids):
            found.setdefault(len(code), []).append(code)
        return found

    def _by_names(self, names: Sequence[tuple[str, str]]) -> PlaceFound:
        """The place of names from the top down, old names included. Those that say what is known lead no further."""
        parent = self.given
        for level, name in names:
            if self._is_said_already(level, name, parent):
                continue
            refs = self.index.by_any_name(name, parent.code if parent else "")
            nearest = [ref for ref in refs if ref.level == min(each.level for each in refs)]
            if not nearest:
                return PlaceFound(None, None, self._unknown_name(name, parent), level)
            if len(nearest) > 1:
                codes = ", ".join(ref.code for ref in nearest[:3])
                return PlaceFound(None, None, f"place_ambiguous:{codes}", level)
            parent = nearest[0]
        return _found(parent) if parent else PlaceFound(None, None)

    def _is_said_already(self, level: str, name: str, parent: PlaceRef | None) -> bool:
        """Whether a name means the parent or a place above it: one of its column's level, or none below has the name.

        A township and its first village often share their name, so the level of the column counts first.
        """
        if parent is None:
            return False
        above = [ref.level for ref in self.index.above(name, parent.code)]
        meant = self.index.scheme.by_code.get(level)
        if meant is not None and meant.number in above:
            return True
        return bool(above) and not self.index.by_any_name(name, parent.code)

    def _unknown_name(self, name: str, parent: PlaceRef | None) -> str:
        """The nearest name among the places directly below the parent, or near the top of the asker's area."""
        if parent is not None and parent == self.given and self.index.by_any_name(name):
            return f"place_contradicts:{parent.name} {parent.code}"
        under = parent.code if parent else ""
        near = self.suggestions.nearest(name, lambda: self._names_below(under), kind="name", under=under, cutoff=0.5)
        return f"place_nearest:{near}" if near else "place_unknown"

    def _names_below(self, parent_code: str) -> list[str]:
        if parent_code not in self._below:
            found = self._children(parent_code) if parent_code else self._first_names()
            self._below[parent_code] = [ref.name for ref in found]
        return self._below[parent_code]

    def _first_names(self) -> list[PlaceRef]:
        """The places that a row's first name may mean: the tops of the area, what they lie in, what lies in them."""
        tops = self.prefixes or [min(self.index.ids, key=len, default="")]
        above = [ref for ref in self.index.refs.values() if any(top.startswith(ref.code) for top in tops)]
        return above + [ref for top in tops for ref in self._children(top)]

    def _children(self, parent_code: str) -> list[PlaceRef]:
        refs = [ref for ref in self.index.refs.values() if ref.code.startswith(parent_code) and ref.code != parent_code]
        highest = min((ref.level for ref in refs), default=0)
        return [ref for ref in refs if ref.level == highest]

    def _inside(self, found: PlaceFound) -> PlaceFound:
        if found.place_code is None or self.prefixes is None:
            return found
        if any(found.place_code.startswith(prefix) for prefix in self.prefixes):
            return found
        return PlaceFound(None, None, f"place_outside:{found.place_code}")


def _found(ref: PlaceRef, said_in: str = "") -> PlaceFound:
    return PlaceFound(ref.id, ref.code, f"place_outdated:{ref.code}" if ref.outdated else None, said_in)
