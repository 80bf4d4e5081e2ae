"""bangfu 帮扶: an open platform for targeted poverty alleviation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bangfu.notebook.register import Register


def open(*, home: str | Path | None = None, token: str, place: str = "", day: date | None = None) -> Register:
    """A snapshot of the register within the scope of a token: see ``bangfu.notebook.opening.open_register``."""
    # Loaded here, so that importing bangfu stays cheap and the site starts without frames.
    from bangfu.notebook.opening import open_register

    return open_register(home=home, token=token, place=place, day=day)
