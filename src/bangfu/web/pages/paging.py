"""Long lists page by page: which page an address asks for, and the pages before and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bangfu.web import numbers
from bangfu.web.values import Pages

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a long list: its number from 1, and where it starts and ends among ``count``."""

    number: int
    start: int
    end: int
    count: int


def page_number(request: HttpRequest) -> int:
    """The page that the address asks for, from 1; there may be fewer."""
    wanted = request.GET.get("page", "")
    return max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 7 else 1


def part_of(request: HttpRequest, count: int, size: int) -> Part:
    """The page that the address asks for; the last one where it asks for more than there are."""
    number = min(page_number(request), max(1, -(-count // size)))
    return Part(number, (number - 1) * size, min(number * size, count), count)


def fetched(
    request: HttpRequest, size: int, fetch: Callable[[int], Found], count: Callable[[Found], int]
) -> tuple[Part, Found]:
    """The page asked for where the count comes with the rows: ``fetch`` takes a number from 1.

    Past the end it is asked once more, for the last page.
    """
    wanted = page_number(request)
    found = fetch(wanted)
    part = part_of(request, count(found), size)
    return part, found if part.number == wanted else fetch(part.number)


def pages_of(request: HttpRequest, part: Part, sentence: str = "", anchor: str = "") -> Pages:
    """Where one is in a list, and the pages before and after; ``anchor`` is where they show the list."""

    def href(page: int) -> str:
        query = request.GET.copy()
        query["page"] = str(page)
        return f"{request.path}?{query.urlencode()}{anchor}"

    limits = {"first": part.start + 1, "last": part.end, "count": part.count}
    facts = {name: numbers.whole(value) for name, value in limits.items()}
    said = sentence or _("Rows %(first)s–%(last)s of %(count)s")
    return Pages(
        said % facts if part.count else "",
        href(part.number - 1) if part.number > 1 else "",
        href(part.number + 1) if part.end < part.count else "",
    )
