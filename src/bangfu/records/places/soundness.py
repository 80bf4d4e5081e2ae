"""Dated values and standards of areas: each area is a place of this instance, or lies above it."""

from __future__ import annotations

from collections.abc import Iterator

from bangfu.parameters.loader import Parameters, load_package
from bangfu.parameters.text import Text
from bangfu.records.instance.actions import current_instance
from bangfu.records.instance.soundness import Unsound, soundness
from bangfu.records.places.models import Place

NO_PLACE = Text(
    "「{title}」的地区“{prefix}”不是本实例的地方。写一个地方的代码，或者留空表示处处适用。",
    "The area “{prefix}” of “{title}” is no place of this instance. "
    "Write the code of a place, or nothing for everywhere.",
)


@soundness
def check_areas(parameters: Parameters, scheme: str) -> None:
    """Pass values and standards whose areas are known. **Errors** ``Unsound``, for the first that is not.

    Those of the package are of many provinces and pass.
    """
    packaged = {prefix for prefix, _title in _areas(load_package(), scheme)}
    asked = {prefix: title for prefix, title in _areas(parameters, scheme) if prefix and prefix not in packaged}
    root = current_instance().root_code if asked else ""
    below = {prefix for prefix in asked if not root.startswith(prefix)}
    known = set(Place.objects.filter(code__in=below).values_list("code", flat=True)) if below else set()
    for prefix, title in asked.items():
        if prefix in below - known:
            raise Unsound(
                Text(
                    NO_PLACE.zh.format(title=title.zh, prefix=prefix), NO_PLACE.en.format(title=title.en, prefix=prefix)
                )
            )


def _areas(parameters: Parameters, scheme: str) -> Iterator[tuple[str, Text]]:
    """Every area that a value or standard of a scheme names, with the title of what names it."""
    for line in parameters.lines.values():
        if line.scheme == scheme:
            yield from ((value.place_prefix, line.title) for value in line.values)
    yield from ((each.place_prefix, each.title) for each in parameters.standards.values() if each.scheme == scheme)
