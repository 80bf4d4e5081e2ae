"""Ten blanks of a superior in ten layouts, made by code, and what has to stand in each cell that waits.

``figures`` name for a cell the figure that belongs there: indicator, place code, year, group, and what a stored value
is divided by. ``sums`` name for a formula the cells that it adds up. Everything else has to stay as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as cell_name

COUNTY = "533422"
TOWNSHIPS = {
    "升平镇": "533422101",
    "奔子栏镇": "533422102",
    "云岭乡": "533422202",
    "燕门乡": "533422203",
    "拖顶乡": "533422204",
}
VILLAGES = {"拖拉村": "533422203201", "巴东村": "533422203202", "茨中村": "533422203203"}
CAUSES = {"因病": "01", "因残": "02", "因学": "03", "缺技术": "07", "自身发展动力不足": "11"}
HOUSEHOLDS, PERSONS, INCIDENCE = "households_registered", "persons_registered", "incidence_register"
Figure = tuple[str, str, int, str, float]
At = tuple[str, str]


@dataclass
class Blank:
    """A blank: its file, the figures of its cells by sheet and cell, its sums, its list of households if it is one."""

    path: Path
    figures: dict[At, Figure] = field(default_factory=dict)
    sums: dict[At, list[str]] = field(default_factory=dict)
    list_columns: dict[str, str] = field(default_factory=dict)
    list_from: int = 0


class _Maker:
    """Writes one sheet after the other and keeps what belongs where."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(path)
        self.blank = Blank(path)
        self.box = self.book.add_format({"border": 1})
        self.head = self.book.add_format(
            {"border": 1, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#DDEBF7"}
        )
        self.title = self.book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.number = self.book.add_format({"border": 1, "num_format": "#,##0"})
        self.tenths = self.book.add_format({"border": 1, "num_format": "0.00"})
        self.percent = self.book.add_format({"border": 1, "num_format": "0.0%"})
        self.sheet: Any = None

    def page(self, name: str, title: str = "", width: int = 5) -> Any:
        self.sheet = self.book.add_worksheet(name)
        self.sheet.set_column(0, 0, 18)
        if title:
            self.sheet.merge_range(0, 0, 0, width - 1, title, self.title)
        return self.sheet

    def heads(self, row: int, texts: Sequence[str], first: int = 0) -> None:
        for column, text in enumerate(texts, first):
            self.sheet.write(row, column, text, self.head)

    def waits(self, row: int, column: int, figure: Figure, form: Any = None) -> None:
        self.sheet.write_blank(row, column, None, form or self.number)
        self.blank.figures[self.sheet.name, cell_name(row, column)] = figure

    def adds(self, row: int, column: int, cells: list[str]) -> None:
        formula = f"=SUM({cells[0]}:{cells[-1]})"
        self.sheet.write_formula(row, column, formula, self.number, 0)
        self.blank.sums[self.sheet.name, cell_name(row, column)] = cells

    def done(self) -> Blank:
        self.book.close()
        return self.blank


def _merged_heads(make: _Maker) -> None:
    sheet = make.page("表1", "2015年建档立卡情况统计表")
    sheet.write(1, 0, "填报单位：德钦县")
    sheet.write(1, 4, "单位：户、人")
    sheet.merge_range(2, 0, 3, 0, "乡镇", make.head)
    sheet.merge_range(2, 1, 2, 2, "贫困户", make.head)
    sheet.merge_range(2, 3, 2, 4, "当年脱贫户", make.head)
    make.heads(3, ["户数", "人口", "户数", "人口"], 1)
    codes = (HOUSEHOLDS, PERSONS, "households_exited", "persons_exited")
    for row, (name, code) in enumerate(TOWNSHIPS.items(), 4):
        sheet.write(row, 0, name, make.box)
        for column, indicator in enumerate(codes, 1):
            make.waits(row, column, (indicator, code, 2015, "", 1))
    sheet.write(9, 0, "合计", make.head)
    for column in range(1, 5):
        make.adds(9, column, [cell_name(row, column) for row in range(4, 9)])
    sheet.merge_range(10, 0, 10, 4, "注：年末数，以名册为准。", make.box)
    sheet.write(11, 0, "制表人：")
    sheet.write(11, 3, "审核人：")


def _money_and_shares(make: _Maker) -> None:
    sheet = make.page("收入", "贫困发生率和低保金", 4)
    make.heads(1, ["地区", "贫困发生率（%）", "发放低保金（万元）", "人均纯收入（元）"])
    codes = (
        (INCIDENCE, 0.01, make.tenths),
        ("dibao_amount", 1e6, make.tenths),
        ("income_per_capita_registered", 100, make.tenths),
    )
    for row, (name, code) in enumerate(TOWNSHIPS.items(), 2):
        sheet.write(row, 0, name, make.box)
        for column, (indicator, divisor, form) in enumerate(codes, 1):
            make.waits(row, column, (indicator, code, 2015, "", divisor), form)
    sheet.write(7, 0, "全县", make.box)
    for column, (indicator, divisor, form) in enumerate(codes, 1):
        make.waits(7, column, (indicator, COUNTY, 2015, "", divisor), form)
    sheet.freeze_panes(2, 1)


def _transposed(make: _Maker) -> None:
    make.page("指标", "主要指标表", 8)
    make.heads(1, ["指标", "计量单位", *TOWNSHIPS, "合计"])
    lines = (("贫困户数", "户", HOUSEHOLDS), ("贫困人口", "人", PERSONS), ("务工人数", "人", "migrant_workers"))
    for row, (name, unit, indicator) in enumerate(lines, 2):
        make.heads(row, [name, unit])
        for column, code in enumerate(TOWNSHIPS.values(), 2):
            make.waits(row, column, (indicator, code, 2015, "", 1))
        make.adds(row, 7, [cell_name(row, column) for column in range(2, 7)])


def _years_across(make: _Maker) -> None:
    sheet = make.page("历年", "德钦县脱贫攻坚历年情况", 5)
    sheet.write(1, 4, "单位：万元、户、人、%")
    make.heads(2, ["序号", "指标", "2013年", "2014年", "2015年末"])
    lines = (
        ("贫困户", HOUSEHOLDS, 1, make.number),
        ("贫困人口", PERSONS, 1, make.number),
        ("贫困发生率", INCIDENCE, 1, make.percent),
    )
    for row, (name, indicator, divisor, form) in enumerate(lines, 3):
        sheet.write(row, 0, row - 2, make.box)
        sheet.write(row, 1, name, make.box)
        for column, year in enumerate((2013, 2014, 2015), 2):
            make.waits(row, column, (indicator, COUNTY, year, "", divisor), form)


def _groups_down(make: _Maker) -> None:
    sheet = make.page("致贫原因", "贫困户致贫原因（户）", 3)
    make.heads(1, ["主要致贫原因", "燕门乡", "云岭乡"])
    for row, (name, group) in enumerate(CAUSES.items(), 2):
        sheet.write(row, 0, name, make.box)
        for column, place in enumerate(("燕门乡", "云岭乡"), 1):
            make.waits(row, column, ("households_by_cause", TOWNSHIPS[place], 2015, group, 1))
    sheet.write(7, 0, "合计", make.head)
    for column in (1, 2):
        make.adds(7, column, [cell_name(row, column) for row in range(2, 7)])


def _several_sheets(make: _Maker) -> None:
    for title, indicator in (("贫困户", HOUSEHOLDS), ("贫困人口", PERSONS)):
        sheet = make.page(f"{title}表", f"燕门乡各村{title}", 3)
        make.heads(1, ["行政村", title, "备注"])
        for row, (name, code) in enumerate(VILLAGES.items(), 2):
            sheet.write(row, 0, name, make.box)
            make.waits(row, 1, (indicator, code, 2015, "", 1))
            sheet.write(row, 2, "照实填", make.box)
        sheet.write_comment(1, 1, "年末在册数")
    hidden = make.page("参数")
    make.heads(0, ["地区", "贫困户"])
    hidden.write(1, 0, "燕门乡")
    hidden.hide()


def _list(make: _Maker) -> None:
    sheet = make.page("名单", "2015年建档立卡贫困户名单", 5)
    make.heads(1, ["序号", "户主姓名", "家庭人口数", "主要致贫原因", "乡镇"])
    for row in range(2, 5):
        for column in range(5):
            sheet.write_blank(row, column, None, make.box)
    make.blank.list_columns = {"B": "head_name", "C": "household_size"}
    make.blank.list_from = 3


def _guarded(make: _Maker) -> None:
    sheet = make.page("台账", "德钦县贫困户台账", 4)
    make.heads(1, ["县", "乡镇", "贫困户（户）", "贫困人口（人）"])
    sheet.merge_range(2, 0, 6, 0, "德钦县", make.box)
    for row, (name, code) in enumerate(TOWNSHIPS.items(), 2):
        sheet.write(row, 1, name, make.box)
        make.waits(row, 2, (HOUSEHOLDS, code, 2015, "", 1))
        make.waits(row, 3, (PERSONS, code, 2015, "", 1))
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.set_column(5, 6, 4, None, {"hidden": True})
    sheet.data_validation(2, 2, 6, 2, {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.conditional_format(2, 3, 6, 3, {"type": "cell", "criteria": ">", "value": 500, "format": make.head})
    sheet.write_comment(1, 2, "按户填")
    sheet.autofilter(1, 0, 6, 3)
    sheet.protect("", {"format_cells": True})
    make.book.define_name("贫困户数", "=台账!$C$3:$C$7")


def _three_heads(make: _Maker) -> None:
    sheet = make.page("汇总", "脱贫攻坚汇总表", 5)
    sheet.merge_range(1, 0, 3, 0, "地区", make.head)
    sheet.merge_range(1, 1, 1, 4, "建档立卡", make.head)
    sheet.merge_range(2, 1, 2, 2, "贫困户", make.head)
    sheet.merge_range(2, 3, 2, 4, "返贫户", make.head)
    make.heads(3, ["户数（户）", "人数（人）", "户数（户）", "人数（人）"], 1)
    make.heads(4, ["栏次", "1", "2", "3", "4"])
    codes = (HOUSEHOLDS, PERSONS, "households_relapsed", "persons_relapsed")
    for row, (name, code) in enumerate(TOWNSHIPS.items(), 5):
        sheet.write(row, 0, name, make.box)
        for column, indicator in enumerate(codes, 1):
            make.waits(row, column, (indicator, code, 2015, "", 1))
    sheet.write(10, 0, "总计", make.head)
    for column in range(1, 5):
        make.adds(10, column, [cell_name(row, column) for row in range(5, 10)])


def _two_tables(make: _Maker) -> None:
    sheet = make.page("两表", "燕门乡扶贫统计", 3)
    make.heads(1, ["地区", "贫困户", "贫困人口"])
    sheet.write(2, 0, "燕门乡", make.box)
    make.waits(2, 1, (HOUSEHOLDS, "533422203", 2015, "", 1))
    make.waits(2, 2, (PERSONS, "533422203", 2015, "", 1))
    make.heads(4, ["年份", "贫困户", "贫困人口"])
    for row, year in enumerate((2013, 2014, 2015), 5):
        sheet.write(row, 0, year, make.box)
        make.waits(row, 1, (HOUSEHOLDS, COUNTY, year, "", 1))
        make.waits(row, 2, (PERSONS, COUNTY, year, "", 1))
    sheet.write(9, 0, "说明：第二张表为全县数。")


LAYOUTS: dict[str, Callable[[_Maker], None]] = {
    "merged_heads": _merged_heads,
    "money_and_shares": _money_and_shares,
    "transposed": _transposed,
    "years_across": _years_across,
    "groups_down": _groups_down,
    "several_sheets": _several_sheets,
    "list": _list,
    "guarded": _guarded,
    "three_heads": _three_heads,
    "two_tables": _two_tables,
}


def make_blank(name: str, folder: Path) -> Blank:
    """A blank of one of the layouts."""
    make = _Maker(folder / f"{name}.xlsx")
    LAYOUTS[name](make)
    return make.done()
