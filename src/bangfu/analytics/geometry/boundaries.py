"""Boundaries that somebody loaded: GeoJSON in, one area per place code out, a sentence for each fault and mend."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.errors import GEOSException
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from bangfu.analytics.geometry.shapes import Area, GeometryError, only_area
from bangfu.parameters.text import Text

Bounds = tuple[float, float, float, float]
WGS84_NAMES = ("CRS84", "4326")

NOT_FEATURES = Text(
    "文件不是GeoJSON要素集合（type 是“{found}”）。请导出为 FeatureCollection。",
    "The file is not a GeoJSON feature collection (its type is “{found}”). Export it as a FeatureCollection.",
)
OTHER_SYSTEM = Text(
    "文件写明的坐标系是“{found}”，只收WGS84经纬度。请先转换。",
    "The file names the coordinate system “{found}”; only WGS84 degrees are taken. Convert it first.",
)
NO_FEATURE = Text("文件里没有任何要素。", "The file contains no feature.")
NO_CODE = Text(
    "第{number}个要素没有“{name}”属性，不知道是哪个地方。",
    "Feature {number} has no property “{name}”: which place is it?",
)
NOT_AN_AREA = Text(
    "第{number}个要素（{code}）的图形是“{found}”，应为面（Polygon 或 MultiPolygon）。",
    "Feature {number} ({code}) is a “{found}”; an area (Polygon or MultiPolygon) is needed.",
)
UNREADABLE = Text(
    "第{number}个要素（{code}）的坐标读不出来，应为成对的数，每环至少四点。",
    "The coordinates of feature {number} ({code}) cannot be read; pairs of numbers, four a ring or more, are needed.",
)
SWAPPED = Text(
    "第{number}个要素（{code}）的经纬度颠倒了，应先经度后纬度。",
    "Feature {number} ({code}) has latitude before longitude; longitude comes first.",
)
NOT_DEGREES = Text(
    "第{number}个要素（{code}）的坐标超出经纬度范围（最大{largest}），可能是投影坐标（米）。请转换为WGS84。",
    "Feature {number} ({code}) is outside the range of degrees (largest value {largest}); perhaps metres of a "
    "projection. Convert it to WGS84.",
)
NO_AREA = Text("第{number}个要素（{code}）没有面积。", "Feature {number} ({code}) has no area.")
MENDED = Text(
    "第{number}个要素（{code}）的边线自相交叉，已修补，面积变化{change}%。请核对。",
    "The border of feature {number} ({code}) crossed itself and was mended; its area changed by {change} %. Check it.",
)
JOINED = Text(
    "第{number}个要素与前面的要素同为{code}，已合并。",
    "Feature {number} has the code {code} of an earlier one; both were joined.",
)


@dataclass(frozen=True)
class Boundaries:
    """The area of each place code, and a sentence for everything that was changed on the way."""

    areas: Mapping[str, Area]
    notes: tuple[Text, ...]


def boundaries(geojson: Mapping[str, Any], code_property: str, *, around: Bounds | None = None) -> Boundaries:
    """Areas by place code from a GeoJSON feature collection.

    ``around`` (west, south, east, north of the known points) helps to see swapped coordinates where both values could
    be either. **Units** degrees, WGS84; heights are dropped. **Errors** ``GeometryError`` with a sentence for every
    feature at fault; nothing is taken then. **Mended** a border that crosses itself, and several features of one code.
    """
    features = _features(geojson)
    areas: dict[str, Area] = {}
    notes: list[Text] = []
    faults: list[Text] = []
    for number, feature in enumerate(features, start=1):
        try:
            code, area, mended = _read(number, feature, code_property, around)
        except GeometryError as error:
            faults.extend(error.texts)
            continue
        notes.extend(mended)
        if code in areas:
            area = only_area(shapely.union(areas[code], area))
            notes.append(JOINED.format(number=number, code=code))
        areas[code] = area
    if faults:
        raise GeometryError(*faults)
    return Boundaries(areas, tuple(notes))


def _features(geojson: Mapping[str, Any]) -> list[Any]:
    kind = geojson.get("type") if isinstance(geojson, Mapping) else type(geojson).__name__
    if kind == "Feature":
        return [geojson]
    if kind != "FeatureCollection" or not isinstance(geojson.get("features"), list):
        raise GeometryError(NOT_FEATURES.format(found=kind))
    _check_system(geojson.get("crs"))
    features: list[Any] = geojson["features"]
    if not features:
        raise GeometryError(NO_FEATURE)
    return features


def _check_system(crs: Any) -> None:
    """Old files name their system; where one does, it must be WGS84."""
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    if name is not None and not str(name).endswith(WGS84_NAMES):
        raise GeometryError(OTHER_SYSTEM.format(found=name))


def _read(number: int, feature: Any, code_property: str, around: Bounds | None) -> tuple[str, Area, list[Text]]:
    code = _code(number, feature, code_property)
    drawn = _drawn(number, code, feature.get("geometry"))
    _check_degrees(number, code, drawn, around)
    if drawn.is_valid:
        return code, _with_area(number, code, drawn), []
    mended = _with_area(number, code, shapely.make_valid(drawn, method="structure", keep_collapsed=False))
    change = f"{100 * abs(mended.area - drawn.area) / mended.area:.2f}"
    return code, mended, [MENDED.format(number=number, code=code, change=change)]


def _code(number: int, feature: Any, code_property: str) -> str:
    properties = feature.get("properties") if isinstance(feature, Mapping) else None
    found = properties.get(code_property) if isinstance(properties, Mapping) else None
    # Some programs write codes as numbers, 533400 or 533400.0.
    code = str(int(found)) if isinstance(found, float) and found.is_integer() else str(found or "").strip()
    if not code:
        raise GeometryError(NO_CODE.format(number=number, name=code_property))
    return code


def _drawn(number: int, code: str, geometry: Any) -> BaseGeometry:
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise GeometryError(NOT_AN_AREA.format(number=number, code=code, found=kind))
    if not all(math.isfinite(value) for value in _numbers(geometry.get("coordinates"))):
        raise GeometryError(UNREADABLE.format(number=number, code=code))
    try:
        drawn: BaseGeometry = shapely.force_2d(shape_of(geometry))
    except (ValueError, TypeError, IndexError, GEOSException):
        raise GeometryError(UNREADABLE.format(number=number, code=code)) from None
    return drawn


def _numbers(coordinates: Any) -> Iterator[float]:
    """Every number of nested coordinates; anything else counts as not a number."""
    if isinstance(coordinates, list | tuple):
        for part in coordinates:
            yield from _numbers(part)
    else:
        yield float(coordinates) if isinstance(coordinates, int | float) else math.nan


def _check_degrees(number: int, code: str, drawn: BaseGeometry, around: Bounds | None) -> None:
    if drawn.is_empty:
        raise GeometryError(NO_AREA.format(number=number, code=code))
    west, south, east, north = (float(edge) for edge in drawn.bounds)
    swapped = (south, west, north, east)
    if not _in_degrees((west, south, east, north)):
        fault = SWAPPED if _in_degrees(swapped) else NOT_DEGREES
        raise GeometryError(fault.format(number=number, code=code, largest=max(map(abs, swapped))))
    if around is not None and not _meets((west, south, east, north), around) and _meets(swapped, around):
        raise GeometryError(SWAPPED.format(number=number, code=code))


def _in_degrees(bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return west >= -180 and east <= 180 and south >= -90 and north <= 90


def _meets(bounds: Bounds, around: Bounds) -> bool:
    return bounds[0] <= around[2] and bounds[2] >= around[0] and bounds[1] <= around[3] and bounds[3] >= around[1]


def _with_area(number: int, code: str, geometry: BaseGeometry) -> Area:
    area = only_area(geometry)
    if area.area <= 0:
        raise GeometryError(NO_AREA.format(number=number, code=code))
    return area
