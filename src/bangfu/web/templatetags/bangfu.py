"""Template words of the house: ``{% load bangfu %}``. Numbers are written by ``bangfu.web.numbers`` alone."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

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
