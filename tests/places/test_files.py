"""Files of places: every kind is told by its heading, every fault by file, line and value."""

from pathlib import Path

import pytest

from bangfu.records.places.files import PlacesRefused, read_files

HEADING = "code,name\n"


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "places.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def refused(path: Path) -> str:
    with pytest.raises(PlacesRefused) as refusal:
        read_files([path])
    return refusal.value.sentences[0].en


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_that_offices_send(tmp_path: Path, encoding: str) -> None:
    text = HEADING + "53,云南省\n5334,迪庆藏族自治州\n533422,德钦县\n"
    found = read_files([written(tmp_path, text, encoding)])
    assert [(row.code, row.name, row.line) for row in found.places][1:] == [
        ("5334", "迪庆藏族自治州", 3),
        ("533422", "德钦县", 4),
    ]


def test_columns_are_known_by_their_chinese_names_too(tmp_path: Path) -> None:
    found = read_files([written(tmp_path, "区划代码,名称,备注\n53,云南省,全省\n")])
    assert [(row.code, row.name) for row in found.places] == [("53", "云南省")]


def test_a_file_with_coordinates_and_codes_says_places_and_points(tmp_path: Path) -> None:
    found = read_files([written(tmp_path, "code,name,lat,lon\n53,云南省,25.0,102.7\n5334,迪庆藏族自治州,,\n")])
    assert (len(found.places), len(found.points)) == (2, 1)


def test_a_point_carries_every_name_of_its_row(tmp_path: Path) -> None:
    text = "name,alt_zh,lat,lon,pref_code,county_code\nTuoding,拖顶|拖顶傈僳族乡,27.7,99.4,533400,533401\n"
    (point,) = read_files([written(tmp_path, text)]).points
    assert point.names == ("Tuoding", "拖顶", "拖顶傈僳族乡")
    assert (point.county_code, point.prefecture_code) == ("533401", "533400")


def test_a_damaged_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_bytes((HEADING + "53,云南省\n5334,迪庆藏族自治州").encode() + b"\xff\xfe\n")
    assert refused(path).startswith("places.csv: The text is damaged or mixes encodings: read as UTF-8, line 3")


def test_a_file_without_known_columns_is_refused_with_its_heading(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "编号,地区\n53,云南省\n")).endswith("It is: 编号, 地区.")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "empty" in refused(written(tmp_path, ""))


def test_a_heading_alone_is_refused(tmp_path: Path) -> None:
    assert refused(written(tmp_path, HEADING)) == "places.csv: the file holds no place."


@pytest.mark.parametrize("latitude", ["north", "", "127.5", "nan"])
def test_a_coordinate_that_is_none_is_refused_with_its_line(tmp_path: Path, latitude: str) -> None:
    text = f"code,lat,lon\n53,{latitude},102.7\n"
    assert refused(written(tmp_path, text)) == f"places.csv line 2: lat “{latitude}” is not a coordinate in degrees."


def test_broken_json_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, '{"type":\n"FeatureCollection",,}', name="areas.geojson")
    assert refused(path) == "areas.geojson line 2: this is not valid JSON."


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    paths = [written(tmp_path, "", name="a.csv"), written(tmp_path, "x\n1\n", name="b.csv")]
    with pytest.raises(PlacesRefused) as refusal:
        read_files(paths)
    assert [sentence.en[:5] for sentence in refusal.value.sentences] == ["a.csv", "b.csv"]
