"""``bangfu bench``: measure the promises that can be measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bangfu.cli.benchmarks import Benchmark, Result, benchmarks_folder, keep, load_benchmarks, measure
from bangfu.cli.say import fail, note
from bangfu.config.environment import home
from bangfu.parameters.text import Text

SIGNS = {"<=": "≤", ">=": "≥"}
OUTSIDE_CHECKOUT = Text(
    "找不到 benchmarks 文件夹：性能测试不随软件包安装，请在代码仓库里运行。",
    "There is no folder “benchmarks”: benchmarks are not installed with the package, run them in a checkout.",
)
LACKING = Text(
    "性能测试要用到的 {name} 没有装：开发用的包由 make setup 安装。",
    "Benchmarks need {name}, which is not installed: `make setup` installs what developing takes.",
)
UNKNOWN = Text("没有名为 {names} 的测试；现有：{known}。", "There is no benchmark {names}; there are: {known}.")
MEASURING = Text("正在测 {name}（标准 {bar}，对照：{beside}）", "measuring {name} (bar {bar}, beside it: {beside})")
SHORT = Text("{short} 项未达到标准，共 {all} 项。", "{short} of {all} benchmarks fall short.")
KEPT = Text("{all} 项全部达到标准。", "All {all} benchmarks hold.")


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks to run; all when none is named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
    show: Annotated[bool, typer.Option("--list", help="Only list the benchmarks with their bars.")] = False,
) -> None:
    """Measure promises: value, bar and, from the same run, the bare limit or the peer. Exit code 1: one falls short."""
    folder = benchmarks_folder(Path.cwd())
    if folder is None:
        fail(OUTSIDE_CHECKOUT)
    try:
        known = load_benchmarks(folder)
    except ImportError as lacking:
        fail(LACKING.format(name=lacking.name or lacking))
    chosen = _chosen(known, names or [])
    if show:
        for one in chosen:
            typer.echo(f"{one.name}\t{_bar(one)}\t{one.beside}")
        return
    results = [_measured(one, folder) for one in chosen]
    if as_json:
        typer.echo(json.dumps([result.as_entry() for result in results], ensure_ascii=False, indent=2))
    else:
        _print(results)
    short = sum(not result.holds for result in results)
    note((SHORT if short else KEPT).format(short=short, all=len(results)))
    raise typer.Exit(1 if short else 0)


def _chosen(known: dict[str, Benchmark], names: list[str]) -> list[Benchmark]:
    unknown = [name for name in names if name not in known]
    if unknown:
        fail(UNKNOWN.format(names=", ".join(unknown), known=", ".join(known)))
    return [known[name] for name in names or known]


def _measured(one: Benchmark, folder: Path) -> Result:
    """One result, kept at once: a run that is killed later loses nothing."""
    note(MEASURING.format(name=one.name, bar=_bar(one), beside=one.beside))
    result = measure(one, home() / "bench")
    keep([result], folder / "latest.json")
    return result


def _bar(one: Benchmark) -> str:
    return f"{SIGNS[one.holds]} {one.bar:g} {one.unit}"


def _print(results: list[Result]) -> None:
    table = Table("benchmark", "value", "bar", "holds", "beside", box=None, pad_edge=False)
    for result in results:
        one = result.benchmark
        value = "–" if result.value is None else f"{result.value:,.4g} {one.unit}"
        beside = ", ".join(f"{name}: {_shown(number)}" for name, number in result.beside.items())
        table.add_row(one.name, value, _bar(one), "yes" if result.holds else "NO", beside)
    Console(soft_wrap=True).print(table)


def _shown(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
