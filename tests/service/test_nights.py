"""Nights as they may go, on the real store: acknowledgements, failures, deaths in the middle of a send.

Whatever happened, an emergency is never left with nobody paged and her not told.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpline.gateway.port import CarrierRefused
from helpline.gateway.recorder import RecordingCarrier
from helpline.privacy import Vault
from helpline.service import agenda, casework, receive
from helpline.service.casework import Act
from helpline.service.conversation import Sender
from helpline.service.delivery import report
from helpline.service.line import Line
from helpline.service.rota import reached
from helpline.store.connect import connect
from helpline.store.port import Item, Staff, Status
from helpline.store.redis_store import RedisStore
from helpline.triage.cases import LADDER, OWNED
from helpline.triage.events import Texted
from helpline.triage.ladder import SAFETY_NET
from helpline.triage.state import Case, Level, StaffId
from tests.service.house import SHE, Clock, House, flow
from tests.workers.patience import SLOW_DISK

PHONES = {"s1": "+12025550190", "s2": "+12025550191", "s3": "+12025550192"}
ROLES = {"s1": "nurse", "s2": "nurse", "s3": "supervisor"}
NIGHT = max(flow().policy.again_waits["emergency"], flow().policy.rung_waits["emergency"])


class Died(BaseException):
    """The process was killed here."""


class Night:
    """One emergency and its staff; every step may fail or die, and the next begins as after a restart."""

    def __init__(self, store: RedisStore) -> None:
        self.carrier = RecordingCarrier()
        self.house = House(store, self.carrier, Clock())
        for id, phone in PHONES.items():
            staff = Staff(StaffId(id), f"Nurse {id}", phone, ROLES[id], ("en",), self.house.clock.now())
            store.staff.save_staff(staff, self.line.identity.person(phone))
        self.person = self.house.person()
        self.count = 0
        self.say("i passed out and im bleeding")

    @property
    def line(self) -> Line:
        """Return the line, with a rota."""
        line = self.house.line
        return replace(line, on_call=partial(reached, line.store.staff))

    def say(self, words: str) -> None:
        """Text as she does."""
        self.count += 1
        id, now = f"SM{self.count}{os.urandom(3).hex()}", self.house.clock.now
        sender = Sender(self.person, SHE, id)
        receive(self.line, sender, lambda chance: Texted(id, now(), chance, words))

    def case(self) -> Case | None:
        """Return her case."""
        return self.house.state().case

    def work(self) -> None:
        """Do what is due, as a worker would, and look for what is uncertain; die where the test says so."""
        for _ in range(30):
            urgent, others = self.line.store.due(self.house.clock.now())
            if not (urgent or others):
                return
            for person in dict.fromkeys((*urgent, *others)):
                agenda.wake(self.line, person)
            self.house.settle()

    def pass_by(self, minutes: int) -> None:
        """Let time pass, minute by minute."""
        for _ in range(minutes):
            self.house.clock.pass_by(minutes=1)
            self.work()

    def die(self, when: str) -> None:
        """Let a minute pass in which the worker is killed before or after a send was taken."""
        kill: Callable[[Item], Exception | None] = _killed
        setattr(self.carrier, when, kill)
        with suppress(Died):
            self.pass_by(1)
        setattr(self.carrier, when, lambda item: None)
        self.pass_by(1)

    def refuse(self) -> None:
        """Let a minute pass in which the carrier refuses every page for good."""
        self.carrier.before = lambda item: CarrierRefused(30003) if item.kind == "page" else None
        self.pass_by(1)
        self.carrier.before = lambda item: None

    def act(self, what: str, by: str) -> None:
        """Let one of the staff do something."""
        case = self.case()
        if case is None:
            return
        self.count += 1
        act = Act(case.code, StaffId(by), ROLES[by], f"{what}:{self.count}")
        match what:
            case "take":
                casework.take(self.line, act)
            case "back":
                casework.hand(self.line, act, None)
            case "give":
                casework.hand(self.line, act, StaffId("s2" if by == "s1" else "s1"))
            case _:
                casework.write(self.line, act, "hello", by_text=True)
        self.work()

    def bounce(self) -> None:
        """Let the carrier report the last page lost."""
        pages = [i for i in self.line.store.items(self.person) if i.kind == "page" and i.sid]
        if pages:
            report(self.line, pages[-1].id, "undelivered", pages[-1].sid, 30003)
        self.work()

    def paged(self) -> list[Item]:
        """Return what was sent to staff and did not fail."""
        pages = [i for i in self.line.store.items(self.person) if i.kind == "page"]
        return [i for i in pages if i.status is Status.ACCEPTED and i.delivery != "undelivered"]

    def told(self) -> bool:
        """Return whether she was told that nobody could be reached."""
        items = self.line.store.items(self.person)
        return any(i.kind == "notice" and "could not reach" in i.body for i in items)


def _killed(item: Item) -> Exception | None:
    raise Died


WHO = st.sampled_from(sorted(PHONES))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["take", "back", "give", "write"]), WHO),
        st.tuples(st.just("wait"), st.integers(1, 6)),
        st.tuples(st.just("die"), st.sampled_from(["before", "after"])),
        st.tuples(st.sampled_from(["bounce", "refuse", "again"]), st.just("")),
    ),
    max_size=9,
)


def _step(night: Night, what: str, how: object) -> None:
    match what:
        case "wait":
            assert isinstance(how, int)
            night.pass_by(how)
        case "die":
            night.die(str(how))
        case "bounce":
            night.bounce()
        case "refuse":
            night.refuse()
        case "again":
            night.say("i passed out again")
        case _:
            night.act(what, str(how))


def _safe_now(night: Night) -> None:
    """Check that her emergency is in hands, or that the next page has its time."""
    case, timers = night.case(), {t.name: t.due for t in night.house.state().timers}
    assert case is not None and case.level is Level.EMERGENCY
    if case.owner is not None:
        assert OWNED in timers
    else:
        assert timers[LADDER] <= night.house.clock.now() + NIGHT


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_night_leaves_an_emergency_to_nobody(server_url: str, steps: list[tuple[str, object]]) -> None:
    """At any time in hands, or the next page ahead; left alone, staff are paged and she is told."""
    client = connect(server_url, timeout=SLOW_DISK)
    client.flushall()
    night = Night(RedisStore(client, Vault({1: bytes(32)}, 1)))
    for what, how in steps:
        _step(night, what, how)
        _safe_now(night)

    night.pass_by(60)
    case = night.case()
    assert case is not None and case.owner is None
    assert flow().policy.ladder[case.rung].who == SAFETY_NET
    assert night.paged() and night.told()
    client.close()
