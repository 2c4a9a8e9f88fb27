"""The phone in the browser without its script, and who may use it."""

import json
import re

import pytest
import requests
from flask import Response

from helpline.carrier.phone.insight import marked
from tests.carrier.conftest import Phones, Start
from tests.carrier.stub import ANA, BEA, STAFF, Stub

KNOWN = {
    "conversation": {
        "id": "c_7f",
        "flow": "triage",
        "asks": "soaking_pads",
        "choices": [{"id": "yes", "key": "1", "label": "Yes"}],
        "language": "en",
        "findings": {"bleeding": "yes", "weeks": 9},
        "disposition": "emergency_department",
        "flags": ["crisis"],
        "ended": False,
    },
    "understood": [{"kind": "finding", "id": "clots", "value": "yes", "words": "passing clots"}],
}


def page(phones: Phones) -> str:
    """Fetch the page as a browser without a script sees it."""
    answer = phones.session.get(f"{phones.carrier.base}/", timeout=10)
    assert answer.status_code == 200 and answer.url.endswith("/phone/")
    return answer.text


def submit(phones: Phones, path: str, **form: str) -> requests.Response:
    """Send a form and follow where it leads."""
    return phones.session.post(phones.carrier.base + path, data=form, timeout=10)


def test_a_text_can_be_sent_without_a_script(phones: Phones, stub: Stub) -> None:
    """A plain form sends; the page it leads back to shows the text, the answer, its size and its price."""
    stub.on("/sms", "<Message>Are you &lt;safe&gt;?</Message>")
    answer = submit(phones, "/phone/text", **{"from": ANA, "body": "help <b>me</b>"})
    assert answer.history[0].status_code == 303 and answer.url.endswith(f"/phone/#phone-{ANA[1:]}")
    assert "help &lt;b&gt;me&lt;/b&gt;" in answer.text and "Are you &lt;safe&gt;?" in answer.text
    assert "1 segment, about $0.0083" in answer.text


def test_what_the_line_knows_is_shown_and_its_words_are_marked(phones: Phones, stub: Stub) -> None:
    """Urgency, flags, findings, the question asked and the words that fired stand beside the phone."""
    stub.on("person", lambda form: Response(json.dumps(KNOWN if form["number"] == ANA else {})))
    phones.text(ANA, "I am Passing clots now")
    text = page(phones)
    assert "<mark>Passing clots</mark>" in text
    for words in ("emergency department", "crisis", "soaking pads", "bleeding", "No conversation yet."):
        assert words in text


def test_a_helpline_that_is_away_does_not_take_the_page_along(start: Start) -> None:
    """Without a helpline the page says so and still works."""
    phones = Phones(start(webhook="http://127.0.0.1:9"))
    assert "The helpline does not answer." in page(phones)
    assert submit(phones, "/phone/text", **{"from": ANA, "body": "anybody?"}).status_code == 200


def test_phones_are_added_behave_and_are_put_away(phones: Phones) -> None:
    """Any number can lie on the desk, staff phones too."""
    assert "+1 202 555 0190" in submit(phones, "/phone/add", number="+1 202 555 0190").text
    submit(phones, "/phone/behaviour", number=STAFF, behaviour="busy")
    assert phones.get(f"/phone/api/threads/{STAFF}")["behaviour"] == "busy"
    assert f'data-number="{STAFF}"' not in submit(phones, "/phone/away", number=STAFF).text
    wrong = submit(phones, "/phone/add", number="12")
    assert wrong.status_code == 400 and "no phone number" in wrong.text


def test_the_clocks_jump_together(phones: Phones, stub: Stub) -> None:
    """A jump moves both, the carrier's to where the helpline's stands; a refusal moves neither."""
    stub.on("/simulation/clock", Response("{}"))
    assert "2 h 0 min ahead" in submit(phones, "/phone/clock", jump="2 hours").text
    submit(phones, "/phone/clock", jump="to tomorrow")
    assert (
        len(stub.posted("/simulation/clock")) == 2 and phones.get("/phone/api/clock")["shift_seconds"] > 7200
    )
    shift = Response('{"shift_seconds": 9000000}', content_type="application/json")
    stub.on("/simulation/clock", shift)
    submit(phones, "/phone/clock", jump="10 minutes")
    assert phones.get("/phone/api/clock")["shift_seconds"] == 9_000_000
    stub.on("/simulation/clock", Response("no", 404))
    assert submit(phones, "/phone/clock", jump="10 minutes").status_code == 400
    assert phones.get("/phone/api/clock")["shift_seconds"] == 9_000_000


def test_a_call_works_without_a_script(phones: Phones, stub: Stub) -> None:
    """Calling, pressing, speaking and hanging up are plain forms."""
    ask = '<Gather input="dtmf speech" action="/voice/turn" numDigits="1"><Say>One or two?</Say></Gather>'
    stub.on("/voice", ask)
    stub.on("/voice/turn", ask)
    text = submit(phones, "/phone/call", **{"from": BEA}).text
    assert "One or two?" in text and "Hang up" in text
    sid = re.search(r'data-sid="(CA\w+)"', text)
    assert sid is not None
    submit(phones, f"/phone/call/{sid[1]}/press", digits="2")
    submit(phones, f"/phone/call/{sid[1]}/say", words="two")
    assert [p.form.get("Digits") for p in stub.posted("/voice/turn")] == ["2", None]
    assert "Last call: completed" in submit(phones, f"/phone/call/{sid[1]}/hangup").text


def test_every_field_has_a_name_and_nothing_comes_from_elsewhere(phones: Phones) -> None:
    """Fields have labels, buttons have words, and the policy lets nothing in from other hosts."""
    text = page(phones)
    labelled = set(re.findall(r'for="([^"]+)"', text))
    fields = re.findall(r"<(?:textarea|select|input)(?![^>]*hidden)[^>]*id=\"([^\"]+)\"", text)
    assert fields and set(fields) <= labelled
    assert all(re.search(r"aria-label|>[^<]*\w", b) for b in re.findall(r"<button.*?</button>", text, re.S))
    assert not re.search(r'(?:src|href)="(?!/|#)', text)
    policy = phones.session.get(f"{phones.carrier.base}/phone/", timeout=5).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    for name in ("phone.css", "phone.js", "icon.svg"):
        assert phones.session.get(f"{phones.carrier.base}/phone/static/{name}", timeout=5).status_code == 200


@pytest.mark.parametrize("path", ["/", "/phone/", "/phone/api/messages", "/faults"])
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_other_names_and_other_sites_are_refused(phones: Phones, path: str, headers: dict[str, str]) -> None:
    """A rebound host name or another site's page gets 403 before anything happens."""
    answer = phones.session.get(phones.carrier.base + path, headers=headers, timeout=5, allow_redirects=False)
    assert answer.status_code == 403


def test_other_machines_are_refused(phones: Phones) -> None:
    """A peer that is not this machine gets 403 on the page and on the driving interface."""
    web = phones.carrier.app.test_client()
    for path in ("/phone/", "/phone/api/messages", "/faults"):
        answer = web.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}, headers={"Host": "127.0.0.1"})
        assert answer.status_code == 403


def test_the_driving_interface_explains_wrong_use(phones: Phones) -> None:
    """What cannot be understood is a 400 that says what belongs there; a missing call a 404."""
    assert "phone number" in phones.post("/phone/api/text", {"from": "ana", "body": "x"}, 400)["error"]
    assert "type str" in phones.post("/phone/api/text", {"from": ANA, "body": 5}, 400)["error"]
    assert "behaviour" in phones.post(f"/phone/api/phones/{ANA}", {"behaviour": "odd"}, 400)["error"]
    assert "error" in phones.post("/phone/api/call/CA1/press", {}, 404)
    form = phones.session.post(f"{phones.carrier.base}/phone/api/text", data={"from": ANA}, timeout=5)
    assert form.status_code == 400


def test_reset_forgets_everything(phones: Phones) -> None:
    """Texts, behaviours, opt-outs and faults are as at the start."""
    phones.text(ANA, "STOP")
    phones.post(f"/phone/api/phones/{BEA}", {"behaviour": "off"})
    phones.fault("rest", "busy")
    phones.post("/phone/api/reset")
    thread = phones.get(f"/phone/api/threads/{ANA}")
    assert (thread["messages"], thread["blocked"]) == ([], False)
    assert phones.get("/faults")["rules"] == [] and phones.get("/phone/api/messages")["messages"] == []


def test_words_are_marked_once_and_never_across_each_other() -> None:
    """The longest words win; what overlaps them is left alone."""
    assert marked("passing clots", ("clots", "passing clots")) == [("passing clots", True)]
    assert marked("a b", ("b", "")) == [("a ", False), ("b", True)]
    assert marked("", ("x",)) == []
