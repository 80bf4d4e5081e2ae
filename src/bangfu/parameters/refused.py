"""A refusal with its sentence in both languages. A notebook shows it with the reader's own lines, not with ours."""

from __future__ import annotations

import traceback
from itertools import takewhile
from pathlib import Path

from bangfu.parameters.text import Text

PACKAGE = Path(__file__).parents[1]


class Refused(Exception):
    """A request that cannot be answered; the message is the sentence in both languages."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(f"{sentence.zh} {sentence.en}")
        self.sentence = sentence

    def _render_traceback_(self) -> list[str]:
        """What IPython shows where a traceback would stand; it asks by this name."""
        frames = takewhile(
            lambda frame: PACKAGE not in Path(frame.filename).parents, traceback.extract_tb(self.__traceback__)
        )
        own = [frame for frame in frames if "IPython" not in Path(frame.filename).parts]
        lines = [f"line {frame.lineno}: {frame.line}" for frame in own if frame.line]
        return [*lines, "", f"{type(self).__name__}: {self.sentence.zh.strip()}", self.sentence.en.strip()]
