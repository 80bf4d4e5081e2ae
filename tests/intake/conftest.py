"""A small instance and a way to bring a file in, without the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from bangfu.records.instance.actions import found_instance
from bangfu.records.instance.parameters import current
from bangfu.records.intake.actions import Outcome, receive, work_through
from bangfu.records.places.actions import PlaceRow, adopt_places
from tests.intake.sheets import write

Take = Callable[..., Outcome]
PLACES = (
    ("53", "云南省"),
    ("5399", "试验州"),
    ("539901", "试验县"),
    ("539901100", "松林镇"),
    ("539901100201", "松林村委会"),
    ("539901100202", "石桥村委会"),
    ("539901101", "河口镇"),
    ("539901101201", "河口村委会"),
)


@pytest.fixture
def places(db: None) -> None:
    """A founded instance with two townships."""
    found_instance(scheme="china", root_code="53")
    adopt_places([PlaceRow(code=code, name=name) for code, name in PLACES])


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences in English."""
    with override("en"):
        yield


@pytest.fixture
def take(places: None, english: None, tmp_path: Path) -> Take:
    """Bring rows (or a file) in and return what became of them."""

    def bring(
        source: Sequence[Mapping[str, Any]] | Path, *, mapping: str = "register", merge: bool = True, **options: Any
    ) -> Outcome:
        path = source if isinstance(source, Path) else write(tmp_path / "people.csv", source)
        prefixes = options.pop("prefixes", None)
        asked = {"year": 2015, **options}
        upload = receive(path, file_name=path.name, mapping=current().mappings[mapping], by=None, **asked)
        return work_through(upload, merge=merge, prefixes=prefixes)

    return bring
