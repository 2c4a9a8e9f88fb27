"""Who gets into the console, for how long, and which forms it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask

from helpline.console import blueprint
from helpline.privacy.passwords import STEP, second_factor
from helpline.service import StoreUnavailable
from helpline.service.line import Line, nobody
from helpline.service.logins import MOST_TRIES, log_in, name_of, start_password
from helpline.store import open_redis
from helpline.store.connect import connect
from tests.console.desk import WORD, House
from tests.service.house import flow
from tests.workers.patience import SLOW_DISK


@pytest.fixture
def lasting(server_url: str, house: House) -> Iterator[House]:
    """A console on a real server, emptied first."""
    client = connect(server_url, timeout=SLOW_DISK)
    client.flushall()
    opened = open_redis(client, ["a secret for tests"])
    line = house.line
    yield House(
        Line(
            flow=flow(),
            store=opened.store,
            carrier=line.carrier,
            identity=opened.identity,
            now=line.now,
            entropy=line.entropy,
            wake=line.wake,
            count=line.count,
            on_call=nobody,
        )
    )
    client.close()


def test_a_stranger_sees_the_login_and_nothing_else(house: House) -> None:
    """Every page leads to the login; a case asked for is opened after it."""
    browser = house.browser()
    for path in ("/", "/rota", "/account"):
        assert browser.get(path).location == "/console/login"
    code = house.case()
    assert browser.get(f"/case/{code}").location == f"/console/login?to={code}"
    browser.get(f"/login?to={code}")
    assert browser.send("/login", name="ana ruiz", password=WORD).location == f"/console/case/{code}"


@pytest.mark.parametrize("address", ["http://localhost", "https://line.example"])
def test_cookies_are_for_the_console_alone(house: House, address: str) -> None:
    """HttpOnly, SameSite=Strict, path /console, and over https only where the address is https."""
    house.serve(address)
    answer = house.browser().log_in("Ana Ruiz")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("helpline_console="))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/console"))
    assert ("Secure" in cookie) is address.startswith("https")


@pytest.mark.parametrize(("name", "password"), [("Ana Ruiz", "wrong"), ("Nobody Here", WORD), ("", "")])
def test_a_failed_login_never_says_what_was_wrong(house: House, name: str, password: str) -> None:
    """The same words and status whether the name exists or not."""
    browser = house.browser()
    answer = browser.log_in(name, password)
    other = house.browser().log_in("Bea Stone", "also wrong")
    plain = partial(re.sub, r'(name="token" value|id="name" name="name" value)="[^"]*"', "")
    assert answer.status_code == other.status_code == 401
    assert plain(answer.text) == plain(other.text)


def test_guessing_is_limited_for_each_login(house: House) -> None:
    """After five tries not even the right password is taken, until fifteen minutes have passed."""
    browser = house.browser()
    for _ in range(MOST_TRIES):
        assert browser.log_in("Ana Ruiz", "wrong").status_code == 401
    assert browser.log_in("Ana Ruiz").status_code == 401
    assert house.browser().log_in("Bea Stone").status_code == 303
    house.pass_by(minutes=16)
    assert browser.log_in("Ana Ruiz").status_code == 303


def test_guessing_with_many_hands_at_once_gains_nothing(lasting: House) -> None:
    """Tries are counted before they are looked at: of forty at once none gets in after the fifth."""
    guesses = [f"guess {n}" for n in range(38)] + [WORD, WORD]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda word: log_in(lasting.line, "Ana Ruiz", word, "", lasting.now), guesses[:20]))
        found = list(
            pool.map(lambda word: log_in(lasting.line, "Ana Ruiz", word, "", lasting.now), guesses[20:])
        )
    assert found == [None] * 20


def test_a_form_without_its_token_is_refused(house: House) -> None:
    """Missing or wrong: 400, and nothing happens."""
    code = house.case()
    browser = house.browser("Ana Ruiz")
    once = "0" * 32
    for token in ({}, {"token": "wrong"}):
        answer = browser.client.post(f"/console/case/{code}/take", data={"once": once, **token})
        assert answer.status_code == 400
    record = house.line.store.find_case(code)
    assert record is not None and record.case.owner is None
    assert (
        browser.client.post("/console/login", data={"name": "Ana Ruiz", "password": WORD}).status_code == 400
    )


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_from_another_site_is_refused(house: House, headers: dict[str, str]) -> None:
    """Even with the right token."""
    browser = house.browser("Ana Ruiz")
    browser.get("/")
    found = re.search(r'name="token" value="([^"]+)"', browser.page)
    assert found is not None
    answer = browser.client.post("/console/leave", data={"token": found[1]}, headers=headers)
    assert answer.status_code == 400


def test_logging_out_ends_the_session_for_whoever_kept_the_cookie(lasting: House) -> None:
    """The cookie that was copied before is worth nothing afterwards."""
    browser, thief = lasting.browser("Ana Ruiz"), lasting.browser()
    kept = browser.client.get_cookie("helpline_console", path="/console")
    assert kept is not None
    thief.client.set_cookie("helpline_console", kept.value, path="/console")
    assert thief.get("/").status_code == 200
    browser.get("/")
    browser.send("/leave")
    assert thief.get("/").status_code == 303


def test_logging_out_everywhere_ends_all_sessions(lasting: House) -> None:
    """All browsers of hers, nobody else's."""
    one, two, other = (lasting.browser(n) for n in ("Ana Ruiz", "Ana Ruiz", "Bea Stone"))
    one.get("/account")
    assert "2 browsers" in one.page
    one.send("/leave-all")
    assert (two.get("/").status_code, other.get("/").status_code) == (303, 200)


def test_a_session_ends_after_an_hour_of_nothing(house: House) -> None:
    """A page that reloads itself is nothing."""
    browser = house.browser("Ana Ruiz")
    for _ in range(3):
        house.pass_by(minutes=30)
        assert browser.get("/").status_code == 200
    house.pass_by(minutes=30)
    assert browser.get("/?again=1").status_code == 200
    house.pass_by(minutes=31)
    assert browser.get("/?again=1").status_code == 303


def test_a_session_ends_after_twelve_hours(house: House) -> None:
    """However busy she is."""
    browser = house.browser("Ana Ruiz")
    for _ in range(23):
        house.pass_by(minutes=30)
        assert browser.get("/").status_code == 200
    house.pass_by(minutes=30)
    assert browser.get("/").status_code == 303


def test_who_leaves_the_staff_is_out_at_once(house: House) -> None:
    """Removing someone ends her sessions."""
    browser = house.browser("Bea Stone")
    admin = house.browser("admin")
    admin.get("/rota")
    answer = admin.send("/staff/remove", who=house.staff["Bea Stone"])
    assert answer.status_code == 303
    assert browser.get("/").status_code == 303
    assert house.browser().log_in("Bea Stone").status_code == 401
    assert name_of(house.line, house.staff["Bea Stone"]) == "someone who left"


def test_a_start_password_must_be_replaced_first(house: House) -> None:
    """Nothing else opens until she has chosen her own, and the old browsers are out."""
    before = house.browser("Ana Ruiz")
    word = start_password(house.line, house.staff["Ana Ruiz"], house.now)
    assert before.get("/").status_code == 303
    browser = house.browser()
    assert browser.log_in("Ana Ruiz", word).status_code == 303
    assert browser.get("/").location == "/console/account"
    browser.get("/account")
    browser.send("/account/password", old=word, new="my very own words", again="my very own words")
    assert browser.log_in("Ana Ruiz", "my very own words").status_code == 303
    assert browser.get("/").status_code == 200


def test_a_second_factor_is_asked_for_once_it_is_set_and_none_counts_twice(house: House) -> None:
    """Password and digits, each time other digits."""
    browser = house.browser("Ana Ruiz")
    browser.get("/account")
    seed = re.search(r'name="seed" value="(\w+)"', browser.page)
    assert seed is not None
    step = int(house.now.timestamp()) // STEP
    browser.send("/account/second-factor", password=WORD, code=second_factor(seed[1], step))
    assert browser.log_in("Ana Ruiz").status_code == 401
    assert browser.log_in("Ana Ruiz", code=second_factor(seed[1], step)).status_code == 401
    house.pass_by(seconds=STEP)
    assert browser.log_in("Ana Ruiz", code=second_factor(seed[1], step + 1)).status_code == 303


def test_pages_are_private_unframed_and_free_of_foreign_code(house: House) -> None:
    """The headers say so, and nothing on any page comes from elsewhere."""
    code = house.case()
    browser = house.browser("admin")
    for path in ("/", f"/case/{code}", "/rota", "/account"):
        answer = browser.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", answer.text)


def test_the_login_lies_sealed_in_the_store(lasting: House) -> None:
    """Neither names nor session ids nor digests can be read in the database."""
    browser = lasting.browser("Ana Ruiz")
    cookie = browser.client.get_cookie("helpline_console", path="/console")
    assert cookie is not None
    raw = lasting.line.store.wire.client.hgetall("h:{all}:sessions")  # type: ignore[attr-defined]
    kept = repr(raw) + repr(lasting.line.store.wire.client.hgetall("h:{all}:logins"))  # type: ignore[attr-defined]
    assert cookie.value not in kept and "Ana" not in kept and "scrypt" not in kept


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (StoreUnavailable("load a session"), 503, "The store does not answer"),
        (RuntimeError("her words must not be shown"), 500, "This page failed"),
    ],
)
def test_a_page_that_cannot_be_made_says_so_plainly(
    house: House, error: Exception, status: int, words: str
) -> None:
    """In the looks of the console, without detail; the login form is there even then."""

    def away() -> Line:
        raise error

    app = Flask("console-away")
    app.register_blueprint(blueprint(replace(house.desk, line=away)))
    client = app.test_client()
    answer = client.get("/console/")
    assert answer.status_code == status
    assert words in answer.text and str(error) not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert client.get("/console/login").status_code == 200
