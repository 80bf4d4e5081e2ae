"""What a code of former years meant: a place that has another code today, or one that was merged into another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.records.access.gate import successor_of
from bangfu.records.places.models import Place, PlaceCode
from bangfu.records.places.queries import resolve


@dataclass(frozen=True)
class Former:
    """What a code meant before it led to a place of today; ``merged`` is the place that was merged into it."""

    code: str
    merged: Place | None = None
    until: date | None = None


def former(code: str, today: Place) -> Former | None:
    """What a code meant that leads to a place of today; None where it is its own, or leads elsewhere."""
    if not code or code == today.code:
        return None
    places = Place.objects.select_related("merged_into")
    gone = places.filter(code=code, merged_into__isnull=False).first()
    dated = PlaceCode.objects.filter(code=code).order_by("-valid_until")
    if gone is None:
        row = next((each for each in dated.select_related("place__merged_into") if _leads_to(each.place, today)), None)
        if row is None:
            found = resolve(code)
            return Former(code) if found is not None and found.id == today.pk else None
        if row.place.merged_into_id is None:
            return Former(code, until=row.valid_until)
        gone = row.place
    return Former(code, gone, gone.ended_on) if _leads_to(gone, today) else None


def _leads_to(place: Place, today: Place) -> bool:
    return bool(successor_of(place).pk == today.pk)
