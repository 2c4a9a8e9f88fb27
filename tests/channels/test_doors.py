"""Every address of ours that changes anything asks who is there: none is left out when one is added."""

from __future__ import annotations

import re

import pytest
from twilio.request_validator import RequestValidator

from helpline.app import create_app
from helpline.wiring import Helpline
from tests.channels.webhooks import Carrier, sid

KEYS = {"CallSid": "CA" + "0" * 32, "From": "+15555550100", "To": "+15005550006", "Digits": "1", "Body": "hi"}


def _carrier_paths(helpline: Helpline) -> list[str]:
    rules = create_app(helpline).url_map.iter_rules()
    return sorted(r.rule for r in rules if r.rule.startswith(("/sms", "/voice")))


def test_no_carrier_address_answers_without_a_signature(carrier: Carrier, helpline: Helpline) -> None:
    """403 without one, with a made up one, and with one that was made for another address."""
    paths = _carrier_paths(helpline)
    assert {"/sms", "/voice", "/voice/out", "/voice/recorded", "/voice/recording"} <= set(paths)
    signature = {}

    for path in paths:
        assert carrier.client.get(path).status_code == 405, path
        for headers in ({}, {"X-Twilio-Signature": "bm90IHRoaXMgb25l"}, signature):
            answer = carrier.client.post(path, data=KEYS, headers=headers)
            assert answer.status_code == 403 and b"Say" not in answer.data, path
        signature = {"X-Twilio-Signature": _signed(carrier, f"{path}?n=1", KEYS)}


def _signed(carrier: Carrier, path: str, form: dict[str, str]) -> str:
    made = RequestValidator(carrier.settings.auth_token)
    return str(made.compute_signature(carrier.settings.public_url + path, form))


def test_what_was_signed_for_one_case_opens_no_other(carrier: Carrier) -> None:
    """The query is part of what is signed: neither item, case nor step can be exchanged."""
    for path, other in (
        ("/voice/out?o=o_00aa&k=2", "/voice/out?o=o_00ab&k=2"),
        ("/voice/whisper?case=7F3K&k=1", "/voice/whisper?case=7F3M&k=1"),
        ("/voice/recording?case=7F3K", "/voice/recording?case=7F3M"),
    ):
        headers = {"X-Twilio-Signature": _signed(carrier, path, KEYS)}
        assert carrier.client.post(other, data=KEYS, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/voice/recorded?n=1", "/voice/recording?case=7F3K", "/voice/out?o=o_00aa"])
def test_a_huge_body_is_refused_unread(carrier: Carrier, path: str) -> None:
    """Ten megabytes reach no handler."""
    body = b"Digits=" + b"1" * 10_000_000
    answer = carrier.client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (403, 413)


def test_no_address_of_a_recording_is_ever_taken_from_a_webhook(carrier: Carrier) -> None:
    """`RecordingUrl` leads nowhere: it stands in no answer, and what is kept is the id alone."""
    form = KEYS | {"RecordingUrl": "http://169.254.169.254/latest", "RecordingSid": sid("RE")}
    answer = carrier.post("/voice/recorded?n=1", **form)
    assert answer.status_code == 200 and b"169.254" not in answer.data
    line = carrier.helpline.line()
    book = line.store.recordings
    assert book.until(form["RecordingSid"]) is not None
    book.gone(form["RecordingSid"])


@pytest.mark.parametrize(
    "words", ["CASES", "WHO", "TEST", "CALL 7F3K", "7F3K: hello", "GIVE 7F3K Ana", "OPEN 7F3K"]
)
def test_a_stranger_who_texts_orders_is_a_person_like_any_other(carrier: Carrier, words: str) -> None:
    """No order of staff does anything, and the answer tells of no case and of no staff."""
    said = " ".join(carrier.text(words))
    assert re.search("automated service|servicio automatico", said)
    assert not re.search(r"7F3K|on call", said, re.IGNORECASE)
