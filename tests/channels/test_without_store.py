"""When the store is away: 503 in time, a fallback that still hears red flags, and safe words for all else."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from helpline.service import Line
from helpline.wiring import Helpline, build
from tests.channels.webhooks import Carrier, sid, texts

LONGEST = 2.0


@pytest.fixture
def mute() -> Iterator[int]:
    """A port where connections are taken and nothing is ever said."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield server.getsockname()[1]


@pytest.fixture
def deserted(helpline: Helpline, mute: int) -> Iterator[Carrier]:
    """A helpline whose store takes connections and never answers."""
    with build(replace(helpline.settings, redis_url=f"redis://127.0.0.1:{mute}/0")) as made:
        yield Carrier(made)


def test_a_store_that_never_answers_gives_503_in_time(deserted: Carrier) -> None:
    """Within two seconds the carrier learns that it should try again and then ask elsewhere.

    The clock is looked at because the promise is about time; the bound is the promise itself.
    """
    for path, form in (("/sms", deserted.form("hi")), ("/sms", deserted.form("hi"))):
        begun = time.monotonic()
        answer = deserted.post(path, **form)
        assert answer.status_code == 503
        assert time.monotonic() - begun < LONGEST
    assert deserted.call("/voice", sid("CA")).status_code == 503


def test_a_store_that_refuses_connections_gives_503(helpline: Helpline) -> None:
    """Nobody there is as bad as nobody answering."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        with build(replace(helpline.settings, redis_url=url)) as made:
            assert Carrier(made).post("/sms", **Carrier(made).form("hi")).status_code == 503


def test_readiness_says_what_is_missing_while_the_process_lives(deserted: Carrier) -> None:
    """`/healthz` stays well, `/readyz` names the store."""
    assert deserted.client.get("/healthz").status_code == 200
    answer = deserted.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert not answer.json["checks"]["store"]["ok"]
    assert answer.json["checks"]["store"]["problem"]
    assert answer.json["checks"]["flows"]["ok"]
    assert deserted.client.get("/metrics").status_code == 200


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("i soaked 3 pads in an hour and i passed out", "911"),
        ("I CANT BREATHE and my lips are blue", "911"),
        ("i want to kill myself", "988"),
        ("hello?", "911"),
        ("", "911"),
    ],
)
def test_the_fallback_hears_red_flags_without_a_store(deserted: Carrier, words: str, expected: str) -> None:
    """It has one text and nothing else, and still says what to do now."""
    said = texts(
        deserted.post("/sms/fallback", **deserted.form(words), ErrorCode="11200", ErrorUrl="https://x")
    )
    assert expected in " ".join(said)
    assert "{" not in " ".join(said)


def test_the_fallback_tells_an_emergency_from_all_else(deserted: Carrier) -> None:
    """Alarming words get the emergency advice, others the words that always hold."""
    alarmed = texts(deserted.post("/sms/fallback", **deserted.form("i passed out")))
    calm = texts(deserted.post("/sms/fallback", **deserted.form("thank you")))
    assert alarmed != calm
    assert calm == texts(deserted.post("/sms/fallback", **deserted.form("no i have not passed out")))


def test_the_fallback_speaks_too_and_then_ends_the_call(deserted: Carrier) -> None:
    """A call that failed is told what to do before it ends."""
    for heard in ("", "i passed out"):
        answer = deserted.call("/voice/fallback", sid("CA"), SpeechResult=heard)
        assert "9" in " ".join(texts(answer))
        assert answer.data.endswith(b"<Hangup /></Response>")


def test_whatever_goes_wrong_in_a_turn_ends_in_safe_words(helpline: Helpline) -> None:
    """An unforeseen fault is ours to bear, not hers: status 200, and the advice for what she wrote."""

    def broken() -> Line:
        raise ZeroDivisionError("a fault of ours")

    carrier = Carrier(replace(helpline, line=broken))
    assert "911" in " ".join(carrier.text("i passed out"))
    assert "911" in " ".join(carrier.text("hello"))
    answer = carrier.call("/voice", sid("CA"))
    assert answer.status_code == 200
    assert "911" in " ".join(texts(answer)).replace(" ", "")


def test_even_a_fault_in_the_fallback_leaves_words(helpline: Helpline) -> None:
    """Without lexicons nothing can be understood, and still there are the words that always hold."""
    carrier = Carrier(replace(helpline, flow=replace(helpline.flow, lexicons={})))
    assert "911" in " ".join(texts(carrier.post("/sms/fallback", **carrier.form("i passed out"))))
