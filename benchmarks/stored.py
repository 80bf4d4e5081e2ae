"""What an intake left in the database, asked of the database itself and not of the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg

from bangfu.cli.benchmarks import NotMeasured
from tests.instances import Instance

TARGETS = ("household", "householdyear", "person", "personyear")
VILLAGE_DIGITS = 12
VILLAGES = f"SELECT code FROM places_place WHERE length(code) = {VILLAGE_DIGITS} ORDER BY code"
#: Persons whose two personal fields are ciphertext and hash, and who stand in the history as they are now.
SEALED = """
SELECT count(*) FROM households_person p JOIN households_person_history h ON h.id = p.id
WHERE length(p.id_no_enc) > 18 AND length(p.phone_enc) > 11 AND length(p.id_no_hash) > 0 AND length(p.phone_hash) > 0
  AND h.id_no_hash = p.id_no_hash AND p.id_valid AND p.batch_id IS NOT NULL
"""
EVENTS = "SELECT action, count(*) FROM access_auditevent WHERE action LIKE 'intake.%' GROUP BY action"
BATCHES = "SELECT count(*) FROM intake_batch WHERE state = 'merged'"
STATES = "SELECT state FROM intake_upload"


def ask(instance: Instance, statement: str) -> Sequence[tuple[Any, ...]]:
    """The rows that a statement gives."""
    if instance.database_url is None:
        with closing(sqlite3.connect(instance.home / "bangfu.sqlite3")) as connection:
            return connection.execute(statement).fetchall()
    with psycopg.connect(instance.database_url) as server:
        return server.execute(statement.encode()).fetchall()


def village_codes(instance: Instance) -> list[str]:
    """The codes of all villages."""
    return [code for (code,) in ask(instance, VILLAGES)]


def check_taken_in(instance: Instance, persons: int) -> None:
    """Check counts, history, encryption, staging and audit. **Errors** ``NotMeasured``."""
    counts = {name: instance.count(f"households_{name}") for name in TARGETS}
    histories = {name: instance.count(f"households_{name}_history") for name in TARGETS}
    staged = {name: instance.count(f"intake_staging_{name}") for name in TARGETS}
    batches = ask(instance, BATCHES)[0][0]
    events = dict(ask(instance, EVENTS))
    promised = {
        "persons and their years": (counts["person"], counts["personyear"]) == (persons, persons),
        "households and their years": 0 < counts["household"] == counts["householdyear"] <= persons,
        "one version of each row in the history": histories == counts,
        "encrypted ID numbers and phones": ask(instance, SEALED)[0][0] == persons,
        "an empty staging": not any(staged.values()),
        "an audit event of each batch": events == {"intake.receive": 1, "intake.merge": batches} and batches > 0,
        "a merged upload": ask(instance, STATES) in ([("merged",)], (("merged",),)),
    }
    broken = [promise for promise, kept in promised.items() if not kept]
    if broken:
        raise NotMeasured(f"The intake did not leave {'; '.join(broken)}: {counts}, {histories}, {staged}, {events}.")
