"""Whether parameters hold together beyond what their files say by themselves: texts against tables, above all.

What a text means depends on tables that apps define, so each app that reads texts checks them, in a module
``soundness.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from django.utils.module_loading import autodiscover_modules

from bangfu.parameters.loader import Parameters
from bangfu.parameters.text import Text

Check: TypeAlias = "Callable[[Parameters, str], None]"
CHECKS: list[Check] = []


class Unsound(Exception):
    """Parameters that do not hold together; the sentence says where, what and the way out."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def soundness(check: Check) -> Check:
    """Register a check of parameters for instances of a scheme; it raises ``Unsound``."""
    CHECKS.append(check)
    return check


@lru_cache(maxsize=1)
def _discovered() -> bool:
    autodiscover_modules("soundness")
    return True


def check_soundness(parameters: Parameters, scheme: str) -> None:
    """Pass parameters that hold together. **Errors** ``Unsound``, for the first thing that does not."""
    _discovered()
    for check in CHECKS:
        check(parameters, scheme)
