"""The ``bangfu`` command: sets Django up, then registers each module's commands."""

from __future__ import annotations

import os

import django
import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
django.setup()

from bangfu.cli import setup  # noqa: E402 — commands import models, which need Django set up first.

app = typer.Typer(
    name="bangfu",
    help="帮扶 bangfu: an open platform for targeted poverty alleviation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(setup.migrate)
app.command()(setup.init)


def main() -> None:
    """The console entry."""
    app()
