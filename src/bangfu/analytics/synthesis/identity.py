"""Numbers that no real person has: ID numbers of regions that do not exist, phones of a range that is not assigned."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

#: Region prefixes 990001–998999 are assigned to no place; 999999 already means "no ID" on forms.
FIRST_REGION, LAST_REGION = 990001, 998999
REGIONS = LAST_REGION - FIRST_REGION + 1
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK_DIGITS = np.array(list("10X98765432"), dtype=object)
#: No operator was given numbers that begin so (general knowledge, unverified).
PHONE_PREFIX = "164"
Texts = npt.NDArray[np.object_]
Integers = npt.NDArray[np.int64]


def check_digits(first_17: Texts) -> Texts:
    """The check digit of each number's first 17 digits (GB 11643-1999: weights, remainder of 11)."""
    digits = np.frombuffer("".join(first_17).encode("ascii"), dtype=np.uint8).reshape(-1, 17).astype(np.int64) - ord(
        "0"
    )
    return np.asarray(CHECK_DIGITS[(digits @ WEIGHTS) % 11], dtype=object)


def id_numbers(
    rng: np.random.Generator, ranks: Integers, births: npt.NDArray[np.datetime64], male: npt.NDArray[np.bool_]
) -> Texts:
    """ID numbers, all different: region, birth date, serial with the parity of the sex, check digit.

    ``ranks`` are those of the persons' villages. Two villages share a region only with serials of different halves, so
    villages filled apart do not collide either. **Errors** ``ValueError`` beyond ``2 * REGIONS`` villages.
    """
    if len(ranks) and int(ranks.max()) >= 2 * REGIONS:
        raise ValueError(f"ID numbers are kept apart for {2 * REGIONS} villages; there is one of rank {ranks.max()}.")
    lowest = 500 * (ranks // REGIONS) + male
    serial = lowest + 2 * rng.integers(0, 250, len(births))
    days = births.astype("datetime64[D]").astype(np.int64)
    keys = (ranks * 100_000 + days + 60_000) * 1000
    while (again := _repeated(keys + serial)).any():
        serial[again] = lowest[again] + 2 * rng.integers(0, 250, int(again.sum()))
    dates = np.char.replace(np.datetime_as_string(births.astype("datetime64[D]")), "-", "")
    regions = FIRST_REGION + ranks % REGIONS
    first = np.array(
        [f"{region}{day}{number:03d}" for region, day, number in zip(regions, dates, serial, strict=True)], dtype=object
    )
    return np.asarray(first + check_digits(first), dtype=object)


def _repeated(keys: Integers) -> npt.NDArray[np.bool_]:
    """Which keys stood already before them."""
    again = np.ones(len(keys), dtype=bool)
    again[np.unique(keys, return_index=True)[1]] = False
    return again


def phones(rng: np.random.Generator, count: int) -> Texts:
    """Phone numbers of the unassigned range, eleven digits."""
    return np.array([f"{PHONE_PREFIX}{number:08d}" for number in rng.integers(0, 10**8, count)], dtype=object)


def bank_accounts(rng: np.random.Generator, count: int) -> Texts:
    """Account numbers of 19 digits that fail their check (Luhn): the last digit is one too high."""
    return np.array([_wrong_luhn(f"6299{number:014d}") for number in rng.integers(0, 10**14, count)], dtype=object)


def _wrong_luhn(first: str) -> str:
    doubled: list[Any] = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(first))]
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{first}{(10 - total % 10 + 1) % 10}"
