"""Tasks that a filled table leaves: opened where a value is missing, closed where it stands, in two statements."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from bangfu.records.instance.actions import draw_ids
from bangfu.records.places.models import Place
from bangfu.records.reports.models import Filling, Gap, GapState
from bangfu.records.reports.told import Told

#: What makes a task one: what is missing, of which group, where, of which year.
Key = tuple[str, str, str, int]
ONCE = ("office_code", "place_code", "year", "what", "group")
ANEW = ("filling", "reason", "sheet", "cell", "state", "closed_at")
AT_ONCE = 500


def keep_gaps(filling: Filling, told: Iterable[Told]) -> None:
    """Open a task for each value that is missing, and close those whose value stands now."""
    by_key = {_key(one): one for one in told if "what" in one.facts and "place" in one.facts}
    missing = {key: one for key, one in by_key.items() if one.kind == "missing"}
    _close(filling, by_key.keys() - missing.keys())
    _open(filling, missing)


def _key(told: Told) -> Key:
    facts = told.facts
    return facts["what"], facts.get("group", ""), facts["place"], facts["year"]


def _close(filling: Filling, standing: set[Key]) -> None:
    open_ones = Gap.objects.filter(
        office_code=filling.place_code,
        state=GapState.OPEN,
        what__in={what for what, *_ in standing},
        year__in={year for *_, year in standing},
    )
    rows = open_ones.values_list("id", "what", "group", "place_code", "year")
    closed = [row_id for row_id, *key in rows if tuple(key) in standing]
    for first in range(0, len(closed), AT_ONCE):
        found = Gap.objects.filter(pk__in=closed[first : first + AT_ONCE])
        found.update(state=GapState.CLOSED, closed_at=timezone.now())


def _open(filling: Filling, missing: dict[Key, Told]) -> None:
    """The tasks as one set: where one stands it says the new cell and reason, and is open again."""
    now = timezone.now()
    places = _ids_of({place_code for _, _, place_code, _ in missing})
    missing = {key: one for key, one in missing.items() if key[2] in places}
    gaps = [
        Gap(
            id=row_id,
            filling=filling,
            office_id=filling.place_id,
            office_code=filling.place_code,
            place_id=places[place_code],
            place_code=place_code,
            year=year,
            what=what,
            group=group,
            reason=one.state,
            sheet=one.sheet[:100],
            cell=one.cell,
            opened_at=now,
        )
        for row_id, ((what, group, place_code, year), one) in zip(
            draw_ids(len(missing)) if missing else (), missing.items(), strict=True
        )
    ]
    Gap.objects.bulk_create(gaps, AT_ONCE, update_conflicts=True, unique_fields=ONCE, update_fields=ANEW)


def _ids_of(codes: set[str]) -> dict[str, int]:
    """Places by code of today; one that stands nowhere any more is missing nowhere."""
    listed, found = sorted(codes), dict[str, int]()
    for first in range(0, len(listed), AT_ONCE):
        found |= dict(Place.objects.filter(code__in=listed[first : first + AT_ONCE]).values_list("code", "id"))
    return found
