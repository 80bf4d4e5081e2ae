"""The child process of :mod:`bounded`: bounds itself, reads one workbook, writes ``read.json`` beside the sheets."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path

from bangfu.analytics.workbooks.blank import read_blank, to_json
from bangfu.analytics.workbooks.bounded import BLANK, OUT_OF_MEMORY, REFUSED
from bangfu.analytics.workbooks.csv_rows import read_csv
from bangfu.analytics.workbooks.guard import FileKind
from bangfu.analytics.workbooks.html_rows import read_html
from bangfu.analytics.workbooks.legacy import read_legacy
from bangfu.analytics.workbooks.limits import Limits
from bangfu.analytics.workbooks.refusals import FileRefused
from bangfu.analytics.workbooks.sheets import read_sheets
from bangfu.analytics.workbooks.spreadsheet_xml import read_spreadsheet_xml
from bangfu.analytics.workbooks.values import WorkbookRead

_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.system", "os.posix_spawn", "ctypes.")


def main(arguments: list[str]) -> int:
    """Read one workbook; 0 when it was read, :data:`REFUSED` with the reason in ``read.json``."""
    kind, path, out_dir, limits_text = arguments
    limits = Limits(**json.loads(limits_text))
    answer = Path(out_dir) / "read.json"
    bind(limits)
    try:
        read = _read(kind, Path(path), Path(out_dir), limits)
    except FileRefused as refusal:
        answer.write_text(
            json.dumps({"code": refusal.code, "values": refusal.values}, ensure_ascii=False), encoding="utf-8"
        )
        return REFUSED
    except MemoryError:
        return OUT_OF_MEMORY
    answer.write_text(read, encoding="utf-8")
    return 0


def _read(kind: str, path: Path, out_dir: Path, limits: Limits) -> str:
    if kind == BLANK:
        return to_json(read_blank(path, limits))
    return read_kind(FileKind(kind), path, out_dir, limits).to_json()


def read_kind(kind: FileKind, path: Path, out_dir: Path, limits: Limits) -> WorkbookRead:
    """A file of a kind that the guard has found, read in this process."""
    if kind is FileKind.CSV:
        return read_csv(path, out_dir, limits)
    return _READERS.get(kind, read_sheets)(path, out_dir, limits)


_READERS: dict[FileKind, Callable[[Path, Path, Limits], WorkbookRead]] = {
    FileKind.XLS: read_legacy,
    FileKind.HTML: read_html,
    FileKind.XML_SPREADSHEET: read_spreadsheet_xml,
}


def bind(limits: Limits) -> None:
    """Bound this process: address space, processor time, no core files, no sockets, no children."""
    sys.addaudithook(_refuse_reaching_out)
    try:
        import resource  # not on Windows, where only the time limit of the parent holds
    except ImportError:
        return
    for name, bound in (
        ("RLIMIT_AS", limits.memory_bytes),
        ("RLIMIT_CPU", math.ceil(limits.seconds)),
        ("RLIMIT_CORE", 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some of them
            resource.setrlimit(getattr(resource, name), (bound, bound))


def _refuse_reaching_out(event: str, _: object) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"The reading process may not {event}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
