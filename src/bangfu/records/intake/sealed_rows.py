"""The cells of a row that did not simply go in, as one encrypted value that says which batch and row it belongs to.

The keyring binds a ciphertext to table, column and one number, here that of the row in its sheet; so batch and row are
inside of the sealed value as well, and a value that was moved to another upload's row of that number does not open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from bangfu.records.intake.models import StagingRow
from bangfu.records.personal import CannotOpen, keyring

TABLE, COLUMN = StagingRow._meta.db_table, "raw"


def seal_cells(batch_id: int, row: int, cells: Mapping[str, str]) -> bytes:
    """The cells by heading, sealed for one row of one batch."""
    text = json.dumps({"batch": batch_id, "row": row, "cells": dict(cells)}, ensure_ascii=False)
    return keyring().seal(TABLE, COLUMN, row, text)


def open_cells(staged: StagingRow) -> dict[str, str]:
    """The cells of a row by heading. **Errors** ``CannotOpen`` where they were sealed for another row or batch."""
    if staged.raw is None:
        return {}
    kept = json.loads(keyring().open(TABLE, COLUMN, staged.row, bytes(staged.raw)))
    if (kept["batch"], kept["row"]) != (staged.batch_id, staged.row):
        raise CannotOpen(f"{TABLE}.{COLUMN} of row {staged.row}: sealed for a row of another batch.")
    cells: dict[str, str] = kept["cells"]
    return cells
