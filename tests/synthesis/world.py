"""A little province: two prefectures, one with two counties, of three villages each."""

from __future__ import annotations

from bangfu.analytics.synthesis import World, world_of

VILLAGES = tuple(
    f"{township}{number:03d}" for township in ("533401101", "533422203", "530102001") for number in (201, 202, 203)
)
PLACES = tuple(
    (code, f"地点{code}")
    for code in sorted({village[:length] for village in VILLAGES for length in (2, 4, 6, 9)}) + sorted(VILLAGES)
)
PREFECTURE, COUNTY, TOWNSHIP = "5334", "533422", "533422203"
YEARS = (2013, 2014, 2015)


def little_world(seed: int = 1) -> World:
    """The world of these places."""
    return world_of(PLACES, seed)
