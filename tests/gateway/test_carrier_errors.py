"""What can go wrong with a send ends in one of three errors, and none of them tells a number."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Iterator

import pytest
from urllib3.exceptions import LocationValueError

from helpline.gateway.codes import CODES, Meaning, Remedy, code_of, is_opt_out
from helpline.gateway.http import OriginClient
from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown
from helpline.gateway.twilio_rest import TwilioCarrier
from tests.gateway.carrier_listener import Answer, Listener, message
from tests.gateway.conftest import NOW, SHE, item, make_carrier


def _answer(status: int, code: int | None) -> Answer:
    body = {"status": status, "message": f"no {SHE}", "more_info": ""}
    return Answer(status, {**body, "code": code} if code else body)


def _always(listener: Listener, answer: Answer) -> None:
    listener.answer = lambda request: answer


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, 21211, CarrierRefused),
        (400, 21610, CarrierRefused),
        (400, 21614, CarrierRefused),
        (400, 29999, CarrierRefused),
        (400, None, CarrierRefused),
        (400, 21611, CarrierBusy),
        (400, 21606, CarrierBusy),
        (401, 20003, CarrierBusy),
        (404, 20404, CarrierBusy),
        (302, None, CarrierBusy),
        (429, 20429, CarrierBusy),
        (429, None, CarrierBusy),
        (408, None, CarrierUnknown),
        (500, 20500, CarrierUnknown),
        (502, None, CarrierUnknown),
        (503, 20429, CarrierUnknown),
    ],
)
def test_an_answer_that_is_no_success_is_judged_by_the_table(
    listener: Listener, carrier: TwilioCarrier, status: int, code: int | None, error: type[Exception]
) -> None:
    """Refused for good, not taken, or unknown: by code, else by status."""
    listener.answer = lambda request: _answer(status, code)
    with pytest.raises(error) as raised:
        carrier.text(item())
    assert isinstance(raised.value, error)


def test_an_opt_out_is_told_apart(listener: Listener, carrier: TwilioCarrier) -> None:
    """21610 means that she has said STOP to the carrier; other refusals do not."""
    listener.answer = lambda request: _answer(400, 21610)
    with pytest.raises(CarrierRefused) as raised:
        carrier.text(item())
    assert raised.value.opted_out and raised.value.code == 21610
    listener.answer = lambda request: _answer(400, 21211)
    with pytest.raises(CarrierRefused) as raised:
        carrier.text(item())
    assert not raised.value.opted_out


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_carrier_that_is_not_reached_is_busy(closed_port: int) -> None:
    """No connection means that certainly nothing was accepted."""
    with pytest.raises(CarrierBusy):
        make_carrier(f"http://127.0.0.1:{closed_port}").text(item())
    with pytest.raises(CarrierBusy):
        make_carrier("http://nobody.invalid").text(item())


@pytest.mark.parametrize(
    "answer",
    [
        Answer(reset=True),
        Answer(cut=True),
        Answer(201, b"<html>"),
        Answer(201, []),
        Answer(201, {"status": "queued"}),
    ],
    ids=["reset", "cut short", "no JSON", "no object", "no sid"],
)
def test_a_request_without_a_clear_answer_is_unknown(
    listener: Listener, carrier: TwilioCarrier, answer: Answer
) -> None:
    """What left us and was not answered may have been accepted."""
    listener.answer = lambda request: answer
    with pytest.raises(CarrierUnknown):
        carrier.text(item())
    assert len(listener.requests) == 1


def test_no_error_tells_a_number(
    listener: Listener, carrier: TwilioCarrier, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the error, nor its chain, nor the log holds the number or the words."""
    caplog.set_level(logging.DEBUG)
    for answer in (_answer(400, 21211), _answer(500, None), Answer(reset=True)):
        _always(listener, answer)
        for act in (carrier.text, carrier.find):
            try:
                act(item())
            except (CarrierRefused, CarrierBusy, CarrierUnknown) as error:
                told = "".join(traceback.format_exception(error)) + repr(error)
                assert SHE[1:] not in told and "How are you" not in told
                assert error.__cause__ is None and error.__suppress_context__
    own = [r.getMessage() for r in caplog.records if not r.name.startswith("urllib3")]
    assert not any(SHE[1:] in line for line in own)


def test_a_product_without_an_origin_gets_nothing(listener: Listener) -> None:
    """With a carrier of our own choice set, nothing goes to another host."""
    client = OriginClient({"api": listener.url})
    with pytest.raises(LocationValueError):
        client.request("POST", "https://lookups.twilio.com/v2/PhoneNumbers")
    assert listener.requests == []


def test_a_send_is_found_by_number_words_and_time(listener: Listener, carrier: TwilioCarrier) -> None:
    """Of all that is listed only our own text of that minute counts, and none that is another item's."""
    late = "Mon, 23 Nov 2026 10:05:00 +0000"
    close = "Mon, 23 Nov 2026 10:00:03 +0000"
    listed = [
        message("SM1", body="Other words"),
        message("SM2", body="How are you?", direction="inbound"),
        message("SM3", body="How are you?", date_created=late),
        message("SM4", body="How are you?", date_created=close),
        message("SM5", body="How are you?", direction="outbound-reply"),
        message("SM6", body="How are you?"),
    ]
    listener.answer = lambda request: Answer(200, {"messages": listed, "next_page_uri": None})
    assert carrier.find(item(sent_at=NOW)) == "SM6"
    assert carrier.find(item(sent_at=NOW), frozenset({"SM6"})) == "SM4"
    assert carrier.find(item(sent_at=NOW), frozenset({"SM6", "SM4"})) is None


def test_every_code_is_either_final_or_worth_another_try() -> None:
    """The table holds both classes, STOP is final, and a wrong set-up waits until it is mended."""
    assert is_opt_out(21610) and not is_opt_out(30003) and not is_opt_out(None)
    assert {c.remedy for c in CODES.values()} == set(Remedy)
    assert code_of(30034).alarm and code_of(30034).remedy is Remedy.BUSY
    assert code_of(39999).meaning is Meaning.CARRIER_FAULT
    assert code_of(29999).remedy is Remedy.REFUSED
