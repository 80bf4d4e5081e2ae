"""Whether the database of this instance can be asked at all."""

from __future__ import annotations

from django.db import OperationalError, connection

from bangfu.parameters.text import Text

UNREACHABLE = Text(
    "连不上数据库。请检查 DATABASE_URL，并确认数据库已启动。",
    "The database cannot be reached. Check DATABASE_URL, and that the server is running.",
)
NOT_MADE = Text(
    "这个实例还没有建库，或者没有升级。先运行 bangfu migrate。",
    "The database of this instance is not made yet, or not upgraded. Run `bangfu migrate` first.",
)


def why_not_ready() -> Text | None:
    """Why nothing can be asked of the database; None where it stands as this version needs it."""
    from django.db.migrations.executor import MigrationExecutor

    try:
        connection.close()
        executor = MigrationExecutor(connection)
    except OperationalError:
        return UNREACHABLE
    planned = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return NOT_MADE if planned else None
