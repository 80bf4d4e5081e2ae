"""What is promised of the synthetic register: the same seed gives the same people, and nobody in it can exist."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from bangfu.analytics.synthesis import frames_under, points_of, sheets, sheets_under, survey_of, villages_under
from bangfu.analytics.synthesis.columns import joined
from bangfu.analytics.synthesis.identity import PHONE_PREFIX, check_digits
from tests.synthesis.world import COUNTY, PLACES, PREFECTURE, YEARS, little_world


def households(prefix: str, year: int = 2015, seed: int = 1) -> pa.Table:
    villages = villages_under(little_world(seed), prefix)
    return joined([sheet.households for sheet in sheets_under(villages, year)])


def members(prefix: str, year: int = 2015, seed: int = 1) -> pa.Table:
    return joined([sheet.members for sheet in sheets_under(villages_under(little_world(seed), prefix), year)])


def id_numbers() -> list[str]:
    numbers: list[str] = members(PREFECTURE)["person.id_no"].drop_null().to_pylist()
    return numbers


def poor_persons(year: int) -> int:
    found = households(PREFECTURE, year)
    poor = pc.is_in(found["household_year.poverty_status"], pa.array(["04", "02"]))
    return int(pc.sum(found.filter(poor)["household_year.household_size"]).as_py())


@pytest.mark.parametrize("table", [households, members])
def test_the_same_seed_gives_the_same_register(table: object) -> None:
    assert table(PREFECTURE).equals(table(PREFECTURE))  # type: ignore[operator]


def test_another_seed_gives_another_register() -> None:
    assert not members(PREFECTURE).equals(members(PREFECTURE, seed=2))


@pytest.mark.parametrize("table", [households, members])
def test_a_county_alone_equals_the_same_county_in_its_prefecture(table: object) -> None:
    whole = table(PREFECTURE)  # type: ignore[operator]
    inside = whole.filter(pc.starts_with(whole["row.place_code"], COUNTY)).combine_chunks()
    assert table(COUNTY).equals(inside)  # type: ignore[operator]


def test_the_order_of_the_places_does_not_matter() -> None:
    world = little_world()
    assert points_of(world) == points_of(type(world)(dict(reversed(PLACES)), world.seed))


def test_every_id_number_bears_a_region_that_was_never_assigned() -> None:
    assert {number[:3] for number in id_numbers()} <= {str(first) for first in range(990, 999)}
    assert min(map(int, (number[:6] for number in id_numbers()))) >= 990001
    assert max(map(int, (number[:6] for number in id_numbers()))) <= 998999


def test_every_id_number_has_the_right_check_digit() -> None:
    numbers = np.array(id_numbers(), dtype=object)
    assert [number[17] for number in numbers] == check_digits(
        np.array([n[:17] for n in numbers], dtype=object)
    ).tolist()


def test_the_check_digit_is_that_of_the_standard() -> None:
    # The example of GB 11643-1999, annex A.
    assert check_digits(np.array(["11010519491231002"], dtype=object)).tolist() == ["X"]


def test_no_two_persons_share_an_id_number() -> None:
    assert len(set(id_numbers())) == len(id_numbers())


def test_id_numbers_agree_with_birth_date_and_sex() -> None:
    found = members(PREFECTURE)
    rows = [row for row in found.to_pylist() if row["person.id_no"]]
    assert all(row["person.id_no"][6:14] == f"{row['person.birth_date']:%Y%m%d}" for row in rows)
    assert all(int(row["person.id_no"][16]) % 2 == int(row["person.sex"]) % 2 for row in rows)


def test_phones_are_of_a_range_that_no_operator_has() -> None:
    assert {phone[:3] for phone in members(PREFECTURE)["person.phone"].drop_null().to_pylist()} == {PHONE_PREFIX}


def test_some_cells_are_missing_and_few() -> None:
    missing = members(PREFECTURE)["person_year.health"].null_count / members(PREFECTURE).num_rows
    assert 0 < missing < 0.03


def test_household_size_is_the_number_of_member_rows() -> None:
    counted = members(PREFECTURE).group_by("household.household_no").aggregate([("person.person_no", "count")])
    sizes = households(PREFECTURE).select(["household.household_no", "household_year.household_size"])
    both = sizes.join(counted, "household.household_no")
    assert both["household_year.household_size"].to_pylist() == both["person.person_no_count"].to_pylist()


def test_the_income_sheet_adds_up_to_the_fen() -> None:
    rows = households(PREFECTURE).to_pylist()
    names = ("wage", "business", "property", "transfer")
    parts = [sum(row[f"household_year.{name}_fen"] or 0 for name in names) for row in rows]
    costs = [row["household_year.cost_fen"] or 0 for row in rows]
    net = [row["household_year.net_income_fen"] for row in rows]
    assert [part - cost for part, cost in zip(parts, costs, strict=True)] == net


@pytest.mark.parametrize("family", ["wage", "business", "property", "transfer", "cost"])
def test_the_items_of_an_income_add_up_to_it(family: str) -> None:
    rows = households(PREFECTURE).to_pylist()
    start, whole = f"household_year.{family}_", f"household_year.{family}_fen"
    items = [sum(value or 0 for name, value in row.items() if name.startswith(start) and name != whole) for row in rows]
    assert items == [row[whole] or 0 for row in rows]


def test_poverty_falls_from_year_to_year() -> None:
    assert poor_persons(2013) > poor_persons(2014) > poor_persons(2015) > 0


def test_nobody_who_exited_lives_below_the_line() -> None:
    found = households(PREFECTURE)
    exited = found.filter(pc.equal(found["household_year.poverty_status"], "05"))
    assert pc.min(exited["household_year.net_income_per_capita_fen"]).as_py() >= 285_500


def test_illness_is_a_cause_only_where_someone_was_ill() -> None:
    rows = members(PREFECTURE).to_pylist()
    ill = {row["household.household_no"] for row in rows if row["person_year.health"] in ("02", "03", None)}
    homes = households(PREFECTURE).to_pylist()
    assert {row["household.household_no"] for row in homes if row["household_year.main_cause"] == "01"} <= ill


def test_one_village_of_each_county_has_not_reported() -> None:
    frames = frames_under(little_world(), PREFECTURE)
    assert sorted(frame.code[:6] for frame in frames) == ["533401", "533401", "533422", "533422"]


def test_the_base_of_the_incidence_stays_frozen() -> None:
    rows = sheets(frames_under(little_world(), COUNTY), YEARS, 2013)
    assert len({(row["place_code"], row["rural_base_persons"]) for row in rows}) == 2


def test_survey_weights_add_up_to_the_households_of_the_county() -> None:
    world = little_world()
    villages = list(villages_under(world, COUNTY))
    weights = survey_of(world.seed, villages, 2015)["household_year.x.svy_weight"].to_pylist()
    assert sum(weights) == pytest.approx(sum(village.homes.frame.rural_households for village in villages), rel=1e-4)


def test_the_same_households_are_asked_every_year() -> None:
    world = little_world()
    villages = list(villages_under(world, PREFECTURE))
    first, last = (survey_of(world.seed, villages, year)["household.household_no"] for year in (2013, 2015))
    assert first.equals(last)


def test_no_two_places_share_a_point() -> None:
    points = points_of(little_world())
    assert len({(point.latitude, point.longitude) for point in points}) == len(PLACES)
