"""The phone page in a real browser: live, by keyboard, on a narrow screen."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask import Response
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from helpline.carrier.server import ThreadedCarrier
from helpline.carrier.settings import Settings
from tests.browser_setup import browser
from tests.carrier.stub import ACCOUNT, ANA, BEA, LINE, TOKEN, Stub, serve_stub

ASK = '<Gather input="dtmf speech" action="/voice/turn" numDigits="1"><Say>Press 1 for yes.</Say></Gather>'
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1300,1000"
)


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Serve a stand-in for the helpline that knows Ana."""
    stub = Stub()
    known = {
        "conversation": {"asks": "fainted", "disposition": "emergency", "flags": [], "findings": {}},
        "understood": [{"kind": "finding", "id": "clots", "value": "yes", "words": "clots"}],
    }
    stub.on("person", Response(json.dumps(known), content_type="application/json"))
    stub.on("/sms", "<Message>Did you pass out?</Message>")
    stub.on("/voice", ASK)
    stub.on("/voice/turn", "<Say>Thank you.</Say><Hangup/>")
    server = serve_stub(stub)
    yield stub
    server.shutdown()
    server.server_close()


@pytest.fixture
def carrier(stub: Stub) -> Iterator[ThreadedCarrier]:
    """Run a carrier whose phone page is looked at."""
    settings = Settings(account=ACCOUNT, token=TOKEN, number=LINE, webhook=stub.base, pace=0.0)
    with ThreadedCarrier(settings) as carrier:
        yield carrier


@pytest.fixture
def window(tmp_path: Path, carrier: ThreadedCarrier) -> Iterator[Chrome]:
    """Open the phone page in a fresh browser."""
    found = browser()
    assert found is not None
    options = ChromeOptions()
    options.binary_location = found[0]
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    window = Chrome(options=options, service=Service(found[1]))
    window.get(f"{carrier.base}/phone/")
    yield window
    window.quit()


def column(number: str) -> str:
    """Give the selector of a phone."""
    return f"#phone-{number.lstrip('+')}"


def wait_for(window: Chrome, selector: str, words: str) -> str:
    """Wait until an element shows these words; give all it shows."""

    def shown(_: Chrome) -> str | None:
        texts = [e.text for e in window.find_elements(By.CSS_SELECTOR, selector)]
        return next((t for t in texts if words in t), None)

    waiting = WebDriverWait(window, 15, ignored_exceptions=[StaleElementReferenceException])
    return waiting.until(shown) or ""


def test_a_text_is_typed_sent_and_answered_by_keyboard_alone(window: Chrome) -> None:
    """Enter sends; the answer comes without a reload, the field is empty again and keeps the focus."""
    field = window.find_element(By.CSS_SELECTOR, f"{column(ANA)} textarea")
    field.send_keys("im bleeding and passing clots")
    assert "1 segment" in wait_for(window, f"{column(ANA)} [data-count]", "GSM-7")
    field.send_keys(Keys.ENTER)
    wait_for(window, f"{column(ANA)} .theirs", "Did you pass out?")
    assert field.get_attribute("value") == ""
    assert window.switch_to.active_element == field
    wait_for(window, f"{column(ANA)} .mine mark", "clots")
    wait_for(window, f"{column(ANA)} .knows", "emergency")


def test_a_text_from_elsewhere_appears_by_itself(window: Chrome, carrier: ThreadedCarrier) -> None:
    """What happens on a phone while the page is open shows up without a reload."""
    requests.post(f"{carrier.base}/phone/api/text", json={"from": BEA, "body": "hello there"}, timeout=5)
    wait_for(window, f"{column(BEA)} .mine", "hello there")


def test_a_call_is_made_with_the_keypad(window: Chrome, stub: Stub) -> None:
    """Calling shows what is said; a key answers; the call ends on the page when it ends."""
    window.find_element(By.CSS_SELECTOR, f"{column(ANA)} button.call").click()
    wait_for(window, f"{column(ANA)} .heard", "Press 1 for yes.")
    window.find_element(By.CSS_SELECTOR, f"{column(ANA)} .keypad button[value='1']").click()
    wait_for(window, f"{column(ANA)} .callbox summary", "Last call: completed")
    assert stub.posted("/voice/turn")[0].form["Digits"] == "1"


def test_a_narrow_screen_needs_no_sideways_scrolling_and_nothing_is_blocked(window: Chrome) -> None:
    """At 375 pixels everything fits, and the page's own policy lets its script and style through."""
    screen = {"width": 375, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    assert window.execute_script("return document.documentElement.scrollWidth") <= 375
    log = window.get_log("browser")  # type: ignore[no-untyped-call]
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []
