"""What a second office program makes of a workbook: LibreOffice opens it, recalculates it and saves it again.

A test module takes the fixture by importing it: ``from tests.workbooks.libreoffice import recalculated``.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

#: A workbook (or page) and the kind of file wanted → the file that LibreOffice saved.
Recalculated = Callable[..., Path]
MISSING = "LibreOffice is missing (apt-get install libreoffice-calc-nogui): nothing opened the workbook a second time."
SECONDS = 120


@pytest.fixture(scope="session")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    """Opens a workbook in LibreOffice and returns it as saved anew, .xlsx unless ``to`` names another kind."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip(MISSING)
    # A profile of its own: a second LibreOffice on the same profile hands its work to the first and says nothing.
    profile = tmp_path_factory.mktemp("libreoffice-profile")

    def convert(path: Path, to: str = "xlsx") -> Path:
        folder = tmp_path_factory.mktemp("recalculated")
        command = [program, "--headless", "--norestore", "--nologo", f"-env:UserInstallation={profile.as_uri()}"]
        done = subprocess.run(
            [*command, "--convert-to", to, "--outdir", str(folder), str(path)],
            timeout=SECONDS,
            capture_output=True,
            check=False,
        )
        saved = folder / f"{path.stem}.{to.partition(':')[0]}"
        assert saved.is_file(), f"LibreOffice saved nothing: {done.stderr.decode(errors='replace')[-500:]}"
        return saved

    return convert
