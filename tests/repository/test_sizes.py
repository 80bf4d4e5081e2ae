"""The check of sizes finds what is too long, and lets a reasoned exception pass."""

from __future__ import annotations

from pathlib import Path

from tools.check_sizes import check_module, main, medians

PATH = Path("module.py")


def _function(lines: int, comment: str = "# nothing to say") -> str:
    return "\n".join([f"{comment}", "def grown():", *["    pass"] * (lines - 1)])


def test_this_repository_passes() -> None:
    assert main() == 0


def test_a_function_of_sixty_lines_passes_and_one_of_sixty_one_does_not() -> None:
    assert not list(check_module(PATH, _function(60)))
    assert "grown has 61 lines" in next(check_module(PATH, _function(61))).sentence


def test_a_long_function_with_a_reason_passes() -> None:
    assert not list(check_module(PATH, _function(80, "# Long: one table of cases, read from top to bottom.")))


def test_a_reason_must_say_something() -> None:
    assert list(check_module(PATH, _function(80, "# Long:")))


def test_a_class_above_250_lines_is_found_whatever_it_says() -> None:
    text = "\n".join(["# Long: it is a large thing indeed.", "class Grown:", *["    x = 1"] * 250])
    assert "class Grown has 251 lines" in next(check_module(PATH, text)).sentence


def test_a_module_above_500_lines_is_found() -> None:
    assert "501 lines" in next(check_module(PATH, "x = 1\n" * 501)).sentence


def test_the_medians_count_functions_and_modules(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def one():\n    pass\n")
    assert medians([tmp_path / "a.py"]) == "median function 2 lines of 1, median module 2 lines of 1"
