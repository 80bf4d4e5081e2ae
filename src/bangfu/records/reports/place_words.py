"""Where in a blank the names of places stand, known or not, and which places a name that none bears may mean.

A word that names no place must not be taken for a kind of figure where the words beside it name places: the row of a
misspelt village would get the figure of its township.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bangfu.analytics.workbooks.layout import Block
from bangfu.records.places.index import PlaceIndex, PlaceRef
from bangfu.records.reports import words

#: What is read of a phrase by itself: see ``Reader.kind_of``.
KindOf = Callable[[str], tuple[str, str]]
#: How much of a name, without 村 and the like, another has to share to be offered for it, and how many are.
ALIKE, OFFERED = 0.3, 8
_PARTS = re.compile(r"[（）()/\\、,，|\s]+")
_PLACE_ENDING = re.compile(r"(?:省|州|市|县|旗|乡|镇|街道|村|村委会|居委会|社区)$")


def columns_of_places(block: Block, kind_of: KindOf) -> frozenset[int]:
    """The columns of row names that hold places: their heading says so, or one of their names is that of a place."""
    found: dict[int, set[str]] = {}
    for slot in block.slots:
        for column, word in zip(slot.label_columns, slot.labels, strict=False):
            found.setdefault(column, set()).add(word)
    return frozenset(
        column for column, names in found.items() if _holds_places(block.corner.get(column, ()), names, kind_of)
    )


def _holds_places(heads: Iterable[str], names: Iterable[str], kind_of: KindOf) -> bool:
    kinds = {kind_of(name)[0] for name in names}
    parts = [part for head in heads for part in _PARTS.split(head) if part]
    other = any(words.OF_OTHERS.search(part) for part in parts)
    said = any(words.OF_PLACES.search(part) for part in parts) and "unit" not in kinds
    return "place" in kinds if said == other else said


def heads_of_places(block: Block, kind_of: KindOf, is_name: Callable[[str], bool]) -> frozenset[str]:
    """The headings that stand for places although they name none: others beside them do, and they ask nothing known."""
    depth: dict[int, set[str]] = {}
    for slot in block.slots:
        for at, word in enumerate(slot.heads):
            depth.setdefault(at, set()).add(word)
    found: set[str] = set()
    for told in depth.values():
        unnamed = {word for word in told if kind_of(word)[0] == "what"}
        named = sum(kind_of(word)[0] == "place" for word in told)
        among = unnamed if named > len(unnamed) else {word for word in unnamed if named and _PLACE_ENDING.search(word)}
        found |= {word for word in among if not is_name(word)}
    return frozenset(found)


def nearest(name: str, index: PlaceIndex, area: str) -> tuple[PlaceRef, ...]:
    """The places of an area whose names are written most like a name, the most like first."""
    scored = ((max(_alike(name, other) for other in _names(ref)), ref) for ref in below(index, area))
    found = sorted(((score, ref) for score, ref in scored if score >= ALIKE), key=lambda one: (-one[0], one[1].code))
    return tuple(ref for _, ref in found[:OFFERED])


def below(index: PlaceIndex, area: str) -> Iterable[PlaceRef]:
    """The places of an area, itself included."""
    return (ref for ref in index.refs.values() if ref.code.startswith(area))


def _names(ref: PlaceRef) -> tuple[str, ...]:
    return tuple(name for name in (ref.name, ref.short, ref.english) if name)


def _alike(name: str, other: str) -> float:
    """How many letters two names share: single ones of Chinese, pairs of Latin."""
    one, two = _letters(_PLACE_ENDING.sub("", name) or name), _letters(_PLACE_ENDING.sub("", other) or other)
    return 2 * len(one & two) / (len(one) + len(two))


def _letters(name: str) -> frozenset[str]:
    if name.isascii():
        plain = name.lower()
        return frozenset(plain[at : at + 2] for at in range(max(len(plain) - 1, 1)))
    return frozenset(name)
