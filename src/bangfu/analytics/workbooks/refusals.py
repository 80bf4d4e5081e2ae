"""Why a file or a cell was not taken: one code and one whole sentence in two languages for each reason."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from bangfu.parameters.text import Text

_SAVE_AS_XLSX_ZH = "请用 Excel 或 WPS 打开，选「另存为」→「Excel 工作簿 (*.xlsx)」，再上传。"
_SAVE_AS_XLSX_EN = "Open it in Excel or WPS, choose “Save as” → “Excel workbook (*.xlsx)” and upload that file."
_BOMB_ZH = "这不像正常的工作簿。请在 Excel 里新建工作簿，只把数据复制过去，再上传。"
_BOMB_EN = "That is not how a real workbook looks. Copy only the data into a new workbook and upload that one."
_SPLIT_ZH = "请把数据分成几个文件再上传。"
_SPLIT_EN = "Please split the data into several files."
_WITHOUT_ZH = "请另存为「Excel 工作簿 (*.xlsx)」（不带宏），再上传。"
_WITHOUT_EN = "Save it as “Excel workbook (*.xlsx)”, which has none, and upload that file."

#: Sentences for whole files. Values are names, positions and limits; never a cell of a row.
REFUSALS: MappingProxyType[str, Text] = MappingProxyType(
    {
        "empty_file": Text(
            "文件是空的（0 字节）。请重新导出或另存后再上传。",
            "The file is empty (0 bytes). Please export or save it again.",
        ),
        "file_too_large": Text(
            "文件有 {size_mb} MB，超过上限 {limit_mb} MB。" + _SPLIT_ZH,
            "The file has {size_mb} MB; the limit is {limit_mb} MB. " + _SPLIT_EN,
        ),
        "utf16": Text(
            "这个文本文件的编码是 UTF-16。请用 Excel 或 WPS 打开，选「另存为」→「CSV UTF-8（逗号分隔）(*.csv)」，"
            "再上传。",
            "This text file is encoded as UTF-16. Open it in Excel or WPS, choose “Save as” → “CSV UTF-8 (comma "
            "delimited)” "
            "and upload that file.",
        ),
        "encoding_damaged": Text(
            "文件编码已损坏或混用了几种编码：按 {encoding} 读到第 {line} 行、文件第 {position} 字节处无法识别。"
            "请重新导出为 CSV UTF-8。",
            "The text is damaged or mixes encodings: read as {encoding}, line {line} (byte {position} of the "
            "file) cannot be "
            "decoded. Please export it again as CSV UTF-8.",
        ),
        "encoding_unknown": Text(
            "认不出文件的编码（不是 UTF-8，也不像 GB18030），从第 {line} 行、文件第 {position} 字节处开始。"
            "请另存为 CSV UTF-8 后再上传。",
            "The encoding is neither UTF-8 nor GB18030 (first seen in line {line}, byte {position} of the file). "
            "Please save the "
            "file as CSV UTF-8.",
        ),
        "zero_byte": Text(
            "文件第 {line} 行第 {character} 个字符是零字节（NUL），多半是导出或复制时出了错。请在文本编辑器里删去它，"
            "或者重新导出为 CSV UTF-8。",
            "Line {line} of the file has a zero byte (NUL) as its character {character}, most likely a fault of an "
            "export or a copy. Delete it in a text editor, or export the file again as CSV UTF-8.",
        ),
        "binary_file": Text(
            "这不是表格文件。能接收 .xlsx、.xls 和 .csv。",
            "This is not a table. Files of the kinds .xlsx, .xls and .csv are taken.",
        ),
        "web_archive": Text(
            "这个文件是网页归档（.mht），不是表格。" + _SAVE_AS_XLSX_ZH,
            "This file is a web archive (.mht), not a table. " + _SAVE_AS_XLSX_EN,
        ),
        "html_nested": Text(
            "这个文件的内容是网页（HTML），第 {row} 行的单元格里还套着一张表，认不出哪些是数据行。" + _SAVE_AS_XLSX_ZH,
            "This file is a web page (HTML); a cell of row {row} holds another table, so rows cannot be told apart. "
            + _SAVE_AS_XLSX_EN,
        ),
        "html_no_table": Text(
            "这个文件的内容是网页（HTML），里面没有表格（多半是登录超时后导出的提示页）。请重新登录并导出。",
            "This file is a web page (HTML) without a table, most likely the notice of an export after the sign-in ran "
            "out. Sign in and export again.",
        ),
        "macros": Text(
            "工作簿里有宏（{part}）。宏不会运行，但带宏的工作簿不收。请在 Excel 或 WPS 里选「另存为」→"
            "「Excel 工作簿 (*.xlsx)」，再上传。",
            "The workbook has macros ({part}). They are never run, and workbooks with macros are not taken. Choose "
            "“Save as” → “Excel workbook (*.xlsx)” in Excel or WPS and upload that file.",
        ),
        "external_links": Text(
            "工作簿里有 {count} 处引用别的工作簿的链接（{part}），这些值无法核对。请在 Excel 里选「数据」→"
            "「编辑链接」→「断开链接」，保存后再上传。",
            "The workbook takes values from other workbooks ({count} links, {part}), which cannot be checked. Choose "
            "“Data” → “Edit links” → “Break link” in Excel, save it and upload it again.",
        ),
        "xlsb": Text(
            "这是二进制工作簿（.xlsb）。" + _SAVE_AS_XLSX_ZH, "This is a binary workbook (.xlsb). " + _SAVE_AS_XLSX_EN
        ),
        "ods": Text(
            "这是 OpenDocument 表格（.ods）。" + _SAVE_AS_XLSX_ZH,
            "This is an OpenDocument sheet (.ods). " + _SAVE_AS_XLSX_EN,
        ),
        "word_file": Text(
            "这是 Word 文档，不是表格。请把表格复制到 Excel 里，另存为 .xlsx 后再上传。",
            "This is a Word document, not a sheet. Copy the table into Excel, save it as .xlsx and upload that file.",
        ),
        "zip_other": Text(
            "这是压缩包，里面不是工作簿。请先解压，再上传里面的表格文件。",
            "This is an archive without a workbook in it. Unpack it first and upload the table inside.",
        ),
        "incomplete": Text(
            "文件已损坏或不完整（多半是没有下载完或没有复制完）。请从原处重新保存或复制一份，再上传。",
            "The file is damaged or incomplete, most likely because downloading or copying it stopped halfway. Save or "
            "copy it again from where it came, and upload that one.",
        ),
        "encrypted": Text(
            "工作簿设了打开密码。请用 Excel 打开，在「文件」→「信息」→「保护工作簿」里去掉密码，保存后再上传。",
            "The workbook is locked with a password. Open it in Excel, remove the password under “File” → “Info” "
            "→ “Protect "
            "workbook”, save it and upload it again.",
        ),
        "damaged": Text(
            "工作簿已损坏，读不出其中的「{part}」。请用 Excel 打开并另存为新的 .xlsx 后再上传。",
            "The workbook is damaged: “{part}” in it cannot be read. Open it in Excel, save it as a new .xlsx "
            "and upload that.",
        ),
        "zip_too_large": Text(
            "工作簿解开后有 {size_mb} MB，超过上限 {limit_mb} MB。" + _SPLIT_ZH,
            "Unpacked, the workbook has {size_mb} MB; the limit is {limit_mb} MB. " + _SPLIT_EN,
        ),
        "zip_ratio": Text(
            "工作簿里的「{part}」解开后膨胀 {ratio} 倍（{size_mb} MB）。" + _BOMB_ZH,
            "“{part}” in the workbook grows {ratio}-fold when unpacked ({size_mb} MB). " + _BOMB_EN,
        ),
        "zip_entries": Text(
            "工作簿里有 {count} 个部件，超过上限 {limit} 个。" + _BOMB_ZH,
            "The workbook has {count} parts; the limit is {limit}. " + _BOMB_EN,
        ),
        "zip_overlap": Text(
            "工作簿里的部件「{part}」与别的部件重叠或重名。" + _BOMB_ZH,
            "Part “{part}” of the workbook overlaps or repeats another. " + _BOMB_EN,
        ),
        "zip_path": Text(
            "工作簿里有不合规的部件名「{part}」。" + _BOMB_ZH,
            "The workbook has a part with a forbidden name, “{part}”. " + _BOMB_EN,
        ),
        "xml_entities": Text(
            "工作簿里的「{part}」带有文档类型声明。" + _BOMB_ZH,
            "“{part}” in the workbook declares a document type. " + _BOMB_EN,
        ),
        "no_worksheet": Text(
            "工作簿里没有数据工作表（只有图表）。请上传含有数据表的工作簿。",
            "The workbook has no sheet with cells (only charts). Please upload the one with the data.",
        ),
        "workbook_empty": Text("工作簿里所有的工作表都是空的。", "All sheets of the workbook are empty."),
        "too_many_columns": Text(
            "工作表「{sheet}」第 {row} 行在第 {column} 列还有内容，超过上限 {limit} 列。请删去多余的列。",
            "Sheet “{sheet}” has a value in row {row}, column {column}, beyond the limit of {limit} columns. "
            "Please delete the "
            "columns that are not needed.",
        ),
        "row_too_large": Text(
            "「{part}」里有一行或一格内容超过 {limit_mb} MB。" + _BOMB_ZH,
            "One row or cell in “{part}” is larger than {limit_mb} MB. " + _BOMB_EN,
        ),
        "cell_too_long": Text(
            "第 {row} 行有一格超过 {limit} 个字符，多半是引号没有成对。请检查该行的双引号。",
            "Row {row} has a cell of more than {limit} characters, most likely an unpaired quotation mark. "
            "Please check the quotation "
            "marks of that row.",
        ),
        "quotes_unpaired": Text(
            "第 {row} 行的双引号没有成对，后面的内容无法分列。请检查该行的双引号，或另存为 .xlsx 后上传。",
            "The quotation marks of row {row} are not paired, so the cells after it cannot be told apart. Please "
            "mend that row, or "
            "save the table as .xlsx.",
        ),
        "carries_macros": Text(
            "工作簿带有宏程序（「{part}」），不能填。" + _WITHOUT_ZH,
            "The workbook carries macros (“{part}”) and is not filled. " + _WITHOUT_EN,
        ),
        "carries_links": Text(
            "工作簿引用了别的文件（「{part}」），不能填。请在「数据」→「编辑链接」里断开链接，保存后再上传。",
            "The workbook looks into other files (“{part}”) and is not filled. Break the links under “Data” → “Edit "
            "links”, save it and upload it again.",
        ),
        "carries_objects": Text(
            "工作簿里嵌有对象或控件（「{part}」），不能填。请删去它们，保存后再上传。",
            "The workbook has embedded objects or controls (“{part}”) and is not filled. Delete them, save it and "
            "upload it again.",
        ),
        "carries_queries": Text(
            "工作簿连着外部数据（「{part}」），不能填。请在「数据」→「查询和连接」里删去连接，保存后再上传。",
            "The workbook draws on outside data (“{part}”) and is not filled. Delete the connection under “Data” → "
            "“Queries and connections”, save it and upload it again.",
        ),
        "calling_formula": Text(
            "工作表「{sheet}」{cell} 的公式会启动程序或从别处取数，不能填。请把它改成数值或删去，再上传。",
            "The formula in {cell} of sheet “{sheet}” would start a program or fetch from elsewhere, so the workbook "
            "is not filled. Replace it by its value or delete it, and upload the workbook again.",
        ),
        "too_many_cells": Text(
            "工作表「{sheet}」有 {count} 个单元格，填表最多 {limit} 个。请删去用不着的空行空列，或分成几张表。",
            "Sheet “{sheet}” has {count} cells; {limit} is the most that is filled. Delete the empty rows and columns "
            "that are not needed, or split the sheet.",
        ),
        "too_many_headings": Text(
            "工作簿里有 {count} 种以上不同的表头和行名要认，最多 {limit} 种。请分成几个文件再上传。",
            "The workbook has more than {limit} different headings and row names to be matched ({count}). Split it "
            "into "
            "several files.",
        ),
        "old_workbook": Text(
            "这是旧式工作簿（.xls）。" + _SAVE_AS_XLSX_ZH, "This is an old workbook (.xls). " + _SAVE_AS_XLSX_EN
        ),
        "only_xlsx": Text(
            "这不是 Excel 工作簿（.xlsx），没有填：填好要原样交回，只有 .xlsx 才行。" + _SAVE_AS_XLSX_ZH,
            "This is not an Excel workbook (.xlsx), so it was not filled: only such a file comes back in its layout. "
            + _SAVE_AS_XLSX_EN,
        ),
        "no_table": Text(
            "工作簿里没有找到要填的格子：要有一行表头，表头下面有地方、年份或指标的行名，或留给每户一行的空行。",
            "No cells to fill were found: there has to be a row of headings, and below it rows named for places, years "
            "or indicators, or empty rows for one household each.",
        ),
        "list_too_long": Text(
            "名单有 {count} 户，一次最多填 {limit} 户，没有填。请按下一级区域分别填写。",
            "The list would have {count} households; {limit} is the most that is filled at once, so nothing was "
            "filled. Fill it for the places below, one by one.",
        ),
        "list_of_no_register": Text(
            "名单要的是 {year} 年的户，这一年还没有算出数来，所以没有填。请改标题里的年份，或选有数的年份再上传。",
            "The list asks for households of {year}, for which no figures have been computed, so nothing was filled. "
            "Change the year in the title, or choose a year that has figures, and upload it again.",
        ),
        "list_withheld": Text(
            "名单要按您看不到的字段选户，所以没有填。请由能看到这些字段的同事来填。",
            "The households of the list are chosen by fields that you may not see, so nothing was filled. A colleague "
            "who sees them can fill it.",
        ),
        "too_slow": Text(
            "读这个文件超过了 {seconds} 秒，已停止。" + _SPLIT_ZH,
            "Reading the file took more than {seconds} seconds and was stopped. " + _SPLIT_EN,
        ),
        "too_much_memory": Text(
            "读这个文件需要的内存超过 {limit_mb} MB，已停止。" + _SPLIT_ZH,
            "Reading the file needed more than {limit_mb} MB of memory and was stopped. " + _SPLIT_EN,
        ),
    }
)

#: Sentences for single cells. ``value`` is what the sender sees in the cell: show it to the sender, never log it.
FAULTS: MappingProxyType[str, Text] = MappingProxyType(
    {
        "formula_without_value": Text(
            "工作表「{sheet}」第 {row} 行 {column} 列：公式「{value}」没有算出的值。请用 Excel 打开并保存一次，"
            "或把公式改成数值。",
            "Sheet “{sheet}”, row {row}, column {column}: the formula “{value}” has no computed value. Open the "
            "file in Excel and "
            "save it once, or replace the formula by its value.",
        ),
        "number_precision_lost": Text(
            "工作表「{sheet}」第 {row} 行 {column} 列：「{value}」存成了数字，第 15 位以后的数字已丢失。"
            "请把该列设为文本，重新填写完整号码。",
            "Sheet “{sheet}”, row {row}, column {column}: “{value}” is stored as a number, and its digits after "
            "the 15th are lost. "
            "Set the column to text and enter the full number again.",
        ),
        "error_value": Text(
            "工作表「{sheet}」第 {row} 行 {column} 列：单元格是错误值「{value}」。请改正公式或直接填写值。",
            "Sheet “{sheet}”, row {row}, column {column}: the cell holds the error “{value}”. Mend the formula "
            "or enter the value.",
        ),
        "date_empty_1900": Text(
            "工作表「{sheet}」第 {row} 行 {column} 列：日期「{value}」是空单元格变成的。不知道日期就留空，"
            "知道就填写真实日期。",
            "Sheet “{sheet}”, row {row}, column {column}: the date “{value}” is an empty cell turned into a "
            "date. Leave it empty, or "
            "enter the true date.",
        ),
        "date_out_of_range": Text(
            "工作表「{sheet}」第 {row} 行 {column} 列：「{value}」的格式是日期，但不是有效的日期。请重新填写。",
            "Sheet “{sheet}”, row {row}, column {column}: “{value}” is formatted as a date but is none. Please "
            "enter it again.",
        ),
        "cell_beyond_header": Text(
            "工作表「{sheet}」第 {row} 行 {column} 列：「{value}」在表头之外，"
            "该行多出了单元格（多半是内容里有没加引号的分隔符）。",
            "Sheet “{sheet}”, row {row}, column {column}: “{value}” lies beyond the heading; the row has too "
            "many cells (most likely "
            "an unquoted separator inside a value).",
        ),
    }
)


class FileRefused(Exception):
    """A whole file was not taken. ``str()`` gives the code only, so that a log never holds a value."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    @property
    def text(self) -> Text:
        """The sentence for the sender, in both languages, with its values filled in."""
        return REFUSALS[self.code].format(**self.values)


def column_letters(index: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The column counted from 0 of its letters: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


@dataclass(frozen=True, slots=True)
class CellFault:
    """One cell that cannot be taken as it stands. ``row`` as a person counts, ``column`` from 0 (``c0``, ``c1`` …)."""

    row: int
    column: int
    code: str
    value: str

    def sentence(self, sheet: str) -> Text:
        """The sentence for the sender, naming sheet, row, column and value."""
        return FAULTS[self.code].format(sheet=sheet, row=self.row, column=column_letters(self.column), value=self.value)
