"""Households as rows of a list: head, place, persons, status, cause, income a head."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bangfu.parameters.schema import FieldClass
from bangfu.records.access.gate import Scope
from bangfu.records.households.models import Household
from bangfu.records.households.queries import Listed, Page
from bangfu.web import numbers
from bangfu.web.numbers import Missing
from bangfu.web.pages.asked import name_of
from bangfu.web.pages.described import code_name
from bangfu.web.pages.paging import Part, pages_of
from bangfu.web.values import DrillCell, DrillColumn, DrillRow, DrillTable, Pages, State, Tag


def table(page: Page, scope: Scope, caption: str, empty: str, further: str = "") -> DrillTable:
    """A page of a list; what a reader may not see of a row stands as a dash. ``further`` is the links' query."""
    heads = (
        DrillColumn(_("Place"), numeric=False),
        DrillColumn(_("Persons")),
        DrillColumn(_("Status"), numeric=False),
        DrillColumn(_("Main cause"), numeric=False),
        DrillColumn(_("Net income a head"), _("yuan")),
    )
    rows = tuple(_row(listed, scope, further) for listed in page.rows)
    return DrillTable(caption, _("Head of household"), heads, rows, empty=empty)


def head_of(household: Household, scope: Scope) -> str:
    """The head's name, or, for whom names are not, the household's own address."""
    if FieldClass.PERSONAL not in scope.classes_at(household.place_code, household.pk):
        return _("Household %(ref)s") % {"ref": household.ref}
    return household.head_name or _("Head not recorded")


def _row(listed: Listed, scope: Scope, further: str) -> DrillRow:
    household, sheet = listed.household, listed.sheet
    money = FieldClass.MONEY in scope.classes_at(household.place_code, household.pk)
    cells = (
        DrillCell(name_of(listed.place)),
        _known(sheet, "household_size"),
        _coded(sheet, "poverty_status", "poverty_status"),
        _coded(sheet, "main_cause", "poverty_cause"),
        _income(sheet) if money else DrillCell("—"),
    )
    return DrillRow(head_of(household, scope), cells, href=reverse("household", args=[household.ref]) + further)


def _missing() -> DrillCell:
    return DrillCell(tag=Tag(State.UNKNOWN, numbers.missing_word(Missing.NO_DATA)))


def _known(sheet: Any, name: str) -> DrillCell:
    value = getattr(sheet, name, None)
    return _missing() if value is None else DrillCell(numbers.whole(value))


def _coded(sheet: Any, name: str, codes: str) -> DrillCell:
    value = getattr(sheet, name, None)
    return _missing() if value is None else DrillCell(code_name(codes, value))


def _income(sheet: Any) -> DrillCell:
    fen = getattr(sheet, "net_income_per_capita_fen", None)
    return _missing() if fen is None else DrillCell(numbers.whole(fen / 100))


def pages(request: HttpRequest, part: Part) -> Pages:
    """Where one is in the list, with links before and after."""
    return pages_of(request, part, _("Households %(first)s–%(last)s of %(count)s"))
