"""A superior's blank comes in, its headings are settled once, and it goes back filled in its own layout."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from bangfu.analytics.workbooks.fill import Filled, fill_workbook
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.records.access import audit
from bangfu.records.access.gate import Scope
from bangfu.records.access.models import User
from bangfu.records.access.permissions import Permission
from bangfu.records.figures.queries import current_snapshot
from bangfu.records.intake import vault
from bangfu.records.jobs.actions import ask
from bangfu.records.places.models import Place
from bangfu.records.reports.cells import told_cells
from bangfu.records.reports.gaps import keep_gaps
from bangfu.records.reports.ground import Ground, Progress, unheard
from bangfu.records.reports.layouts import layout_of, outdated, versions_of
from bangfu.records.reports.list_cells import ListTold, told_list
from bangfu.records.reports.models import Filling, FillingState, KnownLayout
from bangfu.records.reports.reading import Blank, parse, read
from bangfu.records.reports.told import ORDINAL, Told, counted, values_by_sheet

KEPT_FOR = timedelta(days=30)
#: Blanks above so many bytes are filled in the background.
LARGE = 1024 * 1024


def receive(path: Path, *, file_name: str, area: Place, year: int, by: User) -> Filling:
    """Keep a blank encrypted until it expires."""
    with _stored(path) as name, transaction.atomic():
        filling = Filling(
            file_name=file_name[:200],
            stored_as=name,
            content_hash=vault.content_hash(path),
            place=area,
            place_code=area.code,
            year=year,
            by=by,
            expires_at=timezone.now() + KEPT_FOR,
        )
        filling.save()
        _record("reports.receive", filling, by, content_hash=filling.content_hash, year=year)
    return filling


def start(filling: Filling, *, scope: Scope, by: User, language: str) -> Filling:
    """Do the work on a blank now; where it is large, as a job, that its page follows."""
    if vault.size(filling.stored_as) <= LARGE:
        return work(filling, scope=scope, by=by)
    layout = layout_of(filling, filling.digest)
    confirmed = layout.confirmed_at.isoformat() if layout else ""
    with transaction.atomic():
        filling.job = ask(
            "reports.fill",
            owner=by,
            arguments={"filling": filling.pk, "language": language},
            scope=scope,
            idempotency_key=f"reports.fill {filling.ref} {confirmed}".strip(),
        )
        filling.state, filling.refusal = FillingState.RECEIVED, {}
        filling.save(update_fields=["job", "state", "refusal"])
    return filling


def work(filling: Filling, *, scope: Scope, by: User | None, progress: Progress = unheard) -> Filling:
    """Read a blank; fill it where the office knows its layout, else let it wait for a person; or refuse it."""
    with vault.workroom() as folder:
        source = _fetched(filling, folder)
        try:
            parsed = parse(source)
            layout = layout_of(filling, parsed.digest)
            answers = layout.answers if layout else {}
            blank = read(parsed, area=filling.place, year=filling.year, answers=answers)
        except FileRefused as refused:
            return _refuse(filling, refused, keep=False)
        filling.digest = blank.digest
        if layout is None or blank.unsettled(answers) or outdated(answers, layout.versions):
            filling.state = FillingState.ASKING
            filling.save()
            return filling
        return _fill(filling, source, blank, _ground(filling, answers, scope, progress), by)


@transaction.atomic
def confirm(filling: Filling, answers: Mapping[str, str], *, title: str, by: User) -> KnownLayout:
    """Remember for the office what a layout's headings mean."""
    layout, _ = KnownLayout.objects.select_for_update().get_or_create(
        digest=filling.digest,
        place_code=filling.place_code,
        defaults={"place": filling.place, "confirmed_at": timezone.now()},
    )
    layout.answers, layout.versions = dict(answers), versions_of(answers)
    layout.title, layout.by, layout.confirmed_at = title[:200], by, timezone.now()
    layout.save()
    audit.record(
        action="reports.confirm_layout",
        by=by,
        subject="layout",
        subject_id=layout.pk,
        place_code=filling.place_code,
        facts={"digest": filling.digest, "headings": len(answers)},
    )
    return layout


def open_result(filling: Filling, *, by: User | None) -> io.BytesIO:
    """The filled workbook in the clear; the download is audited."""
    with vault.workroom() as folder:
        target = folder / "filled.xlsx"
        vault.fetch(filling.result_stored_as, target)
        content = io.BytesIO(target.read_bytes())
    with transaction.atomic():
        _record("reports.download", filling, by, whole_numbers=filling.counts.get("revealed", 0))
    return content


def forget_expired(now: datetime) -> int:
    """Delete blanks and results whose time is over; what was counted and is missing stays. Returns how many."""
    expired = Filling.objects.filter(expires_at__lt=now).exclude(stored_as="", result_stored_as="").defer("cells")
    count = 0
    for filling in expired:
        with transaction.atomic():
            _forget(filling.stored_as, filling.result_stored_as)
            Filling.objects.filter(pk=filling.pk).update(stored_as="", result_stored_as="", cells=[])
        count += 1
    return count


# --- Filling --------------------------------------------------------------------------------------------------------


def _ground(filling: Filling, answers: Mapping[str, str], scope: Scope, progress: Progress) -> Ground:
    snapshot = current_snapshot(filling.place_code)
    return Ground(filling.place, answers, snapshot, scope.narrowed(Permission.EXPORT), progress)


def _fill(filling: Filling, source: Path, blank: Blank, ground: Ground, by: User | None) -> Filling:
    """Fill a blank that was read, keep the result encrypted, and write down what is missing."""
    filling.digest, filling.snapshot = blank.digest, ground.snapshot
    target = source.with_name("filled.xlsx")
    try:
        cells = tuple(told_cells(blank.cells, ground))
        lists = [told_list(one, ground) for one in blank.lists]
        told = (*cells, *chain.from_iterable(one.told for one in lists))
        patterns = {one.sheet: one.pattern_row for one in lists}
        values = values_by_sheet(told)
        fill_workbook(source, target, {name: Filled(found, patterns.get(name, 0)) for name, found in values.items()})
    except FileRefused as refused:
        return _refuse(filling, refused, keep=True)
    return _keep(filling, target, [one for one in told if one.state != ORDINAL], lists, by)


def _keep(filling: Filling, target: Path, told: list[Told], lists: list[ListTold], by: User | None) -> Filling:
    """Keep what was filled; the table of before goes once this one stands."""
    before = filling.result_stored_as
    filling.cells = [one.as_fact() for one in told]
    filling.counts = counted(told) | _counts_of(lists)
    filling.lists_rows = bool(lists)
    filling.state, filling.refusal = FillingState.FILLED, {}
    with _stored(target) as filling.result_stored_as, transaction.atomic():
        _forget(before)
        filling.save()
        keep_gaps(filling, told)
        _record("reports.fill", filling, by, **filling.counts)
    return filling


def _counts_of(lists: list[ListTold]) -> dict[str, int]:
    """How many households and personal numbers all lists show together; nothing where there is no list."""
    names = lists[0].counts if lists else ()
    return {name: sum(one.counts[name] for one in lists) for name in names}


def _refuse(filling: Filling, refused: FileRefused, *, keep: bool) -> Filling:
    """Say why a blank was not filled. One that cannot be read goes; one whose answers stand in the way is kept."""
    filling.state = FillingState.REFUSED
    filling.refusal = {"zh": refused.text.zh, "en": refused.text.en}
    with transaction.atomic():
        if not keep:
            _forget(filling.stored_as)
            filling.stored_as = ""
        filling.save()
    return filling


# --- Files and the log ----------------------------------------------------------------------------------------------


def _fetched(filling: Filling, folder: Path) -> Path:
    source = folder / "blank.xlsx"
    vault.fetch(filling.stored_as, source)
    return source


@contextmanager
def _stored(path: Path) -> Iterator[str]:
    """Keep a file encrypted under the name that is given, unless what is done with the name fails."""
    name = vault.store(path)
    try:
        yield name
    except BaseException:
        vault.forget(name)
        raise


def _forget(*names: str) -> None:
    """Delete stored files once the rows that named them are committed without them."""
    for name in names:
        transaction.on_commit(partial(vault.forget, name))


def _record(action: str, filling: Filling, by: User | None, **facts: object) -> None:
    audit.record(
        action=action,
        by=by,
        subject="filling",
        subject_id=filling.pk,
        place_code=filling.place_code,
        facts=facts,
    )
