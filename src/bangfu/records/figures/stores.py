"""Where snapshots live: files named by their own hash, and a manifest per snapshot.

A closed year that did not change gives the same bytes, hence the same name, and is stored once.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings

from bangfu.parameters.schema import Column, FieldClass, Kind
from bangfu.parameters.text import Text


@dataclass(frozen=True)
class StoredFile:
    """One Parquet file of a snapshot: a table, or one year of it."""

    table: str
    year: int | None
    name: str
    rows: int
    bytes: int
    content_digest: str


def folder() -> Path:
    """The folder of all snapshots of this instance."""
    path = Path(settings.HOME) / "snapshots"
    (path / "files").mkdir(parents=True, exist_ok=True)
    return path


def path_of(name: str) -> Path:
    """The path of a stored file."""
    return folder() / "files" / name


def keep(draft: Path) -> tuple[str, int]:
    """Move a written file under its hash; returns its name and size."""
    with draft.open("rb") as file:
        name = file_digest(file, "sha256").hexdigest() + ".parquet"
    target = path_of(name)
    size = draft.stat().st_size
    if target.exists():
        draft.unlink()
    else:
        shutil.move(draft, target)
    return name, size


def column_to_json(column: Column) -> dict[str, Any]:
    """A column as the manifest keeps it (Table Schema with units, code lists and field classes)."""
    return {key: value for key, value in asdict(column).items() if value is not None}


def column_from_json(stored: dict[str, Any]) -> Column:
    """The column of a manifest."""
    return Column(
        stored["name"],
        Kind(stored["kind"]),
        Text(**stored["title"]),
        stored.get("unit"),
        stored.get("codes"),
        FieldClass(stored["field_class"]),
        stored["required"],
    )


def write_manifest(ref: str, manifest: dict[str, Any]) -> str:
    """Write a snapshot's manifest beside its files, whole or not at all; returns its file name."""
    target = folder() / f"{ref}.json"
    draft = target.with_suffix(".new")
    draft.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    draft.replace(target)
    return target.name
