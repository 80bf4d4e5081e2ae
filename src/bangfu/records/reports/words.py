"""What superiors call things: units of their sheets, other names of indicators and fields, rows that are sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
#: Last words of a heading that say what is counted where no unit does.
HINTS: Mapping[str, str] = {"户": "户", "户数": "户", "人口": "人", "人": "人", "人数": "人"}
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
LAST_YEAR = frozenset(("上年", "去年", "上年同期", "上年末", "last year"))
THIS_YEAR = frozenset(("本年", "今年", "本年末", "年末", "this year"))

INDICATORS: Mapping[str, tuple[str, ...]] = {
    "households_registered": ("贫困户", "贫困户数", "贫困户户数", "建档立卡户", "建档立卡户数", "建档立卡贫困户数", "建档立卡贫困户户数", "未脱贫户", "年末贫困户"),
    "persons_registered": ("贫困人口", "贫困人口数", "贫困户人数", "贫困户人口", "贫困人数", "建档立卡人口", "建档立卡贫困人口数", "建档立卡贫困户人口", "未脱贫人口", "年末贫困人口"),
    "incidence_register": ("贫困发生率", "发生率"),
    "households_on_register": ("在册户数", "在册总户数"),
    "persons_on_register": ("在册人口数", "在册人数", "在册总人口"),
    "households_exited": ("脱贫户", "脱贫户数", "脱贫户户数", "脱贫户数当年", "退出户数", "当年脱贫户数"),
    "persons_exited": ("脱贫人口", "脱贫人数", "脱贫户人数", "脱贫户人口", "当年脱贫人数", "脱贫人口数"),
    "households_relapsed": ("返贫户数",), "persons_relapsed": ("返贫人数",),
    "households_monitored": ("监测户", "监测对象户数", "监测户数"), "persons_monitored": ("监测对象人数", "监测人口"),
    "income_per_capita_registered": ("人均纯收入", "建档立卡户人均纯收入", "在册户人均纯收入"),
    "dibao_persons": ("低保人数", "低保人口", "享受低保人口"), "dibao_amount": ("低保金", "发放低保金", "低保金额", "全年低保金"),
    "persons_disabled": ("残疾人", "残疾人口"), "persons_serious": ("大病人数", "患大病人口"), "persons_chronic": ("慢性病人数",),
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
