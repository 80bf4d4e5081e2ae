"""What an office confirmed of a heading, as kept: ``figure:CODE:GROUP|UNIT``, ``field:NAME``, ``=words`` or ``-``."""

from __future__ import annotations

#: The cells stay empty.
EMPTY = "-"
#: The same words each time.
CONSTANT = "="


def indicator_of(answer: str) -> str | None:
    """The indicator that an answer names."""
    parts = answer.partition("|")[0].split(":")
    return parts[1] if parts[0] == "figure" and len(parts) > 1 else None


def group_of(answer: str) -> str:
    """The group that an answer names, empty for a figure of all rows."""
    return answer.partition("|")[0].split(":")[2]


def unit_of(answer: str) -> str:
    """The unit that an answer writes its figure in."""
    return answer.partition("|")[2]


def field_of(answer: str) -> str:
    """The field of a list that an answer names, empty where it names none."""
    return answer.removeprefix("field:") if answer.startswith("field:") else ""
