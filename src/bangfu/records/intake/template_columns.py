"""The columns of a template: which targets a layout asks for, in which order, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bangfu.parameters.codes import CodeList
from bangfu.parameters.mappings import Layout, MappingColumn, RowKind
from bangfu.parameters.text import Text
from bangfu.records.intake.targets import HOUSEHOLD_TABLES, CellForm, Target

#: What a row says of itself in a template: the entry of the place list, and the year.
OWN_ROW = ("row.place_code", "row.year")
NUMBER = "household.household_no"
MEANING: Mapping[CellForm, Text] = {
    CellForm.TEXT: Text("文字。", "Words."),
    CellForm.NAME: Text("姓名，不带称谓。", "A name without title."),
    CellForm.NUMBER_TEXT: Text(
        "编号，按文本填写，前面的 0 要保留。", "A number kept as text; its leading zeros count."
    ),
    CellForm.CODE: Text("从下拉列表中选择。", "Choose an entry of the list."),
    CellForm.WHOLE: Text("整数。", "A whole number."),
    CellForm.FEN: Text("金额，单位：元。", "An amount in yuan."),
    CellForm.DECIMAL: Text("数字，可带小数。", "A number, with decimals if needed."),
    CellForm.FLAG: Text("是或否；不知道就留空。", "Yes or no; empty where it is not known."),
    CellForm.DAY: Text("日期，例如 2015-06-01。", "A date, such as 2015-06-01."),
    CellForm.YEAR: Text("四位年份，例如 2015。", "A year of four digits, such as 2015."),
    CellForm.ID: Text(
        "18 位身份证号，或 20、22 位残疾人证号；按文本填写。",
        "An ID number of 18 signs, or a disability certificate of 20 or 22, kept as text.",
    ),
    CellForm.PHONE: Text("电话号码，按文本填写。", "A phone number, kept as text."),
}
REQUIRED = Text("必填。", "Needed.")
UNITS = {
    "mu": Text("亩", "mu"),
    "m2": Text("平方米", "m²"),
    "km": Text("公里", "km"),
    "months": Text("月", "months"),
    "count": Text("个（人）", "count"),
}
UNIT = Text("单位：{unit}。", "Unit: {unit}.")
BETWEEN = Text("从 {low} 到 {high}。", "From {low} to {high}.")
PLACE_NOTE = Text("从下拉列表中选择本辖区的村。", "Choose a village of your area from the list.")


@dataclass(frozen=True)
class TemplateColumn:
    """One column: its heading, its target, and the entries of its drop-down in both languages."""

    title: Text
    target: Target
    required: bool
    entries: tuple[Text, ...] = ()

    @property
    def note(self) -> Text:
        """What stands in the note of the heading and in the hint of the cells."""
        said = [PLACE_NOTE if self.target.path == "row.place_code" else MEANING[self.target.form]]
        if self.target.unit in UNITS:
            unit = UNITS[self.target.unit or ""]
            said.append(Text(UNIT.zh.format(unit=unit.zh), UNIT.en.format(unit=unit.en)))
        if self.target.can_be is not None and self.target.form is not CellForm.YEAR:
            low, high = (f"{limit:,.0f}" for limit in self.target.can_be)
            said.append(BETWEEN.format(low=low, high=high))
        if self.required:
            said.append(REQUIRED)
        return Text("".join(each.zh for each in said), " ".join(each.en for each in said))


def columns_of(
    layout: Layout, targets: Mapping[str, Target], codes: Mapping[str, CodeList], today: date
) -> list[TemplateColumn]:
    """The columns that a template of a layout has, those that are needed first."""
    found = [_column(target, column, layout, codes, today) for target, column in _asked(layout, targets)]
    return sorted(found, key=lambda column: (not column.required, column.target.path not in OWN_ROW))


def _asked(layout: Layout, targets: Mapping[str, Target]) -> Iterator[tuple[Target, MappingColumn | None]]:
    """The targets of a layout: what its derived tables hold, or what it lists itself."""
    listed = {path: column for column in reversed(layout.columns) for path in column.to}
    if not layout.derived:
        for column in layout.columns:
            yield targets[column.to[0]], column
        return
    # A household is told once, on its own sheet; a member only names it.
    tables = {"person", "person_year"} if layout.row is RowKind.PERSON else set(HOUSEHOLD_TABLES)
    for path, target in targets.items():
        if path in OWN_ROW or path == NUMBER or target.table in tables:
            yield target, listed.get(path)


def _column(
    target: Target, column: MappingColumn | None, layout: Layout, codes: Mapping[str, CodeList], today: date
) -> TemplateColumn:
    title = target.title
    if not layout.derived and column is not None:
        title = Text(column.headings[0], column.headings[0])
    required = target.path == "person.name" if column is None else column.required or target.path == "person.name"
    return TemplateColumn(title, target, required, _entries(target, column, codes, today))


def _entries(
    target: Target, column: MappingColumn | None, codes: Mapping[str, CodeList], today: date
) -> tuple[Text, ...]:
    if target.form is CellForm.FLAG:
        return (Text("是", "Yes"), Text("否", "No"))
    if target.form is not CellForm.CODE:
        return ()
    if column is not None and column.codes:
        return tuple(Text(word, word) for word, _ in column.codes)
    return tuple(codes[target.codes or ""].on(today).values())
