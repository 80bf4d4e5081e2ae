"""Opening an instance from a notebook: its home, Django set up once, a token, a snapshot."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bangfu.notebook.register import Register


def open_register(*, home: str | Path | None, token: str, place: str = "", day: date | None = None) -> Register:
    """The register as a token may see it: the latest snapshot of the place, or the latest up to ``day``.

    **Errors** ``TokenRefused`` for a token that opens nothing; ``NotebookRefused`` for a place outside it, an area
    without a snapshot, a folder without an instance, or a second home in one process.
    """
    _check_given(token, day)
    _set_up(home)
    from bangfu.notebook.register import Register  # models need Django set up first

    return Register.opened(token=token, place=place, day=day)


def _check_given(token: object, day: object) -> None:
    """Refuse what is no token or no day, with what to write instead."""
    from bangfu.notebook.refusals import NO_DAY, NO_TOKEN, NotebookRefused

    if not isinstance(token, str) or not token.strip():
        raise NotebookRefused(NO_TOKEN.format(given="“”" if isinstance(token, str) else repr(token)))
    if day is not None and not isinstance(day, date):
        raise NotebookRefused(NO_DAY.format(given=repr(day)))


def _set_up(home: str | Path | None) -> None:
    from django.apps import apps

    if not apps.ready:
        _check_instance(Path(home or os.environ.get("BANGFU_HOME", "var")).resolve())
        if home is not None:
            os.environ["BANGFU_HOME"] = str(home)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
        # A notebook runs in an event loop of its own; ours is one reader in one thread.
        os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        import django

        django.setup()
    _check_home(home)


def _check_instance(folder: Path) -> None:
    """Refuse a folder without an instance, before the settings begin one there: notebooks start in any folder."""
    from bangfu.notebook.refusals import NO_INSTANCE, NotebookRefused

    if not (folder / "secret-key").is_file():
        raise NotebookRefused(NO_INSTANCE.format(home=folder))


def _check_home(home: str | Path | None) -> None:
    from django.conf import settings

    from bangfu.notebook.refusals import OTHER_HOME, NotebookRefused

    if home is not None and Path(home).resolve() != Path(settings.HOME).resolve():
        raise NotebookRefused(OTHER_HOME)
