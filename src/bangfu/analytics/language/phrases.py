"""The phrases with which an expression explains itself: one whole phrase per node, with places for what it names."""

from __future__ import annotations

from bangfu.parameters.text import Text

ALL_HOLD = Text("以下各项都成立", "All of the following hold")
ONE_HOLDS = Text("以下至少一项成立", "At least one of the following holds")
NOT_HOLDS = Text("以下不成立", "The following does not hold")
#: The same within another phrase.
BOTH = Text("{left}，并且{right}", "{left} and {right}")
EITHER = Text("{left}，或者{right}", "{left} or {right}")
HOLDS = Text("「{operand}」成立", "“{operand}” holds")
FAILS = Text("「{operand}」不成立", "“{operand}” does not hold")
GROUPED = Text("（{operand}）", "({operand})")

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
#: Codes and words are told, not measured.
WORD_COMPARISONS = {
    "=": Text("{left}是「{right}」", "{left} is “{right}”"),
    "!=": Text("{left}不是「{right}」", "{left} is not “{right}”"),
}
BETWEEN = Text("{operand}介于{low}与{high}之间（含两端）", "{operand} is between {low} and {high}, both included")
IN = Text("{operand}是其中之一：{items}", "{operand} is one of: {items}")
IS_KNOWN = Text("{operand}已填写", "{operand} is filled in")
IS_MISSING = Text("{operand}未填写", "{operand} is not filled in")

ARITHMETIC = {
    "+": Text("{left}加{right}", "{left} plus {right}"),
    "-": Text("{left}减{right}", "{left} minus {right}"),
    "*": Text("{left}乘以{right}", "{left} times {right}"),
    "/": Text("{left}除以{right}", "{left} divided by {right}"),
}
NEGATED = Text("{operand}的相反数", "{operand} with the other sign")
CHOSEN = Text("如果{condition}，取{then}；否则取{otherwise}", "{then} if {condition}, else {otherwise}")
#: One of two conditions.
CHOSEN_CONDITION = Text("如果{condition}，{then}；否则看{otherwise}", "{then} if {condition}, else {otherwise}")
ELAPSED = {
    "years": Text("从{start}到{end}的整年数", "Full years from {start} to {end}"),
    "months": Text("从{start}到{end}的整月数", "Full months from {start} to {end}"),
}
#: Until the day that the row speaks of.
ELAPSED_SO_FAR = {
    "years": Text("{start}以来的整年数", "Full years since {start}"),
    "months": Text("{start}以来的整月数", "Full months since {start}"),
}
PARAMETER = Text("参数「{name}」", "Parameter “{name}”")
FIXED = Text("固定值{value}", "The fixed value {value}")

#: Members of whom something must hold to be meant.
SOME_MEMBERS = Text("{members}（限{where}）", "{members} (only where {where})")
ALL_COUNTED = Text("{members}的个数", "How many {members} there are")
QUANTIFIED = {
    "any": Text("{members}中至少有一个：{body}", "At least one of the {members}: {body}"),
    "all": Text("{members}中每一个：{body}", "Every one of the {members}: {body}"),
    "count": Text("{members}中的个数：{body}", "How many of the {members}: {body}"),
    "count_known": Text("{members}中已知的个数：{body}", "How many of the {members}, as far as is known: {body}"),
    "sum": Text("{members}合计：{body}", "Sum over the {members}: {body}"),
    "sum_known": Text("{members}已知合计：{body}", "Sum over the {members}, as far as is known: {body}"),
    "min": Text("{members}中最小：{body}", "Smallest among the {members}: {body}"),
    "min_known": Text("{members}中已知最小：{body}", "Smallest among the {members}, as far as is known: {body}"),
    "max": Text("{members}中最大：{body}", "Largest among the {members}: {body}"),
    "max_known": Text("{members}中已知最大：{body}", "Largest among the {members}, as far as is known: {body}"),
}
MEMBER = Text("{members}第 {number} 个", "{members}, number {number}")
LEFT_OUT = Text("{members}第 {number} 个（不在所指范围内）", "{members}, number {number} (not meant here)")

TRUE, FALSE, UNKNOWN = Text("是", "yes"), Text("否", "no"), Text("未知", "unknown")
#: A condition that is fixed, within another phrase.
ALWAYS, NEVER = Text("一律成立", "always so"), Text("一律不成立", "never so")
EMPTY = Text("空", "nothing")
WITH_UNIT = Text("{value}{unit}", "{value} {unit}")
AGE = Text("{value}岁", "{value} years")
AGE_OF_ONE = Text("{value}岁", "{value} year")

NOT_FILLED = Text("没有填写", "Not filled in")
NO_PARAMETER = Text("在该日期和地点没有这个参数的值", "There is no value of this parameter for this date and place")
BY_ZERO = Text("除数为零", "Division by zero")
TOO_LARGE = Text("结果超出可表示的范围", "The result is too large to be held")
NOBODY = Text("没有可比较的成员", "There is nobody to compare")
