"""A browser that shows the samples to those who may see them, each signed in once for both languages."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

from tools.pages.listed import Sample
from tools.pages.prepared import prepare
from tools.pages.visitor import Visitor

LOCALES = {"zh": "zh-CN", "en": "en-US"}
HEIGHT = 800


@dataclass
class Browsing:
    """Contexts by reader, language and kind; the addresses of samples are looked up once."""

    browser: Browser
    address: str
    password: str
    visitors: dict[str, Visitor] = field(default_factory=dict)
    addresses: dict[Sample, str] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, user: str) -> Visitor:
        """The reader of this name, signed in; the empty name is nobody."""
        if user not in self.visitors:
            self.visitors[user] = Visitor(self.address)
            if user:
                self.visitors[user].sign_in(user, self.password)
        return self.visitors[user]

    def prepare(self) -> None:
        """Make what some samples need and the demonstration has not; once for each instance."""
        prepare(self.visitor)

    def address_of(self, sample: Sample) -> str:
        """Where a sample is in this instance."""
        if sample not in self.addresses:
            self.addresses[sample] = sample.address(self.visitor(sample.user))
        return self.addresses[sample]

    def page(self, user: str, language: str, *, scripts: bool = True, dark: bool = False) -> Page:
        """A new page in a context of its own."""
        context = self.browser.new_context(
            base_url=self.address,
            locale=LOCALES[language],
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            viewport={"width": 1440, "height": HEIGHT},
        )
        self.contexts.append(context)
        cookies = self.visitor(user).cookies
        kept = [
            {"name": one.name, "value": one.value or "", "url": self.address} for one in cookies if one.name != "lang"
        ]
        context.add_cookies(kept)  # type: ignore[arg-type]
        return context.new_page()

    def close(self) -> None:
        """Close every context."""
        for context in self.contexts:
            context.close()
