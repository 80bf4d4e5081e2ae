"""The command line in this process, as someone types it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from bangfu.cli.main import COMMANDS, build

Typed = Callable[..., Result]


@pytest.fixture
def bangfu(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Run ``bangfu …`` in English, or in Chinese with ``language="zh"``; the result has exit code and streams."""

    def run(*arguments: object, input: str = "", language: str = "en") -> Result:
        monkeypatch.setenv("BANGFU_LANG", language)
        return CliRunner().invoke(build(COMMANDS), [str(argument) for argument in arguments], input=input)

    return run
