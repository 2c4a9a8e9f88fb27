"""A console for tests: people text on the bench, staff look and click, the clock is moved by hand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpline.cli.phone_bench import Bench
from helpline.console import Desk, blueprint
from helpline.service.line import Line
from helpline.service.logins import ADMIN, make_admin, set_password
from helpline.service.staff import Newcomer, add_staff
from helpline.triage.state import StaffId

HER, NEXT = "+15555550100", "+15555550137"
PHONES = {"Ana Ruiz": "+12025550190", "Bea Stone": "+12025550191", "Cleo Park": "+12025550192"}
ROLES = {"Ana Ruiz": "nurse", "Bea Stone": "nurse", "Cleo Park": "safeguarding"}
WORD = "a long enough password"


@dataclass
class House:
    """One helpline with a console. `now` is the console's real time."""

    line: Line
    bench: Bench | None = None
    now: datetime = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    public_url: str = "http://localhost"
    staff: dict[str, StaffId] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put three on the staff, each with a password, and an administrator beside."""
        self.serve(self.public_url)
        for name, phone in PHONES.items():
            made = add_staff(self.line, Newcomer(name, phone, ROLES[name], "en,es"))
            assert not isinstance(made, str)
            self.staff[name] = made.id
            set_password(self.line, made.id, WORD, self.now)
        make_admin(self.line, WORD, self.now)
        self.staff["admin"] = ADMIN

    def serve(self, public_url: str) -> None:
        """Make the application for this address."""
        self.public_url = public_url
        self.app = Flask("console-test")
        self.app.register_blueprint(blueprint(self.desk))

    @property
    def desk(self) -> Desk:
        """What the console works with."""
        return Desk(
            line=lambda: self.line,
            now=lambda: self.now,
            public_url=self.public_url,
            name="Test Helpline",
            first_password=lambda: None,
            first_replaced=lambda: None,
        )

    def text(self, words: str, number: str = HER) -> dict[str, Any]:
        """Text as a person does."""
        assert self.bench is not None
        return self.bench.answer(json.dumps({"from": number, "body": words}))

    def case(self, words: str = "i passed out and im bleeding", number: str = HER) -> str:
        """Text words that open a case and return its code."""
        return str(self.text(words, number)["escalations"][0]["case"])

    def outbound(self) -> list[dict[str, str]]:
        """Return what leaves in the next second."""
        assert self.bench is not None
        out: list[dict[str, str]] = self.bench.answer('{"advance": "1s"}')["outbound"]
        return out

    def pass_by(self, **span: float) -> None:
        """Let the console's time pass."""
        self.now += timedelta(**span)

    def browser(self, name: str | None = None) -> Browser:
        """Open a browser, logged in as `name`."""
        client = self.app.test_client()
        client.environ_base["wsgi.url_scheme"] = self.public_url.partition(":")[0]
        browser = Browser(client)
        if name is not None:
            assert browser.log_in(name).status_code == 303
        return browser


@dataclass
class Browser:
    """A browser without JavaScript: it keeps cookies and sends the forms of the page it shows."""

    client: FlaskClient
    page: str = ""

    def get(self, path: str) -> TestResponse:
        """Open a page below `/console`."""
        answer = self.client.get(f"/console{path}")
        self.page = answer.text
        return answer

    def log_in(self, name: str, password: str = WORD, **more: str) -> TestResponse:
        """Fill in the login form."""
        self.get("/login")
        return self.send("/login", name=name, password=password, **more)

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send the form of this page that goes to `path`, with its hidden fields."""
        form = re.search(
            rf'<form[^>]*action="/console{re.escape(path)}"[^>]*>(.*?)</form>', self.page, re.DOTALL
        )
        assert form is not None, f"no form to {path} on this page"
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[1]))
        return self.client.post(f"/console{path}", data=hidden | fields)

    def act(self, page: str, path: str, **fields: str) -> str:
        """Open a page, send one of its forms, and return the page that follows."""
        self.get(page)
        answer = self.send(path, **fields)
        assert answer.status_code == 303, answer.text
        return self.get(answer.location.removeprefix("/console")).text
