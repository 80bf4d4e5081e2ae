"""What place a row means: by code, by names from the top down, or the one place of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from bangfu.records.intake.cells.clean import PlaceFound
from bangfu.records.intake.targets import PLACE_NAMES
from bangfu.records.places.index import PlaceIndex, PlaceRef


class PlaceFinder:
    """Finds places for rows. ``prefixes`` bound what may be taken in (None: everything)."""

    def __init__(self, index: PlaceIndex, *, given: PlaceRef | None, prefixes: Sequence[str] | None) -> None:
        self.index = index
        self.given = given
        self.prefixes = prefixes

    def __call__(self, cells: Mapping[str, str | None]) -> PlaceFound:
        """The place of one way of naming it. A code counts before names; without either the file's own place does."""
        code = (cells.get("place_code") or "").replace(" ", "")
        names = [name for level in PLACE_NAMES if (name := cells.get(level))]
        if code:
            found = self._by_code(code, names[-1] if names else "")
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
            return self._by_names([code])
        if ref is None:
            return PlaceFound(None, None, self._unknown_code(code))
        return _found(ref)

    def _unknown_code(self, code: str) -> str:
        """The nearest code under the longest known beginning."""
        near = get_close_matches(code, self._codes_like(code), n=1, cutoff=0.7)
        ref = self.index.by_code(near[0]) if near else None
        return f"place_nearest:{ref.name} {ref.code}" if ref else "place_unknown"

    def _codes_like(self, code: str) -> list[str]:
        for length in range(len(code) - 1, 3, -1):
            found = [known for known in self.index.ids if known.startswith(code[:length]) and len(known) == len(code)]
            if found:
                return found
        return []

    def _by_names(self, names: Sequence[str]) -> PlaceFound:
        parent = self.given
        for name in names:
            refs = self.index.by_name(name, parent.code if parent else "")
            if not refs and parent is not None and parent in self.index.by_name(name):
                continue
            nearest = [ref for ref in refs if ref.level == min(each.level for each in refs)]
            if not nearest:
                return PlaceFound(None, None, self._unknown_name(name, parent))
            if len(nearest) > 1:
                codes = ", ".join(ref.code for ref in nearest[:3])
                return PlaceFound(None, None, f"place_ambiguous:{codes}")
            parent = nearest[0]
        return _found(parent) if parent else PlaceFound(None, None)

    def _unknown_name(self, name: str, parent: PlaceRef | None) -> str:
        prefix = parent.code if parent else ""
        below = {ref.name: ref for ref in self.index.refs.values() if ref.code.startswith(prefix)}
        near = get_close_matches(name, list(below), n=1, cutoff=0.5)
        return f"place_nearest:{near[0]}" if near else "place_unknown"

    def _inside(self, found: PlaceFound) -> PlaceFound:
        if found.place_code is None or self.prefixes is None:
            return found
        if any(found.place_code.startswith(prefix) for prefix in self.prefixes):
            return found
        return PlaceFound(None, None, f"place_outside:{found.place_code}")


def _found(ref: PlaceRef) -> PlaceFound:
    return PlaceFound(ref.id, ref.code, f"place_outdated:{ref.code}" if ref.outdated else None)
