"""Files in and out: what a file is, its cells as text, and the sender's workbook back with marks.

Public: :func:`inspect_file`, :func:`read_file` (any file), :func:`read_workbook`, :func:`read_csv`,
:func:`mark_workbook`, :func:`write_answer_from_rows`. All cells are text in Parquet;
nothing here knows what a column means.
"""

from bangfu.analytics.workbooks.answer import write_answer_from_rows
from bangfu.analytics.workbooks.bounded import read_file, read_workbook
from bangfu.analytics.workbooks.csv_rows import read_csv
from bangfu.analytics.workbooks.guard import FileKind, check_file, inspect_file
from bangfu.analytics.workbooks.limits import Limits
from bangfu.analytics.workbooks.mark import Mark, mark_workbook
from bangfu.analytics.workbooks.refusals import CellFault, FileRefused, column_index, column_letters
from bangfu.analytics.workbooks.text import TextForm, decode_to_utf8
from bangfu.analytics.workbooks.values import ColumnRead, MergedCells, SheetRead, WorkbookRead

__all__ = [
    "CellFault",
    "ColumnRead",
    "FileKind",
    "FileRefused",
    "Limits",
    "Mark",
    "MergedCells",
    "SheetRead",
    "TextForm",
    "WorkbookRead",
    "check_file",
    "column_index",
    "column_letters",
    "decode_to_utf8",
    "inspect_file",
    "mark_workbook",
    "read_csv",
    "read_file",
    "read_workbook",
    "write_answer_from_rows",
]
