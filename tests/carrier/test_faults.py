"""Disorder on demand: each fault does what it says, when it says."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from helpline.carrier.faults import Faults, WrongRule, read_rule, read_shorthand
from tests.carrier.conftest import Phones, Start
from tests.carrier.stub import ANA, BEA, LINE, Stub

REPLY = '<Message action="/status">answer</Message>'


def send(client: Client, stub: Stub, to: str = ANA) -> str:
    """Send one text and give its sid."""
    return str(client.messages.create(to=to, from_=LINE, body="x", status_callback=f"{stub.base}/status").sid)


def count(phones: Phones) -> int:
    """Count the texts to Ana's phone."""
    return len(phones.get(f"/phone/api/messages?to=%2B{ANA[1:]}")["messages"])


def test_the_next_request_is_refused_as_busy_and_the_one_after_is_not(
    phones: Phones, client: Client, stub: Stub
) -> None:
    """`next` fires so many times and is spent; a busy carrier accepts nothing."""
    phones.fault("rest", "busy", next=1)
    with pytest.raises(TwilioRestException) as caught:
        send(client, stub)
    assert (caught.value.status, caught.value.code, count(phones)) == (429, 20429, 0)
    send(client, stub)
    assert count(phones) == 1
    assert phones.get("/faults")["rules"][0]["fired"] == 1


@pytest.mark.parametrize(("kind", "made"), [("error", 0), ("error_after", 1)])
def test_a_server_error_may_come_before_or_after_acceptance(
    phones: Phones, client: Client, stub: Stub, kind: str, made: int
) -> None:
    """A 500 says nothing about whether the text was accepted."""
    phones.fault("rest", kind, next=1)
    with pytest.raises(TwilioRestException) as caught:
        send(client, stub)
    assert caught.value.status == 500 and count(phones) == made


@pytest.mark.parametrize(("kind", "made"), [("reset", 0), ("reset_after", 1)])
def test_a_connection_may_be_reset_before_or_after_acceptance(
    phones: Phones, client: Client, stub: Stub, kind: str, made: int
) -> None:
    """The client sees a broken connection either way; only after acceptance is there a message."""
    phones.fault("rest", kind, next=1)
    with pytest.raises(requests.ConnectionError):
        send(client, stub)
    assert count(phones) == made


def test_a_rule_can_refuse_one_number_with_a_code(phones: Phones, client: Client, stub: Stub) -> None:
    """`to` narrows a rule to one phone; a known code brings its own status."""
    phones.fault("rest", "refuse", code=21610, to=ANA)
    send(client, stub, BEA)
    with pytest.raises(TwilioRestException) as caught:
        send(client, stub)
    assert caught.value.code == 21610


def test_a_slow_carrier_answers_late_but_well(phones: Phones, client: Client, stub: Stub) -> None:
    """`slow` delays by its seconds and changes nothing else."""
    phones.fault("rest", "slow", seconds=0.05)
    send(client, stub)
    assert count(phones) == 1


def test_every_and_skip_count(phones: Phones, client: Client, stub: Stub) -> None:
    """`every` fires at each n-th after those that `skip` lets pass."""
    phones.fault("rest", "busy", every=2, skip=1)
    outcomes = []
    for _ in range(5):
        try:
            send(client, stub)
            outcomes.append("sent")
        except TwilioRestException:
            outcomes.append("busy")
    assert outcomes == ["sent", "sent", "busy", "sent", "busy"]


def test_chance_is_the_same_again_by_seed() -> None:
    """Two carriers with one seed draw alike."""
    rule = read_rule({"point": "rest", "kind": "busy", "probability": 0.5})

    def draws(seed: int) -> list[bool]:
        faults = Faults()
        faults.set([rule], seed)
        return [bool(faults.draw("rest")) for _ in range(40)]

    assert draws(7) == draws(7) != draws(8)
    assert 5 < sum(draws(7)) < 35


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        ("lost", ["sent", "delivered"]),
        ("double", ["sending", "sending", "sent", "delivered"]),
        ("reorder", ["sent", "sending", "delivered"]),
    ],
)
def test_reports_can_be_lost_doubled_or_out_of_order(
    phones: Phones, client: Client, stub: Stub, kind: str, statuses: list[str]
) -> None:
    """A fault of the next report touches that one only."""
    phones.fault("callback", kind, next=1)
    send(client, stub)
    phones.settle()
    assert [r.form["MessageStatus"] for r in stub.posted("/status")] == statuses


def test_a_report_may_come_before_the_answer_it_belongs_to(
    phones: Phones, client: Client, stub: Stub
) -> None:
    """`early` posts a report while the REST request is still open."""
    seen: list[int] = []
    stub.on("/status", lambda form: seen.append(len(seen)) or "")  # type: ignore[func-returns-value]
    phones.fault("callback", "early", next=1)
    sid = send(client, stub)
    assert stub.posted("/status")[0].form["MessageSid"] == sid and seen[0] == 0
    phones.settle()
    assert [r.form["MessageStatus"] for r in stub.posted("/status")] == ["sending", "sent", "delivered"]


def test_a_doubled_webhook_carries_the_same_sid_and_is_answered_once(phones: Phones, stub: Stub) -> None:
    """The second request differs in its idempotency token only; its answer goes nowhere."""
    stub.on("/sms", REPLY)
    phones.fault("webhook", "double", next=1)
    told = phones.text(ANA, "hello")
    first, second = stub.wait_for("/sms", 2)
    assert first.form == second.form and first.token != second.token
    assert len(told["replies"]) == 1
    phones.settle()
    assert count(phones) == 1


def test_a_lost_answer_is_asked_for_again(phones: Phones, stub: Stub) -> None:
    """The helpline did its work, the carrier has not heard: it retries and delivers the answer once."""
    stub.on("/sms", REPLY)
    phones.fault("webhook", "lost_answer", next=1)
    assert len(phones.text(ANA, "hello")["replies"]) == 1
    first, second = stub.posted("/sms")
    assert first.form == second.form and first.token == second.token


def test_a_lost_answer_without_retries_goes_to_the_fallback(start: Start, stub: Stub) -> None:
    """With the carrier's own defaults a time-out is not retried."""
    phones = Phones(start(overrides=""))
    phones.fault("webhook", "lost_answer", next=1)
    phones.text(ANA, "hello")
    assert [p.path for p in stub.posted()] == ["/sms", "/sms/fallback"]


def test_texts_can_arrive_in_the_wrong_order(phones: Phones, stub: Stub) -> None:
    """A held text is posted after the next one."""
    phones.fault("webhook", "reorder", next=1)
    assert phones.text(ANA, "first")["held"]
    phones.text(ANA, "second")
    phones.settle()
    assert [p.form["Body"] for p in stub.posted("/sms")] == ["second", "first"]


def test_a_webhook_can_be_lost_or_late(phones: Phones, stub: Stub) -> None:
    """A lost text is never told to anybody; a late one is."""
    phones.fault("webhook", "lost", next=1)
    phones.text(ANA, "gone")
    phones.fault("webhook", "late", seconds=0.05, next=1)
    phones.text(ANA, "late")
    assert [p.form["Body"] for p in stub.posted("/sms")] == ["late"]


def test_a_text_sent_without_waiting_is_carried_by_and_by(phones: Phones, stub: Stub) -> None:
    """`wait: false` answers at once; texts of one phone keep their order."""
    for n in range(5):
        phones.post("/phone/api/text", {"from": ANA, "body": f"n{n}", "wait": False}, status=202)
    phones.settle()
    assert [p.form["Body"] for p in stub.posted("/sms")] == [f"n{n}" for n in range(5)]


def test_delivery_can_be_refused_with_a_code(phones: Phones, client: Client, stub: Stub) -> None:
    """A delivery fault ends one text as undelivered."""
    phones.fault("delivery", "refuse", code=30008, next=1)
    send(client, stub)
    phones.settle()
    last = stub.posted("/status")[-1].form
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30008")


def test_rules_are_read_from_a_line_and_wrong_ones_are_explained(phones: Phones) -> None:
    """The command line's form gives the same rules; a wrong one says what there is."""
    first, second = read_shorthand("rest.busy:every=3; callback.double:next=1,skip=2")
    assert (first.kind, first.every, second.kind, second.next, second.skip) == ("busy", 3, "double", 1, 2)
    with pytest.raises(WrongRule, match=r"there are .*reset_after"):
        read_shorthand("rest.explode")
    assert "number" in phones.post("/faults", {"point": "rest", "kind": "busy", "next": "x"}, 400)["error"]
    assert (
        "no part of a rule" in phones.post("/faults", {"point": "rest", "kind": "busy", "n": 1}, 400)["error"]
    )


def test_rules_are_replaced_and_cleared(phones: Phones) -> None:
    """A list of rules takes the place of all others; deleting leaves none."""
    phones.fault("rest", "busy")
    told = phones.post("/faults", {"rules": [{"point": "rest", "kind": "slow", "seconds": 0}], "seed": 9})
    assert ([r["kind"] for r in told["rules"]], told["seed"]) == (["slow"], 9)
    phones.session.delete(f"{phones.carrier.base}/faults", timeout=5)
    assert phones.get("/faults")["rules"] == []
