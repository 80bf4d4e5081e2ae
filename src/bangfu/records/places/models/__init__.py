"""Places, their dated codes and boundaries, and their yearly sheets."""

from bangfu.records.places.models.place import Boundary, Place, PlaceCode, PointState
from bangfu.records.places.models.place_year import PlaceYear

__all__ = ["Boundary", "Place", "PlaceCode", "PlaceYear", "PointState"]
