"""Every address of the console, also one that is added tomorrow: a login first, and only forms of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpline.console.sessions import OPEN
from tests.console.desk import House


def _addresses(house: House, method: str) -> Iterator[str]:
    code = house.case()
    values = {"code": code, "token": code + "0" * 24, "number": "1", "item": "o_00aa", "name": "console.css"}
    for rule in house.app.url_map.iter_rules():
        guarded = rule.endpoint.startswith("console.") and rule.endpoint not in OPEN
        if guarded and method in (rule.methods or ()):
            yield re.sub(r"<(?:[^:>]+:)?(\w+)>", lambda found: values[found[1]], rule.rule)


def test_nothing_is_shown_or_done_without_a_login(house: House) -> None:
    """Each page and each form leads to the login, with nothing of a case in the answer."""
    client = house.browser().client
    for method in ("GET", "POST"):
        found = list(_addresses(house, method))
        assert len(found) >= 5
        for path in found:
            answer = client.open(path, method=method, data={"once": "0" * 32})
            assert answer.status_code == 303 and "/login" in answer.location, (method, path)


def test_no_form_counts_without_its_token(house: House) -> None:
    """Logged in as who may do most, and yet a page of someone else's can do nothing with it."""
    browser = house.browser("admin")
    for path in _addresses(house, "POST"):
        for token in ({}, {"token": ""}, {"token": "x" * 32}):
            answer = browser.client.post(path, data={"once": "0" * 32, **token})
            assert answer.status_code == 400, path
    assert browser.get("/").status_code == 200


def test_who_was_taken_off_the_staff_is_out_at_once(house: House) -> None:
    """Every open browser of theirs, on every page; a link sent to their phone leads nowhere."""
    code = house.case()
    ana = house.browser("Ana Ruiz")
    ana.act(f"/case/{code}", f"/case/{code}/take")
    house.line.store.staff.remove_staff(house.staff["Ana Ruiz"])
    for path in _addresses(house, "GET"):
        answer = ana.client.get(path)
        assert answer.status_code == 303 and "/login" in answer.location, path


def test_a_link_of_any_length_is_just_too_old(house: House) -> None:
    """Nothing that stands behind `/go/` makes the page fail."""
    browser = house.browser("Ana Ruiz")
    for token in ("7F3K" + "f" * 20000, "7F3K0x" + "f" * 22, "7F3K" + "_1" * 12, "x", "%00%0d%0a", "é" * 30):
        answer = browser.get(f"/go/{token}")
        assert answer.status_code == 303 and answer.location.endswith("said=old-link"), token[:20]
