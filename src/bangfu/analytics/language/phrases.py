"""The phrases with which an expression explains itself: one whole phrase per node, with places for what it names."""

from __future__ import annotations

from bangfu.parameters.text import Text

ALL_HOLD = Text("以下各项都成立", "All of the following hold")
ONE_HOLDS = Text("以下至少一项成立", "At least one of the following holds")
NOT_HOLDS = Text("以下不成立", "The following does not hold")

COMPARISONS = {
    "=": Text("{left}等于{right}", "{left} equals {right}"),
    "!=": Text("{left}不等于{right}", "{left} differs from {right}"),
    "<": Text("{left}低于{right}", "{left} is below {right}"),
    "<=": Text("{left}不高于{right}", "{left} is at most {right}"),
    ">": Text("{left}高于{right}", "{left} is above {right}"),
    ">=": Text("{left}不低于{right}", "{left} is at least {right}"),
}
DATE_COMPARISONS = {
    "<": Text("{left}早于{right}", "{left} is before {right}"),
    "<=": Text("{left}不晚于{right}", "{left} is on or before {right}"),
    ">": Text("{left}晚于{right}", "{left} is after {right}"),
    ">=": Text("{left}不早于{right}", "{left} is on or after {right}"),
}
BETWEEN = Text("{operand}介于{low}与{high}之间（含两端）", "{operand} is between {low} and {high}, both included")
IN = Text("{operand}是其中之一：{items}", "{operand} is one of: {items}")
IS_KNOWN = Text("{operand}已填写", "{operand} is known")
IS_MISSING = Text("{operand}缺失", "{operand} is missing")

ARITHMETIC = {
    "+": Text("{left}加{right}", "{left} plus {right}"),
    "-": Text("{left}减{right}", "{left} minus {right}"),
    "*": Text("{left}乘以{right}", "{left} times {right}"),
    "/": Text("{left}除以{right}", "{left} divided by {right}"),
}
NEGATED = Text("{operand}的相反数", "{operand} with the other sign")
CHOSEN = Text("条件成立取「{then}」，不成立取「{otherwise}」", "“{then}” where the condition holds, else “{otherwise}”")
#: A branch that is an expression itself: it stands among the nodes below.
WORKED_OUT = Text("下面算出的结果", "what is worked out below")
ELAPSED = {
    "years": Text("从{start}到{end}的周岁", "Birthdays passed from {start} to {end}"),
    "months": Text("从{start}到{end}的满月数", "Whole months from {start} to {end}"),
}
PARAMETER = Text("参数「{name}」", "Parameter “{name}”")
FIXED = Text("固定值{value}", "The fixed value {value}")

QUANTIFIED = {
    "any": Text("{members}中至少有一个：{body}", "At least one of {members}: {body}"),
    "all": Text("{members}中每一个：{body}", "Every one of {members}: {body}"),
    "count": Text("{members}中的个数：{body}", "How many of {members}: {body}"),
    "count_known": Text("{members}中已知的个数：{body}", "How many of {members}, as far as is known: {body}"),
    "sum": Text("{members}合计：{body}", "Sum over {members}: {body}"),
    "sum_known": Text("{members}已知合计：{body}", "Sum over {members}, as far as is known: {body}"),
    "min": Text("{members}中最小：{body}", "Smallest among {members}: {body}"),
    "min_known": Text("{members}中已知最小：{body}", "Smallest among {members}, as far as is known: {body}"),
    "max": Text("{members}中最大：{body}", "Largest among {members}: {body}"),
    "max_known": Text("{members}中已知最大：{body}", "Largest among {members}, as far as is known: {body}"),
}
EVERYONE = Text("全体", "everyone")
MEMBER = Text("{members}第 {number} 个", "{members}, number {number}")
LEFT_OUT = Text("{members}第 {number} 个（不在所指范围内）", "{members}, number {number} (not meant here)")

TRUE, FALSE, UNKNOWN = Text("是", "yes"), Text("否", "no"), Text("未知", "unknown")
WITH_UNIT = Text("{value}{unit}", "{value} {unit}")

NOT_FILLED = Text("没有填写", "Not filled in")
NO_PARAMETER = Text("在该日期和地点没有这个参数的值", "There is no value of this parameter for this date and place")
BY_ZERO = Text("除数为零", "Division by zero")
TOO_LARGE = Text("结果超出可表示的范围", "The result is too large to be held")
NOBODY = Text("没有可比较的成员", "There is nobody to compare")
