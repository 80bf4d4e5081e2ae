"""What every row of the kernel has: an id of this instance's range, and, where it has a past, a history table.

Ids are bigint. Instance k draws from k·2⁴⁰ up, so rows of two instances never collide and JavaScript holds them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models, transaction

#: Letters of a ``ref``: no vowels (no words by chance), nothing that looks like something else.
REF_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZbcdfghjkmnpqrstvwxz"
REF_LENGTH = 9
#: Distance between the id ranges of two instances.
INSTANCE_SPAN = 2**40


def new_ref() -> str:
    """A random address for a row: 9 letters, 47⁹ ≈ 10¹⁵ of them, no order and no meaning."""
    return "".join(secrets.choice(REF_LETTERS) for _ in range(REF_LENGTH))


class RowId(models.BigIntegerField):  # type: ignore[type-arg]
    """A key of 64 bits. SQLite calls it ``integer``: only then is it the row's own place and not a second index."""

    def db_type(self, connection: Any) -> str | None:
        """The type of the column."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)

    def rel_db_type(self, connection: Any) -> str | None:
        """The type of a column that points here."""
        return super().db_type(connection)


class Row(models.Model):
    """A row whose id comes from the instance's range."""

    id = RowId(primary_key=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new row first draws its id."""
        if self.pk is None:
            from bangfu.records.instance.actions import draw_ids

            with transaction.atomic():
                self.id = draw_ids(1)[0]
                super().save(*args, **{**kwargs, "force_insert": True})
            return
        super().save(*args, **kwargs)


class WrittenOnce(Exception):
    """A row that is only ever inserted was to be changed or deleted; a correction is a further row."""


class InsertOnlyRows(models.QuerySet[Any]):
    """Rows that are read and added to; nothing else."""

    def update(self, **_changes: Any) -> int:
        """Refused. **Errors** ``WrittenOnce``."""
        raise WrittenOnce(f"Rows of {self.model.__name__} are never changed: add one that corrects.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused. **Errors** ``WrittenOnce``."""
        raise WrittenOnce(f"Rows of {self.model.__name__} are never deleted.")


class InsertOnly(Row):
    """A row that is written once: what happened is never overwritten."""

    objects: models.Manager[Any] = InsertOnlyRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert. **Errors** ``WrittenOnce`` for a row that stands."""
        if not self._state.adding:
            raise WrittenOnce(f"{type(self).__name__} {self.pk} stands: add a row that corrects it.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused. **Errors** ``WrittenOnce``."""
        raise WrittenOnce(f"{type(self).__name__} {self.pk} stands and stays.")


@dataclass(frozen=True, slots=True)
class Lying:
    """The two columns by which a row lies at a place: the place, and its code as now.

    ``once_by`` are the columns that, together with the place, a row may have only once: at a merger the successor's row
    stays and those that say the same go.
    """

    place: str = "place"
    code: str = "place_code"
    once_by: tuple[str, ...] = ()


class Placed(Row):
    """A row that lies somewhere: its place, and the place's code as now (rewritten on rename and merge)."""

    #: Every way in which a row lies at a place; most rows have one.
    LYING: ClassVar[tuple[Lying, ...]] = (Lying(),)
    #: Whether a row says that people live there; a task or a table about a place does not.
    OF_PEOPLE: ClassVar[bool] = True

    # Rows are found by code prefix, so the key itself carries no index: on big tables each one costs every merge.
    # Nor does the database check it row by row: the intake takes places from the index, and a rename or merge rewrites
    # them as sets (docs/decisions/0012-unchecked-references.md).
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    place_code = models.CharField(max_length=24)

    class Meta:
        abstract = True


class Remembered(models.Model):
    """Two times and an author on the current row; each version also stands whole in ``<table>_history``."""

    happened_on = models.DateField()
    known_at = models.DateTimeField()
    batch = models.ForeignKey(
        "intake.Batch",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    by = models.ForeignKey(
        "access.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        abstract = True


def _plain_copy(field: Any) -> Any:
    """A copy of a field for a history or staging table: same type, no key, no uniqueness, no foreign key."""
    if isinstance(field, models.ForeignKey):
        return models.BigIntegerField(null=True, db_column=field.column)
    copy = field.clone()
    copy._unique = False
    copy.db_index = False
    copy.primary_key = False
    copy.null = True
    copy.db_default = models.NOT_PROVIDED
    return copy


def _columns(model: type[models.Model], left_out: frozenset[str]) -> dict[str, Any]:
    kept = (field for field in model._meta.concrete_fields if field.name not in left_out)
    return {field.attname: _plain_copy(field) for field in kept}


def history_of(model: type[models.Model]) -> type[models.Model]:
    """The append-only history model of a remembered model: full rows, and ``seq`` that orders what was written.

    **Shape** one row per version of a row. ``id`` is the row's own id and not unique here; ``seq`` is the key.
    """
    label = model._meta.app_label
    meta = type(
        "Meta",
        (),
        {
            "app_label": label,
            "db_table": f"{model._meta.db_table}_history",
            "indexes": [models.Index(fields=["id", "happened_on"], name=f"{model._meta.model_name}_history_id")],
        },
    )
    body = {"__module__": model.__module__, "Meta": meta, "seq": RowId(primary_key=True)}
    body |= _columns(model, frozenset()) | {"id": models.BigIntegerField(), "happened_on": models.DateField()}
    return type(f"{model.__name__}History", (models.Model,), body)


def staging_of(model: type[models.Model]) -> type[models.Model]:
    """The staging model of a target: its columns, typed, without keys, and where each row came from.

    ``id`` is the target's id, already decided by matching; ``line`` is the key inside a batch; ``change`` is
    ``new``, ``changed`` or ``same``. Personal fields are ciphertext already.
    """
    meta = type("Meta", (), {"app_label": "intake", "db_table": f"intake_staging_{model._meta.model_name}"})
    body = {"__module__": "bangfu.records.intake.models", "Meta": meta}
    body |= {"line": models.BigAutoField(primary_key=True), "change": models.CharField(max_length=8)}
    body |= _columns(model, frozenset()) | {"id": models.BigIntegerField(), "batch_id": models.BigIntegerField()}
    return type(f"Staging{model.__name__}", (models.Model,), body)
