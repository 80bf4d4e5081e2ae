"""Uploads and answers at rest: encrypted, whole or refused, and gone when their time is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bangfu.records.instance.parameters import current
from bangfu.records.intake import vault
from bangfu.records.intake.actions import forget_expired, receive
from bangfu.records.personal import CannotOpen


@pytest.mark.parametrize("size", [0, 1, vault.PIECE - 1, vault.PIECE, vault.PIECE + 1, 3 * vault.PIECE])
def test_a_stored_file_comes_back_as_it_was(tmp_path: Path, size: int) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(bytes(range(256)) * (size // 256) + b"x" * (size % 256))
    vault.fetch(vault.store(source), target)
    assert target.read_bytes() == source.read_bytes()


def test_a_stored_file_shows_nothing_of_its_content(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(b"990101198001010017" * 1000)
    assert b"990101198001010017" not in (vault.folder() / vault.store(source)).read_bytes()


@pytest.mark.parametrize("cut", [1, vault.PIECE + vault.NONCE + vault.TAG])
def test_a_file_that_was_cut_off_does_not_open(tmp_path: Path, cut: int) -> None:
    source = tmp_path / "in"
    source.write_bytes(b"x" * 2 * vault.PIECE)
    name = vault.store(source)
    stored = vault.folder() / name
    stored.write_bytes(stored.read_bytes()[:-cut])
    with pytest.raises(CannotOpen):
        vault.fetch(name, tmp_path / "out")


@pytest.mark.django_db
def test_an_expired_upload_loses_its_files_and_keeps_its_counts(places: None, tmp_path: Path) -> None:
    source = tmp_path / "people.csv"
    source.write_text("户编号,姓名\nH1,某\n")
    upload = receive(source, file_name="people.csv", mapping=current().mappings["register"], by=None, year=2015)
    stored = vault.folder() / upload.stored_as
    forget_expired(timezone.now() + timedelta(days=31))
    upload.refresh_from_db()
    assert (stored.exists(), upload.stored_as) == (False, "")
