"""Map shapes without a map server: cells around points, boundaries from files, SVG paths, checked coordinates."""

from bangfu.analytics.geometry.boundaries import Boundaries, boundaries
from bangfu.analytics.geometry.cells import cells
from bangfu.analytics.geometry.drawing import Frame, Label, Shape, label_in, project, simplified, svg_path
from bangfu.analytics.geometry.neighbourhood import (
    Neighbourhood,
    NeighbourhoodRule,
    Verdict,
    distance_km,
    neighbourhood_check,
)
from bangfu.analytics.geometry.shapes import Area, GeometryError, LonLat, Ring, area_of, rings_of

__all__ = [
    "Area",
    "Boundaries",
    "Frame",
    "GeometryError",
    "Label",
    "LonLat",
    "Neighbourhood",
    "NeighbourhoodRule",
    "Ring",
    "Shape",
    "Verdict",
    "area_of",
    "boundaries",
    "cells",
    "distance_km",
    "label_in",
    "neighbourhood_check",
    "project",
    "rings_of",
    "simplified",
    "svg_path",
]
