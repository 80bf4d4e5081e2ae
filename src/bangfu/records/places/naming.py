"""Names made from a name: the short one, the English one, and what people type to find it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bangfu.parameters.schemes import Level

#: The shortest short name: a county of one syllable (易县) keeps its ending.
SHORTEST = 2
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
ALL_PEOPLES = "各族"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a place beside its full one. ``pinyin`` and ``initials`` are lower case without tones or spaces."""

    short: str
    english: str
    pinyin: str
    initials: str


def names_of(name: str, level: Level, peoples: Sequence[str], english: str = "") -> Names:
    """Names of a place; a given English name wins over the one made from pinyin.

    德钦县 gives 德钦, Deqin, deqinxian, dqx.
    """
    short = short_name(name, level, peoples)
    own = _syllables(short)
    spoken = [syllable.replace("ü", "v") for syllable in (*own, *_ending_syllables(name.removeprefix(short)))]
    initials = "".join(syllable[0] for syllable in spoken if syllable)
    return Names(short, english or _english(short, own), "".join(spoken)[:200], initials[:60])


def short_name(name: str, level: Level, peoples: Sequence[str]) -> str:
    """The name without the ending of its level and the peoples before it: 维西傈僳族自治县 → 维西."""
    ending = next((ending for ending in level.endings if name.endswith(ending)), "")
    short = name.removesuffix(ending)
    people: str | None = ""
    while ending and people is not None:
        short = short.removesuffix(people)
        people = next((one for one in (*peoples, ALL_PEOPLES) if short.endswith(one) and len(short) > len(one)), None)
    return short if len(short) >= SHORTEST else name


def _english(short: str, syllables: Sequence[str]) -> str:
    """Pinyin as a name: one word, a mark before a syllable that starts with a vowel (普洱 → Pu'er)."""
    if not HAN.search(short):
        return short[:160]
    joined = "".join(_parted(syllable, position) for position, syllable in enumerate(syllables))
    return joined[:1].upper() + joined[1:160]


def _syllables(text: str) -> list[str]:
    # The dictionary takes half a second to load, which commands that name nothing need not pay.
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(text, style=Style.NORMAL, errors=_kept, v_to_u=True)


def _parted(syllable: str, position: int) -> str:
    return f"'{syllable}" if position and syllable[:1] in "aoe" else syllable


@lru_cache(maxsize=1024)
def _ending_syllables(ending: str) -> tuple[str, ...]:
    """The same few endings stand at thousands of names, and are most of their length."""
    return tuple(_syllables(ending)) if ending else ()


def _kept(text: str) -> str:
    """What is not Chinese stands as it is, in lower case and without spaces."""
    return "".join(text.lower().split())


def folded(text: str) -> str:
    """A typed or foreign name as it is compared: lower case letters and digits only, or Chinese as it is."""
    return "".join(letter for letter in text.lower() if letter.isalnum())
