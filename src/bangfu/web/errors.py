"""The pages of what went wrong: a whole page for a visit, a fragment in its place for htmx.

Nothing personal is shown or logged; a server error gives a short code that also stands in the log.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import loader
from django.utils.translation import gettext as _

from bangfu.web.context import InstanceFacts
from bangfu.web.middleware import TAGS, active_language

logger = logging.getLogger(__name__)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403. An exception with ``own_place`` and ``page_place`` (names in the reader's language) is answered by name."""
    own, page = getattr(exception, "own_place", ""), getattr(exception, "page_place", "")
    if own and page:
        sentence = _("Your area is %(own)s; this page belongs to %(page)s.") % {"own": own, "page": page}
    else:
        sentence = _("Your role does not open this page.")
    return _answer(request, 403, "403.html", {"sentence": sentence})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, also for what lies outside the reader's area: it answers as if it did not exist."""
    return _answer(
        request, 404, "404.html", {"sentence": _("There is no page at this address, or you may not see it.")}
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its proof of origin, mostly an old page; what was typed is still one step back."""
    sentence = _("Not stored: this form has expired. Go back, reload the page and send it again.")
    return _answer(request, 403, "403_csrf.html", {"sentence": sentence})


class NoNul:
    """Refuses an address with a NUL in it: no text of the register has one, and PostgreSQL takes none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or 400."""
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            sentence = _("There is a sign in this address that no text has.")
            return _answer(request, 400, "404.html", {"sentence": sentence})
        return self.get_response(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a code for the administrator; drawn without the database, which may be what failed."""
    code = secrets.token_hex(2).upper()
    # The log of what went wrong carries the same code (bangfu.config.logs).
    request.META["bangfu.error_code"] = code
    logger.error("server error, code %s, path %s", code, request.path)
    sentence = _("This did not work. Try once more; if it fails again, give the code to the administrator.")
    context = {"sentence": sentence, "code": code, "instance": InstanceFacts(), "lang_tag": TAGS[active_language()]}
    template = "components/error.htmx.html" if _is_htmx(request) else "500.html"
    return HttpResponse(loader.render_to_string(template, context), status=500)


def _answer(request: HttpRequest, status: int, template: str, context: dict[str, Any]) -> HttpResponse:
    name = "components/error.htmx.html" if _is_htmx(request) else template
    return HttpResponse(loader.render_to_string(name, context, request), status=status)


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
