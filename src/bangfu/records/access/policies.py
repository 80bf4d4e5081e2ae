"""When something may be done: the states in which each action is open. Who may is in ``permissions.py``."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.parameters.text import Text

#: Action → states of its object in which it is open. Transitions themselves belong to each app's actions.
OPEN_IN: Mapping[str, frozenset[str]] = {
    # A merge that broke off leaves the state "merging"; while its job runs, the job's key keeps it one.
    "intake.merge": frozenset({"checked", "merging"}),
    # What is decided of a row counts when the file is checked anew, so before it is merged.
    "intake.decide": frozenset({"checked"}),
    "intake.download_answer": frozenset({"checked", "merging", "merged", "refused"}),
    "jobs.cancel": frozenset({"waiting", "running"}),
    # A change that counts is never taken back: another one follows it.
    "parameters.review": frozenset({"waiting"}),
    "parameters.return": frozenset({"waiting"}),
    "parameters.withdraw": frozenset({"waiting"}),
    "figures.open": frozenset({"ready"}),
}


class NotNow(Exception):
    """The object is in a state in which this action is not open."""

    def __init__(self, action: str, state: str) -> None:
        super().__init__(f"{action} is not open in the state {state!r}.")
        self.sentence = Text(
            "现在不能做这一步：状态已经变了。请刷新页面。", "Not possible now: the state has changed. Reload the page."
        )


def can_now(action: str, state: str) -> bool:
    """Whether an action is open in a state; an action without a row in the table is never open."""
    return state in OPEN_IN.get(action, frozenset())


def check_now(action: str, state: str) -> None:
    """Raise ``NotNow`` unless the action is open in the state."""
    if not can_now(action, state):
        raise NotNow(action, state)
