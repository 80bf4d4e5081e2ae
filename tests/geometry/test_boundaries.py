"""GeoJSON boundaries: what is taken, what is mended, and what each refusal says."""

from __future__ import annotations

from typing import Any

import pytest
from shapely import box
from shapely.geometry import mapping

from bangfu.analytics.geometry import GeometryError, boundaries

SQUARE = mapping(box(99, 27, 100, 28))
BOW_TIE = {"type": "Polygon", "coordinates": [[[99, 27], [100, 28], [100, 27], [99, 28], [99, 27]]]}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """One GeoJSON feature."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    """A GeoJSON feature collection."""
    return {"type": "FeatureCollection", "features": list(features), **members}


@pytest.mark.parametrize("code", ["533422", 533422, 533422.0, " 533422 "])
def test_a_code_may_be_text_or_a_number(code: Any) -> None:
    found = boundaries(collection(feature(SQUARE, adcode=code)), "adcode")
    assert (list(found.areas), found.notes) == (["533422"], ())


def test_heights_are_dropped() -> None:
    tall = {"type": "Polygon", "coordinates": [[[99, 27, 9], [100, 27, 9], [100, 28, 9], [99, 27, 9]]]}
    assert not boundaries(feature(tall, code="53"), "code").areas["53"].has_z


def test_a_border_that_crosses_itself_is_mended_and_said() -> None:
    found = boundaries(collection(feature(BOW_TIE, code="53")), "code")
    assert found.areas["53"].is_valid
    assert found.areas["53"].area == pytest.approx(0.5)
    assert "crossed itself" in found.notes[0].en


def test_two_features_of_one_code_are_joined_and_said() -> None:
    found = boundaries(collection(feature(SQUARE, c="53"), feature(mapping(box(100, 27, 101, 28)), c="53")), "c")
    assert found.areas["53"].area == pytest.approx(2)
    assert "both were joined" in found.notes[0].en


def test_the_usual_name_of_degrees_is_taken() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert boundaries(collection(feature(SQUARE, code="53"), crs=crs), "code").areas


@pytest.mark.parametrize(
    ("geojson", "said", "zh"),
    [
        ({"type": "Topology"}, "type is “Topology”", "不是GeoJSON"),
        ([], "type is “list”", "不是GeoJSON"),
        (collection(), "contains no feature", "没有任何要素"),
        (collection(feature(SQUARE, name="x")), "Feature 1 has no property “code”", "没有“code”属性"),
        (collection(feature({"type": "Point", "coordinates": [99, 27]}, code="53")), "is a “Point”", "应为面"),
        (collection(feature(None, code="53")), "is a “None”", "应为面"),
        (
            collection(feature({"type": "Polygon", "coordinates": [[[99, 27]]]}, code="53")),
            "cannot be read",
            "读不出来",
        ),
        (
            collection(feature({"type": "Polygon", "coordinates": [[["a", 1]]]}, code="53")),
            "cannot be read",
            "读不出来",
        ),
        (collection(feature({"type": "Polygon", "coordinates": []}, code="53")), "no area", "没有面积"),
        (collection(feature(mapping(box(27, 99, 28, 100)), code="53")), "latitude before longitude", "颠倒"),
        (collection(feature(mapping(box(5e5, 3e6, 6e5, 4e6)), code="53")), "perhaps metres", "投影坐标"),
        (
            collection(feature(SQUARE, code="53"), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}),
            "only WGS84",
            "只收WGS84",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(geojson: Any, said: str, zh: str) -> None:
    with pytest.raises(GeometryError, match=said) as caught:
        boundaries(geojson, "code")
    assert zh in caught.value.texts[0].zh


def test_swapped_degrees_that_could_be_either_are_seen_by_the_known_points() -> None:
    swapped = collection(feature(mapping(box(40, 80, 41, 81)), code="65"))
    with pytest.raises(GeometryError, match="latitude before longitude"):
        boundaries(swapped, "code", around=(75, 35, 95, 48))


def test_every_faulty_feature_is_named_at_once() -> None:
    with pytest.raises(GeometryError) as caught:
        boundaries(collection(feature(SQUARE), feature(SQUARE, code="53"), feature(None, code="54")), "code")
    assert [text.en.split(" (")[0].split(" has")[0] for text in caught.value.texts] == ["Feature 1", "Feature 3"]
