"""``bangfu intake``: bring a file in from the command line, as the system."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from bangfu.cli.say import django_language, fail, in_our_language, language, note
from bangfu.parameters.text import Text
from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.intake.actions import Outcome, receive, work_through
from bangfu.records.intake.messages import NOTICE
from bangfu.records.intake.queries import note_sentences, refusal_sentence
from bangfu.records.places.years import why_not_year

#: Sentences said on the terminal; the answer workbook has them all.
SAID = 50
NO_FOLDER = Text(
    "答复工作簿写不成：没有文件夹{folder}。请用 --answer 给别的位置。",
    "The answer workbook cannot be written: there is no folder {folder}. Name another place by --answer.",
)
NOT_WRITABLE = Text(
    "答复工作簿写不成：{target} 不可写。请用 --answer 给别的位置。",
    "The answer workbook cannot be written: {target} is not writable. Name another place by --answer.",
)
A_FOLDER = Text(
    "答复工作簿写不成：{target} 是文件夹。请给文件名。",
    "The answer workbook cannot be written: {target} is a folder. Name a file.",
)
OWN_FILE = Text(
    "答复工作簿不能盖掉来件 {target}。请用 --answer 给别的位置。",
    "The answer workbook would replace the file itself, {target}. Name another place by --answer.",
)
TABLES = ("household", "householdyear", "person", "personyear")


def intake(
    file: Annotated[Path, typer.Argument(help="A .csv, .xlsx or .xls file.")],
    mapping: Annotated[str, typer.Option(help="Kind of file: a mapping of parameters/mappings.")] = "register",
    year: Annotated[int | None, typer.Option(help="Year that the rows speak of, where no column says it.")] = None,
    place: Annotated[
        str, typer.Option(help="Code of the place of rows that name none; names are looked up below it.")
    ] = "",
    answer: Annotated[
        Path | None, typer.Option(help="Where the answer workbook goes; beside the file otherwise.")
    ] = None,
    check_only: Annotated[bool, typer.Option("--check-only", help="Check and answer, merge nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")] = False,
) -> None:
    """Bring a file in: good rows are merged, the others come back in an answer workbook with a sentence each.

    Exit code 0: everything went in. 1: some rows came back. 2: nothing was done.
    """
    known = current().mappings
    if mapping not in known:
        names = ", ".join(sorted(known))
        fail(Text(f"没有叫 {mapping} 的文件种类；有：{names}。", f"There is no mapping {mapping}; known are {names}."))
    if not file.is_file():
        fail(Text(f"没有这个文件：{file}", f"There is no file {file}."))
    wrong_year = None if year is None else why_not_year(year, timezone.localdate())
    if wrong_year is not None:
        fail(wrong_year)
    target = answer or file.with_name(f"{file.stem}.answer.xlsx")
    _check_target(target, file)
    with in_our_language():
        upload = receive(file, file_name=file.name, mapping=known[mapping], by=None, year=year, place_prefix=place)
        outcome = work_through(upload, merge=not check_only, progress=_Progress(), language=django_language())
        written = _write_answer(outcome, target)
        _tell(outcome, written, as_json=as_json, check_only=check_only)
    raise typer.Exit(_exit_code(outcome, check_only=check_only))


def _check_target(target: Path, file: Path) -> None:
    """Pass where the answer can be written; asked before the work, not found out after it."""
    folder = target.parent
    if not folder.is_dir():
        fail(NO_FOLDER.format(folder=folder))
    if target.is_dir():
        fail(A_FOLDER.format(target=target))
    if target.exists() and target.samefile(file):
        fail(OWN_FILE.format(target=target))
    if not os.access(target if target.exists() else folder, os.W_OK):
        fail(NOT_WRITABLE.format(target=target))


class _Progress:
    """Tells phase and rows on standard error, at most once a second where no one looks on."""

    def __init__(self) -> None:
        self.said = 0.0
        self.waited = False

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done and done < total and now - self.said < 1 and not sys.stderr.isatty():
            return
        self.said = now
        if phase == "wait":
            if not self.waited:
                note(Text("另一个文件正在入库，请等候……", "Another file is being merged; waiting for it…"))
            self.waited = True
        elif phase == "check":
            note(Text("正在检查……", "Checking…"))
        elif total:
            note(Text(f"已处理{done:,}行，共{total:,}行。", f"{done:,} of {total:,} rows worked through."))


def _write_answer(outcome: Outcome, target: Path) -> Path | None:
    stored = outcome.upload.answer_stored_as
    if not stored:
        return None
    with vault.workroom() as folder:
        vault.fetch(stored, folder / "answer.xlsx")
        shutil.copyfile(folder / "answer.xlsx", target)
    target.chmod(0o600)
    return target


def _tell(outcome: Outcome, written: Path | None, *, as_json: bool, check_only: bool) -> None:
    if outcome.refusal:
        note(refusal_sentence(outcome.refusal))
    for sentence in note_sentences(outcome.notes):
        note(sentence)
    for finding in sorted(outcome.findings, key=lambda finding: finding.verdict == NOTICE)[:SAID]:
        note(finding.sentence())
    more = len(outcome.findings) - SAID
    if more > 0 and written:
        note(Text(f"另有{more:,}条，见答复工作簿。", f"{more:,} more are in the answer workbook."))
    elif more > 0:
        note(Text(f"另有{more:,}条说明，未列出。", f"{more:,} more notes are not listed."))
    if written:
        note(Text(f"答复工作簿：{written}", f"Answer workbook: {written}"))
    if as_json:
        body = {
            "upload": outcome.upload.ref,
            "counts": outcome.counts,
            "merged": outcome.merged,
            "refusal": outcome.refusal,
        }
        typer.echo(json.dumps(body, ensure_ascii=False))
    elif not outcome.refusal:
        typer.echo(_summary(outcome, check_only=check_only).in_language(language()))


def _summary(outcome: Outcome, *, check_only: bool) -> Text:
    counts = {"rows": 0, "refused": 0, "ask": 0, **outcome.counts}
    good = counts["rows"] - counts["refused"] - counts["ask"]
    if check_only:
        return Text(
            "共{rows:,}行：可入库{good:,}行，要改{refused:,}行，要人看{ask:,}行。",
            "{rows:,} rows: {good:,} can be merged, {refused:,} to mend, {ask:,} for a person to look at.",
        ).format(good=good, **counts)
    sums = {
        change: sum(outcome.merged.get(table, {}).get(change, 0) for table in TABLES)
        for change in ("new", "changed", "same")
    }
    return Text(
        "共{rows:,}行：入库{good:,}行，要改{refused:,}行，要人看{ask:,}行；记录新增{new:,}条，变化{changed:,}条，未变{same:,}条。",
        "{rows:,} rows: {good:,} merged, {refused:,} to mend, {ask:,} for a person to look at; {new:,} records new, "
        "{changed:,} changed, {same:,} unchanged.",
    ).format(good=good, **counts, **sums)


def _exit_code(outcome: Outcome, *, check_only: bool) -> int:
    good = outcome.counts.get("sound", 0) + outcome.counts.get("notice", 0)
    if outcome.refusal or check_only or not good:
        return 2
    return 0 if outcome.everything_went_in else 1
