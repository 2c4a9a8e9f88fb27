"""H35: where real people are behind the cases, a password alone shows nobody anything."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask

from helpline.console import blueprint
from helpline.privacy.passwords import STEP, second_factor
from tests.console.desk import WORD, Browser, House


def _strict(house: House) -> House:
    house.app = Flask("console-test")
    house.app.register_blueprint(blueprint(replace(house.desk, two_factors=True)))
    return house


def _turn_on(browser: Browser, house: House) -> None:
    seed = re.search(r'name="seed" value="(\w+)"', browser.page)
    assert seed is not None
    code = second_factor(seed[1], int(house.now.timestamp()) // STEP)
    browser.send("/account/second-factor", password=WORD, code=code)


def test_in_production_a_second_factor_comes_before_the_first_case(house: House) -> None:
    """Until it is set every page leads to one's own login, by whatever address."""
    code = house.case()
    browser = _strict(house).browser("Ana Ruiz")
    for path in ("/", f"/case/{code}", "/rota"):
        assert browser.get(path).location == "/console/account"
    assert "second factor" in browser.get("/account").text

    _turn_on(browser, house)
    assert code in browser.get("/").text


def test_in_production_the_second_factor_is_not_turned_off(house: House) -> None:
    """Who lost the phone gets a start password from an administrator, and begins again."""
    browser = _strict(house).browser("Ana Ruiz")
    browser.get("/account")
    _turn_on(browser, house)
    page = browser.get("/account").text
    assert "Turn off" not in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    sent = browser.client.post("/console/account/second-factor", data={"token": token[1], "password": WORD})
    assert sent.location == "/console/account?said=second-factor-needed"
    assert browser.get("/").status_code == 200
