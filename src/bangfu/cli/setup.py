"""``bangfu migrate`` and ``bangfu init``."""

from __future__ import annotations

from typing import Annotated

import typer
from django.core.management import call_command

from bangfu.cli.say import fail, note
from bangfu.parameters.text import Text
from bangfu.records.instance.actions import NotFounded, found_instance


def migrate() -> None:
    """Make or upgrade the database of this instance; safe to run twice."""
    call_command("migrate", interactive=False, verbosity=0)
    note(Text("数据库已是最新。", "The database is up to date."))


def init(
    scheme: Annotated[str, typer.Option(help="Place scheme (parameters/schemes).")] = "china",
    number: Annotated[int, typer.Option(help="Number of this instance, 0 to 8191; its ids start at number·2^40.")] = 0,
    title_zh: Annotated[str, typer.Option(help="Name on every page, in Chinese.")] = "帮扶平台",
    title_en: Annotated[str, typer.Option(help="Name on every page, in English.")] = "bangfu",
) -> None:
    """Found this instance: its scheme, number and name. `places load` founds one by itself where none stands."""
    try:
        found_instance(scheme=scheme, number=number, title_zh=title_zh, title_en=title_en)
    except NotFounded as refusal:
        fail(refusal.text)
