"""Template words of the house: ``{% load bangfu %}``. Numbers are written by ``bangfu.web.numbers`` alone."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bangfu.web import icons, numbers
from bangfu.web.charts import SeriesChart, Trend
from bangfu.web.values import DrillCell, DrillColumn, State, Tag

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "search" %}``: an outline icon, hidden from screen readers."""
    return icons.icon(name)


@register.filter
def whole(value: numbers.Value) -> str:
    """``{{ persons|whole }}``: 4,713,000, or the word of the missing state."""
    return numbers.whole(value)


@register.filter
def decimal(value: numbers.Value, places: int) -> str:
    """``{{ area|decimal:1 }}``: a number with a fixed count of decimals."""
    return numbers.decimal(value, places)


@register.filter
def percent(share: numbers.Value) -> str:
    """``{{ share|percent }}``: 18.3%."""
    return numbers.percent(share)


@register.filter
def points(change: numbers.Value) -> str:
    """``{{ change|points }}``: −4.1."""
    return numbers.points(change)


@register.filter
def money(fen: int | numbers.Missing | None) -> str:
    """``{{ fen|money }}``: 1,500.00元."""
    return str(numbers.money(fen))


@register.simple_tag
def tag(state: str, word: str) -> Tag:
    """``{% tag "late" words as late %}{% include "components/tag.html" with tag=late %}``: a tag in a template."""
    return Tag(State(state), word)


@register.filter
def labelled(field: Any) -> str:
    """``{{ field|labelled }}``: a field's label; what one signs in with is the sign-in name on every form.

    The account forms call it a name, which people take for their own: 姓名 and not 登录名.
    """
    is_sign_in_name = field.field.widget.attrs.get("autocomplete") == "username"
    return _("Sign-in name") if is_sign_in_name else str(field.label)


@register.simple_tag
def faults(given: Any) -> list[tuple[str, str]]:
    """``{% faults form as listed %}``: the faults of a form, or of a list of forms, each with the field it leads to.

    A form that stands among several says what it is called (``called``).
    """
    forms = given if isinstance(given, list) else [given]
    whole = [("", error) for form in forms for error in form.non_field_errors()]
    return whole + [
        (_first_of(field), _said(form, field, error)) for form in forms for field in form for error in field.errors
    ]


def _first_of(field: Any) -> str:
    """The id of what a field is filled in by; of several buttons the first."""
    return str(field.id_for_label or f"{field.auto_id}_0")


def _said(form: Any, field: Any, error: str) -> str:
    called = getattr(form, "called", "")
    label = f"{called} · {labelled(field)}" if called else labelled(field)
    return f"{label}{pgettext('after a label', ': ')}{error}"


@register.filter
def stretch(trend: Trend | SeriesChart) -> str:
    """The view box in which the lines of a trend stretch: 100 wide, as high as the drawing."""
    return f"0 0 100 {trend.height}"


@register.filter
def under(cells: tuple[str, ...], headings: tuple[str, ...]) -> list[tuple[str, str]]:
    """``{% for heading, cell in row.after|under:chart.further %}``: each cell with its heading."""
    return list(zip(headings, cells, strict=True))


@register.filter
def beside(cells: tuple[DrillCell, ...], columns: tuple[DrillColumn, ...]) -> list[tuple[DrillColumn, DrillCell]]:
    """``{% for column, cell in row.cells|beside:columns %}``: each cell with its column."""
    return list(zip(columns, cells, strict=True))
