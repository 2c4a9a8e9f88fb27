"""Recordings at the local carrier, through the real client: fetched with credentials, deleted for good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from helpline.carrier.server import ThreadedCarrier
from helpline.carrier.settings import Settings
from helpline.gateway.http import LARGEST_SOUND
from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown
from helpline.gateway.twilio_rest import Account, Sender, TwilioCarrier, rest_client
from tests.carrier.conftest import Phones
from tests.carrier.stub import ACCOUNT, ANA, LINE, TOKEN, Stub, serve_stub
from tests.gateway.conftest import NOW


@pytest.fixture
def recorded() -> Iterator[tuple[ThreadedCarrier, str]]:
    """Run a carrier on which Ana has left a message; give its id too."""
    stub = Stub()
    stub.on("/voice", '<Record action="/voice/recorded"/><Say>We heard nothing.</Say>')
    server = serve_stub(stub)
    settings = Settings(account=ACCOUNT, token=TOKEN, number=LINE, webhook=stub.base, pace=0.0)
    with ThreadedCarrier(settings) as carrier:
        phones = Phones(carrier)
        phones.act(phones.call(ANA), "say", words="please call my sister")
        yield carrier, stub.posted("/voice/recorded")[0].form["RecordingSid"]
    server.shutdown()
    server.server_close()


def client(carrier: ThreadedCarrier, token: str = TOKEN) -> TwilioCarrier:
    """Return the real client of this carrier."""
    sender = Sender(LINE, LINE, "https://help.example")
    return TwilioCarrier(rest_client(Account(ACCOUNT, token, api_url=carrier.base)), sender, lambda: NOW)


def test_a_recording_is_fetched_and_deleted(recorded: tuple[ThreadedCarrier, str]) -> None:
    """Its sound comes as it is; after deleting it is refused as not there, by both."""
    carrier, sid = recorded
    line = client(carrier)
    assert line.recording(sid).body == b"please call my sister"
    line.delete_recording(sid)
    for again in (line.recording, line.delete_recording):
        with pytest.raises(CarrierRefused) as refusal:
            again(sid)
        assert refusal.value.code in (404, 20404)


def test_without_the_right_credentials_nothing_comes(recorded: tuple[ThreadedCarrier, str]) -> None:
    """The address alone opens nothing, and the message is not taken for lost."""
    carrier, sid = recorded
    with pytest.raises(CarrierBusy):
        client(carrier, "wrong").recording(sid)


@pytest.mark.parametrize(
    ("kind", "size"), [("text/html", 10), ("application/json", 10), ("audio/mpeg", LARGEST_SOUND + 10)]
)
def test_what_is_no_sound_of_a_message_is_not_passed_on(kind: str, size: int) -> None:
    """A page of somebody else's is not shown as ours, and nothing fills the memory."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(b"x" * size)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        sender = Sender(LINE, LINE, "https://help.example")
        account = Account(ACCOUNT, TOKEN, api_url=f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(CarrierUnknown):
            TwilioCarrier(rest_client(account), sender, lambda: NOW).recording("RE" + "0" * 32)
        server.shutdown()
