"""One random generator per place and purpose, so that a county alone equals the same county in its prefecture."""

from __future__ import annotations

import zlib

import numpy as np


def generator_for(seed: int, code: str, purpose: str) -> np.random.Generator:
    """The generator of a place (its code) for one purpose; the same three always give the same numbers."""
    return np.random.default_rng(np.random.SeedSequence([seed, int(code or 0), zlib.crc32(purpose.encode())]))
