"""Who can be right of a difference, in words that say what follows from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from bangfu.records.exchange import actions
from bangfu.records.exchange.models import Difference, Kind, Side

SIDES = {
    Side.OURS: gettext_lazy("The register is right: enter it into the national system"),
    Side.THEIRS: gettext_lazy("The national system is right: take its value over"),
    Side.BOTH_WRONG: gettext_lazy("Both are wrong: find out what is right"),
    Side.LEAVE: gettext_lazy("Leave it as it is"),
}
#: What one side has alone is not taken over as a value: what has to be done instead.
ALONE = {
    ("household", Kind.ONLY_OURS): gettext_lazy("The national system is right: nothing is removed here by itself"),
    ("household", Kind.ONLY_THEIRS): gettext_lazy(
        "The national system is right: bring its rows of this household in as a file"
    ),
    ("person", Kind.ONLY_OURS): gettext_lazy(
        "The national system is right: bring the day on which the person left (不再是成员日期) in with a file"
    ),
    ("person", Kind.ONLY_THEIRS): gettext_lazy(
        "The national system is right: bring its row of this person in as a file"
    ),
}
NO_REMOVAL = gettext_lazy(
    "The register keeps every household that it ever had, so nothing can be taken over here. Where the household "
    "should not be in it, leave it as it is and say why; the difference stays until an export has the household."
)


def offered(each: Difference) -> list[tuple[str, str]]:
    """The sides that can be chosen, each with its words."""
    return [(str(side), side_word(each, side)) for side in actions.sides_of(each.path, each.kind)]


def side_word(each: Difference, side: str) -> str:
    """What it means that a side is right of a difference."""
    alone = ALONE.get((each.path, Kind(each.kind))) if side == Side.THEIRS else None
    return str(alone or SIDES[Side(side)])


def why_not(each: Difference) -> str:
    """Why a side is not offered; empty where none is missing."""
    return str(NO_REMOVAL) if (each.path, each.kind) == ("household", Kind.ONLY_OURS) else ""
