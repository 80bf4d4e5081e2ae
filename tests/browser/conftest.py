"""A demonstration instance that is served with its worker, and a browser that signs in as the people of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from bangfu.cli.demo import PASSWORD
from tests.instances import Instance
from tools.pages.serving import served

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run"]


@dataclass(frozen=True)
class Demonstration:
    """The served demonstration: its instance, its address, the files that its tutorial uses."""

    instance: Instance
    address: str
    said: str
    #: The same as it was made, for what prints its figures: at the served one files are merged.
    untouched: Instance

    @property
    def files(self) -> Path:
        """The folder of its example files."""
        return self.instance.home / "demonstration"


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration as ``make demo`` makes it, served on a free port with a worker."""
    instance = Instance(tmp_path_factory.mktemp("demonstration"), None)
    said = instance.done("demo", "--no-serve")
    untouched = Instance(tmp_path_factory.mktemp("untouched") / "home", None)
    shutil.copytree(instance.home, untouched.home)
    with served(instance.environment) as address:
        yield Demonstration(instance, address, said, untouched)


@pytest.fixture(scope="session")
def browser(chromium: str | None) -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@dataclass
class Hand:
    """Clicks, and counts them; typing is no click."""

    clicks: int = 0

    def click(self, thing: Locator) -> None:
        """Click once."""
        thing.click()
        self.clicks += 1

    def choose(self, field: Locator, file: Path) -> None:
        """Choose a file: one click on the field, one in the dialogue of the browser."""
        field.set_input_files(file)
        self.clicks += 2


SignIn = Callable[[str], Page]


@pytest.fixture
def sign_in(browser: Browser, demonstration: Demonstration) -> Iterator[SignIn]:
    """Sign in as somebody of the demonstration, in a browser of their own, in Chinese."""
    with door(browser, demonstration.address) as enter:
        yield enter


@pytest.fixture
def sign_in_to_copy(browser: Browser, demonstration: Demonstration, tmp_path: Path) -> Iterator[SignIn]:
    """The same at a copy of the demonstration, for what would change the shared one for good."""
    copy = Instance(tmp_path / "home", None)
    name = "bangfu.sqlite3"
    shutil.copytree(demonstration.instance.home, copy.home, ignore=shutil.ignore_patterns(f"{name}*"))
    with (
        closing(sqlite3.connect(demonstration.instance.home / name)) as shared,
        closing(sqlite3.connect(copy.home / name)) as own,
    ):
        shared.backup(own)
    with served(copy.environment) as address, door(browser, address) as enter:
        yield enter


@contextmanager
def door(browser: Browser, address: str) -> Iterator[SignIn]:
    """Where people sign in; their browsers are closed at the end."""
    contexts: list[BrowserContext] = []

    def enter(name: str) -> Page:
        context = browser.new_context(base_url=address, locale="zh-CN", accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.goto("/in/")
        page.get_by_label("登录名").fill(name)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/in/" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
