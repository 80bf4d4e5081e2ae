"""The world that everything is drawn from: its places, its seed, and the totals that it aims at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

#: Code lengths of province, prefecture, county, township and village (GB/T 2260, GB/T 10114).
LENGTHS = (2, 4, 6, 9, 12)
VILLAGE, TOWNSHIP, COUNTY, PREFECTURE = 12, 9, 6, 4


@dataclass(frozen=True, slots=True)
class Calibration:
    """Totals and rates that the world aims at; drawn values scatter around them.

    The defaults are those of Diqing: about 297 000 rural persons of the frozen base in 197 villages, a quarter of them
    ever on the register (DOMAIN.md §8: 74 139 poor persons, 24.95 %).
    """

    rural_households: float = 378.0
    rural_household_size: float = 4.2
    register_share: float = 0.238
    #: Villages per county that have not reported anything yet.
    unreported_per_county: int = 1
    #: Shares of households by ethnicity in the national order of codes: Tibetan, Lisu, Han, Naxi, Yi.
    ethnicity: tuple[tuple[str, float], ...] = (("10", 0.38), ("21", 0.31), ("01", 0.12), ("28", 0.12), ("08", 0.07))

    def __post_init__(self) -> None:
        if not 0 < self.register_share < 1 or self.rural_households <= 0 or self.rural_household_size < 1:
            raise ValueError(f"A world needs households and a share between 0 and 1, got {self}.")


DIQING = Calibration()
#: A province of 2.6 million registered households in 14 888 villages, all of them reporting; for benchmarks.
PROVINCE = Calibration(rural_households=747.0, unreported_per_county=0)


@dataclass(frozen=True)
class World:
    """Every place of the province by code, the seed and the calibration.

    Always made from the whole province, even where only one county is filled: what a place is like depends on its own
    code, and the region prefix of its ID numbers on its rank among all villages.
    """

    places: Mapping[str, str]
    seed: int
    calibration: Calibration = DIQING

    @cached_property
    def villages(self) -> tuple[str, ...]:
        """Codes of all villages, in order."""
        return tuple(sorted(code for code in self.places if len(code) == VILLAGE))

    @cached_property
    def rank(self) -> dict[str, int]:
        """The rank of each village among all."""
        return {code: rank for rank, code in enumerate(self.villages)}

    def villages_under(self, prefix: str) -> Sequence[str]:
        """Codes of the villages under a place."""
        return [code for code in self.villages if code.startswith(prefix)]

    def counties_under(self, prefix: str) -> Sequence[str]:
        """Codes of the counties that a place is or holds, or the county that holds it."""
        return sorted({code[:COUNTY] for code in self.villages_under(prefix)})


def world_of(places: Iterable[tuple[str, str]], seed: int, calibration: Calibration = DIQING) -> World:
    """The world of these places (code, name). **Errors** ``ValueError`` for codes of another scheme than China's."""
    found = {str(code): str(name) for code, name in places}
    odd = sorted(code for code in found if not code.isdigit() or len(code) not in LENGTHS)
    if odd:
        raise ValueError(f"Place codes have {LENGTHS} digits; {odd[:3]} do not fit.")
    return World(found, int(seed), calibration)
