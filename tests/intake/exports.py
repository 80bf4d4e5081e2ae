"""The same small export of the older national system in every shape in which it is sent; all persons are made up."""

from __future__ import annotations

import csv
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from tests.intake.sheets import id_number

HOUSEHOLDS = 40
TITLE = "试验县建档立卡贫困户信息导出表"
#: Group heads, with the headings under them; the household's own columns span its members' rows.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("地址", ("县(市、区、旗)", "乡(镇)", "行政村")),
    ("户", ("户编号", "人数", "脱贫属性", "贫困户属性", "主要致贫原因", "饮水安全", "人均纯收入")),
    ("家庭成员", ("人编号", "姓名", "证件号码", "与户主关系", "健康状况", "劳动技能", "务工时间(月)", "参加大病医疗")),
)
HEADINGS = tuple(heading for _, headings in GROUPS for heading in headings)
SPANNING = len(GROUPS[0][1]) + len(GROUPS[1][1])
FOOT = (("合计", "80"), ("填表人：", "", "审核人："), ("制表日期：2016年1月5日",))


@dataclass(frozen=True)
class Export:
    """Rows of households: the cells of each household, then those of its members."""

    households: tuple[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], ...]

    def rows(self) -> Iterator[tuple[tuple[str, ...], bool, int]]:
        """Each row with whether it begins a household, and how many members that has."""
        for home, members in self.households:
            for position, member in enumerate(members):
                yield (*(home if position == 0 else ("",) * SPANNING), *member), position == 0, len(members)


def export() -> Export:
    """Forty households of two."""
    return Export(tuple(_household(number) for number in range(1, HOUSEHOLDS + 1)))


def _household(number: int) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    place = ("试验县", "松林镇", "松林村委会")
    home = (*place, f"53990110020100{number:04d}", "2", "未脱贫", "1 一般贫困户", "1 因病", "是", f"{2300 + number}")
    serial = number * 2
    head = (f"P{serial}", f"试验{number}甲", id_number(serial), "户主", "健康", "普通劳动力", "6", "1")
    other = (f"P{serial + 1}", f"试验{number}乙", id_number(serial + 1), "配偶", "健康", "普通劳动力", "", "√")
    return home, (head, other)


def to_xlsx(path: Path) -> Path:
    """Merged title, units, two rows of headings, merged households, foot."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet0")
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, TITLE)
        sheet.write_string(1, 0, "单位：元、亩")
        at = 0
        for group, headings in GROUPS:
            sheet.merge_range(2, at, 2, at + len(headings) - 1, group)
            for offset, heading in enumerate(headings):
                sheet.write_string(3, at + offset, heading)
            at += len(headings)
        line = 4
        for cells, first, members in export().rows():
            for column, cell in enumerate(cells):
                if first and column < SPANNING:
                    sheet.merge_range(line, column, line + members - 1, column, cell)
                elif column >= SPANNING:
                    sheet.write_string(line, column, cell)
            line += 1
        for offset, cells in enumerate(FOOT):
            sheet.write_row(line + offset, 0, cells)
    return path


def to_html(path: Path, encoding: str = "gbk") -> Path:
    """A page saved as .xls, as national systems write it: no end tags of rows, scripts, styles, entities."""
    lines = [
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type '
        f'content="text/html; charset={encoding}"><style>td{{mso-number-format:"\\@";}}</style>'
        "<script>document.write('<table><tr><td>不是数据</td></tr></table>')</script></head><body><table border=1>",
        f"<tr><td colspan={len(HEADINGS)}><b>{TITLE}</b></td></tr><tr><td>单位：元、亩</td></tr><tr>",
        *(f"<th colspan={len(headings)}>{group}</th>" for group, headings in GROUPS),
        "</tr><tr>" + "".join(f"<th><font size=2>{html.escape(heading)}</font></th>" for heading in HEADINGS),
    ]
    for cells, first, members in export().rows():
        lines.append("<tr>")
        for column, cell in enumerate(cells):
            if column >= SPANNING or first:
                span = f" rowspan={members}" if column < SPANNING else ""
                lines.append(f"<td{span} style='mso-number-format:\"\\@\"'>{cell or '&nbsp;'}&nbsp;</td>")
    lines += ["<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) for cells in FOOT]
    path.write_bytes("\n".join([*lines, "</table></body></html>"]).encode(encoding))
    return path


def to_spreadsheet_xml(path: Path) -> Path:
    """The XML of Excel 2003, named .xls."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    lines = [f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="导出"><Table>']
    lines.append(f'<Row><Cell ss:MergeAcross="{len(HEADINGS) - 1}"><Data ss:Type="String">{TITLE}</Data></Cell></Row>')
    lines.append("<Row>" + "".join(_xml(heading, "") for heading in HEADINGS) + "</Row>")
    for cells, first, members in export().rows():
        merge = f' ss:MergeDown="{members - 1}"'
        filled = ((at, cell) for at, cell in enumerate(cells) if at >= SPANNING or first)
        row = "".join(_xml(cell, f' ss:Index="{at + 1}"' + (merge if at < SPANNING else "")) for at, cell in filled)
        lines.append(f"<Row>{row}</Row>")
    path.write_text("".join([*lines, "</Table></Worksheet></Workbook>"]), encoding="utf-8")
    return path


def _xml(cell: str, attributes: str) -> str:
    return f'<Cell{attributes}><Data ss:Type="String">{html.escape(cell)}</Data></Cell>'


def to_tabs(path: Path) -> Path:
    """GB18030 with tabs, every cell of a household said again; IDs behind an apostrophe."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(HEADINGS)
        writer.writerows(_said_again())
        writer.writerows(cells for cells in FOOT)
    return path


def _said_again() -> Iterator[Sequence[str]]:
    for home, members in export().households:
        for member in members:
            cells = [*home, *member]
            cells[HEADINGS.index("证件号码")] = "'" + cells[HEADINGS.index("证件号码")]
            yield cells
