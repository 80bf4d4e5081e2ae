"""``python -m benchmarks.first_view HOME``: what each page takes over the wire at a first visit, as JSON in kB.

Asked of the server that ``bangfu serve`` starts, by a visitor whose browser takes gzip and has seen nothing yet. What a
page links to (style, scripts, icon) counts; charts and maps are part of the page itself.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tools.pages.listed import SAMPLES
from tools.pages.prepared import prepare
from tools.pages.screenshots import demonstration
from tools.pages.visitor import Fetched, Visitor

#: Budgets of parts in kB: a page that breaks one is named even where the whole stays within its bar.
BUDGETS = {"HTML": 30, "CSS": 40, "htmx": 20}


def part_of(file: Fetched) -> str:
    """To which budget a file belongs."""
    kinds = {"text/html": "HTML", "text/css": "CSS"}
    return "htmx" if "htmx" in file.address else kinds.get(file.kind, "other")


def weights(view: tuple[Fetched, ...]) -> dict[str, float]:
    """Kilobytes by part."""
    parts = dict.fromkeys(["HTML", "CSS", "htmx", "other"], 0)
    for file in view:
        parts[part_of(file)] += file.wire_bytes
    return {name: round(size / 1000, 1) for name, size in parts.items()}


def measured(address: str, password: str) -> dict[str, dict[str, float]]:
    """The parts of each page."""
    visitors: dict[str, Visitor] = {}

    def visitor_of(user: str) -> Visitor:
        if user not in visitors:
            visitors[user] = _entered(user, address, password)
        return visitors[user]

    prepare(visitor_of)
    found = {}
    for sample in SAMPLES:
        visitor = visitor_of(sample.user)
        found[sample.title] = weights(visitor.first_view(sample.address(visitor)))
    return found


def _entered(user: str, address: str, password: str) -> Visitor:
    visitor = Visitor(address)
    if user:
        visitor.sign_in(user, password)
    return visitor


def main() -> None:
    """Serve a copy of the home and print what was measured."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    with demonstration(Path(sys.argv[1])) as (address, password):
        found = measured(address, password)
    totals = {title: round(sum(parts.values()), 1) for title, parts in found.items()}
    heaviest = max(totals, key=lambda title: totals[title])
    over = [
        f"{title}: {part}" for title, parts in found.items() for part, most in BUDGETS.items() if parts[part] > most
    ]
    beside = {"page": heaviest, "parts": found[heaviest], "pages": len(found), "over the budget of a part": over}
    sys.stdout.write(json.dumps({"heaviest": totals[heaviest], "beside": beside}))


if __name__ == "__main__":
    main()
