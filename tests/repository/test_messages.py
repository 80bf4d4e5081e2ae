"""Messages: complete, sure, with Chinese punctuation, and collected again without a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.catalogues import read_catalogue
from tools.check_messages import check_catalogue, check_code, check_collected, check_parameters, half_width
from tools.messages import CATALOGUE, collect_all

PATH = Path("django.po")


@pytest.mark.parametrize(
    "text",
    [
        "先入库,再核对",
        "共3户:未报",
        "完成!",
        "他(户主)",
        "是吗?",
        "截止日期: 今天",
        "共%(count)s户,已退出",
        "{name}:已退出",
    ],
)
def test_a_half_width_mark_next_to_chinese_is_found(text: str) -> None:
    assert half_width(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "先入库，再核对",
        "共%(count)s户",
        "9:30 截止",
        "文件（.xlsx）",
        "1,187行",
        "<b>合计</b>（户）",
        "Excel (xlsx)",
        "{count}户",
    ],
)
def test_right_punctuation_passes(text: str) -> None:
    assert half_width(text) is None


def test_a_catalogue_is_read_with_flags_plurals_and_long_lines() -> None:
    text = '#, fuzzy, python-format\nmsgid ""\n"one %(n)s "\n"row"\nmsgid_plural "rows"\nmsgstr[0] "行"\n'
    message = next(read_catalogue(text))
    assert (message.msgid, message.translations, message.line) == ("one %(n)s row", ["行"], 1)
    assert message.flags == {"fuzzy", "python-format"}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('#, fuzzy\nmsgid "Row"\nmsgstr "行"\n', "a guess"),
        ('msgid "Row"\nmsgstr ""\n', "has no Chinese"),
        ('msgid "Row"\nmsgstr "行,列"\n', "half-width"),
    ],
)
def test_a_doubtful_entry_is_found(entry: str, said: str) -> None:
    assert said in next(check_catalogue(PATH, entry)).sentence


def test_half_width_marks_in_parameters_and_text_values_are_found_with_their_line() -> None:
    assert next(check_parameters(PATH, "a:\n  title: {zh: '户,人', en: x}\n")).line == 2
    assert next(check_code(PATH, '\nText("户,人", "households, persons")')).line == 2
    assert next(check_code(PATH, 'Text(en="x", zh="户:人")')).line == 1


def test_a_name_by_which_messages_are_not_collected_is_found() -> None:
    finding = next(check_code(PATH, "from django.utils.translation import gettext_lazy as lazy\n"))
    assert "call it gettext_lazy" in finding.sentence


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one app that says one sentence, collected."""
    app = tmp_path / "package" / "app"
    (app / CATALOGUE).parent.mkdir(parents=True)
    (app / "views.py").write_text('from django.utils.translation import gettext as _\n_("Good day")\n')
    collect_all(tmp_path / "package")
    return tmp_path / "package"


def test_collecting_twice_changes_nothing(package: Path) -> None:
    before = (package / "app" / CATALOGUE).read_text()
    collect_all(package)
    assert (package / "app" / CATALOGUE).read_text() == before
    assert '#: views.py\nmsgid "Good day"' in before
    assert not list(check_collected(package))


def test_a_sentence_that_was_not_collected_is_found(package: Path) -> None:
    with (package / "app" / "views.py").open("a") as file:
        file.write('_("Good night")\n')
    assert "make messages" in next(check_collected(package)).sentence
