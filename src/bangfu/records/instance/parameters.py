"""The parameters of this instance: the package's files and the reviewed overlay, as one frozen value."""

from __future__ import annotations

from functools import lru_cache

from bangfu.parameters.loader import OverlayItem, Parameters, load_package
from bangfu.records.instance.held import once
from bangfu.records.instance.models import ParameterOverlay


def current() -> Parameters:
    """The parameters as they hold now. One small query (one a request); made once for each state of the overlay."""
    return once("parameters", asked_anew)


def asked_anew() -> Parameters:
    """The parameters as the database has them at this moment, whatever a page has kept."""
    reviewed = ParameterOverlay.objects.filter(reviewed_at__isnull=False).order_by("reviewed_at", "id")
    state = tuple(reviewed.values_list("id", "reviewed_at"))
    return _laid_over(state) if state else load_package()


def item_of(row: ParameterOverlay) -> OverlayItem:
    """One overlay row as the loader takes it."""
    return OverlayItem(row.path, row.body, row.valid_from)


def as_reviewed(row: ParameterOverlay) -> tuple[Parameters, Parameters]:
    """The parameters that held before a reviewed row counted, and with it."""
    reviewed = ParameterOverlay.objects.filter(reviewed_at__isnull=False).order_by("reviewed_at", "id")
    state = tuple(reviewed.values_list("id", "reviewed_at"))
    at = [row_id for row_id, _ in state].index(row.pk)
    return _laid_over(state[:at]), _laid_over(state[: at + 1])


# No action changes a reviewed row, so ids and times of review say what it holds.
@lru_cache(maxsize=8)
def _laid_over(state: tuple[tuple[int, object], ...]) -> Parameters:
    rows = ParameterOverlay.objects.in_bulk([row_id for row_id, _ in state])
    return load_package().with_overlay(item_of(rows[row_id]) for row_id, _ in state)
