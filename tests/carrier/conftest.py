"""A carrier and a stand-in for the helpline, each on a port of its own, for every test."""

import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.rest import Client

from helpline.carrier.server import ThreadedCarrier
from helpline.carrier.settings import Settings
from tests.carrier.stub import ACCOUNT, LINE, TOKEN, Stub, serve_stub

Json = dict[str, Any]

logging.getLogger("werkzeug").setLevel(logging.ERROR)


class Phones:
    """Drive a carrier over its JSON interface."""

    def __init__(self, carrier: ThreadedCarrier) -> None:
        self.carrier = carrier
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str, status: int = 200) -> Json:
        """Fetch JSON."""
        answer = self.session.get(self.carrier.base + path, timeout=20)
        assert answer.status_code == status, answer.text
        told: Json = answer.json()
        return told

    def post(self, path: str, sent: Any = None, status: int = 200) -> Json:
        """Post JSON and read JSON."""
        answer = self.session.post(self.carrier.base + path, json=sent or {}, timeout=20)
        assert answer.status_code == status, answer.text
        told: Json = answer.json()
        return told

    def text(self, sender: str, body: str, **more: object) -> Json:
        """Send a text from a phone."""
        return self.post("/phone/api/text", {"from": sender, "body": body, **more})

    def settle(self) -> None:
        """Wait until everything has run out."""
        assert self.post("/phone/api/settle", {"timeout": 10})["settled"]

    def fault(self, point: str, kind: str, **more: object) -> None:
        """Add a fault rule."""
        self.post("/faults", {"point": point, "kind": kind, **more})

    def call(self, sender: str) -> Json:
        """Call the helpline from a phone."""
        return self.post("/phone/api/call", {"from": sender})

    def act(self, call: Json, what: str, **more: object) -> Json:
        """Do something on a call."""
        return self.post(f"/phone/api/call/{call['sid']}/{what}", more)


class RedirectedClient(TwilioHttpClient):  # type: ignore[misc]
    """Send every product of the client library to the local carrier."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self.base = urlsplit(base)

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> TwilioResponse:
        """Ask the local carrier in place of the real one."""
        parts = urlsplit(url)
        moved = urlunsplit((self.base.scheme, self.base.netloc, parts.path, parts.query, ""))
        return super().request(method, moved, *args, **kwargs)


def client_for(carrier: ThreadedCarrier, token: str = TOKEN) -> Client:
    """Make the real client library, pointed at the carrier."""
    return Client(ACCOUNT, token, http_client=RedirectedClient(carrier.base), environment={"none": "set"})


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Serve a stand-in for the helpline."""
    stub = Stub()
    server = serve_stub(stub)
    yield stub
    server.shutdown()
    server.server_close()


Start = Callable[..., ThreadedCarrier]


@pytest.fixture
def start(stub: Stub) -> Iterator[Start]:
    """Start carriers with settings of the test's own."""
    running: list[ThreadedCarrier] = []

    def begin(**told: Any) -> ThreadedCarrier:
        given: Json = {
            "account": ACCOUNT,
            "token": TOKEN,
            "number": LINE,
            "webhook": stub.base,
            "pace": 0.0,
            **told,
        }
        carrier = ThreadedCarrier(Settings(**given)).__enter__()
        running.append(carrier)
        return carrier

    yield begin
    for carrier in running:
        carrier.__exit__(None, None, None)


@pytest.fixture
def carrier(start: Start) -> ThreadedCarrier:
    """Start a carrier with a texting and calling number."""
    return start()


@pytest.fixture
def phones(carrier: ThreadedCarrier) -> Phones:
    """Drive the carrier."""
    return Phones(carrier)


@pytest.fixture
def client(carrier: ThreadedCarrier) -> Client:
    """Use the real client library on the carrier."""
    return client_for(carrier)
