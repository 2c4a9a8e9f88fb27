"""The pictures of the flows in a real browser: every line stays within its box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from helpline.flowbook.content import open_content
from helpline.flowbook.draw import pictures
from helpline.flowbook.svg import PAPER, paged, render
from tests.browser_setup import browser
from tests.core.conftest import FLOWS

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")

OUTSIDE = """
const boxes = [...document.querySelectorAll('rect')].filter(r => r.hasAttribute('x'))
  .map(r => r.getBBox()).filter(r => r.width > 20);
const sheet = document.querySelector('svg').viewBox.baseVal;
const inside = (a, b) => a.x >= b.x - 1 && a.y >= b.y - 4 && a.x + a.width <= b.x + b.width + 1
  && a.y + a.height <= b.y + b.height + 4;
const meets = (a, b) => a.x < b.x + b.width - 1 && a.x + a.width > b.x + 1
  && a.y + 4 < b.y + b.height && a.y + a.height - 4 > b.y;
return [...document.querySelectorAll('text')].filter(t => {
  const own = t.getBBox();
  return !inside(own, sheet) || boxes.some(b => meets(own, b) && !inside(own, b));
}).map(t => t.textContent);
"""
"""Lines that leave the sheet, or lie half in a box or badge and half out of it."""


@pytest.fixture(scope="module")
def window() -> Iterator[Chrome]:
    """Open a browser that shows files."""
    found = browser()
    assert found is not None
    options = ChromeOptions()
    options.binary_location = found[0]
    for flag in FLAGS:
        options.add_argument(flag)
    shown = Chrome(options=options, service=Service(found[1]))
    yield shown
    shown.quit()


@pytest.mark.parametrize("paper", [False, True], ids=["screen", "paper"])
def test_no_line_leaves_its_box(window: Chrome, tmp_path: Path, paper: bool) -> None:
    """Words that run over an edge cannot be read, on the screen or in the safety case."""
    content = open_content(FLOWS, name="Helpline", region="us", languages=("en", "es"))
    drawn = [(p, part) for p in pictures(content) for part in (paged(p) if paper else [p])]
    for number, (picture, part) in enumerate(drawn):
        file = tmp_path / f"{number}.html"
        drawing = render(part, PAPER) if paper else render(part)
        file.write_text(f'<!doctype html><meta charset="utf-8">{drawing}', encoding="utf-8")
        window.get(file.as_uri())
        assert window.execute_script(OUTSIDE) == [], picture.id  # type: ignore[no-untyped-call]
