"""Comparing with the national system: an export of a county of 30 000 households beside its register.

Run by itself, with the home of an instance in the environment, it makes one comparison and prints its seconds.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bangfu.cli.benchmarks import Measured, NotMeasured, Progress, benchmark
from benchmarks.instances import divisions, fresh_instance, seconds_aloud
from benchmarks.people import YEAR, write_people
from benchmarks.stored import village_codes

HOUSEHOLDS = 30_000
#: Enough that there are as many households of the sizes that ``write_people`` draws.
PERSONS = 120_000
VILLAGES = 150
#: Every so many rows of the export differ from the register in one cell.
EVERY = 50
CHANGED, WORDS = "文化程度", ("小学", "初中")


@benchmark(
    name="reconcile", unit="s", bar=60, holds="<=", beside="households on both sides, differences, second export"
)
def reconcile(progress: Progress) -> Measured:
    """An export of 30 000 households compared with the register on SQLite, from the sealed file to written rows."""
    with fresh_instance() as instance, tempfile.TemporaryDirectory(prefix="bangfu-bench-") as folder:
        instance.done("places", "load", *divisions())
        sheet, export = Path(folder) / "people.csv", Path(folder) / "export.csv"
        write_people(sheet, PERSONS, village_codes(instance)[:VILLAGES])
        seconds_aloud(instance, "intake", sheet, "--mapping", "register")
        planted = _write_export(sheet, export)
        command = [sys.executable, "-m", "benchmarks.reconcile", str(export)]
        ended = subprocess.run(command, env=instance.environment, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise NotMeasured(f"The comparison ended with {ended.returncode}: {ended.stderr[-400:]}")
        found = json.loads(ended.stdout.splitlines()[-1])
    if found["both"] < HOUSEHOLDS or found["new"] != planted:
        raise NotMeasured(f"Found {found}, planted {planted}.")
    beside = {"households": found["both"], "differences": found["new"], "second export, s": found["second"]}
    return Measured(found["seconds"], beside)


def _write_export(sheet: Path, export: Path) -> int:
    """Write the export; returns how many cells differ."""
    changed = 0
    with (
        sheet.open(encoding="utf-8-sig", newline="") as reading,
        export.open("w", encoding="utf-8", newline="") as file,
    ):
        rows = csv.DictReader(reading)
        writer = csv.DictWriter(file, list(rows.fieldnames or ()))
        writer.writeheader()
        for number, row in enumerate(rows):
            if number % EVERY == 0:
                row[CHANGED] = WORDS[row[CHANGED] == WORDS[0]]
                changed += 1
            writer.writerow(row)
    return changed


def _compare(export: Path) -> dict[str, float]:
    """Compare twice; the second time everything is found again."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    django.setup()
    from bangfu.records.access.models import User
    from bangfu.records.exchange.actions import compare, receive
    from bangfu.records.instance.actions import current_instance

    root = current_instance().root_code
    by = User.objects.create_user("bench")
    spent: list[float] = []
    counts: dict[str, float] = {}
    for _ in range(2):
        received = receive(export, file_name="export.csv", mapping="register", year=YEAR, place_code=root, by=by)
        started = time.perf_counter()
        done = compare(received)
        spent.append(time.perf_counter() - started)
        if done.refusal:
            raise SystemExit(f"refused: {done.refusal['code']}")
        counts = counts or {"both": done.counts["both"], "new": done.counts["new"]}
    return {**counts, "seconds": spent[0], "second": spent[1]}


if __name__ == "__main__":
    print(json.dumps(_compare(Path(sys.argv[1]))))
