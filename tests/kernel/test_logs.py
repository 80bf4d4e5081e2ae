"""What the log tells of a broken page: the kind of error and where in the code, never what the page had in hand."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from bangfu.config.logs import WITHHELD, WithoutMessages
from tests.kernel.broken_urls import SECRET, broken


def written(record: logging.LogRecord, *, everything: bool = False) -> str:
    return WithoutMessages(everything=everything).format(record)


def record(message: str, *args: object, trouble: BaseException | None = None) -> logging.LogRecord:
    exc_info = (type(trouble), trouble, trouble.__traceback__) if trouble else None
    return logging.LogRecord("django.request", logging.ERROR, "", 1, message, args, exc_info)


def raised() -> BaseException:
    with pytest.raises(ValueError, match="already exists") as caught:
        broken(RequestFactory().get("/"))
    return caught.value


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handler of the settings would write."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WithoutMessages())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_a_line_keeps_the_type_and_the_place_in_the_code() -> None:
    text = written(record("it broke", trouble=raised()))
    assert re.search(r"ValueError\n(.*\n)*  tests\.kernel\.broken_urls:\d+ in broken", text)


def test_a_line_drops_the_messages_of_the_whole_chain() -> None:
    text = written(record("it broke", trouble=raised()))
    assert ("KeyError" in text, "阿茸农布" in text, "already exists" in text) == (True, False, False)


def test_an_exception_inside_a_message_says_its_type_only() -> None:
    assert written(record("not stored: %s", ValueError(SECRET))).endswith("not stored: ValueError")


@pytest.mark.parametrize("number", ["990101197103140018", "19900012345", "9901234567890123456", "99010119710314001X"])
def test_a_number_of_a_person_is_withheld_from_a_message(number: str) -> None:
    assert written(record("Not Found: /h/%s/", number)).endswith(f"Not Found: /h/{WITHHELD}/")


@pytest.mark.parametrize("kept", ["533422101201", "533422101201001", "1099511627777"])
def test_codes_of_places_and_ids_stay_readable(kept: str) -> None:
    assert kept in written(record("Not Found: /p/%s/", kept))


@pytest.mark.db_twice
@pytest.mark.urls("tests.kernel.broken_urls")
def test_page_and_log_of_a_failure_give_one_code_and_nothing_of_the_register(log: io.StringIO, db: None) -> None:
    answer = Client(raise_request_exception=False).get("/broken/", headers={"accept-language": "en"})
    shown = re.search(r"<code>([0-9A-F]{4})</code>", answer.content.decode())
    told = log.getvalue()
    assert shown is not None
    assert f"Internal Server Error: /broken/, code {shown[1]}\nKeyError" in told
    assert "阿茸农布" not in told + answer.content.decode()
    assert "already exists" not in told + answer.content.decode()


def test_other_handlers_see_the_record_as_it_was() -> None:
    one = record("%s", "19900012345", trouble=raised())
    written(one)
    assert (one.getMessage(), one.exc_text) == ("19900012345", None)


def test_debugging_shows_everything() -> None:
    assert "阿茸农布" in written(record("it broke", trouble=raised()), everything=True)


def test_the_settings_write_every_log_line_this_way() -> None:
    logging_facts: Any = settings.LOGGING
    assert logging_facts["formatters"] == {
        "line": {"()": "bangfu.config.logs.WithoutMessages", "everything": False},
    }
    assert {handler["formatter"] for handler in logging_facts["handlers"].values()} == {"line"}


def test_no_logger_of_django_mails_or_prints_beside_ours() -> None:
    names = [name for name in logging.root.manager.loggerDict if name == "django" or name.startswith("django.")]
    handlers = [type(handler).__name__ for name in names for handler in logging.getLogger(name).handlers]
    assert [name for name in handlers if name == "AdminEmailHandler"] == []
