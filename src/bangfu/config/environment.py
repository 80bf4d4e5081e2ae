"""What the environment says of this instance: where its state lives, which database, which test data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

#: Statements of a merge touch a hundred columns and 100 000 rows: compiling them takes longer than running them, and
#: their sorts and hashes fit into memory.
POSTGRESQL_SETTINGS = "-c jit=off -c work_mem=64MB"


def home() -> Path:
    """The folder that holds this instance's state (``BANGFU_HOME``, default ``./var``), made when absent."""
    path = Path(os.environ.get("BANGFU_HOME", "var")).resolve()
    path.mkdir(parents=True, exist_ok=True, mode=0o750)
    return path


def secret_key(folder: Path) -> str:
    """The web secret of this instance, made once and kept in a file that only its owner reads."""
    path = folder / "secret-key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def database(folder: Path) -> dict[str, Any]:
    """Django's database entry for ``DATABASE_URL`` (``postgresql://…`` or ``sqlite:///…``); else SQLite in the home."""
    url = os.environ.get("DATABASE_URL", "")
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts.hostname, parts.port, parts.path, parts.username, parts.password, parts.query)
    if parts.scheme not in {"", "sqlite"}:
        raise ValueError(f"DATABASE_URL has the scheme {parts.scheme!r}; use postgresql:// or sqlite:///.")
    return _sqlite(Path(unquote(parts.path)) if parts.scheme else folder / "bangfu.sqlite3")


def _postgresql(
    host: str | None, port: int | None, path: str, user: str | None, password: str | None, query: str
) -> dict[str, Any]:
    options = {"options": POSTGRESQL_SETTINGS, **dict(parse_qsl(query))}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(path.lstrip("/")) or "bangfu",
        "USER": unquote(user or options.pop("user", "")),
        "PASSWORD": unquote(password or ""),
        "HOST": host or options.pop("host", ""),
        "PORT": str(port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    # IMMEDIATE: a writer takes its lock when its transaction starts, so it waits there and never fails half-way.
    pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 60, "init_command": pragmas},
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }
