"""``bangfu templates``: an empty workbook for each kind of file that can come in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from bangfu.cli.say import fail, language, note
from bangfu.parameters.text import Text
from bangfu.records.intake import village_template
from bangfu.records.intake.templates import LANGUAGES, fitting_mappings, write_template
from bangfu.records.places.queries import resolve

WRITTEN = Text("已写入：{target}", "Written: {target}")
NO_FOLDER = Text(
    "没有文件夹 {folder}。请先建好，或给别的位置。", "There is no folder {folder}. Make it first, or name another."
)
NO_PLACE = Text("没有代码为“{code}”的地点。请核对代码。", "There is no place with the code “{code}”. Check the code.")
NO_LANGUAGE = Text(
    "没有语言 {language}；有：zh、en、both。", "There is no language {language}; known are zh, en, both."
)


def templates(
    folder: Annotated[Path, typer.Argument(help="Where the workbooks go.")] = Path(),
    place: Annotated[str, typer.Option(help="Code of the place whose villages can be chosen; all if left out.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the headings: zh, en or both.")] = "",
) -> None:
    """Write a template for each kind of file, with drop-downs, checks, notes and an example row."""
    wanted = lang or language()
    if wanted not in LANGUAGES:
        fail(NO_LANGUAGE.format(language=wanted))
    if not folder.is_dir():
        fail(NO_FOLDER.format(folder=folder))
    found = resolve(place) if place else None
    if place and found is None:
        fail(NO_PLACE.format(code=place))
    area = None if found is None else (found.code,)
    for mapping in fitting_mappings():
        target = folder / f"{mapping.name}.template.xlsx"
        write_template(mapping, target, language=wanted, prefixes=area, today=timezone.localdate())
        note(WRITTEN.format(target=target))
    target = folder / f"{village_template.NAME}.template.xlsx"
    village_template.write_village_template(target, language=wanted, prefixes=area, today=timezone.localdate())
    note(WRITTEN.format(target=target))
