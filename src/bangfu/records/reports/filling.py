"""A superior's blank comes in, its headings are settled once, and it goes back filled in its own layout."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from bangfu.analytics.workbooks.fill import Filled, Value, fill_workbook
from bangfu.analytics.workbooks.forbidden import REFUSED_BEGINNINGS
from bangfu.analytics.workbooks.layout import Block
from bangfu.analytics.workbooks.refusals import FileRefused, column_letters
from bangfu.records.access import audit
from bangfu.records.access.gate import Scope
from bangfu.records.access.models import User
from bangfu.records.access.permissions import Permission
from bangfu.records.figures.models import Figure, FigureState, Snapshot
from bangfu.records.figures.queries import current_snapshot, figures
from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.places.models import Place
from bangfu.records.reports import lists, words
from bangfu.records.reports.models import Filling, FillingState, Gap, GapState, KnownLayout
from bangfu.records.reports.reading import Asked, Blank, read

KEPT_FOR = timedelta(days=30)
#: Parts that a workbook to fill may not carry, by the beginnings of their names in lower case.
REFUSED_PARTS = tuple(REFUSED_BEGINNINGS)
EMPTY = "-"
CONSTANT = "="
#: Why a cell stays empty although nobody has to report anything.
NO_TASK = frozenset({"left_empty", "outside", "withheld", "not_applicable"})
FigureKey = tuple[str, str, int, str]


def receive(path: Path, *, file_name: str, area: Place, year: int, by: User) -> Filling:
    """Keep a blank encrypted until it expires."""
    with transaction.atomic():
        filling = Filling(
            file_name=file_name[:200],
            stored_as=vault.store(path),
            content_hash=vault.content_hash(path),
            place=area,
            place_code=area.code,
            year=year,
            by=by,
            expires_at=timezone.now() + KEPT_FOR,
        )
        filling.save()
        facts = {"content_hash": filling.content_hash, "year": year}
        audit.record(
            action="reports.receive", by=by, subject="filling", subject_id=filling.pk, place_code=area.code, facts=facts
        )
    return filling


def answers_for(filling: Filling, digest: str) -> dict[str, str]:
    """What the office confirmed for a layout, empty where it never did."""
    layout = KnownLayout.objects.filter(digest=digest, place_code=filling.place_code).first()
    return dict(layout.answers) if layout else {}


def outdated(answers: Mapping[str, str], versions: Mapping[str, str]) -> dict[str, str]:
    """The headings whose indicator is gone (``removed``) or defined anew since they were confirmed (``changed``)."""
    known = current().indicators
    found = {}
    for key, answer in answers.items():
        code = _code_of(answer)
        if code is None:
            continue
        if code not in known or known[code].removed:
            found[key] = "removed"
        elif versions.get(code, known[code].version) != known[code].version:
            found[key] = "changed"
    return found


def _code_of(answer: str) -> str | None:
    parts = answer.split("|")[0].split(":")
    return parts[1] if parts[0] == "figure" and len(parts) > 1 else None


def opened(filling: Filling, answers: Mapping[str, str] | None = None) -> Blank:
    """A blank read anew from the vault. **Errors** ``FileRefused``, ``CannotOpen``."""
    with vault.workroom() as folder:
        source = folder / "blank.xlsx"
        vault.fetch(filling.stored_as, source)
        return read(source, area=filling.place, year=filling.year, answers=answers or {})


def work(filling: Filling, *, scope: Scope, by: User | None) -> Filling:
    """Read a blank; fill it where the office knows its layout, else let it wait for a person; or refuse it."""
    try:
        blank = opened(filling)
        filling.digest = blank.digest
        layout = KnownLayout.objects.filter(digest=blank.digest, place_code=filling.place_code).first()
        if layout is not None:
            blank = opened(filling, layout.answers)
        settled = layout is not None and not blank.unsettled(layout.answers)
        if layout is None or not settled or outdated(layout.answers, layout.versions):
            filling.state = FillingState.ASKING
            filling.save()
            return filling
        return fill(filling, layout.answers, scope=scope, by=by)
    except FileRefused as refused:
        vault.forget(filling.stored_as)
        filling.stored_as = ""
        filling.state = FillingState.REFUSED
        filling.refusal = {"zh": refused.text.zh, "en": refused.text.en}
        filling.save()
        return filling


@transaction.atomic
def confirm(filling: Filling, answers: Mapping[str, str], *, title: str, by: User) -> KnownLayout:
    """Remember for the office what a layout's headings mean."""
    known = current().indicators
    codes = {code for answer in answers.values() if (code := _code_of(answer)) and code in known}
    layout, _ = KnownLayout.objects.select_for_update().get_or_create(
        digest=filling.digest, place_code=filling.place_code, defaults={"confirmed_at": timezone.now()}
    )
    layout.answers = dict(answers)
    layout.versions = {code: known[code].version for code in sorted(codes)}
    layout.title, layout.by, layout.confirmed_at = title[:200], by, timezone.now()
    layout.save()
    facts = {"digest": filling.digest, "headings": len(answers)}
    audit.record(
        action="reports.confirm_layout",
        by=by,
        subject="layout",
        subject_id=layout.pk,
        place_code=filling.place_code,
        facts=facts,
    )
    return layout


def fill(filling: Filling, answers: Mapping[str, str], *, scope: Scope, by: User | None) -> Filling:
    """Fill a blank with what the answers say, keep the result encrypted, and write down what is missing."""
    scope = scope.narrowed(Permission.EXPORT)
    with vault.workroom() as folder:
        source, target = folder / "blank.xlsx", folder / "filled.xlsx"
        vault.fetch(filling.stored_as, source)
        blank = read(source, area=filling.place, year=filling.year, answers=answers)
        snapshot = current_snapshot(filling.place_code)
        told: list[dict[str, Any]] = []
        sheets: dict[str, dict[tuple[int, int], Value]] = {}
        patterns: dict[str, int] = {}
        _fill_cells(filling, blank, answers, snapshot, scope, sheets, told)
        shown = _fill_lists(filling, blank, answers, scope, sheets, patterns, told)
        fill_workbook(source, target, {name: Filled(values, patterns.get(name, 0)) for name, values in sheets.items()})
        with transaction.atomic():
            vault.forget(filling.result_stored_as)
            filling.result_stored_as = vault.store(target)
            filling.digest, filling.snapshot, filling.cells = blank.digest, snapshot, told
            filling.lists_rows = bool(blank.columns)
            filling.state = FillingState.FILLED
            filling.counts = _counted(told) | shown
            filling.save()
            _keep_gaps(filling, told)
            audit.record(
                action="reports.fill",
                by=by,
                subject="filling",
                subject_id=filling.pk,
                place_code=filling.place_code,
                facts=filling.counts,
            )
    return filling


# --- Tables of figures ----------------------------------------------------------------------------------------------


def _fill_cells(
    filling: Filling,
    blank: Blank,
    answers: Mapping[str, str],
    snapshot: Snapshot | None,
    scope: Scope,
    sheets: dict[str, dict[tuple[int, int], Value]],
    told: list[dict[str, Any]],
) -> None:
    stored = _stored(blank.cells, answers, snapshot, scope)
    for asked in blank.cells:
        value, fact = _cell(asked, answers, snapshot, scope, stored)
        where = {"sheet": asked.block.sheet, "cell": f"{column_letters(asked.slot.column)}{asked.slot.row}"}
        told.append(where | {"words": asked.read.what} | fact)
        if value is not None:
            sheets.setdefault(asked.block.sheet, {})[asked.slot.row, asked.slot.column] = value


def _stored(
    cells: Iterable[Asked], answers: Mapping[str, str], snapshot: Snapshot | None, scope: Scope
) -> dict[FigureKey, Figure]:
    """The figures of the snapshot within the scope that the cells ask for, by indicator, place, year and group."""
    wanted = [(code, asked.read) for asked in cells if (code := _code_of(answers.get(asked.key, ""))) is not None]
    if snapshot is None or not wanted:
        return {}
    codes = {code for code, _ in wanted}
    years = {read.year for _, read in wanted}
    levels = {read.place.level for _, read in wanted if read.place is not None}
    rows = figures(snapshot, scope).filter(indicator__in=codes, year__in=years, level__in=levels)
    return {(row.indicator, row.place_code, row.year, row.group): row for row in rows.iterator(2000)}


def _cell(
    asked: Asked,
    answers: Mapping[str, str],
    snapshot: Snapshot | None,
    scope: Scope,
    stored: Mapping[FigureKey, Figure],
) -> tuple[Value | None, dict[str, Any]]:
    """The value of one cell and what is told of it."""
    answer = answers.get(asked.key, EMPTY)
    if answer.startswith(CONSTANT):
        return answer[1:], {"state": "constant"}
    code = _code_of(answer)
    if code is None or (asked.read.place is None and not asked.read.outside):
        return None, {"state": "left_empty"}
    place = asked.read.place
    if asked.read.outside or place is None or not scope.places.allows_place(place.code):
        return None, {"state": "outside", "what": code}
    chosen, _, unit = answer.partition("|")
    group = chosen.split(":")[2]
    fact = {"what": code, "group": group, "place": place.code, "year": asked.read.year}
    indicator = current().indicators.get(code)
    if indicator is None:
        return None, fact | {"state": "removed"}
    row = stored.get((code, place.code, asked.read.year, group))
    if row is None or row.value is None or row.state != FigureState.KNOWN:
        return None, fact | {"state": _why(row, fact, stored, snapshot)}
    value = row.value / _divisor(indicator.unit, unit, asked.slot.percent)
    state = "partial" if row.missing_places else "filled"
    return _tidy(value, indicator.unit), fact | {"state": state, "figure": row.pk, "missing": row.missing_places or 0}


def _why(
    row: Figure | None, fact: Mapping[str, Any], stored: Mapping[FigureKey, Figure], snapshot: Snapshot | None
) -> str:
    """Why there is no value."""
    if snapshot is None:
        return "no_snapshot"
    if row is not None:
        return str(row.state) if row.state != FigureState.KNOWN else "missing_facts"
    key = (fact["what"], fact["place"], fact["year"])
    if fact["group"] and any(other[:3] == key for other in stored):
        return "no_group"
    return "not_reported"


def _divisor(stored_unit: str | None, said: str, percent: bool) -> float:
    """What a stored value is divided by for a cell; a cell shown as percent takes the share as it is."""
    if stored_unit == "share" and percent:
        return 1.0
    unit = words.UNITS.get(said)
    if unit is not None and unit.kind == (stored_unit or "count"):
        return unit.divisor
    return words.UNSAID.get(stored_unit or "", 1.0)


def _tidy(value: float, unit: str | None) -> float | int:
    """A value without the noise of division: shares and ratios keep what their format may want to show."""
    rounded = round(value, 10)
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


# --- Lists of households --------------------------------------------------------------------------------------------


def _fill_lists(
    filling: Filling,
    blank: Blank,
    answers: Mapping[str, str],
    scope: Scope,
    sheets: dict[str, dict[tuple[int, int], Value]],
    patterns: dict[str, int],
    told: list[dict[str, Any]],
) -> dict[str, int]:
    """Put households into the lists; returns how many, and how many values were given whole."""
    counts = {"households": 0, "revealed": 0, "masked": 0, "no_room": 0}
    for number, block in enumerate(blank.blocks):
        if not block.is_list:
            continue
        columns = [one for one in blank.columns if one.block is block]
        by_column = {one.column.column: answers.get(one.key, EMPTY) for one in columns}
        names = sorted({_field_of(answer) for answer in by_column.values()} - {""})
        values = sheets.setdefault(block.sheet, {})
        patterns[block.sheet] = block.last_row
        which = answers.get(f"list:{number}", "register")
        for at, row in enumerate(lists.rows(which, names, filling.place, filling.year, scope)):
            line = block.first_row + at
            if line > block.last_row and not block.may_grow:
                counts["no_room"] += 1
                continue
            counts["households"] += 1
            _fill_line(block, by_column, row, line, at, values, told, filling.year, counts)
    return counts if blank.columns else {}


def _field_of(answer: str) -> str:
    return answer.removeprefix("field:") if answer.startswith("field:") else ""


def _fill_line(
    block: Block,
    by_column: Mapping[int, str],
    row: lists.ListRow,
    line: int,
    at: int,
    values: dict[tuple[int, int], Value],
    told: list[dict[str, Any]],
    year: int,
    counts: dict[str, int],
) -> None:
    if block.ordinals >= 0:
        values[line, block.ordinals] = at + 1
    for column, answer in by_column.items():
        if answer.startswith(CONSTANT):
            values[line, column] = answer[1:]
        found = row.values.get(_field_of(answer))
        if found is None:
            continue
        if found.value is not None:
            values[line, column] = found.value
        if _field_of(answer) in ("id_no", "phone") and found.value is not None:
            counts["masked" if found.masked else "revealed"] += 1
        state = found.reason or ("masked" if found.masked else "filled")
        fact = {"sheet": block.sheet, "cell": f"{column_letters(column)}{line}", "state": state, "household": row.ref}
        told.append(fact | {"what": _field_of(answer), "group": row.ref, "place": row.place_code, "year": year})


# --- What is missing ------------------------------------------------------------------------------------------------


def _counted(told: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts = {"filled": 0, "missing": 0, "left_empty": 0}
    for fact in told:
        counts[_kind_of(fact)] += 1
    return counts


def _kind_of(fact: Mapping[str, Any]) -> str:
    if fact["state"] in ("filled", "partial", "constant", "masked"):
        return "filled"
    return "left_empty" if fact["state"] in NO_TASK else "missing"


def _keep_gaps(filling: Filling, told: Iterable[Mapping[str, Any]]) -> None:
    """Open a task for each value that is missing, and close those whose value stands now."""
    now = timezone.now()
    facts = {_gap_key(fact): fact for fact in told if "what" in fact and "place" in fact}
    standing = {
        (gap.what, gap.group, gap.place_code, gap.year): gap
        for gap in Gap.objects.filter(office_code=filling.place_code)
    }
    for key, fact in facts.items():
        gap = standing.get(key)
        if _kind_of(fact) != "missing":
            if gap is not None and gap.state == GapState.OPEN:
                Gap.objects.filter(pk=gap.pk).update(state=GapState.CLOSED, closed_at=now)
            continue
        gap = gap or Gap(
            office_code=filling.place_code, what=key[0], group=key[1], place_code=key[2], year=key[3], opened_at=now
        )
        gap.filling, gap.reason, gap.sheet, gap.cell = filling, fact["state"], fact["sheet"][:100], fact["cell"]
        gap.state, gap.closed_at = GapState.OPEN, None
        gap.save()


def _gap_key(fact: Mapping[str, Any]) -> tuple[str, str, str, int]:
    return fact["what"], fact.get("group", ""), fact["place"], fact["year"]


def open_result(filling: Filling, *, by: User | None) -> io.BytesIO:
    """The filled workbook in the clear; the download is audited."""
    with vault.workroom() as folder:
        target = folder / "filled.xlsx"
        vault.fetch(filling.result_stored_as, target)
        content = io.BytesIO(target.read_bytes())
    with transaction.atomic():
        audit.record(
            action="reports.download",
            by=by,
            subject="filling",
            subject_id=filling.pk,
            place_code=filling.place_code,
            facts={"whole_numbers": filling.counts.get("revealed", 0)},
        )
    return content


def forget_expired(now: Any) -> int:
    """Delete blanks and results whose time is over; what was counted and is missing stays. Returns how many."""
    expired = Filling.objects.filter(expires_at__lt=now).exclude(stored_as="", result_stored_as="")
    count = 0
    for filling in expired:
        vault.forget(filling.stored_as)
        vault.forget(filling.result_stored_as)
        Filling.objects.filter(pk=filling.pk).update(stored_as="", result_stored_as="", cells=[])
        count += 1
    return count
