"""What a measure says when it cannot be computed: one whole sentence in both languages, with the way out."""

from __future__ import annotations

from bangfu.parameters.text import Text


class PovertyError(ValueError):
    """A measure, line or design that cannot be used; ``text`` is the sentence for people."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


LENGTHS_DIFFER = Text(
    "{name}有{found}行，而收入有{expected}行。请按同样的行给出各列。",
    "{name} has {found} rows but income has {expected}. Give every column for the same rows.",
)
NOT_FINITE = Text(
    "{name}有{count}行不是有限的数。缺失的收入请在 known 中标出，不要填数。",
    "{name} has {count} rows that are not finite numbers. Mark missing incomes in `known` instead of filling them.",
)
WEIGHT_NOT_POSITIVE = Text(
    "{count}行的权数为零或为负（最小值{lowest}）。请先去掉这些行，或改正权数。",
    "{count} rows have a weight of zero or less (lowest {lowest}). Leave these rows out or correct the weights.",
)
LONELY_PSU = Text(
    "{count}个层只有一个初级抽样单位，算不出误差。请合并层，或指明 lonely='certainty'、'adjust' 或 'unknown'。",
    "{count} strata have a single primary sampling unit, so their error cannot be computed. "
    "Merge strata, or say lonely='certainty', 'adjust' or 'unknown'.",
)
NO_ROWS = Text(
    "没有收入已知的行，无法计算。请检查分组或数据。",
    "No row with a known income, nothing can be computed. Check the group or the data.",
)
NOT_ALL_ROWS_POSITIVE = Text(
    "{count}行的收入为零或为负，而设定要求报错。请改正数据，或指明 nonpositive='keep' 或 'drop'。",
    "{count} rows have an income of zero or less and the setting refuses them. "
    "Correct the data, or say nonpositive='keep' or 'drop'.",
)
LINE_NOT_POSITIVE = Text(
    "贫困线是{value}，必须大于零。请检查线的数值或收入数据。",
    "The poverty line is {value}; it must be above zero. Check the line or the incomes.",
)
LINE_PER_ROW = Text(
    "每行各有一条贫困线，没有单一的线可以估计。请给出固定线或相对线。",
    "Each row has its own line, there is no single line to estimate. Give an absolute or a relative line.",
)
TOTAL_NOT_POSITIVE = Text(
    "收入总额是{value}，基尼系数要求总额大于零。请检查收入数据。",
    "Total income is {value}; the Gini coefficient needs a total above zero. Check the incomes.",
)
UNKNOWN_OPTION = Text(
    "{name}不能是“{found}”，可用：{allowed}。",
    "{name} cannot be “{found}”; use one of: {allowed}.",
)
OUT_OF_RANGE = Text(
    "{name}是{found}，应在{low}与{high}之间。",
    "{name} is {found}; it must lie between {low} and {high}.",
)
UNKNOWN_COLUMN = Text(
    "表中没有“{name}”列，现有的列：{present}。",
    "The table has no column “{name}”; it has: {present}.",
)
MISSING_IN_COLUMN = Text(
    "“{name}”列有{count}行缺失，权数、层和初级抽样单位不能缺。请补全或去掉这些行。",
    "Column “{name}” is missing in {count} rows; weight, stratum and primary sampling unit must be known. "
    "Complete these rows or leave them out.",
)


def check_option(name: str, found: str, allowed: tuple[str, ...]) -> None:
    """Raise unless ``found`` is one of the allowed words."""
    if found not in allowed:
        raise PovertyError(UNKNOWN_OPTION.format(name=name, found=found, allowed=", ".join(allowed)))
