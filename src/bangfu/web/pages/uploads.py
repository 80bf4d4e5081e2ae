"""Files that a form takes in: how large they may be, and where they lie until they are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.web import numbers

MEGABYTE = 1024 * 1024
LARGEST = 200 * MEGABYTE


def megabytes(size: int) -> str:
    """So many bytes in whole megabytes, for a sentence."""
    return numbers.whole(size / MEGABYTE)


class UploadField(forms.FileField):
    """A file of a size that the intake takes."""

    def __init__(self, **kwargs: Any) -> None:
        told = gettext_lazy("Excel workbook (.xlsx, .xls) or CSV, at most {size} MB.")
        super().__init__(help_text=format_lazy(told, size=megabytes(LARGEST)), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file. **Errors** ``ValidationError`` with its size and the way out where it is too large."""
        file = super().clean(data, initial)
        if (file.size or 0) > LARGEST:
            facts = {"size": megabytes(file.size), "most": megabytes(LARGEST)}
            raise forms.ValidationError(
                _("The file has %(size)s MB; split it into files of at most %(most)s MB.") % facts
            )
        return file


def written(file: UploadedFile[Any], folder: Path) -> Path:
    """The file written into a folder under a name of ours with the end of its own."""
    path = folder / f"upload{Path(file.name or '').suffix.lower()[:6]}"
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return path
