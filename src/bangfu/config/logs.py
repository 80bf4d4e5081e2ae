"""How a log line is written: what broke and where in the code, never what was in hand.

The message of an exception may quote a row of the register ("Key (household_no)=(…) already exists"), so a line
keeps its type and the places in the code it came through, and people report the short code that their page showed.
With ``BANGFU_DEBUG=1``, on invented data, everything is written.
"""

from __future__ import annotations

import copy
import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

#: Under this key of ``request.META`` the error page (``bangfu.web.errors``) leaves the code that it shows.
ERROR_CODE = "bangfu.error_code"
#: What looks like an ID number, a mobile phone or a bank account, wherever it came from (an address, a header).
PERSON_NUMBER = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}(?![0-9])|[0-9]{16,}[Xx]?)")
WITHHELD = "(withheld)"

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutMessages(logging.Formatter):
    """Formats a record without the messages of exceptions and without numbers of persons; ``everything`` writes all."""

    def __init__(self, *, everything: bool = False) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")
        self.everything = everything

    def format(self, record: logging.LogRecord) -> str:
        """One line, and below it the exception's types and places."""
        if self.everything:
            return super().format(record)
        # A copy: other handlers (a test's, an administrator's) see the record as it was.
        kept = copy.copy(record)
        kept.msg, kept.args = _message_of(record), None
        kept.exc_text = None
        return super().format(kept)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 — the name that logging calls
        """Types and places of an exception and of those that led to it."""
        if self.everything or ei[1] is None:
            return super().formatException(ei)
        return "\n".join(_lines_of(ei[1]))


def _message_of(record: logging.LogRecord) -> str:
    told = copy.copy(record)
    told.msg, told.args = _told(record.msg), _told_all(record.args)
    message = PERSON_NUMBER.sub(WITHHELD, told.getMessage())
    code = getattr(getattr(record, "request", None), "META", {}).get(ERROR_CODE)
    return f"{message}, code {code}" if code else message


def _told_all(args: Any) -> Any:
    if isinstance(args, dict):
        return {name: _told(value) for name, value in args.items()}
    return tuple(map(_told, args)) if isinstance(args, tuple) else args


def _told(value: Any) -> Any:
    """An exception in a message says its type only."""
    return _name_of(value) if isinstance(value, BaseException) else value


def _lines_of(trouble: BaseException) -> Iterator[str]:
    """The exceptions from the first cause to the last, each with its places, outermost first."""
    chain, seen = [trouble], {id(trouble)}
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and id(cause) not in seen:
        chain.append(cause)
        seen.add(id(cause))
    for one in reversed(chain):
        yield _name_of(one)
        for frame, line in traceback.walk_tb(one.__traceback__):
            yield f"  {frame.f_globals.get('__name__', '?')}:{line} in {frame.f_code.co_name}"


def _name_of(trouble: BaseException) -> str:
    return f"{type(trouble).__module__}.{type(trouble).__qualname__}".removeprefix("builtins.")
