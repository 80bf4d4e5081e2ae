"""The division codes and points of Yunnan, as people load them, through the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bangfu.cli.main import COMMANDS, build

pytestmark = pytest.mark.db_twice
COUNTS = "level,count\nprovince,1\nprefecture,16\ncounty,129\ntownship,1461\nvillage,14888\n"


@pytest.fixture
def bangfu(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Exit code, stdout and stderr of a command."""
    monkeypatch.setenv("BANGFU_LANG", "en")

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        done = CliRunner().invoke(build(COMMANDS), [str(argument) for argument in arguments])
        return done.exit_code, done.stdout, done.stderr

    return run


def files(shared: Callable[[str], Path], folder: str) -> list[Path]:
    return sorted(shared(folder).glob("*.csv"))


def test_the_divisions_of_yunnan_load_and_count_exactly(
    shared: Callable[[str], Path], bangfu: Callable[..., tuple[int, str, str]]
) -> None:
    code, _, said = bangfu("places", "load", *reversed(files(shared, "yunnan-divisions")))
    assert (code, said) == (0, "16495 places are new, 0 stood already.\n")
    assert bangfu("places", "count", "--by", "level", "--format", "csv")[1] == COUNTS
    assert bangfu("places", "count", "--under", "533422")[1] == "level,count\ncounty,1\ntownship,8\nvillage,49\n"


def test_the_dirty_points_of_deqin_are_told(
    shared: Callable[[str], Path], bangfu: Callable[..., tuple[int, str, str]]
) -> None:
    bangfu("places", "load", *files(shared, "yunnan-places"), *files(shared, "yunnan-divisions"))
    listed = bangfu("places", "points", "--under", "533422")[1].splitlines()
    assert [line.split(",")[:3] for line in listed[1:]] == [
        ["533422102", "奔子栏镇", "none"],
        ["533422204", "拖顶傈僳族乡", "other_county"],
    ]
    assert bangfu("places", "resolve", "533421")[1].splitlines()[1] == "533401,香格里拉市,county,yes"


def test_a_fault_in_one_file_takes_nothing_and_exits_with_two(
    tmp_path: Path, bangfu: Callable[..., tuple[int, str, str]]
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("code,name\n53,云南省\n")
    bad.write_text("code,name\n533422,德钦县\n")
    code, out, said = bangfu("places", "load", good, bad)
    assert (code, out) == (2, "")
    assert "bad.csv line 2: the parent “5334” of “德钦县” (533422) is neither in the files nor here." in said
    assert bangfu("places", "load")[0] == 2


def test_a_merger_by_command_says_what_it_did(tmp_path: Path, bangfu: Callable[..., tuple[int, str, str]]) -> None:
    places = tmp_path / "places.csv"
    places.write_text("code,name\n533422,德钦县\n533422102,奔子栏镇\n533422101,升平镇\n")
    bangfu("places", "load", places)
    merge = ("places", "merge", "533422101", "--into", "533422102", "--on", "2026-05-01", "--reason", "Document 12")
    assert bangfu(*merge) == (0, "", "Merged into “奔子栏镇” (533422102).\n")
    assert bangfu("places", "resolve", "533422101")[1].splitlines()[1] == "533422102,奔子栏镇,township,yes"
