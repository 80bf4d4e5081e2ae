"""A merge that is killed leaves whole batches only, and goes on with the next one when it is called again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.instances import Instance
from tests.intake.sheets import member, write

pytestmark = pytest.mark.db_twice(transaction=True)

#: Brings a file in by batches of 40 rows and, at the given moment of the second batch, kills its own process.
KILLED = """
import os, signal, sys
from functools import partial
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "bangfu.config.settings"
import django; django.setup()
from bangfu.records.households import actions as households
from bangfu.records.instance.parameters import current
from bangfu.records.intake import merging
from bangfu.records.intake.actions import receive, work_through
merging.spans_of = partial(merging.spans_of, rows=40)
step = getattr(households, sys.argv[2])
def killing(*args, **named):
    done = step(*args, **named)
    killing.calls += 1
    if killing.calls > int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    return done
killing.calls = 0
setattr(households, sys.argv[2], killing)
path = Path(sys.argv[1])
upload = receive(path, file_name=path.name, mapping=current().mappings["register"], by=None, year=2015)
print(upload.pk, flush=True)
work_through(upload, merge=True)
"""
RESUMED = """
import os, sys
from functools import partial
os.environ["DJANGO_SETTINGS_MODULE"] = "bangfu.config.settings"
import django; django.setup()
from bangfu.records.intake import merging
from bangfu.records.intake.actions import work_through
from bangfu.records.intake.models import Upload
merging.spans_of = partial(merging.spans_of, rows=40)
outcome = work_through(Upload.objects.get(pk=int(sys.argv[1])), merge=True)
print(sum(table.get("new", 0) for table in outcome.merged.values()))
"""
STAGING = tuple(f"intake_staging_{name}" for name in ("household", "householdyear", "person", "personyear"))


def _python(instance: Instance, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, env=instance.environment, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    ("step", "calls"),
    [
        pytest.param("_upsert", 5, marks=pytest.mark.only_database("sqlite")),
        pytest.param("_remember", 7, marks=pytest.mark.only_database("sqlite")),
        # Rows that are new go into PostgreSQL's tables two batches at a time, by five copies each.
        pytest.param("copy_pieces", 3, marks=pytest.mark.only_database("postgresql")),
        pytest.param("copy_pieces", 7, marks=pytest.mark.only_database("postgresql")),
        pytest.param("_record", 1, marks=pytest.mark.only_database("postgresql")),
    ],
)
def test_a_killed_merge_leaves_whole_batches_and_goes_on_with_the_next(
    instance: Instance, tmp_path: Path, step: str, calls: int
) -> None:
    file = write(tmp_path / "people.csv", [member(serial, household=serial // 3) for serial in range(1, 101)])
    killed = _python(instance, KILLED, file, step, calls)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    persons, versions = instance.count("households_person"), instance.count("households_person_history")
    assert persons == versions
    # What stands is the first batch, or none of it where it was killed while both were being written.
    assert persons in ({40} if step != "copy_pieces" else {0, 40})
    assert not any(map(instance.count, STAGING))

    resumed = _python(instance, RESUMED, killed.stdout.strip())
    assert resumed.returncode == 0, resumed.stderr
    counts = [
        instance.count(f"households_{table}") for table in ("household", "person", "personyear", "person_history")
    ]
    assert counts == [34, 100, 100, 100]
    assert instance.count("access_auditevent") >= 3
