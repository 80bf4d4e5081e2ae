"""Kinds of jobs and the functions that do them. Each app names its own in a module ``work.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.module_loading import autodiscover_modules

from bangfu.parameters.text import Text

if TYPE_CHECKING:
    from bangfu.records.jobs.running import Running

Work: TypeAlias = "Callable[[Running], dict[str, Any] | None]"
Chore: TypeAlias = "Callable[[], None]"


class UnknownKind(LookupError):
    """No app knows how to do this kind of job."""


class JobRefused(Exception):
    """The work cannot be done, for a reason that people can act on; the sentence is shown to the owner."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: what it is called for people, and what does it.

    Of free jobs those of the lowest ``turn`` go first: 0 where somebody waits before the screen, more where not.
    """

    name: str
    title: Text
    work: Work
    turn: int = 0


KINDS: dict[str, Kind] = {}
CHORES: dict[str, tuple[int, Chore]] = {}


def job(name: str, title: Text, *, turn: int = 0) -> Callable[[Work], Work]:
    """Register a function as the work of a kind: ``@job("intake.check", Text("核对文件", "Check a file"))``.

    It takes the ``Running`` job and returns its result (plain JSON, no personal data) or None.
    """

    def register(work: Work) -> Work:
        KINDS[name] = Kind(name, title, work, turn)
        return work

    return register


def chore(name: str, *, every: int) -> Callable[[Chore], Chore]:
    """Register what an idle worker does every so many seconds; it must be safe to run in two workers."""

    def register(work: Chore) -> Chore:
        CHORES[name] = (every, work)
        return work

    return register


@lru_cache(maxsize=1)
def _discovered() -> bool:
    autodiscover_modules("work")
    return True


def kind_named(name: str) -> Kind:
    """The kind of a name. **Errors** ``UnknownKind``."""
    _discovered()
    if name not in KINDS:
        raise UnknownKind(f"No app has a job of the kind {name!r}; known are {sorted(KINDS)}.")
    return KINDS[name]


def later_turns() -> dict[str, int]:
    """The kinds that let others go first, each with its turn."""
    _discovered()
    return {kind.name: kind.turn for kind in KINDS.values() if kind.turn}


def chores() -> dict[str, tuple[int, Chore]]:
    """Every chore by name, with its period in seconds."""
    _discovered()
    return dict(CHORES)
