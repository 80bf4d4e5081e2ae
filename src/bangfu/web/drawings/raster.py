"""PNG out of SVG on the server, with the fonts of the machine."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

#: Two pixels for each of the drawing: sharp on paper and in slides.
ZOOM = 2
#: Where the packages of Linux systems put the font that has every Han character; elsewhere the system's fonts serve.
HAN_FOLDERS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk", "/usr/share/fonts/google-noto-cjk")
HAN_FILES = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")


def png(svg: str, language: str) -> bytes:
    """The picture of an SVG."""
    import resvg_py

    files = han_fonts()
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=ZOOM,
        languages=["zh-Hans" if language == "zh" else "en"],
        font_files=list(files) or None,
        font_family="Noto Sans CJK SC",
        sans_serif_family="Noto Sans CJK SC",
        skip_system_fonts=bool(files),
    )


@lru_cache(maxsize=1)
def han_fonts() -> tuple[str, ...]:
    """The two font files that pictures need, where they are found: reading all fonts of a system takes far longer."""
    found = (Path(folder) / name for folder in HAN_FOLDERS for name in HAN_FILES)
    return tuple(str(path) for path in found if path.is_file())
