"""A process killed at a hop that has a name: one test a hop, for every journey that ends in a text or a case.

The steps of each journey stand here by name, and a worker that lives must take exactly these: so no hop is
forgotten when a journey gets a new one. `tests.workers.test_killed_at_every_hop` goes through them by number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue, SimpleWorker

from helpline.carrier.faults import Rule
from helpline.carrier.server import ThreadedCarrier
from helpline.service import ItemId
from helpline.store.embedded import Embedded
from helpline.store.port import Staff, Status
from helpline.triage.effects import Repeat
from helpline.triage.state import StaffId
from helpline.workers import jobs
from helpline.workers.queues import SENDS
from tests.service.house import SHE, House, text, timer
from tests.workers.victim import Order
from tests.workers.victims import Victims

NURSE = "+12025550190"
DANGER = {"from": SHE, "id": "SM1", "body": "i passed out and im bleeding"}

ANSWER = ("load", "commit", "wake")
TICK = ("beat", "due", "put")
CHECKIN = ("look", "load", "commit", "look", "claim", "text", "settle")
BUSY = ("look", "claim", "text", "items", "postpone", "settle")
PAGE = ("look", "find_case", "claim", "text", "load", "commit", "wake", "settle", "find_case")
RUNG = ("look", "load", "commit", "wake", "look", "find_case", "claim", "call", "settle", "find_case")
LOSS = ("item", "load", "commit", "wake", "report")
DOUBT = ("unknown_items", "items", "find", "settle", "wake")


def hops(steps: Sequence[str]) -> list[str]:
    """Return where to die: before each step, and after the last; the second of a name is `name 2`."""
    seen: dict[str, int] = {}
    names = []
    for step in steps:
        seen[step] = seen.get(step, 0) + 1
        names.append(f"before {step} {seen[step]}")
    return [*names, names[-1].replace("before", "after")]


@dataclass
class Scene:
    """A helpline, and processes that die for it; time passes for both the helpline and the carrier."""

    house: House
    carrier: ThreadedCarrier
    victims: Victims

    def live(self, job: str = "work", **told: str) -> tuple[str, ...]:
        """Let a process do a job to its end; return its steps."""
        (end,) = self.victims.work(Order(self._now(), which=10**6, job=job, told=told))
        assert not end.killed
        return end.steps

    def die(self, hop: str, job: str = "work", **told: str) -> None:
        """Let a process die at a hop of a job."""
        side, name, which = hop.split()
        (end,) = self.victims.work(Order(self._now(), int(which), name, side, job, told))
        assert end.killed, hop

    def recover(self, rounds: int = 1) -> None:
        """Go on as other workers do: what hangs is in doubt after a minute, and then it is looked for."""
        self.live()
        for _ in range(rounds):
            self.pass_by(61)
            for job in ("work", "reconcile", "work", "work"):
                self.live(job)

    def pass_by(self, seconds: int) -> None:
        """Let time pass."""
        self.house.clock.pass_by(seconds=seconds)
        self.carrier.station.clock.advance(seconds)

    def heard(self, number: str) -> list[str]:
        """Return the texts and calls that the carrier took for a phone."""
        station = self.carrier.station
        texts = [m.body for m in station.ledger.messages.values() if m.to == number]
        return texts + ["(a call)" for leg in station.calls.newest_first() if leg.call.to == number]

    def journal(self, what: str) -> int:
        """Return how often something stands in her journal."""
        return [e.what for e in self.house.store.journal(self.house.person())].count(what)

    def _now(self) -> str:
        return self.house.clock.now().isoformat()


@pytest.fixture(scope="module")
def victims(server: Embedded, local_carrier: ThreadedCarrier) -> Iterator[Victims]:
    """Start what dies once for all tests."""
    started = Victims(server.start(), local_carrier.base)
    yield started
    started.close()


@pytest.fixture
def scene(house: House, carrier: ThreadedCarrier, victims: Victims) -> Scene:
    """Return a helpline with one nurse on call."""
    nurse = Staff(StaffId("s1"), "Ana Ruiz", NURSE, "nurse", ("en",), house.clock.now())
    house.store.staff.save_staff(nurse, house.person(NURSE))
    return Scene(house, carrier, victims)


# ---- a text of hers is answered ---------------------------------------------------------------------------
def test_the_hops_of_an_answer_are_all_named(scene: Scene) -> None:
    """Load, decide, commit, wake."""
    assert scene.live("receive", **DANGER) == ANSWER


@pytest.mark.parametrize("hop", hops(ANSWER))
def test_killed_while_it_answers(scene: Scene, hop: str) -> None:
    """The carrier asks again: her words count once, staff are paged once, she hears once that they are."""
    scene.die(hop, "receive", **DANGER)
    scene.live("receive", **DANGER)
    scene.recover()
    assert scene.journal("Texted") == 1 and len(scene.house.store.open_cases()) == 1
    assert len(scene.heard(NURSE)) == 1 and len(scene.heard(SHE)) == 1


# ---- somebody is handed out -------------------------------------------------------------------------------
def test_the_hops_of_a_tick_are_all_named(scene: Scene) -> None:
    """What follows is the settling of doubts and the report on the rota, of which the next beat makes up."""
    _plan(scene.house)
    steps = scene.live("tick")
    assert steps[:3] == TICK and set(steps[3:]) <= {"reconcile", "report_rota"}


@pytest.mark.parametrize("hop", hops(TICK))
def test_killed_while_it_hands_out(scene: Scene, client: Redis, hop: str) -> None:
    """The next ticker hands out whoever is due, and each text leaves once."""
    _plan(scene.house)
    scene.die(hop, "tick")
    scene.live("tick")
    jobs.use(lambda: scene.house.line)
    queue = Queue(SENDS, connection=client, serializer="json")
    SimpleWorker([queue], connection=client, serializer="json").work(burst=True, logging_level="ERROR")
    jobs.finish()
    assert scene.heard(SHE) == ["How are you?"]


# ---- a check-in leaves ------------------------------------------------------------------------------------
def _plan(house: House, repeat: Repeat = Repeat.NEVER, **more: object) -> ItemId:
    now = house.clock.now()
    item = text(not_before=now, expires=now + timedelta(hours=1), repeat=repeat, **more)
    return house.plan(item, timers=(timer("anything", now),))[1][0]


def test_the_hops_of_a_check_in_are_all_named(scene: Scene) -> None:
    """A timer fires, then a text leaves."""
    _plan(scene.house)
    assert scene.live() == CHECKIN


@pytest.mark.parametrize("hop", hops(CHECKIN))
@pytest.mark.parametrize("repeat", list(Repeat))
def test_killed_while_a_check_in_leaves(scene: Scene, repeat: Repeat, hop: str) -> None:
    """It arrives once; a death between claim and carrier leaves in doubt what is never sent twice."""
    item = _plan(scene.house, repeat)
    scene.die(hop)
    scene.recover()
    doubt = repeat is Repeat.NEVER and hop == "before text 1"
    assert len(scene.heard(SHE)) == (0 if doubt else 1)
    assert scene.house.status(item) is (Status.UNKNOWN if doubt else Status.ACCEPTED)


# ---- the carrier is busy -----------------------------------------------------------------------------------
def _two_at_a_busy_carrier(scene: Scene) -> None:
    now = scene.house.clock.now()
    more = {"not_before": now, "expires": now + timedelta(hours=1), "repeat": Repeat.SAFE}
    scene.house.plan(text("first", **more), text("second", **more))
    scene.carrier.station.faults.set([Rule("rest", "busy", next=1)])


def test_the_hops_at_a_busy_carrier_are_all_named(scene: Scene) -> None:
    """Whoever waits behind is moved before the one that is sent back."""
    _two_at_a_busy_carrier(scene)
    assert scene.live() == BUSY


@pytest.mark.parametrize("hop", hops(BUSY))
def test_killed_while_a_text_is_sent_back(scene: Scene, hop: str) -> None:
    """Both arrive once, in their order."""
    _two_at_a_busy_carrier(scene)
    scene.die(hop)
    scene.recover(rounds=2)
    assert scene.heard(SHE) == ["first", "second"]


# ---- a page leaves ----------------------------------------------------------------------------------------
def test_the_hops_of_a_page_are_all_named(scene: Scene) -> None:
    """A page leaves, then she is to hear that it did."""
    scene.live("receive", **DANGER)
    assert scene.live() == PAGE


@pytest.mark.parametrize("hop", hops(PAGE))
def test_killed_while_a_page_leaves(scene: Scene, hop: str) -> None:
    """The nurse is paged once, and she hears once that someone was told."""
    scene.live("receive", **DANGER)
    scene.die(hop)
    scene.recover()
    assert len(scene.heard(NURSE)) == 1 and len(scene.heard(SHE)) == 1


# ---- nobody answers ---------------------------------------------------------------------------------------
def _unanswered(scene: Scene) -> None:
    scene.live("receive", **DANGER)
    for _ in range(2):
        scene.live()
    scene.pass_by(120)


def test_the_hops_of_the_ladder_are_all_named(scene: Scene) -> None:
    """A rung is due, then the same nurse is called."""
    _unanswered(scene)
    assert scene.live()[: len(RUNG)] == RUNG


@pytest.mark.parametrize("hop", hops(RUNG))
def test_killed_while_the_ladder_climbs(scene: Scene, hop: str) -> None:
    """One rung, one call, whoever goes on."""
    _unanswered(scene)
    scene.die(hop)
    scene.recover()
    case = scene.house.state().case
    assert case is not None and case.rung == 1
    assert scene.heard(NURSE)[1:] == ["(a call)"]


# ---- a safety text is lost --------------------------------------------------------------------------------
def _lost(scene: Scene) -> dict[str, str]:
    item = _plan(scene.house, Repeat.SAFE, urgent=True)
    scene.live()
    return {"item": item, "delivery": "undelivered", "code": "30005"}


def test_the_hops_of_a_loss_are_all_named(scene: Scene) -> None:
    """The core hears of it before the report is written down."""
    assert scene.live("report", **_lost(scene)) == LOSS


@pytest.mark.parametrize("hop", hops(LOSS))
def test_killed_while_a_loss_is_taken_in(scene: Scene, hop: str) -> None:
    """The carrier reports again: one call to her and one case."""
    told = _lost(scene)
    scene.die(hop, "report", **told)
    scene.live("report", **told)
    _one_call_and_one_case(scene)


@pytest.mark.parametrize("hop", hops(LOSS)[LOSS.index("commit") + 1 :])
def test_a_loss_is_not_forgotten_though_it_is_reported_once(scene: Scene, hop: str) -> None:
    """A carrier that does not report again: once something was written, the core has heard of it."""
    scene.die(hop, "report", **_lost(scene))
    _one_call_and_one_case(scene)


def _one_call_and_one_case(scene: Scene) -> None:
    scene.recover()
    assert scene.journal("Undelivered") == 1 and len(scene.house.store.open_cases()) == 1
    assert scene.heard(SHE) == ["How are you?", "(a call)"]


# ---- a doubt is looked into -------------------------------------------------------------------------------
def _doubted(scene: Scene) -> ItemId:
    scene.carrier.station.faults.set([Rule("rest", "error", next=1)])
    item = _plan(scene.house, Repeat.SAFE)
    scene.live()
    scene.pass_by(61)
    return item


def test_the_hops_of_a_look_are_all_named(scene: Scene) -> None:
    """Read, look, settle, wake."""
    _doubted(scene)
    assert scene.live("reconcile") == DOUBT


@pytest.mark.parametrize("hop", hops(DOUBT))
def test_killed_while_a_doubt_is_looked_into(scene: Scene, hop: str) -> None:
    """What the carrier had lost is sent again, once."""
    item = _doubted(scene)
    scene.die(hop, "reconcile")
    scene.recover()
    assert scene.heard(SHE) == ["How are you?"] and scene.house.status(item) is Status.ACCEPTED
