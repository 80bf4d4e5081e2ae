"""The digest of the history rows that a merge wrote: the same from what was staged as from what stands in the tables.

A table's rows in order of ``seq`` become CSV with a heading: the columns that any row fills, by name, values as Arrow
prints them, JSON with sorted members. Of a sealed field only whether it is filled is in it: a change of keys seals and
hashes anew, and a ciphertext proves itself. Neither ``seq`` is in it nor what events project on a household later.
SHA-256 over the tables' names and the digests of their rows.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
from django.db import connection, models

from bangfu.records.households import sql
from bangfu.records.households.models import HISTORY, TARGETS
from bangfu.records.rows import Placed

#: Set from status events after the row is written; the events tell them again.
PROJECTED = frozenset({"status", "status_since"})
_OPTIONS = arrow_csv.WriteOptions(include_header=True, quoting_style="all_valid")


def table_digest(model: type[Placed], columns: Mapping[str, Any]) -> bytes:
    """The digest of one table's rows, given column by column as Arrow arrays or lists of Python values."""
    kinds = {str(field.column): field for field in model._meta.concrete_fields if field.column not in PROJECTED}
    plain: dict[str, pa.Array] = {}
    for name in sorted(kinds.keys() & columns.keys()):
        array = _canonical(kinds[name], columns[name])
        if array.null_count < len(array):
            plain[name] = array
    text = io.BytesIO()
    arrow_csv.write_csv(pa.table(plain), text, _OPTIONS)
    return hashlib.sha256(text.getbuffer()).digest()


def joined_digest(parts: Iterable[tuple[type[Placed], bytes]]) -> str:
    """The digest of a batch out of those of its tables, parents first."""
    digest = hashlib.sha256()
    for model, part in parts:
        digest.update(HISTORY[model]._meta.db_table.encode() + part)
    return digest.hexdigest()


def batch_digest(batch_id: int) -> str:
    """The digest of a batch as its history rows stand now."""
    found = ((model, _stored(model, sql.HISTORY_OF_BATCH, [batch_id])) for model in TARGETS)
    return joined_digest((model, table_digest(model, columns)) for model, columns in found if columns["id"])


def span_digest(model: type[Placed], span: range) -> bytes | None:
    """The digest of one table's history rows of a span of sequence numbers; None where none was written."""
    columns = _stored(model, sql.HISTORY_OF_SPAN, [span[0], span[-1] + 1])
    return table_digest(model, columns) if columns["id"] else None


def _stored(model: type[Placed], condition: str, values: Sequence[int]) -> dict[str, Sequence[Any]]:
    columns = [str(field.column) for field in model._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(sql.history_rows(HISTORY[model]._meta.db_table, columns, condition), values)
        rows = cursor.fetchall()
    return dict(zip(columns, zip(*rows, strict=True) if rows else [()] * len(columns), strict=True))


def _canonical(field: models.Field[Any, Any], values: Any) -> pa.Array:
    if isinstance(field, models.BinaryField):
        return pa.array([None if value is None else True for value in _listed(values)], pa.bool_())
    if isinstance(field, models.JSONField):
        return _by_value(values, _json)
    if isinstance(field, models.DateTimeField):
        return _by_value(values, _moment)
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return _one(values).cast(pa.int64() if pa.types.is_integer(values.type) else values.type)
    kind = pa.int64() if isinstance(field, _WHOLE) else _KINDS.get(type(field), pa.string())
    return pa.array([_value(field, value) for value in values], kind)


def _by_value(values: Any, text_of: Callable[[Any], str | None]) -> pa.Array:
    """Texts of values; what comes again is told once, at once where all are the same."""
    if isinstance(values, list) and values and values.count(values[0]) == len(values):
        return pa.repeat(pa.scalar(None if values[0] is None else text_of(values[0]), pa.string()), len(values))
    told: dict[Any, str | None] = {None: None}
    listed = _listed(values)
    for value in listed:
        if isinstance(value, dict) or value not in told:
            told[_key(value)] = text_of(value)
    return pa.array([told[_key(value)] for value in listed], pa.string())


def _key(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def _listed(values: Any) -> Sequence[Any]:
    return values.to_pylist() if isinstance(values, pa.Array | pa.ChunkedArray) else values  # type: ignore[no-any-return]


def _one(values: Any) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


_KINDS: dict[type, Any] = {
    models.BooleanField: pa.bool_(),
    models.DateField: pa.date32(),
    models.FloatField: pa.float64(),
    models.CharField: pa.string(),
}
_WHOLE = (models.IntegerField, models.ForeignKey)


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    """A value as it stands in a table, in the type that it has as staged."""
    if value is None:
        return None
    if isinstance(field, models.BooleanField):
        return bool(value)
    if isinstance(field, models.DateField) and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _json(value: Any) -> str:
    found = json.loads(value) if isinstance(value, str) else value
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _moment(value: Any) -> str:
    """A time in UTC; SQLite stores it as text without zone."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)).isoformat()
