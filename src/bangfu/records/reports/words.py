"""What superiors call things: units of their sheets, other names of indicators and fields, rows that are sums."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bangfu.parameters.text import Text


@dataclass(frozen=True, slots=True)
class Said:
    """A unit as sheets say it: what kind of figure it measures, and by how much a stored value is divided.

    Shares are stored from 0 to 1, money in fen. ``noun``: what is counted, where the unit says so.
    """

    kind: str
    divisor: float
    noun: str = ""


UNITS: Mapping[str, Said] = {
    "户": Said("count", 1, "户"), "人": Said("count", 1, "人"), "个": Said("count", 1, "个"), "村": Said("count", 1, "个"),
    "人次": Said("count", 1, "人"), "万户": Said("count", 1e4, "户"), "万人": Said("count", 1e4, "人"), "名": Said("count", 1, "人"),
    "百户": Said("count", 1e2, "户"), "百人": Said("count", 1e2, "人"),
    "元": Said("fen", 1e2), "元/人": Said("fen", 1e2), "千元": Said("fen", 1e5), "万元": Said("fen", 1e6), "亿元": Said("fen", 1e10),
    "%": Said("share", 0.01), "％": Said("share", 0.01), "‰": Said("share", 0.001),
    "亩": Said("mu", 1), "万亩": Said("mu", 1e4), "平方米": Said("m2", 1), "公里": Said("km", 1), "个月": Said("months", 1), "月": Said("months", 1),
    "households": Said("count", 1, "户"), "people": Said("count", 1, "人"), "persons": Said("count", 1, "人"),
    "yuan": Said("fen", 1e2), "10 000 yuan": Said("fen", 1e6), "10,000 yuan": Said("fen", 1e6), "mu": Said("mu", 1),
}  # fmt: skip
#: Endings of names that mean the same, the longer first, by kind and what is counted. Names are compared without 数.
ENDINGS: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    ("count", "人"): (("人口", "人员", "人"),),
    ("count", "个"): (("村个", "村"),),
    ("share", ""): (("所占比例", "所占比重", "占比", "比例", "比重"),),
}


def fits(said: Said | None, kind: str, noun: str) -> bool:
    """Whether something of a kind, which counts a noun, can be written in a unit; what is not said rules nothing out."""
    if said is None or not kind:
        return True
    return said.kind == kind and (not said.noun or not noun or said.noun == noun)


#: Words at the end of a Chinese heading, or anywhere in an English one, that say in what kind of unit it is measured.
_MEASURES = (
    (re.compile(r"(?:率|占比|比例|比重|百分比)$|\b(?:share|rate|per ?cent|percentage|incidence)\b", re.I), Said("share", 1)),
    (re.compile(r"(?:户数?|户总数)$|^\W*(?:number of )?(?:\w+ )?households\b", re.I), Said("count", 1, "户")),
    (re.compile(r"(?:人数?|人口数?|人员数?|儿童|老人|妇女|女性|学生)$|\b(?:persons|people|members)\b", re.I), Said("count", 1, "人")),
    (re.compile(r"(?:收入|金额|资金|补贴|经费)$|\b(?:income|amount)\b", re.I), Said("fen", 1)),
)  # fmt: skip
_AVERAGES = re.compile(r"户均|人均|村均|每个|per (?:person|household|village)")
_NEGATIONS = re.compile(r"未|不|无|没有|非|缺|失学|辍学|危|\b(?:without|not|no|non|lack\w*|unsafe)\b", re.I)


@dataclass(frozen=True, slots=True)
class Meant:
    """What the words of a heading rule out: other kinds of unit, means over something else, the opposite."""

    measure: Said | None
    averages: frozenset[str]
    negative: bool
    in_english: bool

    @classmethod
    def of(cls, text: str) -> Meant:
        """What is said by a text."""
        measure = next((said for pattern, said in _MEASURES if pattern.search(text)), None)
        return cls(measure, frozenset(_AVERAGES.findall(text)), _NEGATIONS.search(text) is not None, text.isascii())

    def allows(self, title: Text, kind: str, noun: str) -> bool:
        """Whether a heading of these words may mean something of a title, which counts a noun."""
        other = Meant.of(title.en if self.in_english else title.zh)
        counts_nothing = kind == "count" and not noun and not other.averages
        if not fits(self.measure, kind, noun) or (self.measure and self.measure.noun and counts_nothing):
            return False
        return other.averages >= self.averages and other.negative == self.negative


#: What a value is divided by where no unit is said.
UNSAID: Mapping[str, float] = {"fen": 1e2, "share": 0.01}
#: Which units can be chosen for a kind of figure, the first where none is said.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "count": ("", "万户", "万人"),
    "fen": ("元", "千元", "万元", "亿元"),
    "share": ("%", "‰", ""),
}
TOTALS = frozenset(
    ("合计", "总计", "小计", "共计", "计", "总数", "合 计", "总 计", "小 计", "total", "sum", "all")
)  # fmt: skip
#: Words that speak of a whole place, and the levels that such a place has; of none of ours where there are none.
WHOLES: Mapping[str, tuple[str, ...]] = {
    "全国": (), "全省": ("province",), "全州": ("prefecture",), "全盟": ("prefecture",), "全县": ("county",), "全旗": ("county",),
    "全市": ("prefecture", "county", "province"), "全区": ("county", "province"),
    "全乡": ("township",), "全镇": ("township",), "全乡镇": ("township",), "全街道": ("township",),
    "全村": ("village",), "全社区": ("village",),
}  # fmt: skip
#: Wholes that are of a level only where the place's own name says so: a county is a 市 or it is none.
BY_NAME: Mapping[str, frozenset[str]] = {
    "市": frozenset({"county", "province"}),
    "区": frozenset({"county", "province"}),
}
#: Names of rows that compare the rows of places with each other, and are no place.
STATISTICS = frozenset(("平均", "平均数", "平均值", "均值", "中位数", "最大值", "最小值", "最高", "最低", "average", "mean", "median", "maximum", "minimum"))  # fmt: skip
#: What a column of row names is called where it holds places, and where it holds something else.
OF_PLACES = re.compile(
    r"(?:省|州|盟|市|县|旗|区|乡|镇|街道|街道办|办事处|村|村委会|居委会|社区|组|地区|地方|地点|单位|所在地|辖区)(?:名称|名|别)?$"
    r"|^(?:place|area|region|district|location|prefecture|county|town(?:ship)?|village|unit|reporting unit)s?(?: name)?$",
    re.I,
)
OF_OTHERS = re.compile(
    r"指标|项目|内容|年份|年度|原因|类别|类型|分类|分组|计量|性别|年龄|序号|indicator|item|year|cause|unit of", re.I
)
LAST_YEAR = frozenset(("上年", "去年", "上年同期", "上年末", "last year"))
THIS_YEAR = frozenset(("本年", "今年", "本年末", "年末", "this year"))

INDICATORS: Mapping[str, tuple[str, ...]] = {
    "households_registered": ("贫困户", "贫困户数", "贫困户户数", "建档立卡户", "建档立卡户数", "建档立卡贫困户数", "建档立卡贫困户户数", "未脱贫户", "年末贫困户", "poor households"),
    "persons_registered": ("贫困人口", "贫困人口数", "贫困户人数", "贫困户人口", "贫困人数", "建档立卡人口", "建档立卡贫困人口数", "建档立卡贫困户人口", "未脱贫人口", "年末贫困人口", "poor persons", "poor people", "poor population"),
    "incidence_register": ("贫困发生率", "发生率", "poverty incidence", "incidence of poverty", "poverty headcount ratio"),
    "households_on_register": ("在册户数", "在册总户数"),
    "persons_on_register": ("在册人口数", "在册人数", "在册总人口"),
    "households_exited": ("脱贫户", "脱贫户数", "脱贫户户数", "脱贫户数当年", "退出户数", "当年脱贫户数"),
    "persons_exited": ("脱贫人口", "脱贫人数", "脱贫户人数", "脱贫户人口", "当年脱贫人数", "脱贫人口数"),
    "households_relapsed": ("返贫户数", "建档立卡返贫户"), "persons_relapsed": ("返贫人数", "返贫户人口", "建档立卡返贫户人口"),
    "households_monitored": ("监测户", "监测对象户数", "监测户数"), "persons_monitored": ("监测对象人数", "监测人口"),
    "income_per_capita_registered": ("人均纯收入", "建档立卡户人均纯收入", "在册户人均纯收入"),
    "dibao_persons": ("低保人数", "低保人口", "享受低保人口"), "dibao_amount": ("低保金", "发放低保金", "低保金额", "全年低保金"),
    "persons_disabled": ("残疾人", "残疾人口", "disabled persons", "disabled people", "persons with disabilities"), "persons_serious": ("大病人数", "患大病人口"), "persons_chronic": ("慢性病人数",),
    "unsafe_houses": ("危房户", "危房户数", "住危房户数"), "migrant_workers": ("务工人员", "外出务工人数", "外出务工人员"),
    "collective_income": ("集体经济收入", "村集体收入"), "out_of_school": ("辍学人数", "失学人数"),
    "poor_villages": ("贫困村数", "贫困村个数"), "villages_reported": ("行政村数",),
    "insured_share": ("医保参保率", "参保率", "基本医保参保率"), "relocated_persons": ("搬迁人口", "易地搬迁人数"),
    "safe_water_share": ("安全饮水率", "饮水安全率"), "pension_amount": ("养老金", "养老保险金"),
}  # fmt: skip
FIELDS: Mapping[str, tuple[str, ...]] = {
    "head_name": ("户主", "户主姓名", "姓名", "贫困户姓名"),
    "id_no": ("身份证号", "身份证号码", "户主身份证号", "户主身份证号码", "证件号码", "户主证件号码"),
    "phone": ("联系电话", "电话", "电话号码", "手机号码"),
    "household_size": ("人口数", "家庭人口", "人口", "家庭人口数", "人数"),
    "main_cause": ("致贫原因", "主要致贫原因"),
    "village": ("行政村", "村", "村委会", "行政村名称", "所在村"), "township": ("乡镇", "乡", "乡（镇）", "所在乡镇"), "county": ("县", "县区", "县（区）"),
    "net_income_per_capita_fen": ("人均纯收入", "家庭人均纯收入"),
    "household_no": ("户编号", "户号"), "poverty_attribute": ("贫困户属性", "属性"), "poverty_status": ("脱贫状态",),
    "natural_village": ("自然村", "村民小组", "组"), "year": ("年度", "年份"),
}  # fmt: skip
#: Which households a list is of, and the words in its titles that say so; the last word of a title counts, and of
#: two that end together the longer: 「未脱贫」 is not 「脱贫」, 「贫困户脱贫名单」 is of those that exited.
LISTS: Mapping[str, tuple[str, ...]] = {
    "exited": ("脱贫", "退出", "exited"),
    "monitored": ("监测", "脱贫不稳定", "边缘易致贫", "突发严重困难", "monitored"),
    "poor": ("贫困", "建档立卡", "未脱贫", "未退出", "not exited", "poor"),
}  # fmt: skip
#: Names of undertakings in titles, which say nothing about the households.
NO_LIST = ("脱贫攻坚", "巩固拓展脱贫成果", "巩固脱贫成果", "脱贫成果")
