"""From a red flag in a text to the first page that is handed to the carrier, idle and under load."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

from redis import Redis

from helpline.service import Line
from helpline.store.port import Staff
from helpline.triage.state import PersonId, StaffId
from helpline.workers.queues import Queues
from tests.bench.load import play
from tests.bench.people import number, request, sid
from tests.bench.places import Place, carrier, until, web, worker
from tests.bench.sending import line_of
from tests.bench.table import Row, percentile

WORDS = "i just passed out in the bathroom and im bleeding a lot"
FIRST, OTHERS = 5_000, 40_000
CONNECTIONS = 4
"""Connections that text without pause while the pages under load are measured."""
PAUSE = 0.2
"""Seconds between two red flags, so that no page waits behind the one before."""


def rows(at: Place, quick: bool) -> list[Row]:
    """Return the rows on paging; for each case someone else is on call, whose phone was left in peace."""
    many = 20 if quick else 80
    with line_of(at) as line, at.client() as client, carrier(at), web(at), worker(at):
        idle, floor = _measured(at, line, client, FIRST, many)
        with _texting(at):
            loaded, under = _measured(at, line, client, FIRST + many + 10, many)
    return [*_rows("", idle, floor), *_rows(" under load", loaded, under)]


def _rows(when: str, times: list[float], floor: list[float]) -> list[Row]:
    detail = {"slowest": round(max(times)), "pages": len(times)}
    what = f"red flag received to first page handed over{when}"
    return [
        Row(f"{what}, p50", percentile(times, 0.5), "ms", 250, None, floor=percentile(floor, 0.5)),
        Row(
            f"{what}, p99",
            percentile(times, 0.99),
            "ms",
            1000,
            5000,
            floor=percentile(floor, 0.99),
            detail=detail,
        ),
    ]


def _measured(at: Place, line: Line, client: Redis, first: int, many: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of pages and of their floor, in turn; the first three are left out."""
    times, floor = [], []
    for n in range(first, first + many + 3):
        _on_call(line, n)
        floor.append(_floor(at, client, n))
        times.append(_paged(at, line, n))
        time.sleep(PAUSE)
    return times[3:], floor[3:]


def _floor(at: Place, client: Redis, n: int) -> float:
    """Return the milliseconds of a text that pages nobody and of a bare job, one after the other."""
    begun = time.time()
    play(at.port, [request(OTHERS + n, sid(n, 0, "floor"), "hello", at.port)], connections=1)
    queues = Queues(client)
    queues.put([f"{n:032x}"], urgent=True)
    until(lambda: not queues.waiting()["urgent"] and not _running(client), None, None, 30)
    return (time.time() - begun) * 1000


def _running(client: Redis) -> int:
    return int(client.zcard("rq:wip:urgent"))  # type: ignore[arg-type]


def _on_call(line: Line, n: int) -> None:
    phone = f"+1212777{n:04d}"
    staff = Staff(StaffId(f"s_bench{n}"), f"Nurse {n}", phone, "nurse", ("en",), datetime.now(UTC))
    line.store.staff.save_staff(staff, line.identity.person(phone))
    line.store.staff.set_rota([staff.id], line.now())


@contextmanager
def _texting(at: Place) -> Iterator[None]:
    """Let others text without pause meanwhile."""
    over = Event()

    def go_on() -> None:
        n = OTHERS + 20_000
        while not over.is_set():
            texts = [request(n + k, sid(n + k, 0, "load"), "hello", at.port) for k in range(200)]
            play(at.port, texts, connections=CONNECTIONS)
            n += 200

    thread = Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _paged(at: Place, line: Line, n: int) -> float:
    """Text a red flag; return the milliseconds until its page was taken for sending, and was accepted."""
    begun = time.time()
    play(at.port, [request(n, sid(n, 0, "red"), WORDS, at.port)], connections=1)
    person = line.identity.person(number(n))
    until(lambda: _page(line, person) is not None, None, None, 30)
    sent = _page(line, person)
    assert sent is not None
    return (sent - begun) * 1000


def _page(line: Line, person: PersonId) -> float | None:
    return next(
        (
            i.sent_at.timestamp()
            for i in line.store.items(person)
            if i.kind == "page" and i.status == "accepted" and i.sent_at
        ),
        None,
    )
