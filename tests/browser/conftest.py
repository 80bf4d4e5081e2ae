"""A demonstration instance that is served with its worker, and a browser that signs in as the people of it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bangfu.cli.demo import PASSWORD
from tests.instances import Instance

START_SECONDS = 60
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run"]


@dataclass(frozen=True)
class Demonstration:
    """The served demonstration: its instance, its address, the files that its tutorial uses."""

    instance: Instance
    address: str
    said: str

    @property
    def files(self) -> Path:
        """The folder of its example files."""
        return self.instance.home / "demonstration"


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration as ``make demo`` makes it, served on a free port with a worker."""
    instance = Instance(tmp_path_factory.mktemp("demonstration"), None)
    said = instance.done("demo", "--no-serve")
    port = _free_port()
    command = [str(Path(sys.executable).with_name("bangfu")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=instance.environment, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/in/")
            yield Demonstration(instance, address, said)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


@pytest.fixture(scope="session")
def browser(chromium: str | None) -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


SignIn = Callable[[str], Page]


@pytest.fixture
def sign_in(browser: Browser, demonstration: Demonstration) -> Iterator[SignIn]:
    """Sign in as somebody of the demonstration, in a browser of their own, in Chinese."""
    contexts: list[BrowserContext] = []

    def enter(name: str) -> Page:
        context = browser.new_context(base_url=demonstration.address, locale="zh-CN", accept_downloads=True)
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
