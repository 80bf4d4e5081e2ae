"""What people type to find a name: its pinyin without tones or spaces, and its initials."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

#: Surnames that are read otherwise than the same character elsewhere.
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "区": "ou",
    "盖": "ge",
    "朴": "piao",
    "任": "ren",
    "尉": "yu",
    "乐": "yue",
    "缪": "miao",
    "覃": "qin",
    "洗": "xian",
    "冼": "xian",
    "召": "shao",
    "员": "yun",
    "黑": "he",
    "折": "she",
}
PINYIN_LENGTH, INITIALS_LENGTH = 200, 40


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    return "".join(lazy_pinyin(character, style=Style.NORMAL)).lower()


def pinyin_of(name: str) -> tuple[str, str]:
    """Pinyin and initials of a name, a character at a time: names are no words, and a million must not take minutes."""
    letters = [letter for letter in name if letter.isalnum()]
    syllables = [_syllable(letter) for letter in letters]
    if letters and letters[0] in SURNAMES and len(letters) < 5:
        syllables[0] = SURNAMES[letters[0]]
    initials = "".join(syllable[0] for syllable in syllables if syllable)
    return "".join(syllables)[:PINYIN_LENGTH], initials[:INITIALS_LENGTH]


def pinyin_of_all(names: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """Names, their pinyin and their initials, side by side."""
    listed = list(names)
    found = [pinyin_of(name) for name in listed]
    return listed, [pinyin for pinyin, _ in found], [initials for _, initials in found]
