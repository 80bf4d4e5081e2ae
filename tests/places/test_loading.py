"""Places are taken in whole or not at all, in any order, once."""

from datetime import date

import pytest

from bangfu.records.access.models import AuditEvent
from bangfu.records.instance.models import Instance
from bangfu.records.places.actions import (
    PlaceRow,
    PlacesRefused,
    adopt_places,
    found_from_scheme,
    load_places,
    record_place_year,
)
from bangfu.records.places.models import Place, PlaceCode, PlaceYear
from bangfu.records.places.queries import counts_by_level
from tests.places.villages import CODES, load_villages, place, rows

pytestmark = pytest.mark.db_twice


def test_places_load_in_any_order() -> None:
    load_places(list(reversed(rows())))
    assert counts_by_level() == [("province", 1), ("prefecture", 1), ("county", 2), ("township", 3), ("village", 7)]


def test_loading_founds_the_instance_with_its_root() -> None:
    load_villages()
    assert Instance.objects.values_list("scheme", "root_code", "currency").get() == ("china", "53", "CNY")


def test_the_same_places_twice_change_nothing() -> None:
    load_villages()
    before = list(Place.objects.order_by("id").values()), AuditEvent.objects.count()
    done = load_places(rows())
    assert (done.new, done.known) == (0, len(CODES))
    assert (list(Place.objects.order_by("id").values()), AuditEvent.objects.count()) == before


def test_a_parent_is_the_place_whose_code_is_the_prefix() -> None:
    load_villages()
    assert place("533422102201").parent == place("533422102")
    assert place("53").parent is None


def test_codes_load_with_an_open_start() -> None:
    load_villages()
    assert set(PlaceCode.objects.values_list("valid_from", "valid_until")) == {(None, None)}


def test_codes_can_hold_from_a_day() -> None:
    load_villages()
    adopt_places([PlaceRow("533422103", "云岭镇")], valid_from=date(2020, 1, 1))
    assert PlaceCode.objects.get(code="533422103").valid_from == date(2020, 1, 1)


def test_zero_padding_of_codes_is_stripped() -> None:
    load_places(
        [PlaceRow("530000", "云南省"), PlaceRow("533400", "迪庆藏族自治州"), PlaceRow("533422000000", "德钦县")]
    )
    assert list(Place.objects.order_by("code").values_list("code", flat=True)) == ["53", "5334", "533422"]


def test_a_prefecture_can_be_the_root() -> None:
    load_places([PlaceRow("5334", "迪庆藏族自治州"), PlaceRow("533422", "德钦县")])
    assert Instance.objects.get().root_code == "5334"


def test_places_get_their_other_names() -> None:
    load_villages()
    found = place("533422")
    assert (found.short_name, found.name_en, found.pinyin, found.initials) == ("德钦", "Deqin", "deqinxian", "dqx")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (PlaceRow("533499101", "无县乡", file="a.csv", line=7), "a.csv line 7: the parent “533499” of “无县乡”"),
        (PlaceRow("53342", "短码县", file="a.csv", line=3), "a.csv line 3: the code “53342” does not fit the scheme"),
        (PlaceRow("53342A", "字母县", file="a.csv", line=3), "a.csv line 3: the code “53342A” does not fit the scheme"),
        (PlaceRow("533423", "", file="a.csv", line=4), "a.csv line 4: the code “533423” has no name"),
        (PlaceRow("533422", "德兴县", file="a.csv", line=5), "a.csv line 5: the code “533422” is “德兴县”"),
        (
            PlaceRow("54", "西藏自治区", file="a.csv", line=2),
            "neither “西藏自治区” (54) nor “云南省” (53) has a parent",
        ),
    ],
)
def test_a_faulty_row_refuses_everything_with_a_sentence(row: PlaceRow, sentence: str) -> None:
    with pytest.raises(PlacesRefused) as refusal:
        load_places([*rows(), row])
    assert sentence in refusal.value.sentences[0].en
    assert not Place.objects.exists()
    assert not Instance.objects.exists()


def test_a_standing_code_under_another_name_is_refused() -> None:
    load_villages()
    with pytest.raises(PlacesRefused, match="the code “533422” is “德兴县”, here it is “德钦县”"):
        load_places([PlaceRow("533422", "德兴县", file="b.csv", line=2)])


def test_many_faults_are_shown_in_part_and_counted() -> None:
    with pytest.raises(PlacesRefused) as refusal:
        load_places([PlaceRow("1", "短", file="a.csv", line=line) for line in range(50)])
    assert len(refusal.value.sentences) == 21
    assert refusal.value.sentences[-1].en == "… and 30 more faults."


def test_a_scheme_founds_its_own_places() -> None:
    instance = found_from_scheme("austria")
    found_from_scheme("austria")
    assert (instance.root_code, instance.currency) == ("AT", "EUR")
    assert counts_by_level() == [("country", 1), ("region", 9)]
    assert place("AT12").name_en == "Lower Austria"


def test_a_scheme_without_places_of_its_own_founds_nothing() -> None:
    with pytest.raises(PlacesRefused, match="No file of division codes was given"):
        found_from_scheme("china")
    assert not Instance.objects.exists()


def test_yearly_sheets_are_written_and_completed() -> None:
    load_villages()
    record_place_year([{"place_code": "533422101201", "year": 2020, "rural_base_persons": 900}])
    record_place_year(
        [{"place_code": "533422101201", "year": 2020, "rural_persons": 950, "collected": ["rural_persons"]}]
    )
    sheet = PlaceYear.objects.get()
    assert (sheet.rural_base_persons, sheet.rural_persons, sheet.rural_households) == (900, 950, None)
    assert (sheet.place_code, sheet.collected) == ("533422101201", ["rural_persons"])


def test_a_sheet_of_an_unknown_place_is_refused() -> None:
    load_villages()
    with pytest.raises(PlacesRefused, match="no place with the code “533499”"):
        record_place_year([{"place_code": "533499", "year": 2020}])
