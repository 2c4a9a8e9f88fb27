"""Texts in: whatever comes, a signed text gets one answer, the same again when it comes again."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from helpline.channels.sms import carrier_answered
from helpline.channels.turns import Form
from helpline.wiring import Helpline
from tests.channels.webhooks import Carrier, sid, texts

CARRIER_ROUTES = (
    "/sms",
    "/sms/status",
    "/sms/fallback",
    "/voice",
    "/voice/turn",
    "/voice/status",
    "/voice/fallback",
)


@pytest.mark.parametrize("path", CARRIER_ROUTES)
def test_an_unsigned_webhook_is_refused_without_detail(carrier: Carrier, path: str) -> None:
    """403 whatever the mode, before anything else is looked at."""
    for headers in ({}, {"X-Twilio-Signature": "x"}):
        answer = carrier.client.post(
            path, data={"MessageSid": "SM1", "From": "+15555550100"}, headers=headers
        )
        assert answer.status_code == 403
        assert not ElementTree.fromstring(answer.data).findall("*")
        assert "Set-Cookie" not in answer.headers


def test_the_first_text_is_answered_with_a_question_that_reports_its_delivery(carrier: Carrier) -> None:
    """The reply is in the answer itself, and its reports come back under our own id."""
    answer = carrier.post("/sms", **carrier.form("im bleeding and passing clots, is it a miscarriage"))
    messages = ElementTree.fromstring(answer.data).findall("Message")
    assert answer.content_type.startswith("text/xml")
    assert messages
    assert "911" in (messages[0].text or "")
    for message in messages:
        assert re.fullmatch(r"http://127\.0\.0\.1:8000/sms/status\?o=o_[0-9a-f]+", message.attrib["action"])


def test_a_text_that_comes_again_gets_the_same_answer_and_changes_nothing(
    carrier: Carrier, helpline: Helpline
) -> None:
    """The carrier repeats what it is not sure of; she must not answer two questions with one word."""
    carrier.text("bleeding")
    form = carrier.form("0")
    first, again = carrier.post("/sms", **form), carrier.post("/sms", **form)
    assert first.data == again.data
    line = helpline.line()
    journal = line.store.journal(line.identity.person(carrier.number))
    assert [e.what for e in journal].count("Texted") == 2


def test_two_texts_at_once_are_both_answered_one_after_the_other(
    carrier: Carrier, helpline: Helpline
) -> None:
    """Neither is lost, and the second is decided on what the first left."""
    carrier.text("bleeding")
    forms = [carrier.form("0"), carrier.form("i passed out"), carrier.form("1"), carrier.form("dizzy")]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda form: carrier.post("/sms", **form), forms))
    assert [a.status_code for a in answers] == [200] * 4
    line = helpline.line()
    journal = line.store.journal(line.identity.person(carrier.number))
    assert [e.what for e in journal].count("Texted") == 5


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   ",
        "\x00\x01\x02",
        "😭😭😭",
        "a" * 1601,
        "x" * 20_000,
        "<Response/>&amp;",
        "‮ɹǝʌo",
        "\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    ],
    ids=["empty", "blank", "controls", "emoji", "over-long", "huge", "markup", "backwards", "half"],
)
def test_odd_texts_get_a_kind_answer(carrier: Carrier, body: str) -> None:
    """Nothing that a phone can send ends in an error or in silence."""
    assert carrier.text(body)
    assert carrier.text(body, NumMedia="1")


def test_a_text_in_another_encoding_is_read(carrier: Carrier) -> None:
    """Bytes of an old code page are understood as what they most likely are."""
    import base64
    import hmac

    form = urlencode(carrier.form("")).encode().replace(b"Body=", b"Body=estoy+sangrando%2C+me+desmay%E9")
    fields = sorted(part.split(b"=") for part in form.replace(b"%2B", b"+").split(b"&"))
    plain = {b"Body": b"estoy sangrando, me desmay\xe9"}
    signed = b"http://127.0.0.1:8000/sms" + b"".join(name + plain.get(name, value) for name, value in fields)
    signature = base64.b64encode(hmac.digest(carrier.settings.auth_token.encode(), signed, "sha1")).decode()
    answer = carrier.client.post(
        "/sms",
        data=form,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    assert answer.status_code == 200
    assert texts(answer)


@pytest.mark.parametrize(("missing", "named"), [("MessageSid", "MessageSid"), ("From", "From")])
def test_a_text_without_its_id_or_sender_is_refused_by_name(
    carrier: Carrier, missing: str, named: str
) -> None:
    """400 says which field is missing."""
    form = carrier.form("hello")
    del form[missing]
    answer = carrier.post("/sms", **form)
    assert answer.status_code == 400
    assert named in answer.text


def test_a_text_without_body_or_media_count_is_an_empty_text(carrier: Carrier) -> None:
    """What can be done without is done without; unknown fields are no harm."""
    form = carrier.form("")
    del form["Body"]
    assert texts(carrier.post("/sms", **form, Brandnew="1", NumMedia="many"))


def test_the_older_names_of_the_message_id_are_good_too(carrier: Carrier) -> None:
    """Compatible carriers send SmsSid."""
    form = carrier.form("bleeding")
    form["SmsSid"] = form.pop("MessageSid")
    assert texts(carrier.post("/sms", **form))


@pytest.mark.parametrize("sender", ["22395", "HELPDESK", "+266696687", "anonymous"])
def test_who_cannot_be_texted_gets_no_answer(carrier: Carrier, sender: str) -> None:
    """Short codes and names are machines: answering them could go on for ever."""
    carrier.number = sender
    assert carrier.text("your parcel has arrived") == []


def test_a_message_from_another_channel_gets_the_safe_answer(carrier: Carrier) -> None:
    """We keep no conversation there, but a red flag is heeded."""
    carrier.number = "whatsapp:+15555550100"
    assert "911" in " ".join(carrier.text("i passed out"))


def test_a_body_beyond_all_reason_is_refused(carrier: Carrier) -> None:
    """Ten megabytes are no text."""
    answer = carrier.client.post(
        "/sms", data=b"Body=" + b"x" * 10_000_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert answer.content_type.startswith("text/xml")


def test_only_posts_are_taken(carrier: Carrier) -> None:
    """A GET would put words of people into addresses."""
    answer = carrier.client.get("/sms")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("mode", "fields", "answered"),
    [
        ("carrier", {"Body": " stop "}, "STOP"),
        ("carrier", {"Body": "Unsubscribe"}, "STOP"),
        ("carrier", {"Body": "please stop texting me"}, None),
        ("carrier", {"Body": "STOP bleeding?"}, None),
        ("carrier", {"Body": "HELP"}, None),
        ("carrier", {"Body": "START"}, None),
        ("carrier", {"Body": "YES"}, None),
        ("carrier", {"Body": "HELP", "OptOutType": "HELP"}, None),
        ("advanced", {"Body": "BASTA", "OptOutType": "STOP"}, "STOP"),
        ("advanced", {"Body": "INFO", "OptOutType": "HELP"}, "HELP"),
        ("advanced", {"Body": "STOP"}, None),
        ("own", {"Body": "STOP"}, None),
        ("own", {"Body": "STOP", "OptOutType": "STOP"}, None),
    ],
)
def test_the_opt_out_mode_says_who_has_answered(
    mode: str, fields: dict[str, str], answered: str | None
) -> None:
    """By default the carrier answers STOP alone; advanced, what it marks; own, nothing."""
    assert carrier_answered(mode, Form(fields)) == answered


def test_stop_is_recorded_whoever_answers_it(helpline: Helpline) -> None:
    """Where the carrier confirms we say nothing; where it does not we confirm once; always we remember."""
    for mode, replies in (("carrier", 0), ("own", 1)):
        phone = Carrier(helpline, optout_mode=type(helpline.settings.optout_mode)(mode))
        phone.text("bleeding")
        assert len(phone.text("STOP")) == replies
        line = helpline.line()
        loaded = line.store.load(line.identity.person(phone.number), sid(), line.now())
        assert loaded.state is not None  # type: ignore[union-attr]
        assert loaded.state.consent.stopped is not None  # type: ignore[union-attr]


def test_help_is_always_answered_by_us(carrier: Carrier) -> None:
    """The carrier's own answer to HELP is too bare for someone in danger."""
    assert carrier.text("HELP")


def test_reports_only_lead_forward_and_never_fail(carrier: Carrier, helpline: Helpline) -> None:
    """Late, doubled, unknown and nonsensical reports are all taken with 204."""
    answer = carrier.post("/sms", **carrier.form("bleeding"))
    action = ElementTree.fromstring(answer.data)[0].attrib["action"].removeprefix(carrier.settings.public_url)
    told = {"MessageSid": sid(), "To": carrier.number}
    for status in ("sent", "delivered", "delivered", "sent", "queued", "nonsense", ""):
        assert carrier.post(action, **told, MessageStatus=status).status_code == 204
    item = helpline.line().store.item(action.rpartition("=")[2])  # type: ignore[arg-type]
    assert item is not None
    assert item.delivery == "delivered"
    for other in ("/sms/status", "/sms/status?o=o_7f00", "/sms/status?o=../../etc", "/sms/status?o="):
        assert carrier.post(other, **told, MessageStatus="failed", ErrorCode="30003").status_code == 204
