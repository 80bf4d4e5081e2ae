"""What is done to places: load them, give them points and boundaries, rename and merge them, record their years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from bangfu.records.access.models import User
from bangfu.records.places.boundaries import Bounded, load_boundaries
from bangfu.records.places.changes import merge_places, placed_models, rename_place
from bangfu.records.places.files import PlaceRow, PlacesRefused, PointRow, read_files
from bangfu.records.places.loading import Loaded, adopt_places, found_from_scheme, load_places, scheme_rows
from bangfu.records.places.points import Pointed, judge_points, load_points
from bangfu.records.places.sheets import Recorded, load_sheets, record_place_year

__all__ = [
    "Bounded",
    "FilesLoaded",
    "Loaded",
    "PlaceRow",
    "PlacesRefused",
    "PointRow",
    "Pointed",
    "Recorded",
    "adopt_places",
    "found_from_scheme",
    "judge_points",
    "load_boundaries",
    "load_files",
    "load_places",
    "load_points",
    "load_sheets",
    "merge_places",
    "placed_models",
    "read_files",
    "record_place_year",
    "rename_place",
    "scheme_rows",
]


@dataclass(frozen=True, slots=True)
class FilesLoaded:
    """What each kind of file did."""

    places: Loaded
    points: Pointed | None
    sheets: Recorded | None
    boundaries: tuple[Bounded, ...]


@transaction.atomic
def load_files(
    paths: Sequence[Path], *, scheme: str | None = None, valid_from: date | None = None, by: User | None = None
) -> FilesLoaded:
    """Take in files of places, points, yearly sheets and boundaries in any order, all or none.

    Founds the instance where none stands. Without files, the places that the scheme carries.
    **Errors** ``PlacesRefused``, ``NotFounded`` (another scheme).
    """
    found = read_files(paths)
    rows = found.places or scheme_rows(scheme)
    places = load_places(rows, scheme=scheme, valid_from=valid_from, by=by)
    points = load_points(found.points, by=by) if found.points else None
    bounded = tuple(load_boundaries(file, valid_from=valid_from, by=by) for file in found.boundaries)
    sheets = load_sheets(found.sheets, today=timezone.localdate(), by=by) if found.sheets else None
    return FilesLoaded(places, points, sheets, bounded)
