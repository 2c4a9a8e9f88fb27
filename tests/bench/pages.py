"""From a red flag in a text to the first page that is handed to the carrier."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from redis import Redis

from helpline.service import Line
from helpline.store.port import Staff
from helpline.triage.state import StaffId
from tests.bench.load import play
from tests.bench.people import number, request, sid
from tests.bench.places import Place, carrier, until, web, worker
from tests.bench.sending import line_of
from tests.bench.table import Row, percentile

WORDS = "i just passed out in the bathroom and im bleeding a lot"
FIRST = 5_000


def rows(at: Place, quick: bool) -> list[Row]:
    """Return the rows on paging, with one member of staff on call."""
    many = 20 if quick else 80
    with line_of(at) as line, at.client() as client, carrier(at), web(at), worker(at):
        phone = "+12125559999"
        staff = Staff(StaffId("s_bench"), "Ana", phone, "nurse", ("en",), datetime.now(UTC))
        line.store.staff.save_staff(staff, line.identity.person(phone))
        times = [_paged(at, line, client, FIRST + n) for n in range(many + 3)][3:]
    detail = {"p50": round(percentile(times, 0.5)), "slowest": round(max(times)), "pages": many}
    return [
        Row("red flag received to first page handed over, p50", percentile(times, 0.5), "ms", 250, None),
        Row(
            "red flag received to first page handed over, p99",
            percentile(times, 0.99),
            "ms",
            1000,
            None,
            detail=detail,
        ),
    ]


def _paged(at: Place, line: Line, client: Redis, n: int) -> float:
    """Text a red flag; return the milliseconds until its page was taken for sending, and was accepted."""
    begun = time.time()
    play(at.port, [request(n, sid(n, 0, "red"), WORDS, at.port)], connections=1)
    person = line.identity.person(number(n))
    until(lambda: _page(line, person) is not None, None, None, 30)
    sent = _page(line, person)
    assert sent is not None
    return (sent - begun) * 1000


def _page(line: Line, person: object) -> float | None:
    items = line.store.items(person)  # type: ignore[arg-type]
    return next(
        (i.sent_at.timestamp() for i in items if i.kind == "page" and i.status == "accepted" and i.sent_at),
        None,
    )
