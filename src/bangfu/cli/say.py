"""What the command line says: results to stdout, everything else to stderr, in the reader's language."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import NoReturn

import typer
from django.utils.translation import override

from bangfu.parameters.text import Text


def language() -> str:
    """``BANGFU_LANG`` or the terminal's language: ``zh`` or ``en``."""
    wanted = os.environ.get("BANGFU_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if wanted.lower().startswith("zh") else "en"


def django_language() -> str:
    """The same language as Django calls it."""
    return "en" if language() == "en" else "zh-hans"


def in_our_language() -> AbstractContextManager[None]:
    """A block in which Django's own sentences (of passwords, of findings) are in the command's language."""
    return override(django_language())


def note(sentence: Text | str) -> None:
    """One line to stderr."""
    typer.echo(sentence.in_language(language()) if isinstance(sentence, Text) else sentence, err=True)


def fail(sentence: Text | str, *, code: int = 2) -> NoReturn:
    """Say what was wrong and leave with an exit code; 2 means that nothing was done."""
    note(sentence)
    raise typer.Exit(code)
