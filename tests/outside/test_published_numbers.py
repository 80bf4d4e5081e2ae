"""Numbers that others published, reached as people reach them: intake, cycle and figures by command, in own instances.

Sources: laeken 0.5.3 and convey 1.0.1 for EU-SILC (Alfons and Templ 2013, J. Stat. Softw. 54(15); Osier 2009), the
packages ineq and ENIGH samples for the household incomes. The division codes of Yunnan are in tests/places.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.instances import Instance, copied_instance, migrated_instance

Shared = Callable[[str], Path]
Homes = pytest.TempPathFactory
REGIONS = (
    "Burgenland",
    "Carinthia",
    "Lower Austria",
    "Salzburg",
    "Styria",
    "Tyrol",
    "Upper Austria",
    "Vienna",
    "Vorarlberg",
)
#: Year of the file, the weighted Gini as printed, and how many households share their number with another one.
MEXICO = ((2008, "0.4742", 44), (2016, "0.4561", 8))


def figures(instance: Instance, *arguments: str) -> list[dict[str, Any]]:
    """The rows of ``bangfu figures``."""
    rows: list[dict[str, Any]] = json.loads(instance.done("figures", *arguments, "--format", "json"))
    return rows


# --- EU-SILC, Austria ---


@dataclass(frozen=True)
class Survey:
    """What the indicator path gave for EU-SILC, and what was published."""

    country: dict[str, Any]
    regions: dict[str, dict[str, Any]]
    threshold: dict[str, Any]
    published: dict[tuple[str, str, str], dict[str, str]]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: Homes) -> Iterator[Instance]:
    """A migrated instance, made once and only copied."""
    with migrated_instance(tmp_path_factory.mktemp("empty")) as instance:
        yield instance


@pytest.fixture(scope="module")
def eusilc(shared: Shared, empty: Instance, tmp_path_factory: Homes) -> Iterator[Survey]:
    """EU-SILC taken in and computed once."""
    survey, reference = shared("eusilc/eusilc.csv"), shared("eusilc/reference.csv")
    with copied_instance(empty, tmp_path_factory.mktemp("eusilc") / "home") as instance:
        instance.done("intake", survey, "--mapping", "eusilc")
        instance.done("cycle")
        regions = {row["place_en"]: row for row in figures(instance, "incidence_survey", "--by", "region")}
        country, threshold = figures(instance, "incidence_survey")[0], figures(instance, "poverty_threshold")[0]
        with reference.open(encoding="utf-8") as lines:
            published = {(row["measure"], row["args"], row["group"]): row for row in csv.DictReader(lines)}
        yield Survey(country, regions, threshold, published)


@pytest.mark.db_twice
def test_the_survey_has_the_nine_regions_of_austria(eusilc: Survey) -> None:
    assert sorted(eusilc.regions) == sorted(REGIONS)


@pytest.mark.db_twice
@pytest.mark.parametrize("region", REGIONS)
def test_a_regions_rate_is_the_published_one(eusilc: Survey, region: str) -> None:
    published = float(eusilc.published["arpr_pct", "by db040", region]["estimate"]) / 100
    assert eusilc.regions[region]["value"] == pytest.approx(published, rel=1e-9, abs=0)


@pytest.mark.db_twice
def test_the_national_rate_and_its_standard_error_are_the_published_ones(eusilc: Survey) -> None:
    published = eusilc.published["svyarpr", "", "ALL"]
    found = (eusilc.country["value"], eusilc.country["standard_error"])
    assert found == pytest.approx((float(published["estimate"]), float(published["se"])), rel=1e-9, abs=0)


@pytest.mark.db_twice
def test_the_threshold_is_the_published_one(eusilc: Survey) -> None:
    published = float(eusilc.published["arpt", "p=0.6", "ALL"]["estimate"])
    found = (eusilc.threshold["value"], eusilc.country["line"])
    assert found == pytest.approx((published, published), rel=1e-9, abs=0)


@pytest.mark.db_twice
def test_every_person_of_the_sample_counts(eusilc: Survey) -> None:
    assert (eusilc.country["sample_size"], eusilc.country["unknown_rows"] or 0) == (14_827, 0)


# --- Household incomes of Ilocos and Mexico: the same way once more, hence on SQLite only ---


@pytest.fixture(scope="module")
def ilocos(shared: Shared, empty: Instance, tmp_path_factory: Homes) -> Iterator[Instance]:
    """The incomes of Ilocos, taken in and computed."""
    with copied_instance(empty, tmp_path_factory.mktemp("ilocos") / "home") as instance:
        instance.done("intake", shared("household-incomes/ilocos.csv"), "--mapping", "ilocos")
        instance.done("cycle")
        yield instance


@pytest.fixture(scope="module")
def mexico(shared: Shared, empty: Instance, tmp_path_factory: Homes) -> Iterator[Instance]:
    """The incomes of Mexico in both years, taken in and computed."""
    early, late = shared("household-incomes/mexico_2008.csv"), shared("household-incomes/mexico_2016.csv")
    with copied_instance(empty, tmp_path_factory.mktemp("mexico") / "home") as instance:
        instance.done("intake", early, "--mapping", "mexico", "--year", "2008")
        instance.done("intake", late, "--mapping", "mexico", "--year", "2016")
        instance.done("cycle")
        yield instance


def sharing(path: Path) -> int:
    """How many households of a file bear a number that another one bears too."""
    with path.open(encoding="utf-8") as lines:
        numbers = Counter(row["hh_number"] for row in csv.DictReader(lines))
    return sum(count for count in numbers.values() if count > 1)


def test_the_gini_of_ilocos_has_the_printed_digits(ilocos: Instance) -> None:
    found = figures(ilocos, "gini")[0]
    assert (f"{found['value']:.5f}", found["sample_size"]) == ("0.42695", 632)


@pytest.mark.parametrize(("year", "printed", "_"), MEXICO)
def test_the_gini_of_mexico_has_the_printed_digits_over_every_row(
    mexico: Instance, year: int, printed: str, _: int
) -> None:
    found = figures(mexico, "gini", "--year", str(year))[0]
    assert (f"{found['value']:.4f}", found["sample_size"]) == (printed, 5000)


@pytest.mark.parametrize(("year", "_", "households"), MEXICO)
def test_numbers_of_mexico_repeat_so_that_rows_must_be_the_key(
    shared: Shared, year: int, _: str, households: int
) -> None:
    assert sharing(shared(f"household-incomes/mexico_{year}.csv")) == households


def test_every_row_of_mexico_is_a_household_of_its_own(mexico: Instance) -> None:
    assert (mexico.count("households_household"), mexico.count("households_householdyear")) == (10_000, 10_000)
