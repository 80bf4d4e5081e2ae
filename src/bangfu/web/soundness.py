"""The figures that pages are built on: an instance may change them, and not take them out."""

from __future__ import annotations

from bangfu.parameters.loader import Parameters
from bangfu.parameters.text import Text
from bangfu.records.instance.soundness import Unsound, soundness
from bangfu.web.pages.area import CARDS, CAUSES, COLUMNS
from bangfu.web.pages.household import EXPLAINED

NEEDED = Text(
    "页面要用指标{code}，不能去掉；可以改它的公式。",
    "Pages are built on the indicator {code}: it cannot be taken out; its formula may be changed.",
)


@soundness
def check_needed(parameters: Parameters, scheme: str) -> None:
    """Pass parameters that have every figure of the pages. **Errors** ``Unsound`` with the first one that lacks."""
    for code in dict.fromkeys((*CARDS, *COLUMNS, CAUSES, *EXPLAINED)):
        if code not in parameters.indicators:
            raise Unsound(NEEDED.format(code=code))
