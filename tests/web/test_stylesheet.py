"""The stylesheet: small, readable in both themes, and drawn by browsers of 2020."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bangfu.web import context

CSS = (Path(context.__file__).resolve().parent / "static/bangfu/base.css").read_text()
BARE = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)


def tokens(selector: str) -> dict[str, str]:
    """The colour tokens of the first block with this selector."""
    block = BARE[BARE.index(selector + " {") :].split("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-Fa-f]{6})", block))


LIGHT, DARK = tokens(":root"), tokens(':root[data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": DARK}
TEXTS = [
    (ink, ground)
    for ink in ("ink", "ink2", "ink3", "primary", "attn", "late", "good", "unknown")
    for ground in ("surface", "bg", "sunk")
]
TINTS = [(name, f"{name}-soft") for name in ("primary", "attn", "late", "good", "unknown")]
MAP_INKS = [(f"i{index}", f"m{index}") for index in range(1, 7)]
BUTTONS = [("on-primary", "primary"), ("in-column", "column"), ("ink2", "primary-soft"), ("ink", "primary-soft")]
EDGES = [("edge", "surface"), ("edge", "bg"), ("c1", "surface"), ("c2", "surface"), ("column", "surface")]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), [*TEXTS, *TINTS, *MAP_INKS, *BUTTONS])
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    assert contrast(THEMES[theme][ink], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_can_be_seen(theme: str, edge: str, ground: str) -> None:
    assert contrast(THEMES[theme][edge], THEMES[theme][ground]) >= 3


def test_the_dark_theme_is_the_same_by_wish_and_by_system() -> None:
    assert tokens(':root:not([data-theme="light"])') == DARK


def test_both_themes_have_the_same_tokens() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_every_token_that_is_used_is_set() -> None:
    assert set(re.findall(r"var\(--([\w-]+)\)", BARE)) <= LIGHT.keys()


def test_the_stylesheet_is_within_its_budget() -> None:
    assert len(CSS.encode()) <= 40_000


@pytest.mark.parametrize(
    "newer",
    [
        ":has(",
        "@container",
        ":is(",
        ":where(",
        "aspect-ratio",
        "inset:",
        "margin-inline",
        "padding-block",
        "&",
        "@layer",
        "dvh",
    ],
)
def test_chromium_80_draws_it(newer: str) -> None:
    assert newer not in BARE


@pytest.mark.parametrize(
    "habit", ["font-style: italic", "letter-spacing", "box-shadow", "url(", "@import", "@font-face"]
)
def test_the_stylesheet_stays_calm_and_loads_nothing(habit: str) -> None:
    assert habit not in BARE


#: The tokens as the design says them (bg surface sunk, ink ink2 ink3, line edge, the states with their tints, the map).
DESIGN = {
    "light": "F5F7F6 FFFFFF ECF0EE 17211F 44514E 5F6C69 D7DEDB 7B8985 0E6470 E1F0F1 8A5300 FBF0DA A23B26 FAE9E4 "
    "2C6A3C E5F2E7 5F5A78 EEECF4 F4F6DC BBDDB9 6FBDB4 3391AE 285F98 1C3569",
    "dark": "101817 18221F 0B1211 E8EFEC B9C6C2 93A29D 2B3835 6F807A 6CC5CE 123237 E5B25A 362A12 F0937E 3B1F19 "
    "86C994 17301D B8B1D6 282438 1E3148 27527A 3079A0 4CA5B4 8ACFBB DDF0B8",
}
STATES = ("primary", "attn", "late", "good", "unknown")
GROUNDS = ("bg", "surface", "sunk", "ink", "ink2", "ink3", "line", "edge")
NAMES = [
    *GROUNDS,
    *(f"{state}{end}" for state in STATES for end in ("", "-soft")),
    *(f"m{index}" for index in range(1, 7)),
]


@pytest.mark.parametrize("theme", THEMES)
def test_the_tokens_are_those_of_the_design(theme: str) -> None:
    assert [THEMES[theme][name].removeprefix("#") for name in NAMES] == DESIGN[theme].split()
