"""The colours of the light page, as a picture outside the page needs them: read from the stylesheet, resolved."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import bangfu.web

STYLESHEET = Path(bangfu.web.__file__).parent / "static" / "bangfu" / "base.css"
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})")


@lru_cache(maxsize=1)
def tokens() -> dict[str, str]:
    """Colours by token: those of the first ``:root`` of the stylesheet, which is the light page."""
    text = STYLESHEET.read_text(encoding="utf-8")
    first = text[text.index(":root") :]
    return dict(TOKEN.findall(first[: first.index("}")]))
