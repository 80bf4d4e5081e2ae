"""What is asked of filled tables: past ones, the tasks they left, what their headings can mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import xlsxwriter
from django.db.models import QuerySet

from bangfu.parameters.text import Text
from bangfu.records.access.gate import Scope, scoped
from bangfu.records.figures.queries import current_snapshot, years_of
from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.places.models import Place
from bangfu.records.places.queries import own_places, places_named
from bangfu.records.reports import words
from bangfu.records.reports.filling import answers_for, opened, outdated
from bangfu.records.reports.matching import Candidate, candidates, list_columns
from bangfu.records.reports.models import Filling, Gap, GapState, KnownLayout
from bangfu.records.reports.reading import Blank

__all__ = ["Blank", "answers_for", "opened", "outdated"]


def areas(scope: Scope) -> list[Place]:
    """The areas that somebody can fill a table for."""
    return own_places(scope.rows)


def years(place_code: str) -> list[int]:
    """The years that a table can be filled for, the latest first."""
    snapshot = current_snapshot(place_code)
    return sorted(years_of(snapshot), reverse=True) if snapshot else []


def fillings(scope: Scope) -> QuerySet[Filling]:
    """The tables within a scope, the latest first."""
    return scoped(Filling.objects.select_related("place"), scope).defer("cells").order_by("-created_at", "-id")


def open_gaps(scope: Scope) -> QuerySet[Gap]:
    """The open tasks within a scope, in order of place."""
    return scoped(Gap.objects.filter(state=GapState.OPEN), scope).order_by("place_code", "what", "year", "group")


def versions_of(filling: Filling) -> dict[str, str]:
    """The versions that the office's confirmed layout was confirmed with."""
    layout = KnownLayout.objects.filter(digest=filling.digest, place_code=filling.place_code).first()
    return dict(layout.versions) if layout else {}


def choices(*, lists: bool) -> tuple[Candidate, ...]:
    """Everything that a heading can mean."""
    return candidates(lists=lists)


def units_for(kind: str) -> tuple[str, ...]:
    """The units that a kind of figure can be written in."""
    return words.CHOICES.get(kind, ())


def title_of(what: str, group: str) -> Text:
    """The name of an indicator (with its group) or of a field of a list."""
    indicator = current().indicators.get(what)
    if indicator is not None:
        found = next((one for one in _all() if one.choice == f"figure:{what}:{group}"), None)
        return found.title if found else indicator.title
    field = next((one for one in candidates(lists=True) if one.choice == f"field:{what}"), None)
    return field.title if field else Text(what, what)


@lru_cache(maxsize=4)
def _cached(digest: str) -> tuple[Candidate, ...]:
    return candidates(lists=False)


def _all() -> tuple[Candidate, ...]:
    return _cached(current().content_hash)


def is_field(what: str) -> bool:
    """Whether something is a field of a household rather than an indicator."""
    return what not in current().indicators and (what in list_columns() or what in words.FIELDS)


def names_of(codes: Iterable[str]) -> dict[str, Place]:
    """Places by code."""
    return places_named(codes)


def gaps_csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A list of gaps as CSV that Excel opens as UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(heading)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def gaps_xlsx(title: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A list of gaps as a workbook of its own: a superior's layout gets no further sheet."""
    with vault.workroom() as folder:
        path = Path(folder) / "gaps.xlsx"
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet(title[:31])
            sheet.write_row(0, 0, heading, book.add_format({"bold": True}))
            for number, row in enumerate(rows, start=1):
                sheet.write_row(number, 0, [str(value) if not isinstance(value, int) else value for value in row])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(heading) - 1, 22)
        return path.read_bytes()


def answer_of(answers: Mapping[str, str], key: str) -> str:
    """The stored answer of a heading without its unit."""
    return answers.get(key, "").partition("|")[0]
