"""Names by ethnicity, put together from syllables: nobody's in particular."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bangfu.analytics.synthesis.identity import Texts

HAN, YI, TIBETAN, LISU, NAXI = "01", "08", "10", "21", "28"
SURNAMES = {
    HAN: "王李张刘陈杨赵周吴徐孙马朱胡林郭何高罗郑",
    NAXI: "和木杨李和和木赵",
    LISU: "余和蜂李普胡褚余",
    YI: "沙马罗李阿吉曲",
}
GIVEN_MALE = "文武国建志德学永春福贵荣华明军林山海松云龙才光平安生新强"
GIVEN_FEMALE = "秀英兰芳花香春玉梅桂珍美丽琴凤莲月红霞燕琼仙菊芬慧秋雪"
#: Rare characters beyond U+20000, as names of Yunnan and Tibetan areas do hold some.
RARE = "\U00020676\U0002b36f\U0002cb5a\U00023c97\U0002a437\U00028408"
RARE_SHARE = 0.002
TIBETAN_ANY = (
    *("扎西", "次仁", "尼玛", "达瓦", "格桑", "洛桑", "丹增", "索朗"),
    *("培楚", "白玛", "鲁茸", "阿茸", "拉茸", "此里"),
)
TIBETAN_MALE = ("农布", "都吉", "顿珠", "江初", "品初", "定主", "吾堆", "七林")
TIBETAN_FEMALE = ("卓玛", "拉姆", "央宗", "取宗", "永宗", "青措", "拉初", "志玛")
LISU_MALE = ("阿普", "阿迪", "阿恒", "阿才", "阿邓", "普益", "四益", "付益")
LISU_FEMALE = ("阿妮", "阿娜", "阿开", "娜玛", "付玛", "义玛", "三妹", "四妹")
DOTTED_SHARE = 0.12

Booleans = npt.NDArray[np.bool_]


def surnames(rng: np.random.Generator, ethnicity: Texts) -> Texts:
    """A surname for each person; empty where the people have none."""
    found = np.full(len(ethnicity), "", dtype=object)
    for code, pool in SURNAMES.items():
        of = ethnicity == code
        found[of] = _picked(rng, tuple(pool), int(of.sum()))
    return found


def names(rng: np.random.Generator, ethnicity: Texts, surname: Texts, male: Booleans) -> Texts:
    """A full name for each person, from the surname where the people have one."""
    found = _syllables(rng, surname, male)
    tibetan, lisu = ethnicity == TIBETAN, ethnicity == LISU
    found[tibetan] = _tibetan(rng, male[tibetan])
    found[lisu] = surname[lisu] + _by_sex(rng, male[lisu], LISU_MALE, LISU_FEMALE)
    return found


def _picked(rng: np.random.Generator, pool: tuple[str, ...], count: int) -> Texts:
    return np.asarray(np.array(pool, dtype=object)[rng.integers(0, len(pool), count)], dtype=object)


def _by_sex(rng: np.random.Generator, male: Booleans, men: tuple[str, ...], women: tuple[str, ...]) -> Texts:
    return np.where(male, _picked(rng, men, len(male)), _picked(rng, women, len(male)))


def _syllables(rng: np.random.Generator, surname: Texts, male: Booleans) -> Texts:
    """Three syllables, seldom two; now and then one of them is rare."""
    count = len(male)
    first = _by_sex(rng, male, tuple(GIVEN_MALE), tuple(GIVEN_FEMALE))
    second = _by_sex(rng, male, tuple(GIVEN_MALE), tuple(GIVEN_FEMALE))
    second[rng.random(count) < 0.12] = ""
    rare = rng.random(count) < RARE_SHARE
    second[rare] = _picked(rng, tuple(RARE), int(rare.sum()))
    return np.asarray(surname + first + second, dtype=object)


def _tibetan(rng: np.random.Generator, male: Booleans) -> Texts:
    """Two names of two syllables, sometimes with a dot between them, as registers write both ways."""
    first = _picked(rng, TIBETAN_ANY, len(male))
    own = _by_sex(rng, male, TIBETAN_MALE, TIBETAN_FEMALE)
    second = np.where(rng.random(len(male)) < 0.35, _picked(rng, TIBETAN_ANY, len(male)), own)
    dot = np.where(rng.random(len(male)) < DOTTED_SHARE, "·", "")
    return np.asarray(first + dot + second, dtype=object)
