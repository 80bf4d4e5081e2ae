"""``bangfu keys …``: change the key of personal fields."""

from __future__ import annotations

import typer
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bangfu.cli.say import fail, language, note
from bangfu.parameters.text import Text
from bangfu.records.access import keys
from bangfu.records.access.models import KeyRotation
from bangfu.records.instance.actions import NotFounded, current_instance
from bangfu.records.personal import keyring

app = typer.Typer(no_args_is_help=True, help="Keys of personal fields: rotate.")

DONE = Text("密钥已换为{key}号，改写{rows}行。", "The key is now number {key}; {rows} rows were rewritten.")
KEPT = Text("旧密钥还留着，等旧文件到期。", "Old keys stay until the files sealed under them expire.")


@app.command()
def rotate() -> None:
    """Seal and hash every personal field anew under a new key. Killed, it goes on when run again; imports wait."""
    try:
        current_instance()
        rotation = _with_progress()
    except NotFounded as refusal:
        fail(str(refusal))
    except keys.KeysUsedUp as refusal:
        fail(str(refusal))
    note(DONE.format(key=rotation.to_key, rows=rotation.values_done))
    if len(keyring().keys) > 1:
        note(KEPT)


def _with_progress() -> KeyRotation:
    title = Text("换密钥", "Changing the key").in_language(language())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=keys.rows_to_rotate())
        return keys.rotate(at=timezone.now(), after_slice=lambda rows: bar.advance(task, rows))
