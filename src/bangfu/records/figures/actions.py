"""The cycle: snapshot, figures, and the switch to them. Safe to run twice, resumed where it was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from bangfu.parameters.loader import Parameters
from bangfu.parameters.text import Text
from bangfu.records.access import audit
from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.access.models import User
from bangfu.records.bulk import insert_rows
from bangfu.records.figures.compute import COLUMNS, Ground, Value, compute, tuples
from bangfu.records.figures.formulas import Ready, compiled_before, keep_formulas, prepare
from bangfu.records.figures.language import language_of
from bangfu.records.figures.models import Figure, Snapshot, SnapshotState
from bangfu.records.figures.snapshots import Moment, open_snapshot, take_snapshot
from bangfu.records.households.models import HouseholdYear
from bangfu.records.instance.actions import NotFounded, current_instance, draw_ids
from bangfu.records.instance.parameters import current
from bangfu.records.places.models import Place
from bangfu.records.places.queries import resolve

Progress = Callable[[str, int, int], None]
NO_ROWS = Text(
    "名册里还没有年度数据。先运行 bangfu intake 文件 --mapping 对应表。",
    "The register has no yearly rows yet: run `bangfu intake FILE --mapping NAME` first.",
)


NO_PLACE = Text(
    "没有地点的代码是“{code}”。可用 bangfu places resolve {code} 核对。",
    "No place has the code “{code}”. Check it with `bangfu places resolve {code}`.",
)


class UnknownPlace(Exception):
    """A cycle was asked for a code that no place bears or bore; ``text`` is the sentence."""

    def __init__(self, code: str) -> None:
        self.text = NO_PLACE.format(code=code)
        super().__init__(self.text.en)


@dataclass(frozen=True)
class Cycle:
    """What a cycle came to: its snapshot, how many figures it stored, and whether anything was new."""

    snapshot: Snapshot
    figures: int
    new: bool


def run_cycle(
    *,
    place: str = "",
    happened: date | None = None,
    known: datetime | None = None,
    by: User | None = None,
    progress: Progress | None = None,
) -> Cycle:
    """Snapshot the register under a place as of a day, compute its figures, and let pages read them.

    A second run over unchanged rows and parameters finds the same content digest and stores nothing.
    **Errors** ``NotFounded`` where the register has no rows at all, ``UnknownPlace`` for a code that means no place.
    """
    tell = progress or (lambda *_: None)
    parameters = current()
    moment = _moment(happened, known)
    prefix = _present_code(place) if place else current_instance().root_code
    snapshot = take_snapshot(moment=moment, parameters=parameters, place_prefix=prefix, progress=tell)
    same = _same_as_before(snapshot)
    if same is not None:
        _forget(snapshot)
        return Cycle(same, same.figures.count(), new=False)
    language = language_of(parameters, current_instance().scheme)
    ready = prepare(language, compiled_before())
    tell("figures", 0, len(ready))
    with open_snapshot(snapshot.id, SYSTEM_SCOPE, for_formula=True) as opened:
        ground = Ground(opened, parameters.schemes[language.scheme], prefix, language)
        count = _store(snapshot, parameters, ready, compute(ground, ready), by)
    return Cycle(snapshot, count, new=True)


def _present_code(code: str) -> str:
    found = resolve(code)
    if found is None:
        raise UnknownPlace(code)
    return found.code


def _moment(happened: date | None, known: datetime | None) -> Moment:
    if happened is None:
        latest = HouseholdYear.objects.aggregate(latest=Max("happened_on"))["latest"]
        if latest is None:
            raise NotFounded(NO_ROWS)
        happened = latest
    return Moment(happened, known or datetime.now(UTC), known_now=known is None)


def _same_as_before(snapshot: Snapshot) -> Snapshot | None:
    """The standing snapshot of the same day, place, content and parameters, if its figures are whole."""
    return (
        Snapshot.objects.filter(
            happened=snapshot.happened,
            place_prefix=snapshot.place_prefix,
            content_digest=snapshot.content_digest,
            parameters_hash=snapshot.parameters_hash,
            state=SnapshotState.READY,
            current=True,
        )
        .exclude(id=snapshot.id)
        .first()
    )


def _forget(snapshot: Snapshot) -> None:
    """Drop the row of a snapshot that says what another says; files are shared by hash and stay."""
    Snapshot.objects.filter(id=snapshot.id).delete()


def _store(
    snapshot: Snapshot, parameters: Parameters, ready: Sequence[Ready], values: Iterator[Value], by: User | None
) -> int:
    """Write all figures and make the snapshot the current one of its day and place, in one transaction."""
    formulas = keep_formulas(ready, parameters.content_hash, parameters.terms)
    places = dict(Place.objects.values_list("code", "id"))
    computed = list(values)
    with transaction.atomic():
        count = insert_rows(Figure, FIGURE_COLUMNS, _rows(snapshot.id, formulas, places, computed))
        standing = Snapshot.objects.filter(happened=snapshot.happened, place_prefix=snapshot.place_prefix)
        standing.update(current=False)
        Snapshot.objects.filter(id=snapshot.id).update(current=True)
        audit.record(
            action="cycle.run",
            by=by,
            subject="snapshot",
            subject_id=snapshot.id,
            place_code=snapshot.place_prefix,
            facts={"content_digest": snapshot.content_digest, "figures": count},
        )
    snapshot.refresh_from_db()
    return count


_KEYS = ("id", "snapshot_id", "formula_id", "place_id")
FIGURE_COLUMNS = (*_KEYS, *COLUMNS)


def _rows(
    snapshot_id: int, formulas: dict[str, int], places: dict[str, int], values: Sequence[Value]
) -> Iterator[tuple[Any, ...]]:
    """Rows of the figure table; a code that no place bears now gives none."""
    kept = [value for value in values if value.place_code in places]
    # Ids are drawn before the first row is asked for: while a COPY runs, its connection answers nothing else.
    ids = draw_ids(len(kept)) if kept else range(0)
    return (
        (row_id, snapshot_id, formulas[value.indicator], places[value.place_code], *row)
        for row_id, value, row in zip(ids, kept, tuples(kept), strict=True)
    )
