"""Every sentence with which the language refuses a text. Whole phrases, never joined."""

from __future__ import annotations

from bangfu.parameters.schema import Kind
from bangfu.parameters.text import Text

KINDS = {
    Kind.STRING: Text("文字", "text"),
    Kind.CODE: Text("代码", "a code"),
    Kind.INTEGER: Text("整数", "a whole number"),
    Kind.NUMBER: Text("数值", "a number"),
    Kind.BOOLEAN: Text("是非", "yes or no"),
    Kind.DATE: Text("日期", "a date"),
}

# -- reading the text
EMPTY = Text("规则是空的：请写出一个条件或算式。", "The text is empty: write a condition or a formula.")
TOO_LONG = Text(
    "文字有 {length} 个字符，上限为 {limit}：请拆成几条。",
    "The text has {length} characters, more than the {limit} allowed: split it into several.",
)
TOO_DEEP = Text(
    "嵌套有 {depth} 层，上限为 {limit}：请拆成几条。",
    "The text is nested {depth} levels deep, more than the {limit} allowed: split it into several.",
)
UNEXPECTED = Text(
    "此处不应出现「{found}」：请检查它前面的运算符、逗号和括号。",
    "“{found}” does not fit here: check the operator, comma or bracket before it.",
)
UNREADABLE = Text("不认识的符号「{found}」。", "The sign “{found}” has no meaning here.")
UNCLOSED = Text("引号没有配对：请在文字末尾补上引号。", "A quotation mark is not closed: add one where the text ends.")
ENDS_EARLY = Text("文字没有写完：末尾还缺一个值或括号。", "The text ends too early: a value or a bracket is missing.")
CHAINED = Text(
    "比较不能连写：请用「介于 甲 与 乙」，或用「且」连接两个比较。",
    "Comparisons cannot be chained: write “between a and b”, or join two comparisons with “and”.",
)
DOUBLE_EQUALS = Text("相等只写一个等号：请把 == 改成 =。", "Equality is one sign: write = in place of ==.")
ANGLE_UNEQUAL = Text("不等写作 != 或 ≠：请改掉 <>。", "Inequality is written != : replace <>.")
BAD_DATE = Text("「{found}」不是日历上的日期。", "“{found}” is not a date of the calendar.")

# -- names
UNKNOWN_NAME = Text(
    "表「{table}」没有「{name}」这一列，也没有同名的参数。",
    "The table “{table}” has no column “{name}”, and no parameter has this name.",
)
UNKNOWN_NAME_NEAR = Text(
    "表「{table}」没有「{name}」这一列，也没有同名的参数；相近的有：{near}。",
    "The table “{table}” has no column “{name}”, and no parameter has this name; near it: {near}.",
)
PARENT_COLUMN = Text(
    "「{name}」是上一级表的列：量词里只能用「{table}」自己的列和参数。",
    "“{name}” is a column of the table above: within a quantifier only columns of “{table}” and parameters stand.",
)
AMBIGUOUS_TITLE = Text(
    "名称「{name}」对应多列：{near}；请写列名。",
    "The title “{name}” belongs to several columns: {near}; write the column's name.",
)
PARAMETER_KIND = Text(
    "参数「{name}」不是数值，不能用在规则里。", "The parameter “{name}” is not a number and cannot be used."
)
RING = Text(
    "术语互相引用成了圈：{ring}。请改掉其中一个。",
    "Terms name each other in a ring: {ring}. Change one of them.",
)
IN_TERM = Text("术语「{name}」的定义不成立：{why}", "The term “{name}” does not hold: {why}")
UNKNOWN_UNIT = Text("不认识单位「{unit}」；可用的有：{near}。", "The unit “{unit}” is not known; known are: {near}.")
UNKNOWN_FUNCTION = Text("没有函数「{name}」；可用的有：{near}。", "There is no function “{name}”; there are: {near}.")
UNKNOWN_MEMBER = Text(
    "「{name}」不是「{table}」的下级表；可用的有：{near}。",
    "“{name}” is not a member table of “{table}”; there are: {near}.",
)
NO_MEMBER = Text("「{table}」没有下级表，不能用量词。", "“{table}” has no member table, so no quantifier can be used.")
NESTED = Text("量词里面不能再用量词。", "A quantifier cannot stand within another quantifier.")
UNKNOWN_CODE = Text("代码表「{codes}」里没有「{value}」。", "The code list “{codes}” has no code “{value}”.")
UNKNOWN_CODE_NEAR = Text(
    "代码表「{codes}」里没有「{value}」；可用的有：{near}。",
    "The code list “{codes}” has no code “{value}”; it has: {near}.",
)
NO_CODE_LIST = Text("没有代码表「{codes}」。", "There is no code list “{codes}”.")
OTHER_CODE_LIST = Text(
    "两边的代码表不同：「{left}」和「{right}」。", "The two sides use different code lists: “{left}” and “{right}”."
)

# -- kinds and units
WRONG_KIND = Text("此处需要{wanted}，写的却是{found}。", "Here stands {found}, but {wanted} is needed.")
KINDS_DIFFER = Text("不能比较{left}和{right}。", "Cannot compare {left} with {right}.")
KINDS_BRANCH = Text(
    "两个结果的类型不同：{left}和{right}。", "The two results are of different kinds: {left} and {right}."
)
NO_ORDER = Text(
    "{kind}没有大小，只能用 = 和 !=。", "There is no order among values that are {kind}: only = and != apply."
)
UNITS_DIFFER = Text("单位不同：{left} 与 {right}。", "The units differ: {left} and {right}.")
BARE_MONEY = Text(
    "金额要写单位：请写「{value} yuan」（元）或「{value} fen」（分）。",
    "An amount of money needs its unit: write “{value} yuan” or “{value} fen”.",
)
NO_PRODUCT = Text("{left} 与 {right} 不能相乘。", "{left} cannot be multiplied by {right}.")
NO_QUOTIENT = Text("{left} 不能除以 {right}。", "{left} cannot be divided by {right}.")
TOO_LARGE = Text("整数太大：超出 64 位。", "The whole number is too large: it does not fit 64 bits.")
NOT_LITERAL = Text("列表里只能写固定的值。", "Only fixed values may stand in the list.")

# -- functions
ARGUMENTS = Text(
    "「{name}」的写法是 {shape}，现在有 {count} 个参数。", "“{name}” is written {shape}; it has {count} arguments here."
)
CONDITIONS_TOO_DEEP = Text(
    "「如果」的条件里又套了 {depth} 层「如果」，上限为 {limit}：请用「且」「或」改写。",
    "The condition of “if” holds “if” {depth} levels deep, above the limit of {limit}: write it with “and” and “or”.",
)
STRAY_WHERE = Text("「其中」只能用在量词里。", "“where” stands only within a quantifier.")
