"""A loss told while texts are planned, waiting or on their way: nothing of a pregnancy leaves after it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.flowbook.words import ONGOING
from helpline.gateway.port import CarrierBusy
from helpline.gateway.recorder import RecordingCarrier
from helpline.privacy import Vault
from helpline.service import Line, Sender, receive
from helpline.service.agenda import wake
from helpline.store import MemoryStore
from helpline.store.port import Item
from helpline.triage.ask import standing
from helpline.triage.events import Texted
from tests.service.house import SHE, Clock, House, flow

MORNING = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
OF_A_PREGNANCY = re.compile(ONGOING["en"], re.IGNORECASE)
HOPS = ("look", "claim", "load", "commit", "pace")


class Slipping:
    """The real store; just before the step that is next to slip, something else happens."""

    def __init__(self, store: MemoryStore, race: Race) -> None:
        self._store, self._race = store, race

    def __getattr__(self, name: str) -> object:
        self._race.at(name)
        return getattr(self._store, name)


class Race:
    """A person 28 weeks along, asked how the baby moves, and a worker; a loss told between any two steps."""

    def __init__(self) -> None:
        self.clock = Clock(MORNING)
        self.recorder = RecordingCarrier()
        self.store = MemoryStore(Vault({1: bytes(32)}, 1))
        self.house = House(self.store, self.recorder, self.clock)
        self.count = 0
        self.slip: tuple[str, int] | None = None
        self.lost_at: int | None = None
        self.text("hello")
        while "baby_movement" not in (asked := self._asked()):
            self.text("0" if len(asked) > 1 else self._key(asked[0]))

    def _asked(self) -> tuple[str, ...]:
        question = standing(flow(), self.house.state())
        assert question is not None and question.findings
        return question.findings

    def _key(self, finding: str) -> str:
        question = standing(flow(), self.house.state())
        assert question is not None
        value = {"gestation_weeks": "28", "pregnant": "yes", "bleeding": "none"}.get(finding, "no")
        return {c.id: c.key for c in question.choices}.get(value, value)

    @property
    def line(self) -> Line:
        """Return the line of a worker to whom things happen between two steps."""
        return replace(self.house.line, store=Slipping(self.store, self), pace=self._pace)  # type: ignore[arg-type]

    def _pace(self, segments: int, urgent: bool) -> float:
        self.at("pace")
        return 0.0

    def text(self, words: str) -> None:
        """Let her write."""
        self.count += 1
        sid, line = f"SM{self.count}", self.house.line
        sender = Sender(self.house.person(), SHE, sid)
        receive(line, sender, lambda chance: Texted(sid, self.clock.now(), chance, words))

    def at(self, step: str) -> None:
        """Tell the loss if it is to slip in here."""
        if self.slip is None or self.slip[0] != step:
            return
        self.slip = (step, self.slip[1] - 1)
        if self.slip[1] <= 0:
            self.slip = None
            self.lose()

    def lose(self) -> None:
        """Let her tell of the loss, once."""
        if self.lost_at is None:
            self.text("i lost the baby this morning, it was stillborn")
            self.lost_at = len(self.recorder.sent)

    def work(self) -> None:
        """Let a worker do what is due, for her."""
        for _ in range(8):
            urgent, others = self.store.due(self.clock.now())
            if not (urgent or others):
                return
            wake(self.line, self.house.person())


ACTS = st.lists(
    st.one_of(
        st.sampled_from(["minutes", "hours", "night", "busy", "word", "yes", "work", "loss"]),
        st.tuples(st.sampled_from(HOPS), st.integers(1, 4)),
    ),
    min_size=3,
    max_size=12,
)
PASSES = {"minutes": timedelta(minutes=11), "hours": timedelta(hours=3), "night": timedelta(hours=11)}


def test_before_the_loss_a_text_of_the_pregnancy_does_go_out() -> None:
    """The race is a real one: left alone, the reminder asks about the baby."""
    race = Race()
    race.clock.time += PASSES["minutes"]
    race.work()
    assert any(OF_A_PREGNANCY.search(sent.item.body) for sent in race.recorder.sent)


@settings(max_examples=120, deadline=None)
@given(ACTS)
def test_from_a_loss_on_no_text_of_a_pregnancy_is_released(acts: list[str | tuple[str, int]]) -> None:
    """However plans, waiting texts, a busy carrier and the loss fall together."""
    race = Race()
    for act in acts:
        if isinstance(act, tuple):
            race.slip = act
            race.work()
        elif act in PASSES:
            race.clock.time += PASSES[act]
        elif act == "busy":
            busy: list[Exception] = [CarrierBusy("429", 20429)]
            race.recorder.before = lambda item, busy=busy: busy.pop() if busy else None  # type: ignore[misc]
            race.work()
        elif act == "loss":
            race.lose()
        elif act == "work":
            race.work()
        else:
            race.text({"word": "i dont know", "yes": "1"}[act])
    race.lose()
    race.clock.time += PASSES["hours"]
    race.work()
    assert race.lost_at is not None
    after: list[Item] = [sent.item for sent in race.recorder.sent[race.lost_at :]]
    assert not [i.body for i in after if OF_A_PREGNANCY.search(i.body)]
