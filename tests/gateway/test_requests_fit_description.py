"""Every request that we make is one that the carrier describes."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from helpline.gateway import webhooks
from helpline.gateway.twilio_rest import Account, Sender, TwilioCarrier, rest_client
from tests.gateway.api_description import faults
from tests.gateway.carrier_listener import Answer, Listener, Request, message
from tests.gateway.conftest import ACCOUNT_SID, NOW, NUMBER, SHE, item

SERVICE = "MG" + "0" * 32


def _check(request: Request) -> list[str]:
    return faults(request.method, request.target, request.headers, request.body)


def _form(request: Request) -> dict[str, list[str]]:
    return parse_qs(request.body)


def test_a_text_is_as_described(listener: Listener, carrier: TwilioCarrier) -> None:
    """A text carries our own id in the report's address and lives as long as it is useful."""
    assert carrier.text(item()) == "SM" + "a" * 32
    request = listener.requests[0]
    assert _check(request) == []
    assert _form(request) == {
        "To": [SHE],
        "From": [NUMBER],
        "Body": ["How are you?"],
        "StatusCallback": ["https://help.example/sms/status?o=o_7f0123456789abcdef01"],
        "ValidityPeriod": ["600"],
    }


def test_a_text_through_a_service_names_no_number(listener: Listener, make) -> None:  # type: ignore[no-untyped-def]
    """With a messaging service the sender is the service's business."""
    make(listener.url, messaging_service=SERVICE).text(item())
    assert _check(listener.requests[0]) == []
    assert _form(listener.requests[0])["MessagingServiceSid"] == [SERVICE]
    assert "From" not in _form(listener.requests[0])


def test_a_call_is_as_described(listener: Listener, carrier: TwilioCarrier) -> None:
    """A call fetches its words by our id and reports every step."""
    carrier.call(item(medium="call"))
    request = listener.requests[0]
    assert _check(request) == []
    assert _form(request)["Url"] == ["https://help.example/voice/out?o=o_7f0123456789abcdef01"]
    assert _form(request)["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]


@pytest.mark.parametrize("medium", ["text", "call"])
def test_looking_for_a_send_is_as_described(listener: Listener, carrier: TwilioCarrier, medium: str) -> None:
    """Both lists, without the date and with it, ask for what the carrier can answer."""
    key = "calls" if medium == "call" else "messages"
    listener.answer = lambda request: Answer(200, {key: [], "next_page_uri": None})
    assert carrier.find(item(medium=medium)) is None
    assert [_check(r) for r in listener.requests] == [[], []]
    assert "Date" not in listener.requests[0].target
    assert "2026-11-23T09%3A58%3A00Z" in listener.requests[1].target


def test_setting_our_numbers_is_as_described(listener: Listener) -> None:
    """What `twilio connect` reads and writes of a number is as the carrier describes it."""
    shown = {"sid": "PN" + "0" * 32, "phone_number": NUMBER, "sms_url": "", "voice_url": None}
    listener.answer = lambda request: Answer(
        200, {"incoming_phone_numbers": [shown], "next_page_uri": None} if request.method == "GET" else shown
    )
    client = rest_client(Account(ACCOUNT_SID, "secret", api_url=listener.url))
    webhooks.connect(client, webhooks.Wiring("https://help.example", NUMBER, NUMBER), apply=True)
    assert [_check(r) for r in listener.requests] == [[], [], []]
    assert _form(listener.requests[1])["SmsUrl"] == ["https://help.example/sms" + webhooks.OVERRIDES]


def test_the_key_pair_is_preferred(listener: Listener) -> None:
    """Where an API key is given, the account's token does not travel."""
    account = Account(ACCOUNT_SID, "secret", "SK1", "keysecret", listener.url)
    TwilioCarrier(rest_client(account), Sender(NUMBER, NUMBER, "https://h.example"), lambda: NOW).text(item())
    request = listener.requests[0]
    assert b64decode(request.headers["authorization"].split()[1]) == b"SK1:keysecret"
    assert request.target == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"


def test_a_stray_variable_reroutes_nothing(
    listener: Listener, carrier: TwilioCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's own environment variables and proxies have no say."""
    for name, value in (
        ("TWILIO_EDGE", "sydney"),
        ("TWILIO_REGION", "au1"),
        ("http_proxy", "http://127.0.0.1:9"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
    ):
        monkeypatch.setenv(name, value)
    account = Account(ACCOUNT_SID, "secret", api_url=listener.url + "/api/laml")
    TwilioCarrier(rest_client(account), Sender(NUMBER, NUMBER, "https://h.example"), lambda: NOW).text(item())
    assert listener.requests[0].target.startswith("/api/laml/2010-04-01/")


@pytest.mark.parametrize(("seconds", "validity"), [(600, "600"), (1, "6"), (-5, "6"), (10**6, "36000")])
def test_the_validity_stays_within_what_the_carrier_admits(
    listener: Listener, carrier: TwilioCarrier, seconds: int, validity: str
) -> None:
    """No text waits at the carrier for longer than it is useful, and none asks for what is refused."""

    carrier.text(item(expires=NOW + timedelta(seconds=seconds)))
    assert _form(listener.requests[0])["ValidityPeriod"] == [validity]


def test_the_checker_sees_what_is_wrong() -> None:
    """The checker itself refuses unknown names, missing ones, wrong types and wrong shapes."""
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    headers = {"authorization": "Basic x", "content-type": "application/x-www-form-urlencoded"}
    body = "Form=%2B15005550006&ValidityPeriod=long&StatusCallback=%2Fsms&RiskCheck=maybe"
    wrong = faults("POST", path, headers, body)
    assert len(wrong) == 5
    assert faults("POST", path.replace("AC0", "XX0"), headers, "To=%2B15555550100&Body=x")
    assert faults("GET", path + "?To=nobody", headers, "")
    assert faults("PUT", path, headers, "")
    assert message()["direction"] == "outbound-api"
