"""``bangfu cycle`` and ``bangfu figures``."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from django.db.models import Min
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bangfu.cli.say import fail, language, note
from bangfu.parameters.text import Text
from bangfu.records.access.gate import SYSTEM_SCOPE
from bangfu.records.figures import queries, rebuilding
from bangfu.records.figures.actions import NO_ROWS, UnknownPlace, run_cycle
from bangfu.records.figures.models import Figure, Snapshot
from bangfu.records.households.models import HISTORY, HouseholdYear
from bangfu.records.instance.actions import NotFounded, current_instance
from bangfu.records.instance.parameters import current
from bangfu.records.places.queries import resolve

NONE_YET = Text("{place}还没有快照。先运行 bangfu cycle。", "{place} has no snapshot yet. Run `bangfu cycle` first.")
NO_YEAR = Text(
    "{day}的快照里没有{year}年；有的年份：{known}。",
    "The snapshot of {day} has no year {year}. It has: {known}.",
)
NO_FIGURE = Text(
    "没有这个数字：{indicator}，{place}，{year}年。快照里有的年份：{known}；也可以换一个地方或一级。",
    "No such figure: {indicator} at {place}, {year}. The snapshot has the years {known}; try another year, place or "
    "level.",
)


class Format(StrEnum):
    """How figures are printed."""

    CSV = "csv"
    JSON = "json"


def cycle(
    place: Annotated[str, typer.Option(help="Place code; default the root of the instance.")] = "",
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day, default the latest.")] = None,
    known: Annotated[datetime | None, typer.Option(help="As known at this time; default now.")] = None,
    rebuild: Annotated[str, typer.Option(metavar="SNAPSHOT", help="Compute a stored snapshot again, compare.")] = "",
) -> None:
    """Snapshot the register and compute its figures; safe to run twice."""
    if rebuild:
        _rebuild(rebuild)
        return
    day = as_of.date() if as_of else None
    known = timezone.make_aware(known) if known else None
    _check_known(place, day, known)
    phases = {
        "households": Text("农户快照", "Snapshot of households"),
        "persons": Text("成员快照", "Snapshot of persons"),
    }
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("…", total=None)

        def tell(phase: str, done: int, total: int) -> None:
            title = phases.get(phase, Text("计算数字", "Computing figures"))
            bar.update(task, description=title.in_language(language()), completed=done, total=total or None)

        try:
            done = run_cycle(place=place, happened=day, known=known, progress=tell)
        except (NotFounded, UnknownPlace) as refusal:
            fail(refusal.text)
    facts = {"ref": done.snapshot.ref, "day": done.snapshot.happened, "count": done.figures}
    if done.new:
        note(Text("快照 {ref}（{day}）：{count}个数字。", "Snapshot {ref} ({day}): {count} figures.").format(**facts))
    else:
        note(
            Text("没有变化，仍用快照 {ref}（{day}）。", "Nothing changed; snapshot {ref} ({day}) still stands.").format(
                **facts
            )
        )


NOTHING_KNOWN = Text(
    "到那时名册里还没有年度数据：最早的一条是{happened}的，最早入库是{known}。",
    "Nothing was known then: the earliest yearly row of the register is of {happened}, the first came in on {known}.",
)


def _check_known(place: str, day: date | None, known: datetime | None) -> None:
    """Pass where a yearly row had happened by a day and was known by a time: a snapshot of nothing helps nobody."""
    try:
        current_instance()
    except NotFounded as refusal:
        fail(refusal.text)
    if place:
        _code_of(place)
    then: dict[str, Any] = {"happened_on__lte": day} if day else {}
    then |= {"known_at__lte": known} if known else {}
    tables = [model._default_manager.all() for model in (HouseholdYear, HISTORY[HouseholdYear])]
    if any(rows.filter(**then).exists() for rows in tables):
        return
    first = tables[1].aggregate(happened=Min("happened_on"), known=Min("known_at"))
    if first["happened"] is None:
        fail(NO_ROWS)
    fail(NOTHING_KNOWN.format(happened=first["happened"], known=timezone.localdate(first["known"])))


REBUILT = Text(
    "快照 {ref} 的{count}个数字重算后一位不差。", "All {count} figures of snapshot {ref} came out to the same digits."
)
DIFFERENT = Text(
    "快照 {ref} 有{count}个数字重算后不同，先是 {first}。",
    "{count} figures of snapshot {ref} came out differently, the first is {first}.",
)
NO_SNAPSHOT = Text("没有快照 {ref}。", "There is no snapshot {ref}.")


def _rebuild(ref: str) -> None:
    """Exit code 0 where every figure came out the same, 1 where one did not, 2 where there is no such snapshot."""
    snapshot = Snapshot.objects.filter(ref=ref).first()
    if snapshot is None:
        fail(NO_SNAPSHOT.format(ref=ref))
    done = rebuilding.rebuild(snapshot)
    if done.same:
        note(REBUILT.format(ref=ref, count=done.count))
        return
    first = " ".join(str(part) for part in done.different[0])
    fail(DIFFERENT.format(ref=ref, count=len(done.different), first=first), code=1)


def figures(
    indicator: Annotated[str, typer.Argument(help="Code of the indicator.")],
    place: Annotated[str, typer.Option(help="Place code; default the root.")] = "",
    by: Annotated[str, typer.Option(help="Level to list under the place (county, township, region …).")] = "",
    year: Annotated[int | None, typer.Option(help="Year; default the latest.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Snapshot of this day or before.")
    ] = None,
    format: Annotated[Format, typer.Option(help="csv or json.")] = Format.CSV,
) -> None:
    """Print the figures of an indicator, each with its error, sample size, line and snapshot."""
    _check_indicator(indicator)
    code = _code_of(place) if place else current_instance().root_code
    found = _found(indicator, code, by, year, as_of.date() if as_of else None)
    rows = [_row(figure) for figure in found]
    if not rows:
        fail(_nothing(indicator, code, year, as_of.date() if as_of else None))
    _print(rows, format)


def _nothing(indicator: str, code: str, year: int | None, day: date | None) -> Text:
    """Why there is no figure: no snapshot, a year that it does not have, or nothing for this place and year."""
    snapshot = queries.current_snapshot(code, day)
    if snapshot is None:
        return NONE_YET.format(place=code)
    years = queries.years_of(snapshot)
    known = ", ".join(map(str, years))
    if year is not None and year not in years:
        return NO_YEAR.format(year=year, known=known, day=snapshot.happened)
    return NO_FIGURE.format(indicator=indicator, place=code, year=year or (years[-1] if years else "–"), known=known)


def _code_of(place: str) -> str:
    """The code of today of the place asked for; ends the command where there is none."""
    found = resolve(place)
    if found is None:
        fail(UnknownPlace(place).text)
    return found.code


def _check_indicator(code: str) -> None:
    known = current().indicators
    if code not in known:
        fail(
            Text("没有名为{code}的指标。现有：{known}。", "No indicator is called {code}. There are: {known}.").format(
                code=code, known=", ".join(sorted(known))
            )
        )


def _found(indicator: str, code: str, by: str, year: int | None, day: date | None) -> Iterable[Figure]:
    snapshot = queries.current_snapshot(code, day)
    if snapshot is None:
        return ()
    years = queries.years_of(snapshot)
    year = year or (years[-1] if years else None)
    found = queries.figures(snapshot, SYSTEM_SCOPE, indicator=indicator, year=year).select_related("snapshot")
    return queries.under(found, code, _level(by)) if by else found.filter(place_code=code)


def _level(name: str) -> int:
    scheme = current().schemes[current_instance().scheme]
    level = scheme.by_code.get(name)
    if level is None:
        fail(
            Text("没有{name}这一级。现有：{known}。", "There is no level {name}. There are: {known}.").format(
                name=name, known=", ".join(scheme.by_code)
            )
        )
    return level.number


def _row(figure: Figure) -> dict[str, Any]:
    return {
        "indicator": figure.indicator,
        "version": figure.version,
        "place_code": figure.place_code,
        "place": figure.place.name,
        "place_en": figure.place.name_en,
        "year": figure.year,
        "group": figure.group,
        "state": figure.state,
        "value": figure.value,
        "unit": current().indicators[figure.indicator].unit or "",
        "standard_error": figure.standard_error,
        "lower": figure.lower,
        "upper": figure.upper,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "sample_size": figure.sample_size,
        "line": figure.line,
        "unknown_rows": figure.unknown_rows,
        "missing_places": figure.missing_places,
        "snapshot": figure.snapshot.ref,
        "as_of": figure.snapshot.happened.isoformat(),
    }


def _print(rows: list[dict[str, Any]], form: Format) -> None:
    if form is Format.JSON:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_as_text(rows))


def _as_text(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Floats with all their digits, so that what is read back is what was stored."""
    for row in rows:
        yield {key: repr(value) if isinstance(value, float) else value for key, value in row.items()}
