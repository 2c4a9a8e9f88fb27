"""Texts from phones: signed webhooks, answers, fallback, keywords."""

import threading

import pytest
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.carrier.conftest import Phones, Start
from tests.carrier.stub import ACCOUNT, ANA, BEA, LINE, Stub

REPLY = '<Message action="/sms/status?o=o_9">How are you?</Message>'


def test_a_text_is_posted_signed_and_its_answer_reaches_the_phone(phones: Phones, stub: Stub) -> None:
    """The webhook has the carrier's parameters and a good signature; the reply is delivered and reported."""
    stub.on("/sms", REPLY)
    told = phones.text(ANA, "im bleeding ñ & +")
    (posted,) = stub.posted("/sms")
    form = posted.form
    assert posted.signed and len(posted.token) == 32
    assert (form["From"], form["To"], form["Body"]) == (ANA, LINE, "im bleeding ñ & +")
    assert form["MessageSid"] == form["SmsSid"] == told["sid"] and form["MessageSid"].startswith("SM")
    assert (form["AccountSid"], form["NumMedia"], form["NumSegments"]) == (ACCOUNT, "0", "1")
    assert form["SmsStatus"] == "received" and "OptOutType" not in form
    assert [r["body"] for r in told["replies"]] == ["How are you?"]
    phones.settle()
    reports = stub.posted("/sms/status")
    assert [(r.query, r.form["MessageStatus"], r.signed) for r in reports] == [
        ("o=o_9", status, True) for status in ("sending", "sent", "delivered")
    ]


def test_a_picture_comes_with_an_address_that_needs_credentials(phones: Phones, stub: Stub) -> None:
    """A text with media has an MM sid and an address at the carrier that refuses strangers."""
    phones.text(ANA, "", media=["image/png"])
    form = stub.posted("/sms")[0].form
    assert form["MessageSid"].startswith("MM") and form["NumMedia"] == "1" and form["Body"] == ""
    assert phones.session.get(form["MediaUrl0"], timeout=5).status_code == 401
    answer = phones.session.get(form["MediaUrl0"], auth=(ACCOUNT, "test-token"), timeout=5)
    assert answer.content.startswith(b"\x89PNG") and answer.headers["Content-Type"] == "image/png"


def test_a_very_long_text_arrives_as_several(phones: Phones, stub: Stub) -> None:
    """Beyond 1600 characters each piece is a text of its own, in order."""
    told = phones.text(ANA, "a" * 1600 + "b")
    assert [len(p.form["Body"]) for p in stub.posted("/sms")] == [1600, 1]
    assert len(told["parts"]) == 2


def test_an_error_is_tried_again_and_then_goes_to_the_fallback(phones: Phones, stub: Stub) -> None:
    """5xx answers are retried as the overrides say, with one token, then the fallback is asked."""
    stub.on("/sms", Response("away", 503))
    stub.on("/sms/fallback", "<Message>Call 911 if in danger.</Message>")
    told = phones.text(ANA, "hello")
    tries = stub.posted("/sms")
    assert len(tries) == 3 and len({t.token for t in tries}) == 1
    (fallback,) = stub.posted("/sms/fallback")
    assert (fallback.form["ErrorCode"], fallback.form["ErrorUrl"]) == ("11200", f"{stub.base}/sms")
    assert fallback.form["Body"] == "hello" and fallback.signed
    assert told["fallback"] and told["replies"][0]["body"].startswith("Call 911")


def test_without_overrides_an_error_is_not_tried_again(start: Start, stub: Stub) -> None:
    """By default only a failed connection is retried."""
    phones = Phones(start(overrides=""))
    stub.on("/sms", Response("away", 500))
    phones.text(ANA, "hello")
    assert len(stub.posted("/sms")) == 1


def test_an_answer_that_takes_too_long_is_tried_again_and_then_given_up(start: Start, stub: Stub) -> None:
    """A read time-out follows the address's own limits and policy; the fallback gets 11205."""
    phones = Phones(start(overrides="rt=100&rc=1&rp=rt"))
    slow = threading.Event()

    def late(_: object) -> str:
        slow.wait(5)
        return "<Message>too late</Message>"

    stub.on("/sms", late)
    stub.on("/sms/fallback", "<Message>safe words</Message>")
    told = phones.text(ANA, "hello")
    slow.set()
    assert [r["body"] for r in told["replies"]] == ["safe words"] and len(stub.posted("/sms")) == 2
    assert stub.posted("/sms/fallback")[0].form["ErrorCode"] == "11205"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response("<Response><Message>a</Response>", content_type="text/xml"), 12100),
        (Response("<Nope/>", content_type="text/xml"), 12100),
        (Response('<!DOCTYPE a [<!ENTITY b "c">]><Response/>', content_type="text/xml"), 12100),
        (Response("<Response/>", content_type="application/json"), 12300),
        (Response("<Response>" + " " * 70_000 + "</Response>", content_type="text/xml"), 11750),
        (Response("no", 403), 11200),
    ],
)
def test_an_answer_the_carrier_cannot_use_goes_to_the_fallback(
    phones: Phones, stub: Stub, answer: Response, code: int
) -> None:
    """Broken XML, a wrong type, too much of it and HTTP errors are told apart by their code."""
    stub.on("/sms", answer)
    assert phones.text(ANA, "hello")["error"] == code
    assert stub.posted("/sms/fallback")[0].form["ErrorCode"] == str(code)


def test_what_the_carrier_ignores_is_a_warning(phones: Phones, stub: Stub) -> None:
    """Unknown verbs and attributes, empty replies and cookies are noted; the rest is done."""
    answer = Response(
        '<Response><message>no</message><Message colour="red">yes</Message><Message/></Response>',
        content_type="text/xml",
        headers={"Set-Cookie": "a=b"},
    )
    stub.on("/sms", answer)
    told = phones.text(ANA, "hello")
    assert [r["body"] for r in told["replies"]] == ["yes"]
    words = " ".join(told["warnings"])
    assert all(part in words for part in ("<message>", "colour", "14103", "cookie"))


def test_plain_text_is_texted_as_it_stands(phones: Phones, stub: Stub) -> None:
    """An answer of type text/plain reaches the person, which the warnings say."""
    stub.on("/sms", Response("OK", content_type="text/plain"))
    told = phones.text(ANA, "hello")
    assert [r["body"] for r in told["replies"]] == ["OK"] and told["warnings"]


def test_a_redirect_leads_to_another_document(phones: Phones, stub: Stub) -> None:
    """A Redirect is followed relative to the document it stands in."""
    stub.on("/sms", "<Redirect>/sms/more?a=1</Redirect>")
    stub.on("/sms/more", "<Message>there</Message>")
    assert phones.text(ANA, "hello")["replies"][0]["body"] == "there"


def test_stop_blocks_until_start_and_the_webhook_still_fires(
    phones: Phones, stub: Stub, client: Client
) -> None:
    """By default the carrier confirms STOP itself, refuses later sends with 21610, and START lifts it."""
    stub.on("/sms", lambda form: REPLY if form["Body"].strip() == "STOP" else "")
    told = phones.text(ANA, " STOP ")
    phones.settle()
    thread = phones.get(f"/phone/api/threads/{ANA}")
    assert thread["blocked"] and [m["by_carrier"] for m in thread["messages"]] == [False, True, False]
    assert told["replies"][0]["error"] == 21610
    assert stub.posted("/sms/status")[-1].form["ErrorCode"] == "21610"
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=ANA, from_=LINE, body="hello")
    assert caught.value.code == 21610
    client.messages.create(to=BEA, from_=LINE, body="others are not touched")
    phones.text(ANA, "Unstop")
    client.messages.create(to=ANA, from_=LINE, body="hello")
    assert [p.form["Body"] for p in stub.posted("/sms")] == [" STOP ", "Unstop"]
    assert not any("OptOutType" in p.form for p in stub.posted("/sms"))


def test_yes_from_somebody_not_opted_out_is_an_ordinary_word(phones: Phones) -> None:
    """YES and START change nothing and get no reply of the carrier's unless texts were stopped."""
    phones.text(ANA, "yes")
    assert len(phones.get(f"/phone/api/threads/{ANA}")["messages"]) == 1


def test_advanced_opt_out_names_its_kind_and_own_mode_does_nothing(phones: Phones, stub: Stub) -> None:
    """OptOutType comes in advanced mode only; in own mode nothing is blocked and nothing confirmed."""
    phones.post("/phone/api/optout", {"mode": "advanced"})
    phones.text(ANA, "HELP")
    phones.text(ANA, "stop")
    phones.post("/phone/api/optout", {"mode": "own"})
    phones.text(BEA, "stop")
    assert [p.form.get("OptOutType") for p in stub.posted("/sms")] == ["HELP", "STOP", None]
    assert not phones.get(f"/phone/api/threads/{BEA}")["blocked"]
    assert len(phones.get(f"/phone/api/threads/{BEA}")["messages"]) == 1


def test_history_is_bounded(start: Start) -> None:
    """The oldest messages make room for new ones."""
    carrier = start(history=100)
    phones = Phones(carrier)
    for n in range(60):
        phones.text(f"+1555555{1000 + n}", "x" * 1601)
    assert len(carrier.station.ledger.messages) == 100
