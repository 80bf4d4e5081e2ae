"""A sheet of as many persons as wanted, of 25 columns: nobody in it exists, and every cell of it is sound.

ID numbers carry region prefixes that were never given (990001–998999) and right check digits; phones begin like none
that an operator was given. Written village by village, so that memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from bangfu.analytics.synthesis.identity import id_numbers, phones
from bangfu.analytics.synthesis.naming import names, surnames

YEAR = 2015
SEED = 20151231
VILLAGES_AT_ONCE = 500
#: Words of the code lists, as people write them.
CAUSES = ("因病", "因残", "因学", "缺技术", "缺劳动力", "缺资金")
STATUSES = ("未脱贫", "新脱贫")
PEOPLES = {"汉族": "01", "彝族": "08", "藏族": "10", "白族": "15", "傈僳族": "21", "纳西族": "28"}
EDUCATION = ("文盲或半文盲", "小学", "初中", "高中")
HEALTH = ("健康", "长期慢性病", "大病", "残疾")
LABOUR = ("普通劳动力", "技能劳动力", "丧失劳动力", "无劳动力")
STUDENT = ("非在校生", "小学", "九年级", "高中一年级")

Objects = npt.NDArray[np.object_]
Whole = npt.NDArray[np.int64]


def write_people(path: Path, count: int, villages: Sequence[str]) -> None:
    """Write ``count`` persons of these villages as the CSV that the mapping ``register`` takes."""
    rng, villages = np.random.default_rng(SEED), villages[:count]
    shares = np.full(len(villages), count // len(villages)) + (np.arange(len(villages)) < count % len(villages))
    writer: Any = None
    for first in range(0, len(villages), VILLAGES_AT_ONCE):
        chunk = slice(first, first + VILLAGES_AT_ONCE)
        table = _people(rng, np.repeat(np.arange(len(villages))[chunk], shares[chunk]), villages)
        writer = writer or pa.csv.CSVWriter(
            path, table.schema, write_options=pa.csv.WriteOptions(quoting_style="needed")
        )
        writer.write_table(table)
    writer.close()


def _people(rng: np.random.Generator, village: Whole, villages: Sequence[str]) -> pa.Table:
    household, member, size = _households(rng, village)
    count, home = len(village), _first(household)
    codes = np.array(villages, dtype=object)[village]
    numbers = np.array(
        [f"{code[2:]}{serial:04d}" for code, serial in zip(codes, _serial(village, household), strict=True)]
    )
    male = rng.random(count) < 0.5
    births = np.datetime64(f"{YEAR - 80}-01-01") + rng.integers(0, 75 * 365, count).astype("timedelta64[D]")
    people = _one_of(rng, tuple(PEOPLES))(count)[home]
    listed = np.array([PEOPLES[each] for each in people], dtype=object)
    adult = births < np.datetime64(f"{YEAR - 16}-01-01")
    columns: dict[str, Any] = {
        "区划代码": codes,
        "年度": np.full(count, YEAR),
        "户编号": numbers,
        "自然村": np.char.add(np.char.mod("%d", 1 + home % 9), "组").astype(object),
        "人数": size,
        "主要致贫原因": _one_of(rng, CAUSES)(count)[home],
        "脱贫状态": _one_of(rng, STATUSES)(count)[home],
        "家庭纯收入": rng.integers(2_000, 60_000, count)[home],
        "人编号": np.array([f"{number}{place:02d}" for number, place in zip(numbers, member + 1, strict=True)]),
        "姓名": names(rng, listed, surnames(rng, listed), male),
        "性别": np.where(male, "男", "女"),
        "证件类型": np.full(count, "居民身份证"),
        "证件号码": id_numbers(rng, village, births, male),
        "出生日期": np.datetime_as_string(births),
        "民族": people,
        "与户主关系": np.where(member == 0, "本人或户主", "其他"),
        "联系电话": phones(rng, count),
        "文化程度": _one_of(rng, EDUCATION)(count),
        "健康状况": _one_of(rng, HEALTH)(count),
        "劳动能力": _one_of(rng, LABOUR)(count),
        "在校生情况": np.where(adult, STUDENT[0], _one_of(rng, STUDENT)(count)),
        "务工时间（月）": np.where(adult, rng.integers(0, 13, count), 0),
        "居民医保": _one_of(rng, ("是", "否"))(count),
        "居民养老保险": _one_of(rng, ("是", "否"))(count),
        "易地搬迁人口": _one_of(rng, ("是", "否"))(count)[home],
    }
    return pa.table({heading: pa.array(list(map(str, cells))) for heading, cells in columns.items()})


def _households(rng: np.random.Generator, village: Whole) -> tuple[Whole, Whole, Whole]:
    """For each person the household (counted through), the place in it and its size; a village's last is cut short."""
    drawn = np.repeat(np.arange(len(village)), rng.integers(1, 7, len(village)))[: len(village)]
    starts = np.flatnonzero(np.r_[True, (drawn[1:] != drawn[:-1]) | (village[1:] != village[:-1])])
    sizes = np.diff(np.r_[starts, len(village)])
    household = np.repeat(np.arange(len(starts)), sizes)
    return household, np.arange(len(village)) - starts[household], sizes[household]


def _first(household: Whole) -> Whole:
    """For each person the row of its household's first member."""
    return np.searchsorted(household, household)


def _serial(village: Whole, household: Whole) -> Whole:
    """The number of each person's household within its village, from 1."""
    return 1 + household - household[np.searchsorted(village, village)]


def _one_of(rng: np.random.Generator, words: Sequence[str]) -> Callable[[int], Objects]:
    def draw(count: int) -> Objects:
        return np.asarray(np.array(words, dtype=object)[rng.integers(0, len(words), count)], dtype=object)

    return draw
