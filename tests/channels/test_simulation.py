"""What only a simulation shows, and only to this machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpline.config import Mode, Settings, read_settings
from helpline.wiring import Helpline, build
from tests.channels.webhooks import Carrier


def test_a_person_is_shown_with_what_was_understood(carrier: Carrier) -> None:
    """The phone page sees the conversation as `chat` prints it."""
    carrier.text("bleeding")
    carrier.text("i passed out")
    seen = carrier.client.get(f"/simulation/person/{carrier.number}").json
    assert seen is not None
    assert seen["conversation"]["disposition"] == "emergency"
    assert {"kind", "id", "value", "words"} == set(seen["understood"][0])
    assert carrier.client.get("/simulation/person/+14155559999").status_code == 404
    assert carrier.client.get("/simulation/person/nobody").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost", "Origin": "https://evil.example"},
    ],
)
def test_other_websites_do_not_get_in(carrier: Carrier, headers: dict[str, str]) -> None:
    """A page in a browser on this machine cannot read people or move the clock."""
    assert carrier.client.get(f"/simulation/person/{carrier.number}", headers=headers).status_code == 404
    assert (
        carrier.client.post("/simulation/clock", json={"advance_seconds": 1}, headers=headers).status_code
        == 404
    )


def test_other_machines_do_not_get_in(carrier: Carrier) -> None:
    """Only loopback addresses are answered."""
    other = {"REMOTE_ADDR": "192.0.2.7"}
    assert carrier.client.get(f"/simulation/person/{carrier.number}", environ_base=other).status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"advance_seconds": "1h"},
        {"advance_seconds": -1},
        {"advance_seconds": True},
        {"advance_seconds": 1e12},
    ],
)
def test_a_clock_moves_on_by_seconds_and_by_nothing_else(carrier: Carrier, told: object) -> None:
    """Anything else is refused with what to send."""
    answer = carrier.client.post("/simulation/clock", json=told)
    assert answer.status_code == 400
    assert "advance_seconds" in answer.text


def test_the_clock_moves_on(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is moved is the helpline's own time, for all its processes."""
    folder = tmp_path_factory.mktemp("clock")
    with build(read_settings({"HELPLINE_DATA": str(folder)}, folder=folder)) as helpline:
        before = helpline.line().now()
        client = Carrier(helpline).client
        assert client.post("/simulation/clock", json={"advance_seconds": 3600}).json == {
            "shift_seconds": 3600.0
        }
        assert helpline.line().store.clock_shift() == 3600.0
        assert helpline.line().now() >= before


def test_the_phone_is_found_from_the_web(carrier: Carrier) -> None:
    """`/phone/` leads to the browser phone."""
    answer = carrier.client.get("/phone/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "http://127.0.0.1:8001/phone/")


def test_production_has_none_of_it(helpline: Helpline, settings: Settings) -> None:
    """404, as for any address that does not exist."""
    real = replace(settings, mode=Mode.PRODUCTION, accept_draft=True)
    with build(real) as made:
        client = Carrier(made).client
        assert client.get("/simulation/person/+14155550100").status_code == 404
        assert client.post("/simulation/clock", json={"advance_seconds": 1}).status_code == 404
        assert client.get("/phone/").status_code == 404
