"""Whole turns over HTTP, ours and the floor's in turn; and what a turn says to the store."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from redis.connection import AbstractConnection

from tests.bench.load import Load, TooFew, fire, has_wrk, play
from tests.bench.people import crowd, request, scripts, sid
from tests.bench.places import Place, answering, free_port, program, pss, web
from tests.bench.table import Row, middle

FIRST_GUESS = 3600
"""Turns a second prepared for in the first, short run; later ones go by what it showed."""


@dataclass
class Traffic:
    """What went to the store while it was listened to."""

    trips: int = 0
    bytes: list[int] = field(default_factory=list)


@contextmanager
def listened() -> Iterator[Traffic]:
    """Count what redis-py sends in this process: each batch of commands is one round trip."""
    traffic, send = Traffic(), AbstractConnection.send_packed_command

    def counted(self: Any, command: Any, check_health: bool = True) -> None:
        traffic.trips += 1
        traffic.bytes.append(sum(map(len, command)) if isinstance(command, list) else len(command))
        send(self, command, check_health)  # type: ignore[no-untyped-call]

    with patch.object(AbstractConnection, "send_packed_command", counted):
        yield traffic


def store_talk(at: Place, quick: bool) -> tuple[list[Row], int]:
    """Return the rows on round trips, and how many bytes a turn sends to be written.

    The real application in this process, called as the web server calls it.
    """
    with patch.dict(os.environ, at.environment, clear=True):
        from helpline.app import create_app
        from helpline.config import read_settings
        from helpline.wiring import build

        with build(read_settings()) as helpline:
            browser = create_app(helpline).test_client()
            words = scripts(20 if quick else 60)
            post(browser, 900_000, "SM" + "0" * 32, "hi")
            with listened() as turns:
                count = sum(_converse(browser, 900_001 + n, script) for n, script in enumerate(words))
            with listened() as again:
                repeats = sum(_converse(browser, 900_001 + n, script[:3]) for n, script in enumerate(words))
    trips, repeated = turns.trips / count, again.trips / repeats
    rows = [
        Row("round trips to Redis, a turn", trips, "", 2, 3, detail={"turns": count}),
        Row("round trips to Redis, a repeated webhook", repeated, "", 1, 3, detail={"turns": repeats}),
    ]
    return rows, int(sum(turns.bytes) / count)


def _converse(browser: Any, n: int, words: Sequence[str]) -> int:
    for turn, text in enumerate(words):
        post(browser, n, sid(n, turn), text)
    return len(words)


def post(browser: Any, n: int, message: str, text: str) -> str:
    """Send one text into the application; return the answer."""
    head, _, body = request(n, message, text, 80).partition(b"\r\n\r\n")
    signature = next(x for x in head.decode().split("\r\n") if x.startswith("X-Twilio-Signature")).split(
        ": "
    )[1]
    answer = browser.post(
        "/sms",
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    if answer.status_code != 200:
        raise RuntimeError(f"a turn was answered with {answer.status_code}")
    return str(answer.text)


@contextmanager
def floor(at: Place, written: int) -> Iterator[int]:
    """Run the floor; return its port."""
    port, log = free_port(), at.folder / "floor.log"
    parts = (int(written * 0.5), int(written * 0.25), int(written * 0.25))
    told = {**at.environment, "FLOOR_STORE": at.url, "FLOOR_BYTES": ",".join(map(str, parts))}
    with program(["-m", "tests.bench.floor_app", str(port)], told, log) as running:
        answering(f"http://127.0.0.1:{port}/", running, log)
        yield port


def whole_turns(at: Place, written: int, quick: bool) -> list[Row]:
    """Return the rows on whole turns, and the memory of the web after them."""
    with web(at) as running, floor(at, written) as below:
        field_ = _Field(at, below, rounds=3 if quick else 7, seconds=1 if quick else 2)
        keyed = field_.duel(0, 16)
        mixed = field_.duel(5, 16)
        single = field_.duel(0, 1)
        memory = pss(running.pid) / 1e6
    return [
        _rate("whole turn, keyed answers, 16 connections", keyed),
        _rate("whole turn, one in five free text, 16 connections", mixed),
        _late("whole turn, one connection, p50", single, "p50", (1.4, 2.0)),
        _late("whole turn, 16 connections, p99", keyed, "p99", (1.5, 2.5)),
        Row("web, two workers, memory (PSS)", memory, "MB", 120, 200),
    ]


Duel = Sequence[tuple[Load, Load]]


@dataclass
class _Field:
    """Where ours and the floor meet, on people of their own each time.

    Runs are of so many `seconds`: short ones that follow each other see the same machine.
    """

    at: Place
    below: int
    rounds: int
    seconds: int
    people: int = 0

    def duel(self, free_every: int, connections: int) -> Duel:
        """Play ours, the floor, ours, the floor …; a short run of each before, to warm up."""
        words = scripts(60, free_every=free_every)
        guess, duel = FIRST_GUESS, list[tuple[Load, Load]]()
        while len(duel) <= self.rounds:
            try:
                duel.append(self._round(words, connections, self.seconds if duel else 1, guess))
            except TooFew:
                guess *= 2
            else:
                guess = int(max(load.rate for pair in duel for load in pair) * 1.5)
        return duel[1:]

    def _round(
        self, words: Sequence[Sequence[str]], connections: int, seconds: int, guess: int
    ) -> tuple[Load, Load]:
        ours = crowd(self.people, guess * seconds, words, self.at.port)
        self.people += len(ours.openings)
        play(self.at.port, ours.openings, connections=8)
        told = {"connections": connections, "seconds": seconds, "folder": self.at.folder}
        # The floor forgets whom it has served, so the same texts may come twice.
        return fire(self.at.port, ours.turns, **told), fire(self.below, ours.turns * 3, **told)  # type: ignore[arg-type]


def _rate(what: str, duel: Duel) -> Row:
    ours, below = (middle(pair[n].rate for pair in duel) for n in (0, 1))
    pairs = tuple(a.rate / b.rate for a, b in duel)
    return Row(
        what, ours, "/s", 0.75, 0.55, below, by_ratio=True, more=True, pairs=pairs, detail=_detail(duel)
    )


def _late(what: str, duel: Duel, which: str, limits: tuple[float, float]) -> Row:
    ours, below = (middle(getattr(pair[n], which) for pair in duel) for n in (0, 1))
    pairs = tuple(getattr(a, which) / getattr(b, which) for a, b in duel)
    return Row(what, ours, "ms", *limits, below, by_ratio=True, pairs=pairs, detail=_detail(duel))


def _detail(duel: Duel) -> dict[str, Any]:
    rounds = [
        {"ours": round(a.rate, 1), "floor": round(b.rate, 1), "p50": [a.p50, b.p50], "p99": [a.p99, b.p99]}
        for a, b in duel
    ]
    return {"client": "wrk" if has_wrk() else "own", "rounds": rounds}
