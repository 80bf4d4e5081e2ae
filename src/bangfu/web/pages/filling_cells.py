"""The cells of a filled table: where each value comes from, and what is missing, why, and who must report it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.records.places.models import Place
from bangfu.records.reports import queries
from bangfu.records.reports.models import Filling, Gap
from bangfu.records.reports.told import HOLDS, NO_TASK
from bangfu.web import numbers
from bangfu.web.dates import year_end
from bangfu.web.exports.tables import Export, Heading, Sheet
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.export_facts import synthetic_mark
from bangfu.web.pages.readings import words
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, State, Tag

WHY = {
    "filled": gettext_lazy("Filled"),
    "partial": gettext_lazy("Filled, without places that have not reported"),
    "no_case": gettext_lazy("No case of this kind: 0"),
    "constant": gettext_lazy("The same words each time"),
    "masked": gettext_lazy("Masked"),
    "left_empty": gettext_lazy("Left empty, as confirmed"),
    "outside": gettext_lazy("The place lies outside your area"),
    "withheld": gettext_lazy("Not shown: your role or too few cases"),
    "not_applicable": gettext_lazy("Does not apply here"),
    "not_reported": gettext_lazy("Not reported"),
    "missing_facts": gettext_lazy("Facts are missing in the register"),
    "missing": gettext_lazy("Not filled in at the household"),
    "two_heads": gettext_lazy("Two heads are recorded for the household"),
    "no_group": gettext_lazy("No case of this kind is recorded; where there is none, enter 0"),
    "no_snapshot": gettext_lazy("No figures have been computed yet"),
    "removed": gettext_lazy("The indicator is no longer in the dictionary"),
}
QUIET = HOLDS | NO_TASK


def gap_facts(filling: Filling) -> list[Mapping[str, Any]]:
    """The cells of a filling whose value is missing."""
    return [fact for fact in filling.cells if fact["state"] not in QUIET]


def _fields(gap: Gap | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(gap, Gap):
        return {
            "sheet": gap.sheet, "cell": gap.cell, "what": gap.what, "group": gap.group, "place": gap.place_code,
            "year": gap.year, "state": gap.reason,
        }  # fmt: skip
    return dict(gap)


def _place(code: str, places: Mapping[str, Place]) -> str:
    return name_of(places[code]) if code in places else code


def gap_heading() -> list[str]:
    """The headings of the list of what is missing."""
    return [_("Sheet"), _("Cell"), _("What"), _("Place"), _("Year"), _("Why it is missing"), _("Who must report")]


def gap_rows(gaps: Iterable[Gap | Mapping[str, Any]]) -> list[list[str]]:
    """What is missing, one row a cell."""
    listed = [_fields(gap) for gap in gaps]
    places = queries.names_of(fact["place"] for fact in listed if fact.get("place"))
    return [
        [
            str(fact["sheet"]),
            str(fact["cell"]),
            words(queries.title_of(fact.get("what", ""), fact.get("group", ""))),
            _place(fact.get("place", ""), places),
            str(fact.get("year", "")),
            str(WHY.get(fact["state"], fact["state"])),
            _("%(place)s office") % {"place": _place(fact.get("place", ""), places)},
        ]
        for fact in listed
    ]


def gap_export(filling: Filling) -> Export:
    """What is missing in a filled table, as a file of its own."""
    title = _("What is missing")
    headings = tuple(Heading(words) for words in gap_heading())
    rows = tuple(tuple(row) for row in gap_rows(gap_facts(filling)))
    facts = [
        (_("Workbook"), filling.file_name),
        (_("Area"), name_of(filling.place)),
        (_("Year"), year_end(filling.year)),
    ]
    sheet = Sheet(_("Missing"), title, headings, rows)
    return Export(title, filling.file_name, (sheet,), facts, _("About"), synthetic_mark())


def gap_table(gaps: Iterable[Gap | Mapping[str, Any]], caption: str) -> DrillTable:
    """What is missing: cell, what, place, year, why, who must report."""
    rows = tuple(
        DrillRow(f"{sheet} · {cell}", tuple(DrillCell(text) for text in rest))
        for sheet, cell, *rest in gap_rows(list(gaps)[:200])
    )
    columns = tuple(DrillColumn(heading, numeric=False) for heading in gap_heading()[2:])
    return DrillTable(caption, _("Sheet · cell"), columns, rows, empty=_("Nothing is missing."))


def cell_table(filling: Filling, cells: Sequence[Mapping[str, Any]]) -> DrillTable:
    """Each cell that waited, with the figure or household that it was filled from."""
    places = queries.names_of(fact["place"] for fact in cells if fact.get("place"))
    rows = tuple(_cell(fact, places) for fact in cells)
    columns = (
        DrillColumn(_("Meaning"), numeric=False),
        DrillColumn(_("Place"), numeric=False),
        DrillColumn(_("Year"), numeric=False),
        DrillColumn(_("State"), numeric=False),
    )
    return DrillTable(_("Where each cell comes from"), _("Sheet · cell"), columns, rows)


def _cell(fact: Mapping[str, Any], places: Mapping[str, Place]) -> DrillRow:
    what = fact.get("what", "")
    name = words(queries.title_of(what, fact.get("group", ""))) if what else fact.get("words", "")
    word = str(WHY.get(fact["state"], fact["state"]))
    tag = Tag(State.UNKNOWN, word)
    state = DrillCell(word) if fact["state"] in QUIET else DrillCell(tag=tag)
    return DrillRow(
        f"{fact['sheet']} · {fact['cell']}",
        (
            DrillCell(name, href=_href(fact)),
            DrillCell(_place(fact.get("place", ""), places) or numbers.missing_word(numbers.Missing.NOT_APPLICABLE)),
            DrillCell(str(fact.get("year", ""))),
            state,
        ),
    )


def _href(fact: Mapping[str, Any]) -> str:
    """The figure or the household behind a cell."""
    if "household" in fact:
        return reverse("household", args=[fact["household"]])
    if "figure" in fact or fact["state"] == "no_case":
        asked = {"p": fact["place"], "t": fact["year"], "group": fact.get("group", "")}
        return f"{reverse('figure', args=[fact['what']])}?{urlencode({k: v for k, v in asked.items() if v})}"
    return ""
