"""A pinned snapshot on a page: the quiet strip with the way back to now, and the address that pins what is seen."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bangfu.records.figures.queries import current_snapshot
from bangfu.web.dates import minute
from bangfu.web.middleware import LANGUAGE_PARAMETER
from bangfu.web.pages.asked import Asked, replaced
from bangfu.web.values import Link, Notice, Strip

#: The end of a file's address, and what it asks for beside what its page asks for.
EXPORT, OF_A_FILE = "export/", ("format", "of")


@dataclass(frozen=True)
class Share:
    """The full address of what is seen, for others within their own scope; and what it pins."""

    href: str
    pins: str


def strips(request: HttpRequest, context: Asked) -> list[Strip]:
    """That the page shows a snapshot which is not the latest, with the way back to now."""
    shown = context.snapshot
    if not context.pinned or shown is None or shown == current_snapshot(context.place.code):
        return []
    facts = {"day": shown.happened.isoformat(), "mark": f"#{shown.short}", "known": minute(shown.known)}
    sentence = _("You are looking at the snapshot of %(day)s %(mark)s, as it was known at %(known)s.")
    return [Strip("past", sentence % facts, back_to_now(request))]


def back_to_now(request: HttpRequest) -> Link:
    """The same page of the latest snapshot."""
    return Link(_("Back to now"), replaced(request, s=""))


def no_figures(request: HttpRequest, context: Asked, otherwise: Notice) -> Notice | None:
    """What stands in the place of figures: that the snapshot of the address is not kept, or that there is none yet."""
    if context.snapshot is not None:
        return None
    if not context.lost:
        return otherwise
    sentence = _("The snapshot “%(mark)s” does not exist for this area, or is no longer kept.")
    return Notice("error", sentence % {"mark": context.lost}, back_to_now(request))


def share(request: HttpRequest, context: Asked) -> Share | None:
    """The address that pins snapshot, place, period, way of counting and view; None where there are no figures."""
    if context.snapshot is None or context.year is None:
        return None
    query = request.GET.copy()
    for name in (*OF_A_FILE, LANGUAGE_PARAMETER, "page", "from"):
        query.pop(name, None)
    query["s"], query["t"] = context.snapshot.ref, str(context.year)
    if not request.path.startswith("/p/"):
        query["p"] = context.place.code
    facts = {"day": context.snapshot.happened.isoformat(), "mark": f"#{context.snapshot.short}"}
    pins = _(
        "Opens with the figures of the snapshot %(day)s %(mark)s, also after a newer one, within each reader's area."
    )
    page = request.path.removesuffix(EXPORT)
    return Share(request.build_absolute_uri(f"{page}?{query.urlencode()}"), pins % facts)
