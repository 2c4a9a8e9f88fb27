"""Deleting everything about a number: at once, but never an open case from under the staff."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from helpline.cli.phone_bench import Bench
from helpline.service import records
from helpline.store.port import Loaded, Staff, StoreUnavailable
from helpline.triage.state import StaffId
from tests.service.house import SHE, House, text

HER, ANA = "+15555550100", "+12025550190"


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A helpline in memory with one nurse."""
    opened = Bench.open(memory=True)
    staff = Staff(StaffId("s1"), "Ana Ruiz", ANA, "nurse", ("en",), opened.line.now())
    opened.line.store.staff.save_staff(staff, opened.line.identity.person(ANA))
    yield opened
    opened.close()


def _text(bench: Bench, words: str) -> dict[str, object]:
    out: dict[str, object] = bench.answer(json.dumps({"from": HER, "body": words}))
    return out


def test_everything_goes_at_once_without_a_case(bench: Bench) -> None:
    """Nothing is known any more, and her next word is the first."""
    _text(bench, "im bleeding a little")

    assert records.erase(bench.line, HER)

    assert bench.state_of(HER) is None
    assert records.export(bench.line, HER) is None or not records.export(bench.line, HER)["journal"]  # type: ignore[index]


def test_an_open_case_stays_without_content_until_it_is_taken(bench: Bench) -> None:
    """Staff see that it was erased on request; with their acknowledgement it ends."""
    _text(bench, "i passed out")
    state = bench.state_of(HER)
    assert state is not None and state.case is not None
    code = state.case.code

    records.erase(bench.line, HER)
    blank = bench.state_of(HER)
    bench.answer(json.dumps({"staff": ANA, "body": f"ACK {code}"}))

    assert blank is not None and blank.case is not None
    assert (blank.case.reason, dict(blank.findings)) == ("erased on request", {})
    assert bench.state_of(HER) is None


def test_a_stop_outlives_being_forgotten(bench: Bench) -> None:
    """After STOP and erasure the opt-out still stands when she writes again."""
    _text(bench, "hi")
    _text(bench, "STOP")
    records.erase(bench.line, HER)

    _text(bench, "hello")

    state = bench.state_of(HER)
    assert state is not None and state.consent.stopped is not None


def test_a_death_between_the_word_and_the_deed_deletes_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She was told that everything is deleted: whoever works next for her does what the dead one did not."""
    person, _ = house.plan(text())
    with monkeypatch.context() as dead:
        dead.setattr(house.store, "erase", _dies)
        with pytest.raises(StoreUnavailable):
            records.erase(house.line, SHE)
    assert house.store.journal(person)

    house.clock.pass_by(seconds=1)
    house.work()
    loaded = house.store.load(person, "look", house.clock.now())
    assert isinstance(loaded, Loaded) and loaded.state is None and not house.store.journal(person)
    assert not any(house.store.due(house.clock.now()))


def _dies(*_: object, **__: object) -> bool:
    raise StoreUnavailable("erase: the process is gone")
