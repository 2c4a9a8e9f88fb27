"""What staff do by text: take a case, close it, go on and off call; and what is not for them to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from helpline.cli.phone_bench import Bench
from helpline.store.port import Staff
from helpline.triage.state import StaffId

HER, ANA, BEA, STRANGER = "+15555550100", "+12025550190", "+12025550191", "+12025550199"


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A helpline in memory with two nurses on call."""
    opened = Bench.open(memory=True)
    for id, name, phone in (("s1", "Ana Ruiz", ANA), ("s2", "Bea Stone", BEA)):
        staff = Staff(StaffId(id), name, phone, "nurse", ("en",), opened.line.now())
        opened.line.store.staff.save_staff(staff, opened.line.identity.person(phone))
    yield opened
    opened.close()


def _give(bench: Bench, **entry: Any) -> dict[str, Any]:
    return bench.answer(json.dumps(entry))


def _case(bench: Bench) -> str:
    out = _give(bench, **{"from": HER, "body": "i passed out and im bleeding"})
    return str(out["escalations"][0]["case"])


def test_the_first_on_call_is_paged_with_code_and_level_only(bench: Bench) -> None:
    """A page names the case and how bad it is: no health detail, no number."""
    out = _give(bench, **{"from": HER, "body": "i passed out and im bleeding"})

    pages = [o for o in out["outbound"] if o["kind"] == "page"]
    assert [p["to"] for p in pages] == [ANA]
    assert out["escalations"][0]["case"] in pages[0]["body"]
    assert "bleed" not in pages[0]["body"] and HER[-7:] not in pages[0]["body"]


def test_acknowledging_stops_the_ladder(bench: Bench) -> None:
    """Once taken, nobody else is paged."""
    code = _case(bench)

    out = _give(bench, staff=ANA, body=f"ACK {code}")
    later = _give(bench, advance="20m")

    assert "yours" in out["replies"][0]
    assert [o for o in later["outbound"] if o["kind"] == "page"] == []


def test_nobody_answering_pages_the_next(bench: Bench) -> None:
    """After the wait of the level the next rung is climbed: a call, then the next nurse."""
    _case(bench)

    out = _give(bench, advance="5m")

    assert BEA in [o["to"] for o in out["outbound"] if o["kind"] == "page"]


def test_the_first_to_take_a_case_wins(bench: Bench) -> None:
    """The second hears who has it."""
    code = _case(bench)

    _give(bench, staff=ANA, body=f"ack {code.lower()}")
    out = _give(bench, staff=BEA, body=f"ACK {code}")

    assert "Ana Ruiz" in out["replies"][0]


def test_a_code_alone_and_look_alikes_are_enough(bench: Bench) -> None:
    """`7f3k` without ACK takes the case."""
    code = _case(bench)

    out = _give(bench, staff=ANA, body=code.lower())

    assert "yours" in out["replies"][0]


def test_done_closes_and_her_next_word_is_a_new_contact(bench: Bench) -> None:
    """DONE with an outcome ends the case."""
    code = _case(bench)
    before = bench.state_of(HER)
    _give(bench, staff=ANA, body=f"ACK {code}")

    out = _give(bench, staff=ANA, body=f"DONE {code} reached care")
    _give(bench, **{"from": HER, "body": "hello again"})

    after = bench.state_of(HER)
    assert "closed" in out["replies"][0]
    assert before is not None and after is not None
    assert before.conversation != after.conversation


@pytest.mark.parametrize("words", ["ACK 0000", "DONE ZZZZ"])
def test_an_unknown_code_gets_a_clear_answer(bench: Bench, words: str) -> None:
    """A code that leads nowhere is said to."""
    out = _give(bench, staff=ANA, body=words)

    assert "no case" in out["replies"][0]


def test_a_stranger_cannot_take_a_case(bench: Bench) -> None:
    """ACK from an unknown phone is words of a person like any other."""
    code = _case(bench)

    _give(bench, **{"from": STRANGER, "body": f"ACK {code}"})

    state = bench.state_of(HER)
    assert state is not None and state.case is not None and state.case.owner is None


def test_nobody_on_call_pages_everybody_for_an_emergency(bench: Bench) -> None:
    """With all off call an emergency still wakes someone."""
    for phone in (ANA, BEA):
        _give(bench, staff=phone, body="OFF")

    out = _give(bench, **{"from": HER, "body": "i passed out"})

    assert [o["to"] for o in out["outbound"] if o["kind"] == "page"] == [ANA]
