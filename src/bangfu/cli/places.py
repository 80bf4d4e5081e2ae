"""``bangfu places …``: load places and their yearly sheets, count, list, resolve, rename and merge."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bangfu.cli.say import fail, note
from bangfu.parameters.text import Text
from bangfu.records.instance.actions import NotFounded
from bangfu.records.places import actions, queries

app = typer.Typer(no_args_is_help=True, help="Places: load, count, points, resolve, rename, merge.")
BOUNDED = Text("{places}个地点有边界，改动{changed}个。", "{places} boundaries were read, {changed} of them new.")
DAY = ["%Y-%m-%d"]
EMPTY_NAME = Text("名称不能是空的。", "A name cannot be empty.")
LOADED = Text("新地点 {new}，已有 {known}。", "{new} places are new, {known} stood already.")
POINTED = Text(
    "{matched}个地点有了坐标（改动{changed}个，存疑{flagged}个）；{left}行没有对应的地点。",
    "{matched} places matched a point ({changed} changed, {flagged} flagged); {left} rows fit no place.",
)
SHEETED = Text(
    "年度表新增{new}张，变化{changed}张，未变{same}张。",
    "{new} yearly sheets are new, {changed} changed, {same} unchanged.",
)
UNKNOWN = Text(
    "没有地点的代码是“{code}”。可用 bangfu places resolve {code} 核对。",
    "No place has the code “{code}”. Check it with `bangfu places resolve {code}`.",
)
UNKNOWN_LEVEL = Text("没有{level}这一级。现有：{known}。", "There is no level {level}. There are: {known}.")


@app.command()
def load(
    files: Annotated[
        list[Path] | None, typer.Argument(exists=True, dir_okay=False, help="CSV, GeoJSON, .xlsx.")
    ] = None,
    scheme: Annotated[str | None, typer.Option(help="Place scheme of a new instance; china if left out.")] = None,
    valid_from: Annotated[datetime | None, typer.Option(formats=DAY, help="First day; open if left out.")] = None,
) -> None:
    """Load places, points, yearly sheets and boundaries, in any order; founds the instance where none stands."""
    try:
        done = actions.load_files(files or [], scheme=scheme, valid_from=valid_from.date() if valid_from else None)
    except actions.PlacesRefused as refusal:
        _refuse(refusal)
    except NotFounded as refusal:
        fail(refusal.text)
    if done.places.new or done.places.known or done.sheets is None:
        note(LOADED.format(new=done.places.new, known=done.places.known))
    if done.sheets is not None:
        note(SHEETED.format(new=done.sheets.new, changed=done.sheets.changed, same=done.sheets.same))
    if done.points is not None:
        note(_pointed(done.points))
    for part in done.boundaries:
        note(BOUNDED.format(places=part.places, changed=part.changed))
        for sentence in part.notes:
            note(sentence)


def _pointed(points: actions.Pointed) -> Text:
    left = len(points.unmatched)
    return POINTED.format(matched=points.matched, changed=points.changed, flagged=points.flagged, left=left)


@app.command()
def points(
    under: Annotated[str, typer.Option(help="Code of the place above.")],
    level: Annotated[str, typer.Option(help="Level of the places listed.")] = "township",
) -> None:
    """Places without a point, or with a doubtful one, as CSV."""
    known = queries.current_scheme().by_code
    if level not in known:
        fail(UNKNOWN_LEVEL.format(level=level, known=", ".join(known)))
    code = _code_of(under)
    rows = (
        (place.code, place.name, place.point_state, place.latitude, place.longitude, json.dumps(place.point_facts))
        for place in queries.doubtful_points(code, level)
    )
    heading = ("code", "name", "point_state", "latitude", "longitude", "facts")
    typer.echo(queries.as_csv(heading, rows), nl=False)


@app.command()
def count(
    by: Annotated[str, typer.Option(help="What to count by: level.")] = "level",
    under: Annotated[str, typer.Option(help="Only places under this code.")] = "",
    format: Annotated[str, typer.Option(help="csv.")] = "csv",
) -> None:
    """How many places stand at each level."""
    if by != "level" or format != "csv":
        fail(Text("只能 --by level --format csv。", "Only --by level and --format csv are known."))
    code = _code_of(under) if under else ""
    typer.echo(queries.as_csv(("level", "count"), queries.counts_by_level(code)), nl=False)


def _code_of(under: str) -> str:
    """The code of today of the place asked for; ends the command where there is none."""
    found = queries.resolve(under)
    if found is None:
        fail(UNKNOWN.format(code=under))
    return found.code


@app.command()
def resolve(
    code: Annotated[str, typer.Argument(help="A code of today or of old.")],
    on: Annotated[datetime | None, typer.Option(formats=DAY, help="What the code meant on this day.")] = None,
    name: Annotated[str, typer.Option(help="The name on the old sheet, where codes were given anew.")] = "",
) -> None:
    """The place of today that a code means, or meant: code, name, level, and whether the code is outdated."""
    found = queries.resolve(code, on=on.date() if on else None, name=name)
    if found is None:
        fail(Text("没有地点有过代码“{code}”。", "No place has or had the code “{code}”.").format(code=code), code=1)
    level = queries.current_scheme().levels[found.level].code
    row = (found.code, found.name, level, "yes" if found.outdated else "no")
    typer.echo(queries.as_csv(("code", "name", "level", "outdated"), [row]), nl=False)


@app.command()
def rename(
    code: Annotated[str, typer.Argument(help="The place's code.")],
    name: Annotated[str, typer.Argument(help="Its new name.")],
    on: Annotated[datetime, typer.Option(formats=DAY, help="The first day of the new name.")],
    reason: Annotated[str, typer.Option(help="Why, and by which document.")],
    code_becomes: Annotated[str | None, typer.Option(help="Its new code, where that changes too.")] = None,
) -> None:
    """Give a place another name, and perhaps another code; everything under it moves along."""
    if not name.strip():
        fail(EMPTY_NAME)
    try:
        place = actions.rename_place(code, name=name, on=on.date(), reason=reason, new_code=code_becomes)
    except actions.PlacesRefused as refusal:
        _refuse(refusal)
    note(Text("现在是“{name}”（{code}）。", "It is “{name}” ({code}) now.").format(name=place.name, code=place.code))


@app.command()
def merge(
    codes: Annotated[list[str], typer.Argument(help="Codes of the places that are merged.")],
    into: Annotated[str, typer.Option(help="Code of the place that they become.")],
    on: Annotated[datetime, typer.Option(formats=DAY, help="The first day of the merged place.")],
    reason: Annotated[str, typer.Option(help="Why, and by which document.")],
    name: Annotated[str | None, typer.Option(help="Name of the merged place, where it is new or renamed.")] = None,
) -> None:
    """Merge places into one; rows, sheets and grants go on with it."""
    try:
        place = actions.merge_places(codes, into=into, on=on.date(), reason=reason, name=name)
    except actions.PlacesRefused as refusal:
        _refuse(refusal)
    note(Text("已并为“{name}”（{code}）。", "Merged into “{name}” ({code}).").format(name=place.name, code=place.code))


def _refuse(refusal: actions.PlacesRefused) -> NoReturn:
    for sentence in refusal.sentences:
        note(sentence)
    raise typer.Exit(2)
