"""The nearest known word for a wrong one. Comparing costs time per candidate, so few are compared, for few words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

#: Wrong words of one kind (places, or one code list) that get a suggestion in a file. A person mends so many by hand;
#: where there are more, a column has shifted and no suggestion helps.
MOST_WORDS = 200
#: With more candidates than these, none is near enough to be told from the others.
MOST_CANDIDATES = 1000


@dataclass
class Suggestions:
    """What was suggested in a file so far; each wrong word is compared once."""

    most: int = MOST_WORDS
    _found: dict[str, dict[tuple[str, str], str | None]] = field(default_factory=dict)

    def nearest(
        self, word: str, candidates: Callable[[], Sequence[str]], *, kind: str, under: str = "", cutoff: float
    ) -> str | None:
        """The candidate nearest to a word, if one is near. ``under`` tells apart the same word in two places."""
        known = self._found.setdefault(kind, {})
        key = (under, word)
        if key not in known and len(known) < self.most:
            known[key] = _nearest(word, candidates(), cutoff)
        return known.get(key)


def _nearest(word: str, candidates: Sequence[str], cutoff: float) -> str | None:
    if len(candidates) > MOST_CANDIDATES:
        return None
    return next(iter(get_close_matches(word, candidates, n=1, cutoff=cutoff)), None)
