"""The console in a real browser: by keyboard alone, on a narrow screen, in both colour schemes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import make_server

from helpline.cli.phone_bench import Bench
from helpline.service.planning import Swap, cover
from helpline.service.rota_file import take_rota
from tests.browser_setup import browser
from tests.console.desk import WORD, House
from tests.service.test_rota import DAYS

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1280,1000"
)
MOST_TABS = 60
"""Presses of the tab key within which everything on a page must be reached."""


@pytest.fixture
def house() -> Iterator[House]:
    """A console on the memory store."""
    bench = Bench.open(memory=True)
    yield House(bench.line, bench)
    bench.close()


@pytest.fixture
def base(house: House) -> Iterator[str]:
    """Serve the console and give its address."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/console"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Chrome]:
    """Open a fresh browser."""
    found = browser()
    assert found is not None
    options = ChromeOptions()
    options.binary_location = found[0]
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    window = Chrome(options=options, service=Service(found[1]))
    yield window
    window.quit()


def wait_for(window: Chrome, words: str) -> None:
    """Wait until the page shows these words."""

    def shown(_: Chrome) -> bool:
        return words in window.find_element(By.TAG_NAME, "body").text

    WebDriverWait(window, 15, ignored_exceptions=[StaleElementReferenceException]).until(shown)


def tab_to(window: Chrome, selector: str) -> WebElement:
    """Press the tab key until the focus is on what the selector means."""
    for _ in range(MOST_TABS):
        focused = window.switch_to.active_element
        if window.execute_script("return arguments[0].matches(arguments[1])", focused, selector):
            return focused
        focused.send_keys(Keys.TAB)
    raise AssertionError(f"the tab key does not reach {selector}")


def log_in(window: Chrome, base: str, place: str = "/") -> None:
    """Log in as the nurse, with the keyboard."""
    window.get(f"{base}{place}")
    tab_to(window, "#name").send_keys("Ana Ruiz", Keys.TAB, WORD, Keys.ENTER)


def severe(window: Chrome) -> list[str]:
    """Return what the browser complained about, what its policy blocked included."""
    log = window.get_log("browser")  # type: ignore[no-untyped-call]
    return [entry["message"] for entry in log if entry["level"] == "SEVERE"]


def test_a_case_is_taken_answered_and_closed_by_keyboard_alone(
    window: Chrome, house: House, base: str
) -> None:
    """From the login to the outcome without a mouse; her answer appears without a reload."""
    code = house.case("can i talk to a nurse")
    log_in(window, base)
    wait_for(window, "Nobody has it yet")
    tab_to(window, "a.code").send_keys(Keys.ENTER)
    wait_for(window, "Take this case")
    tab_to(window, ".takeit button").send_keys(Keys.ENTER)
    wait_for(window, "The case is yours.")
    tab_to(window, "#to-her").send_keys("Are you alone?", Keys.TAB, Keys.ENTER)
    wait_for(window, "Sent to her.")
    house.text("yes, my sister left")
    window.execute_script("document.dispatchEvent(new Event('visibilitychange'))")
    wait_for(window, "yes, my sister left")
    tab_to(window, "#outcome").send_keys("She reached")
    tab_to(window, "#note").send_keys("Her sister drives.", Keys.TAB, Keys.ENTER)
    wait_for(window, "The case is closed.")
    record = house.line.store.find_case(code)
    assert record is not None and record.outcome == "reached care"
    assert severe(window) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_needs_no_sideways_scrolling(
    window: Chrome, house: House, base: str, scheme: str
) -> None:
    """At 375 pixels every page fits, in both colour schemes, with a name for every field and button."""
    code = house.case()
    screen = {"width": 375, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    window.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    log_in(window, base)
    wait_for(window, code)
    for place in ("/", f"/case/{code}", "/rota", "/account"):
        window.get(f"{base}{place}")
        assert window.execute_script("return document.documentElement.scrollWidth") <= 375, place
        fields = window.find_elements(
            By.CSS_SELECTOR, "button, select, textarea, input:not([type=hidden]), a"
        )
        assert all(field.accessible_name for field in fields), place
    assert severe(window) == []


def test_the_board_keeps_itself_up_to_date(window: Chrome, house: House, base: str) -> None:
    """A new case appears by itself, and the tab's title counts who waits."""
    log_in(window, base)
    wait_for(window, "No open case")
    code = house.case()
    window.execute_script("document.dispatchEvent(new Event('visibilitychange'))")
    wait_for(window, code)
    assert window.title.startswith("(1)")


@pytest.mark.parametrize("width", [320, 375])
def test_the_rota_with_shifts_covers_and_phones_fits_a_narrow_screen(
    window: Chrome, house: House, base: str, width: int
) -> None:
    """All that a supervisor sees there, without sideways scrolling, and a test page by keyboard alone."""
    assert take_rota(house.line, DAYS.encode()).faults == ()
    begin = datetime.now(UTC)
    cover(
        house.line,
        Swap("Cleo Park", "Ana Ruiz", begin.isoformat(), (begin + timedelta(days=2)).isoformat()),
    )
    screen = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    window.get(f"{base}/")
    tab_to(window, "#name").send_keys("admin", Keys.TAB, WORD, Keys.ENTER)
    wait_for(window, "No open case")
    window.get(f"{base}/rota")
    wait_for(window, "Cleo Park covers Ana Ruiz")

    tab_to(window, "form[action$='/rota/test'] button").send_keys(Keys.ENTER)

    wait_for(window, "not answered yet")
    assert window.execute_script("return document.documentElement.scrollWidth") <= width
    assert severe(window) == []
