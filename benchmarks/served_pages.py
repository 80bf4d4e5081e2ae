"""``python -m benchmarks.served_pages PORT PLACE``: this instance on loopback, as ``bangfu serve`` has it.

A process of its own, since an instance is chosen before Django starts. It first prints one line of JSON: cookies of
signed-in officers, the addresses to ask for, and how many queries each takes. Then it serves until it is ended. Beside
the site's own addresses it has ``/bare/``: one row through one short template.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
from datetime import date
from threading import Event
from typing import Any

USERS = 8
#: Instead of a port: answer what the parent process hands on.
ANSWER = "--answer"
HOST = "127.0.0.1"
BARE = "<!doctype html><title>{{ figure.indicator }}</title><p>{{ figure.place_code }} {{ figure.value }}</p>"
#: What eight people ask for: drills, order, maps, groups, lines, classes and pairs, from the top down to villages.
PAGES = (
    "/p/{top}/",
    "/p/{county}/",
    "/f/incidence_register/?p={top}",
    "/f/incidence_register/?p={county}",
    "/f/incidence_register/?p={township}",
    "/f/households_by_cause/?p={top}",
    "/f/households_registered/?p={county}&t={year}",
    "/f/incidence_register/places/?p={top}",
    "/f/incidence_register/places/?p={top}&level=township",
    "/f/households_registered/places/?p={top}&level=village",
    "/f/households_registered/places/?p={top}&level=village&page=2",
    "/f/incidence_register/places/?p={county}&level=village&sort=name",
    "/f/incidence_register/places/?p={top}&level=township&class=4",
    "/f/households_by_cause/groups/?p={top}",
    "/f/households_by_cause/groups/?p={top}&level=township",
    "/f/households_by_cause/groups/?p={county}&level=village",
    "/f/households_by_cause/places/?p={top}&level=township&group=01",
    "/f/households_by_cause/series/?p={top}",
    "/f/incidence_register/series/?p={top}",
    "/f/incidence_register/series/?p={top}&level=township",
    "/f/incidence_register/classes/?p={top}&level=township",
    "/f/incidence_register/classes/?p={top}&level=village",
    "/p/{top}/compare/?x=incidence_register&y=households_registered",
    "/p/{top}/compare/?x=incidence_register&y=households_registered&level=township",
    "/p/{county}/compare/?x=incidence_register&y=households_registered&level=village",
)


def main(port: int, place: str) -> None:
    """Print what is to be asked for, and serve."""
    from bangfu.cli.processes import Beside, keep
    from bangfu.cli.serve import processes_of_this_machine

    application()
    addresses, cookies = addresses_of(place), [cookie_of(place, number) for number in range(USERS)]
    said = {"cookies": cookies, "pages": addresses, "queries": queries_of(cookies[0], addresses)}
    stopping = Event()
    signal.signal(signal.SIGTERM, lambda *_told: stopping.set())
    with socket.create_server((HOST, port), backlog=128) as listening:
        print(json.dumps(said), flush=True)
        answering = [sys.executable, "-m", "benchmarks.served_pages", ANSWER]
        count = processes_of_this_machine()
        keep([Beside(answering, answers=True) for _ in range(count)], stopping, [listening])


def answer_on() -> None:
    """Answer what the parent process hands on, as each process of ``bangfu serve`` does."""
    from bangfu.cli.serve import answer_handed

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a person more than threads is what is measured
    answer_handed(application())


def application() -> Any:
    """The site with its further addresses."""
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    settings.ROOT_URLCONF = "benchmarks.served_urls"
    from bangfu.config.wsgi import application

    return application


def addresses_of(place: str) -> list[str]:
    """The addresses for what lies under a place."""
    from bangfu.records.figures.models import Figure

    found = Figure.objects.filter(snapshot__current=True, place_code__startswith=place, value__isnull=False)
    county, township = (found.filter(level=level).order_by("place_code").first() for level in (2, 3))
    latest = found.order_by("-year").first()
    if county is None or township is None or latest is None:
        raise SystemExit("This instance has no figures of townships.")
    named = {"top": place, "county": county.place_code, "township": township.place_code, "year": latest.year}
    return [page.format(**named) for page in PAGES]


def cookie_of(place: str, number: int) -> str:
    """The session of an officer of a place who is made for this, with a name that nobody has."""
    from django.test import Client

    from bangfu.records.access.models import Grant, Role, User
    from bangfu.records.places.models import Place

    role = Role.PROVINCE_OFFICER if len(place) == 2 else Role.PREFECTURE_OFFICER
    user, made = User.objects.get_or_create(username=f"bench-{place}-{number}")
    if made:
        Grant.objects.create(user=user, role=role, place=Place.objects.get(code=place), valid_from=date(2000, 1, 1))
    visitor = Client(SERVER_NAME=HOST)
    visitor.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in visitor.cookies.items())


def queries_of(cookie: str, addresses: list[str]) -> dict[str, int]:
    """How many queries each address takes, once what is kept between requests is there."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    visitor = Client(SERVER_NAME=HOST, headers={"cookie": cookie})
    counts = {}
    for address in addresses:
        visitor.get(address)
        with CaptureQueriesContext(connection) as captured:
            answer: Any = visitor.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code} instead of a page: {address}")
        counts[address] = len(captured)
    return counts


if __name__ == "__main__":
    if sys.argv[1] == ANSWER:
        answer_on()
    else:
        main(int(sys.argv[1]), sys.argv[2])
