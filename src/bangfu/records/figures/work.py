"""Work of the figures in the background: the cycle."""

from __future__ import annotations

from datetime import date
from typing import Any

from bangfu.parameters.text import Text
from bangfu.records.figures.actions import run_cycle
from bangfu.records.instance.actions import NotFounded
from bangfu.records.jobs.registry import JobRefused, job
from bangfu.records.jobs.running import Running


@job("figures.cycle", Text("重算数字", "Computing the figures"), turn=2)
def cycle(running: Running) -> dict[str, Any]:
    """Run the cycle for a place and day; without them, for the whole instance and the latest day of its yearly rows."""
    happened = running.arguments.get("happened")
    try:
        done = run_cycle(
            place=running.arguments.get("place", ""),
            happened=date.fromisoformat(happened) if happened else None,
            by=running.job.owner,
            progress=lambda phase, done, total: running.beat(done, total or None, phase),
        )
    except NotFounded as refusal:
        raise JobRefused(refusal.text) from refusal
    return {"snapshot": done.snapshot.ref, "figures": done.figures, "new": done.new}
