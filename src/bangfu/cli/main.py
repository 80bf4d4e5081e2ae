"""The ``bangfu`` command: sets Django up, then registers each module's commands."""

from __future__ import annotations

import os
import sys

import django
import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
django.setup()

from bangfu.cli import (  # noqa: E402 — commands import models, which need Django set up first.
    audit,
    bench,
    demo,
    figures,
    intake,
    keys,
    places,
    serve,
    setup,
    synth,
    users,
)
from bangfu.cli.say import note  # noqa: E402
from bangfu.records.instance.actions import NotFounded  # noqa: E402

app = typer.Typer(
    name="bangfu",
    help="帮扶 bangfu: an open platform for targeted poverty alleviation.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(setup.migrate)
app.command()(bench.bench)
app.command()(setup.init)
app.add_typer(places.app, name="places")
app.command()(intake.intake)
app.command()(figures.cycle)
app.command()(figures.figures)
app.add_typer(users.app, name="users")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.command()(serve.serve)
app.command()(synth.synth)
app.command()(demo.demo)
app.command()(serve.worker)


def main() -> None:
    """The console entry. A command that needs an instance says so where none stands."""
    try:
        app()
    except NotFounded as refusal:
        note(refusal.text)
        sys.exit(2)
