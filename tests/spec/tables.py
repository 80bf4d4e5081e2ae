"""The tables on which the specification of the language is written: households with their persons."""

from __future__ import annotations

from bangfu.analytics.language import ParameterType
from bangfu.parameters.schema import Column, FieldClass, Kind, Member, Table
from bangfu.parameters.text import Text

_ROW = (
    Column("household_id", Kind.INTEGER, Text("户序号", "Household")),
    Column("year", Kind.INTEGER, Text("年度", "Year")),
    Column("row_date", Kind.DATE, Text("数据日期", "Date of the row")),
    Column("place_code", Kind.STRING, Text("地区代码", "Place code")),
)

PERSONS = Table(
    "persons",
    Text("家庭成员", "Members"),
    (
        *_ROW,
        Column("person_id", Kind.INTEGER, Text("人序号", "Person")),
        Column("age", Kind.INTEGER, Text("年龄", "Age"), unit="years"),
        Column("birth_date", Kind.DATE, Text("出生日期", "Birth date"), age=Text("周岁", "Years of age")),
        Column("sex", Kind.CODE, Text("性别", "Sex"), codes="sex"),
        Column("in_school", Kind.BOOLEAN, Text("在校", "In school")),
        Column("work_months", Kind.INTEGER, Text("务工月数", "Months of work"), unit="months"),
        Column("wage_fen", Kind.INTEGER, Text("工资", "Wage"), unit="fen", field_class=FieldClass.MONEY),
        Column("x_weight", Kind.NUMBER, Text("权数", "Weight"), unit="weight"),
    ),
    key=("person_id", "year"),
)

HOUSEHOLDS = Table(
    "households",
    Text("户", "Households"),
    (
        *_ROW,
        Column("size", Kind.INTEGER, Text("家庭人口", "Members counted"), unit="count"),
        Column("income_fen", Kind.INTEGER, Text("纯收入", "Net income"), unit="fen", field_class=FieldClass.MONEY),
        Column("x_spending_yuan", Kind.NUMBER, Text("消费支出", "Spending"), unit="yuan"),
        Column("cropland_mu", Kind.NUMBER, Text("耕地面积", "Cropland"), unit="mu"),
        Column("housing_m2", Kind.NUMBER, Text("住房面积", "Housing"), unit="m2"),
        Column("months_of_help", Kind.INTEGER, Text("帮扶月数", "Months of help"), unit="months"),
        Column("share_of_wages", Kind.NUMBER, Text("工资占比", "Share of wages"), unit="share"),
        Column("cause", Kind.CODE, Text("致贫原因", "Cause"), codes="cause"),
        Column("second_cause", Kind.CODE, Text("次要原因", "Second cause"), codes="cause"),
        Column("has_water", Kind.BOOLEAN, Text("饮水安全", "Safe water")),
        Column("has_power", Kind.BOOLEAN, Text("通电", "Electricity")),
        Column("identified_on", Kind.DATE, Text("识别日期", "Identified on")),
    ),
    key=("household_id", "year"),
    members=(Member("persons", PERSONS, ("household_id", "year")),),
)

TABLES = {"households": HOUSEHOLDS, "persons": PERSONS}
CODES = {"cause": frozenset({"01", "02", "03", "99"}), "sex": frozenset({"male", "female"})}
PARAMETERS = {
    "poverty_line": ParameterType(Kind.INTEGER, "yuan"),
    "fair_share": ParameterType(Kind.NUMBER, "share"),
    "贫困线": ParameterType(Kind.INTEGER, "yuan"),
}
