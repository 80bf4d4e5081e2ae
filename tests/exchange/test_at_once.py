"""Comparisons of areas that lie in each other are written one after the other, and a decision waits for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction

from bangfu.records.access.models import User
from bangfu.records.exchange import standing
from bangfu.records.exchange.actions import CannotDecide, compare, decide
from bangfu.records.exchange.models import Comparison, Difference
from tests.exchange.conftest import AREA, TOWNSHIP, Export, agreeing, changed, received

pytestmark = [pytest.mark.db_twice(transaction=True), pytest.mark.only_database("postgresql")]
WAIT = 30


def meet(gate: Barrier) -> None:
    """Wait until the other one is as far."""
    gate.wait()


def together(*works: Callable[[], object]) -> None:
    """Do these at once, each on a connection of its own."""

    def alone(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [Thread(target=alone, args=[work]) for work in works]
    deque(map(Thread.start, threads), maxlen=0)
    deque(map(Thread.join, threads), maxlen=0)


def test_two_areas_that_lie_in_each_other_are_compared_at_once(register: None, officer: User, tmp_path: Path) -> None:
    rows = changed(agreeing(), 0, 文化程度="初中")
    both = [received(rows, tmp_path, officer, area=area) for area in (AREA, TOWNSHIP)]
    gate = Barrier(2, timeout=WAIT)

    def compare_one(comparison: Comparison) -> None:
        compare(comparison, progress=lambda phase: None if phase == "check" else meet(gate))

    together(*(partial(compare_one, each) for each in both))
    assert list(Comparison.objects.values_list("state", flat=True)) == ["done", "done"]
    assert sorted(each.counts["new"] for each in Comparison.objects.all()) == [0, 1]


def test_what_is_closed_meanwhile_is_not_decided(export: Export, officer: User) -> None:
    export(changed(agreeing(), 0, 文化程度="初中"))
    rows, held, refused = Difference.objects.all(), Event(), Event()

    def close() -> None:
        with transaction.atomic():
            list(standing.held(rows.values_list("pk", flat=True)))
            held.set()
            refused.wait(1)
            Difference.objects.update(state="closed")

    def choose() -> None:
        held.wait(WAIT)
        with pytest.raises(CannotDecide):
            decide(rows, kind="differs", side="ours", reason="户口本已核对", by=officer, place_code=AREA)
        refused.set()

    together(close, choose)
    assert (Difference.objects.get().state, refused.is_set()) == ("closed", True)
