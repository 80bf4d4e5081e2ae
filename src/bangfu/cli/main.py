"""The ``bangfu`` command. Only the module of the command asked for is loaded: a start takes a second, not five."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from types import ModuleType

#: Command → module of this package that has it, in the order of ``--help``.
COMMANDS = {
    "migrate": "setup",
    "init": "setup",
    "places": "places",
    "intake": "intake",
    "templates": "templates",
    "cycle": "figures",
    "figures": "figures",
    "serve": "serve",
    "worker": "serve",
    "users": "users",
    "audit": "audit",
    "keys": "keys",
    "synth": "synth",
    "demo": "demo",
    "bench": "bench",
}


def build(names: Iterable[str]) -> typer.Typer:
    """The application with these commands. A module with an ``app`` of its own is a group of commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    import django

    django.setup()  # commands import models, which need Django set up first
    found = typer.Typer(
        name="bangfu",
        help="帮扶 bangfu: an open platform for targeted poverty alleviation.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    found.callback()(_no_options)
    for name in names:
        _register(found, name, import_module(f"bangfu.cli.{COMMANDS[name]}"))
    return found


def _no_options() -> None:
    """帮扶 bangfu: an open platform for targeted poverty alleviation."""


def _register(found: typer.Typer, name: str, module: ModuleType) -> None:
    if isinstance(getattr(module, "app", None), typer.Typer):
        found.add_typer(module.app, name=name)
    else:
        found.command(name)(getattr(module, name))


def main() -> None:
    """The console entry. A command that needs an instance says so where none stands."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    app = build([asked] if asked in COMMANDS else COMMANDS)
    from django.db import OperationalError, ProgrammingError

    from bangfu.cli.say import note
    from bangfu.records.instance.actions import NotFounded
    from bangfu.records.instance.readiness import why_not_ready

    try:
        app()
    except NotFounded as refusal:
        note(refusal.text)
        sys.exit(2)
    except (OperationalError, ProgrammingError):
        why = why_not_ready()
        if why is None:
            raise
        note(why)
        sys.exit(2)
