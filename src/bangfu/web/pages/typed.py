"""What was typed into a box: cut to what a name, a code or a title can be."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from bangfu.web import numbers
from bangfu.web.pages.asked import MOST_REPEATED
from bangfu.web.values import Notice

MOST_TYPED = 100


def typed_in(fields: QueryDict, name: str = "q") -> tuple[str, Notice | None]:
    """The text of a field without blanks around it, and that the rest of it was left out where it is too long."""
    text = whole_of(fields, name)
    if len(text) <= MOST_TYPED:
        return text, None
    told = _("What was typed is too long to look for; its first %(most)s letters were looked for.")
    return text[:MOST_TYPED], Notice("error", told % {"most": numbers.whole(MOST_TYPED)})


def unknown_choices(request: HttpRequest, known: Mapping[str, Collection[str]]) -> Notice | None:
    """That the address asks for choices that there are none of, so that the page is without them."""
    asked = {name: request.GET.get(name, "") for name in known}
    unknown = [value[:MOST_REPEATED] for name, value in asked.items() if value and value not in known[name]]
    if not unknown:
        return None
    told = _("There is no choice “%(asked)s” here; the page is shown without it.")
    return Notice("error", told % {"asked": _(", ").join(unknown)})


def first_only(count: int) -> str:
    """That more was found than is shown, and how to find less."""
    return _("Only the first %(count)s are shown. Type more of it to find fewer.") % {"count": numbers.whole(count)}


def whole_of(fields: QueryDict, name: str = "q") -> str:
    """The text of a field, as long as tells that it is too long; NUL, which no database keeps, is left out."""
    return fields.get(name, "").replace("\x00", "").strip()[: MOST_TYPED + 1]
