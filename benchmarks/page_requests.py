"""``python -m benchmarks.page_requests PLACE``: how long pages take in this instance, as JSON in milliseconds.

A process of its own, since an instance is chosen before Django starts. Its server is Django's test client: the whole
stack of middleware, view, database and templates, without a network.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

REQUESTS, WARM_UP = 100, 5
OFFICER = "prefecture"
HOST = "127.0.0.1"
BARE = "<!doctype html><title>{{ figure.indicator }}</title><p>{{ figure.place_code }} {{ figure.value }}</p>"


def bare(request: Any) -> Any:
    """One row, one short template."""
    from django.http import HttpResponse
    from django.template import Context, Template

    from bangfu.records.figures.models import Figure

    return HttpResponse(Template(BARE).render(Context({"figure": Figure.objects.first()})))


def milliseconds(ask: Callable[[], Any]) -> list[float]:
    """What each of the requests took. **Errors** ``SystemExit`` unless each is answered with a page."""
    spent = []
    for number in range(WARM_UP + REQUESTS):
        started = time.perf_counter()
        answer = ask()
        seconds = time.perf_counter() - started
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code} instead of a page.")
        spent += [seconds * 1000] if number >= WARM_UP else []
    return spent


def measured(place: str) -> dict[str, float]:
    """95th percentile and median of each page, and of the bare view."""
    from django.test import Client, override_settings
    from django.urls import path

    from bangfu.records.access.models import User

    globals()["urlpatterns"] = [path("bare/", bare)]
    officer = Client(SERVER_NAME=HOST)
    officer.force_login(User.objects.get(username=OFFICER))
    found = {
        "figure page": milliseconds(lambda: officer.get("/f/incidence_register/", {"p": place})),
        "area home": milliseconds(lambda: officer.get(f"/p/{place}/")),
    }
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        visitor = Client(SERVER_NAME=HOST)
        found["bare view"] = milliseconds(lambda: visitor.get("/bare/"))
    return {
        f"{name}, {title}": round(number, 2)
        for name, spent in found.items()
        for title, number in (("p95", quantiles(spent, n=20)[-1]), ("median", median(spent)))
    }


def main() -> None:
    """Start Django on the instance of the environment and print what was measured."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    print(json.dumps(measured(sys.argv[1])))


if __name__ == "__main__":
    main()
