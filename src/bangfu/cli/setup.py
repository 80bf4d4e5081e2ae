"""``bangfu migrate`` and ``bangfu init``."""

from __future__ import annotations

from typing import Annotated

import typer
from django.core.management import call_command

from bangfu.cli.say import fail, note
from bangfu.parameters.text import Text
from bangfu.records.instance.actions import NotFounded, found_instance
from bangfu.records.instance.models import Instance
from bangfu.records.instance.parameters import current

LARGEST_NUMBER = 8191
NO_SCHEME = Text("没有“{name}”这种区划；有：{known}。", "There is no place scheme “{name}”; there are {known}.")
WRONG_NUMBER = Text(
    "编号“{number}”不对，应在0和{last}之间。", "The number {number} cannot be; name one from 0 to {last}."
)
FOUNDED = Text(
    "已建实例：{number}号，区划方案{scheme}，名称“{title_zh}”。下一步：bangfu places load 文件…。",
    "Founded instance number {number} with the place scheme {scheme}, called “{title_en}”. "
    "Next: `bangfu places load FILE…`.",
)
STANDS = Text(
    "实例早已建好，没有改动：{number}号，区划方案{scheme}，名称“{title_zh}”。",
    "The instance stands already and was left as it is: number {number}, place scheme {scheme}, called “{title_en}”.",
)


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
    schemes = current().schemes
    if scheme not in schemes:
        fail(NO_SCHEME.format(name=scheme, known=", ".join(schemes)))
    if not 0 <= number <= LARGEST_NUMBER:
        fail(WRONG_NUMBER.format(number=number, last=LARGEST_NUMBER))
    stood = Instance.objects.exists()
    names = {"title_zh": title_zh, "title_en": title_en}
    try:
        found = found_instance(scheme=scheme, number=number, currency=schemes[scheme].currency, **names)
    except NotFounded as refusal:
        fail(refusal.text)
    names = {"title_zh": found.title_zh, "title_en": found.title_en}
    note((STANDS if stood else FOUNDED).format(number=found.number, scheme=found.scheme, **names))
