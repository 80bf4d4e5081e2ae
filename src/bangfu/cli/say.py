"""What the command line says: results to stdout, everything else to stderr, in the reader's language."""

from __future__ import annotations

import os
from typing import NoReturn

import typer

from bangfu.parameters.text import Text


def language() -> str:
    """``BANGFU_LANG`` or the terminal's language: ``zh`` or ``en``."""
    wanted = os.environ.get("BANGFU_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if wanted.lower().startswith("zh") else "en"


def note(sentence: Text | str) -> None:
    """One line to stderr."""
    typer.echo(sentence.in_language(language()) if isinstance(sentence, Text) else sentence, err=True)


def fail(sentence: Text | str, *, code: int = 2) -> NoReturn:
    """Say what was wrong and leave with an exit code; 2 means that nothing was done."""
    note(sentence)
    raise typer.Exit(code)
