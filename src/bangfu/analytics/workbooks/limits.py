"""How much a file may ask of the machine before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for reading and marking one file; the defaults let a real workbook of a million rows × 40 columns through.

    ``ratio`` is only asked of parts above ``ratio_from_bytes``: small parts compress well and harm nobody. A real sheet
    shrinks 5- to 40-fold; deflate can reach 1 032, and bombs are made near that.
    """

    workbook_bytes: int = 512 * MB
    unpacked_bytes: int = 4096 * MB
    part_bytes: int = 3072 * MB
    small_part_bytes: int = 64 * MB
    ratio: int = 200
    ratio_from_bytes: int = 16 * MB
    parts: int = 10_000
    row_bytes: int = 16 * MB
    columns: int = 1_000
    cell_characters: int = 131_072
    memory_bytes: int = 1536 * MB
    seconds: float = 300

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                raise ValueError(f"Limit {name} must be positive, got {getattr(self, name)!r}.")


DEFAULT_LIMITS = Limits()
