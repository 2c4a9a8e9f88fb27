"""The engine alone: `advance()` on states as they occur, and the codec and the seal apart.

Time is that of the processor in this thread, so that other programs on the machine count for little.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from helpline.privacy import Vault
from helpline.store import codec
from helpline.store.records import write_state
from helpline.triage.engine import advance
from helpline.triage.events import Texted
from helpline.triage.state import Answer, Channel, FindingId, Language, State
from helpline.triage.understand import understand
from tests.bench.people import Step, content, conversation
from tests.bench.table import Row, middle, percentile

CORPUS = Path(__file__).parents[1] / "corpus"
PLACE = "h:{7f}:person:" + "7f" * 16


def rows(quick: bool) -> list[Row]:
    """Return the rows of the engine."""
    seeds = range(120 if quick else 400)
    keyed = [s for seed in seeds for s in conversation(seed)[1:]]
    free = [s for seed in seeds for s in conversation(seed, free_every=5) if s.free and s.state.asked]
    rounds = 2 if quick else 4
    dumps = _dumps([s.state for s in keyed])
    by_key, by_word, heard = _advanced(keyed, rounds), _advanced(free, rounds), _understood(rounds)
    state = state_of_forty()
    vault = Vault({1: bytes(32)}, 1)
    packed = codec.seal_state(vault, state, PLACE, 3)
    plain = write_state(state)
    return [
        Row(
            "engine alone, a keyed answer",
            by_key[0],
            "µs",
            60,
            120,
            dumps,
            detail=_spread(by_key, len(keyed)),
        ),
        Row(
            "engine alone, free text of 100 characters",
            by_word[0],
            "µs",
            1000,
            3000,
            dumps,
            detail=_spread(by_word, len(free)),
        ),
        Row(
            "understanding a labelled message, in both languages",
            heard[0],
            "µs",
            400,
            1000,
            dumps,
            detail={"p90": round(heard[1], 1), "p99": round(heard[2], 1)},
        ),
        Row(
            "a state of 40 answers, plain values and back",
            _timed(lambda: _plain_and_back(plain)),
            "µs",
            100,
            None,
            _dumps([state]),
        ),
        Row(
            "a state of 40 answers, packed, sealed and back",
            _timed(lambda: codec.open_state(vault, codec.seal_state(vault, state, PLACE, 3), PLACE, 3)),
            "µs",
            150,
            None,
            _dumps([state]),
            detail={"bytes": len(packed)},
        ),
        Row(
            "a seal of that size alone, there and back",
            _timed(lambda: vault.open(vault.seal(packed, PLACE), PLACE)),
            "µs",
            10,
            None,
        ),
    ]


def _plain_and_back(plain: object) -> object:
    return codec.unpack(codec.pack(plain))


def _advanced(steps: Sequence[Step], rounds: int) -> list[float]:
    """Return median, p90 and p99 of one turn in microseconds; the first round only warms up."""
    flow, chance = content(), os.urandom(16)
    times: list[float] = []
    for n in range(rounds + 1):
        for step in steps:
            event = Texted("SM1", step.at, chance, step.text)
            begun = time.thread_time_ns()
            advance(flow, step.state, event)
            if n:
                times.append((time.thread_time_ns() - begun) / 1000)
    return [percentile(times, share) for share in (0.5, 0.9, 0.99)]


def _understood(rounds: int) -> list[float]:
    """Return median, p90 and p99 of understanding one of the labelled messages, in microseconds.

    Every tenth of them, each as a first text; the first round only warms up.
    """
    words, times = content().lexicons, list[float]()
    texts = [json.loads(line)["text"] for file in sorted(CORPUS.glob("*.jsonl"))
             for line in file.read_text(encoding="utf-8").splitlines()[::10]]
    for n in range(rounds + 1):
        for text in texts:
            begun = time.thread_time_ns()
            understand(text, None, words, Language("en"), Channel.SMS)
            if n:
                times.append((time.thread_time_ns() - begun) / 1000)
    return [percentile(times, share) for share in (0.5, 0.9, 0.99)]


def _spread(times: Sequence[float], steps: int) -> dict[str, float]:
    return {"p90": round(times[1], 1), "p99": round(times[2], 1), "steps": steps}


def _dumps(states: Iterable[State]) -> float:
    """Return what writing a state as bare JSON takes, in microseconds: the floor of whatever keeps one."""
    return middle(_timed(partial(json.dumps, write_state(s)), 20) for s in states)


def _timed(work: Callable[[], object], times: int = 400) -> float:
    """Return the median of a piece of work in microseconds."""
    taken = []
    for _ in range(times):
        begun = time.thread_time_ns()
        work()
        taken.append((time.thread_time_ns() - begun) / 1000)
    return middle(taken)


def state_of_forty(seed: int = 1) -> State:
    """Return a state in the middle of a conversation, with answers to 40 findings."""
    step = conversation(seed)[-1]
    answers = dict(step.state.findings)
    for n, finding in enumerate(content().table.findings.values()):
        if len(answers) >= 40:
            break
        if finding.id not in answers:
            value = (
                finding.min
                if finding.numeric
                else (finding.values or ("no",))[(seed + n) % max(len(finding.values), 1)]
            )
            at = step.at + timedelta(seconds=17 * n + seed % 13)
            answers[FindingId(finding.id)] = Answer(FindingId(finding.id), value, at, Channel.SMS, "2")
    return replace(step.state, findings=answers)
