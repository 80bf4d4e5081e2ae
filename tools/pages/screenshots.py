"""``make screenshots``: every page × language × width as pictures with a contact sheet for people to look at.

``python -m tools.pages.screenshots [--home HOME] [PAGE…]`` writes ``shots/<page>.<language>.<width>.<theme>.png``,
``shots/<page>.html`` (all pictures of a page side by side) and ``shots/index.html``, and asserts on every picture what
``tools.pages.checks`` asks and, at the phone and the desk, that axe-core finds nothing grave. Without ``--home`` the
demonstration is made anew. Ends with 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import html
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools.findings import ROOT
from tools.pages.browsing import HEIGHT, LOCALES, Browsing
from tools.pages.checks import faults, grave_findings
from tools.pages.listed import ALL_WIDTHS, BOARDS, DESK, PHONE, SAMPLES, Sample
from tools.pages.serving import environment_of, ran, served

SHOTS = ROOT / "shots"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
TALLEST = 12_000


@dataclass
class Roll:
    """The pictures taken so far, by page, and what was wrong on them."""

    pictures: dict[str, list[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def take(self, page: Page, sample: Sample, language: str, width: int, theme: str, *, checked: bool = True) -> None:
        """One picture of the whole page, and what is wrong on it."""
        name = f"{sample.title}.{language}.{width}.{theme}.png"
        whole = not (sample.board and width > DESK)
        height = page.evaluate("document.documentElement.scrollHeight") if whole else 0
        # A browser draws no picture that is higher than this many pixels.
        cut = {"x": 0, "y": 0, "width": width, "height": TALLEST} if height > TALLEST else None
        page.screenshot(animations="disabled", path=SHOTS / name, full_page=whole, clip=cut)  # type: ignore[arg-type]
        self.pictures.setdefault(sample.title, []).append(name)
        self.wrong += [f"{name}: {what}: {found}" for what, found in (faults(page) if checked else {}).items()]
        if checked and theme == "light" and width in (PHONE, DESK):
            self.wrong += [f"{name}: {told}" for told in grave_findings(page)]


@contextmanager
def demonstration(home: Path | None) -> Iterator[tuple[str, str]]:
    """The address and the password of a demonstration that is served as everywhere, on a copy of ``home`` if given."""
    from bangfu.cli.demo import PASSWORD

    with tempfile.TemporaryDirectory(prefix="bangfu-shots-") as folder:
        own = Path(folder) / "home"
        if home is None:
            own.mkdir()
            ran(own, "demo", "--no-serve")
        else:
            shutil.copytree(home, own)
            ran(own, "migrate")
        with served(environment_of(own)) as address:
            yield address, PASSWORD


def photograph(browsing: Browsing, sample: Sample, roll: Roll) -> None:
    """All pictures of one page; main pages also in the dark, without scripts, and on paper."""
    address = browsing.address_of(sample)
    sizes = [(width, HEIGHT) for width in ALL_WIDTHS] + (list(BOARDS) if sample.board else [])
    for language in LOCALES:
        page = browsing.page(sample.user, language)
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            roll.wrong.append(f"{sample.title}: {address} is not answered with a page.")
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            roll.take(page, sample, language, width, "light")
        if sample.main:
            page.set_viewport_size({"width": DESK, "height": HEIGHT})
            page.pdf(path=SHOTS / f"{sample.title}.{language}.pdf", prefer_css_page_size=True)
        page.emulate_media(color_scheme="dark")
        roll.take(page, sample, language, DESK, "dark")
        page.context.close()
        if sample.main:
            plain = browsing.page(sample.user, language, scripts=False)
            plain.goto(address)
            roll.take(plain, sample, language, DESK, "noscript", checked=False)
            plain.context.close()


HEAD = "<!doctype html><meta charset=utf-8><title>{}</title><style>body{{display:flex;flex-wrap:wrap;gap:12px}}</style>"
PICTURE = '<figure><a href="{0}"><img src="{0}" height="520" loading="lazy"></a><figcaption>{0}</figcaption></figure>'


def write_sheets(roll: Roll) -> None:
    """A contact sheet for each page, and the list of them."""
    for title, names in roll.pictures.items():
        sheet = HEAD.format(title) + "".join(PICTURE.format(name) for name in names)
        (SHOTS / f"{title}.html").write_text(sheet, encoding="utf-8")
    links = "".join(f'<li><a href="{title}.html">{title}</a></li>' for title in roll.pictures)
    wrong = "".join(f"<li>{html.escape(line)}</li>" for line in roll.wrong)
    index = f"{HEAD.format('shots')}<ul>{links}</ul><section><h2>Wrong</h2><ul>{wrong}</ul></section>"
    (SHOTS / "index.html").write_text(index, encoding="utf-8")


def main() -> int:
    """Take the pictures of all pages, or of those named."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="names of pages as in tools/pages/listed.py; all without one")
    parser.add_argument("--home", type=Path, help="home of a demonstration to copy")
    asked = parser.parse_args()
    django.setup()
    samples = [one for one in SAMPLES if not asked.pages or {one.name, one.title} & set(asked.pages)]
    SHOTS.mkdir(exist_ok=True)
    roll = Roll()
    with demonstration(asked.home) as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        browsing = Browsing(browser, address, password)
        browsing.prepare()
        for sample in samples:
            photograph(browsing, sample, roll)
            print(f"{sample.title}: {len(roll.pictures[sample.title])}", flush=True)
        browser.close()
    write_sheets(roll)
    print("\n".join(roll.wrong) or "Nothing wrong.")
    return 1 if roll.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
