"""Cells of a yearly sheet read as the facts they say: counts, areas, amounts, shares, years, yes and no."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from bangfu.parameters.schema import Column, Kind
from bangfu.parameters.text import Text
from bangfu.records.fields import described
from bangfu.records.places.models import PlaceYear

#: The facts of a sheet, by the name of their column.
FACTS: dict[str, Column] = {column.name: column for _, column in described(PlaceYear)}
#: What a fact's heading may say behind its title, and by how much the number is then multiplied (to fen, to shares).
MONEY_HEADINGS = {"": 100, "（元）": 100, "(元)": 100, "（万元）": 1_000_000, "(万元)": 1_000_000}
YES = frozenset({"是", "有", "通", "达标", "yes", "true", "y", "1"})
NO = frozenset({"否", "无", "没有", "不通", "未通", "不达标", "no", "false", "n", "0"})
#: The largest number that a count's column holds.
LARGEST = 2**31 - 1
NOT_A_COUNT = Text(
    "{file} 第{line}行：{column}“{value}”不是数，应是0或以上的整数，不带单位。",
    "{file} line {line}: {column} “{value}” is no number; write a whole number from 0 up, without a unit.",
)
NOT_AN_AMOUNT = Text(
    "{file} 第{line}行：{column}“{value}”不是数，应是{least}到{most}之间的数，不带单位。",
    "{file} line {line}: {column} “{value}” is no number; write one from {least} to {most}, without a unit.",
)
NOT_A_FLAG = Text(
    "{file} 第{line}行：{column}“{value}”不是“是”或“否”；请写“是”或“否”，不知道的空着。",
    "{file} line {line}: {column} “{value}” is neither yes nor no; write yes or no, and leave empty what is not known.",
)
Value = int | float | bool


def headings_of(column: Column) -> dict[str, int]:
    """How a fact may be headed, in small letters, and the factor that leads from its cells to what is stored."""
    names = {column.name: 1, column.title.en.lower(): 100 if column.unit == "fen" else 1}
    behind = MONEY_HEADINGS if column.unit == "fen" else {"": 1}
    return names | {f"{column.title.zh}{ending}": factor for ending, factor in behind.items()}


def value_of(column: Column, heading: str, text: str) -> Value | Text:
    """What a cell says, or the sentence that it deserves, with places for file, line, column and value."""
    if column.kind is Kind.BOOLEAN:
        told = text.lower()
        return True if told in YES else False if told in NO else NOT_A_FLAG
    if column.kind is Kind.INTEGER and column.unit != "fen":
        return _count(column, text)
    least, most = column.can_be or (-1e12, 1e12)
    found = _decimal(text, share=column.unit == "share")
    refused = NOT_AN_AMOUNT.format(least=f"{least:g}", most=f"{most:g}", **_KEPT)
    if found is None or not least <= found <= most:
        return refused
    scaled = found * headings_of(column).get(heading, 1)
    return round(scaled) if column.unit == "fen" else float(scaled)


#: The places of a sentence that are filled by whoever knows the file.
_KEPT = {name: f"{{{name}}}" for name in ("file", "line", "column", "value")}


def _count(column: Column, text: str) -> int | Text:
    plain = text.replace(",", "")
    if not plain.isascii() or not plain.isdigit() or len(plain) > len(str(LARGEST)) or int(plain) > LARGEST:
        return NOT_A_COUNT
    least, most = column.can_be or (0, LARGEST)
    if not least <= int(plain) <= most:
        return NOT_AN_AMOUNT.format(least=f"{least:g}", most=f"{most:g}", **_KEPT)
    return int(plain)


def _decimal(text: str, *, share: bool) -> Decimal | None:
    """A number, a share also as a percentage; None for anything else."""
    percent = share and text.endswith(("%", "％"))
    try:
        plain = text[:-1] if percent else text
        found = Decimal(plain.replace(",", "") if plain.isascii() else "x")
    except InvalidOperation:
        return None
    if not found.is_finite():
        return None
    return found / 100 if percent else found
