"""``bangfu audit …``: seal the log and check it."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils import timezone

from bangfu.cli.say import note
from bangfu.parameters.text import Text
from bangfu.records.access.histories import verify_histories
from bangfu.records.access.sealing import Verification, seal_events, verify_log

app = typer.Typer(no_args_is_help=True, help="The audit log: seal, verify.")

SEALED = Text("封存了{count}条。", "{count} events sealed.")
HOLDS = Text(
    "审计日志完好：{events}条，{seals}个封印，{unsealed}条待封存；根 {root}。",
    "The audit log holds: {events} events, {seals} seals, {unsealed} not sealed yet; root {root}.",
)
FAULTS = {
    "event_changed": Text(
        "第{leaf}条（编号{id}）与封存时不同。", "Event {id} (leaf {leaf}) differs from what was sealed."
    ),
    "event_missing": Text("缺第{leaf}条。", "The event of leaf {leaf} is missing."),
    "seal_differs": Text(
        "从第{leaf}条起到下一个封印之间有改动。", "Something between leaf {leaf} and the next seal was rewritten."
    ),
    "event_beyond_seal": Text(
        "第{leaf}条（编号{id}）之后的封印不见了。", "The seal over event {id} (leaf {leaf}) is missing."
    ),
}


HISTORY_HOLDS = Text("{count}批入库的历史行与日志相符。", "The history rows of {count} merges agree with the log.")
HISTORY_CHANGED = Text(
    "第{batch}批写下的历史行被改过（日志第{id}条）。",
    "History rows of batch {batch} were changed after they were written (audit event {id}).",
)


@app.command()
def seal() -> None:
    """Seal every event of the log that is not sealed yet; the worker does so every minute."""
    note(SEALED.format(count=seal_events(at=timezone.now())))


@app.command()
def verify(
    rows: Annotated[bool, typer.Option("--rows/--no-rows", help="Check the history of the register too.")] = True,
) -> None:
    """Recompute the whole log, every seal, and the history rows of every merge. Exit code 0 if all hold, 1 if not."""
    found = verify_log()
    if not found.holds:
        note(_said(FAULTS[found.fault or ""], found))
        raise typer.Exit(1)
    note(_said(HOLDS, found))
    if rows:
        _verify_rows()


def _verify_rows() -> None:
    histories = verify_histories()
    if not histories.hold:
        note(HISTORY_CHANGED.format(id=histories.event_id, batch=histories.batch_id))
        raise typer.Exit(1)
    note(HISTORY_HOLDS.format(count=histories.batches))


def _said(text: Text, found: Verification) -> Text:
    return text.format(
        events=found.events, seals=found.seals, unsealed=found.unsealed, root=found.root, leaf=found.leaf,
        id=found.event_id,
    )  # fmt: skip
