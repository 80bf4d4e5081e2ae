"""What must hold on every page at every width, asked of the browser that shows it. Each answer lists what is wrong."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tools.findings import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: Findings of axe below these are for people to weigh.
GRAVE = ("serious", "critical")

#: What is wrong, by promise; a pixel is rounding. Links inside sentences may be small (WCAG 2.2, 2.5.8).
FAULTS = r"""() => {
  const every = (selector) => [...document.querySelectorAll(selector)];
  const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0;
  const text = document.body.innerText;
  // Headings of another system stand as it has them.
  const ours = every('[translate=no]').reduce((rest, e) => rest.replace(e.innerText, ''), text);
  const root = document.documentElement;
  const short = (element) => element.outerHTML.slice(0, 110);
  const wide = root.scrollWidth - root.clientWidth;
  const tabs = document.querySelector('.tabs');
  const fixed = tabs && seen(tabs) && getComputedStyle(tabs).position === 'fixed' ? tabs.offsetHeight : 0;
  const last = document.querySelector('.foot') || document.querySelector('main');
  const covered = last.getBoundingClientRect().bottom + scrollY > root.scrollHeight - fixed + 1;
  const cells = every('td').map((cell) => cell.textContent).join(' ');
  // A wall shows the head of its list; the area's table has all.
  const drawn = every('main > :not(.wall) .areas [aria-label]')
    .map((area) => (area.getAttribute('aria-label').match(/[\d,.]+(?=%?$)/) || [''])[0]);
  const words = 'th[scope=col], main button, label, legend, main summary, h2, caption, main .tag, main .note, .foot';
  const found = {
    'scrolls sideways': wide > 1 ? [wide + ' px'] : [],
    'too small to press': every('a, button, input:not([type=hidden]), select, summary')
      .filter((e) => seen(e) && !e.closest('p, li, .unseen, .skip, svg'))
      .filter((e) => e.getBoundingClientRect().height < 23.5 || e.getBoundingClientRect().width < 23.5).map(short),
    'Han one under another': every('main *')
      .filter((e) => e.childElementCount === 0 && e.getClientRects().length > 2)
      .filter((e) => /[\u4e00-\u9fff]{3}/.test(e.textContent))
      .filter((e) => e.getBoundingClientRect().width < 2.5 * parseFloat(getComputedStyle(e).fontSize)).map(short),
    'under the bottom bar': fixed && covered ? [short(last)] : [],
    'half-width marks between Han': ours.match(/[\u4e00-\u9fff][,:;?!()][\u4e00-\u9fff]/g) || [],
    'Han in English': root.lang === 'en' ? every(words).filter((e) => seen(e) && !e.querySelector('[lang]'))
      .filter((e) => e.closest('[lang]') === root)
      .filter((e) => /[\u4e00-\u9fff]/.test(e.textContent)).map((e) => e.textContent.trim().slice(0, 60)) : [],
    'on the map but not in the table': drawn.filter((number) => number && !cells.includes(number)),
    'digits of a person': text.match(/\b\d{17}[\dXx]\b|\b1[3-9]\d{9}\b/g) || [],
    'silent about being made up': /合成数据|Synthetic data/.test(text) ? [] : [location.pathname],
  };
  return Object.fromEntries(Object.entries(found).filter(([, list]) => list.length));
}"""
RUN_AXE = """async (grave) => {
  const found = await axe.run(document, { resultTypes: ['violations'], elementRef: false });
  return found.violations.filter((one) => grave.includes(one.impact))
    .map((one) => one.id + ': ' + one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | '));
}"""


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def faults(page: Page) -> dict[str, Any]:
    """What is wrong on the page as it stands, by promise; empty where nothing is."""
    found: dict[str, Any] = page.evaluate(FAULTS)
    return found


def grave_findings(page: Page) -> list[str]:
    """What axe-core finds serious or critical, with up to three places of each."""
    page.evaluate(_axe())
    found: list[str] = page.evaluate(RUN_AXE, list(GRAVE))
    return found
