"""Cases, counters and flows in Redis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from helpline.store import codec, keys
from helpline.store.port import CaseRecord
from helpline.store.redis_people import Desk, pairs
from helpline.store.wire import Script
from helpline.store.writes import DAY, case_write

CASE = Script("case", prelude=False)


def find_case(desk: Desk, code: str) -> CaseRecord | None:
    """Return the case with this code, however it is spelt."""
    folded = codec.fold_code(code)
    if folded is None:
        return None
    fields = pairs(desk.wire.call("find a case", "HGETALL", keys.case(folded)))
    return codec.read_case(desk.vault, folded, fields) if fields else None


def open_cases(desk: Desk) -> Sequence[CaseRecord]:
    """Return all cases not closed, worst level first, then oldest."""
    replies = desk.wire.batch("list open cases", [("ZRANGE", keys.cases(b), 0, -1) for b in keys.BUCKETS])
    codes = [code.decode() for reply in replies for code in reply]
    if not codes:
        return []
    found = desk.wire.batch("read open cases", [("HGETALL", keys.case(code)) for code in codes])
    return codec.worst_first(
        codec.read_case(desk.vault, code, pairs(fields))
        for code, fields in zip(codes, found, strict=True)
        if fields
    )


def save_case(desk: Desk, record: CaseRecord, keep_days: int) -> bool:
    """Write a case that exists, without its person."""
    case = case_write(desk.vault, record)
    flat = [part for pair in case.fields.items() for part in pair]
    place = [keys.case(case.code), keys.cases(case.code[:2].lower())]
    args = [case.code, int(case.open), case.opened, keep_days * DAY, *flat]
    return bool(desk.wire.script("write a case", CASE, place, args))


def counters(desk: Desk, day: str) -> Mapping[str, int]:
    """Return the counters of one UTC day, summed over all buckets."""
    replies = desk.wire.batch("read counters", [("HGETALL", keys.count(b, day)) for b in keys.BUCKETS])
    total: Counter[str] = Counter()
    for reply in replies:
        for name, n in pairs(reply).items():
            total[name.decode()] += int(n)
    return dict(total)


def save_flow(desk: Desk, key: str, checksum: str, body: bytes) -> bool:
    """Keep a flow version; False when the same version is stored with another checksum."""
    mine = checksum.encode() + b"\n" + body
    _, stored = desk.wire.batch("keep a flow", [("SET", key, mine, "NX"), ("GET", key)])
    return bool(stored.partition(b"\n")[0] == checksum.encode())


def flow(desk: Desk, key: str) -> bytes | None:
    """Return a stored flow version."""
    stored: bytes | None = desk.wire.call("read a flow", "GET", key)
    return None if stored is None else stored.partition(b"\n")[2]


def clock_shift(desk: Desk) -> float:
    """Return the shift of the simulated clock in seconds."""
    return float(desk.wire.call("read the clock", "GET", keys.CLOCK) or 0)


def shift_clock(desk: Desk, seconds: float) -> float:
    """Add to the shift of the simulated clock and return it."""
    return float(desk.wire.call("shift the clock", "INCRBYFLOAT", keys.CLOCK, repr(float(seconds))))


def ping(desk: Desk) -> None:
    """Return when the store answers a write."""
    desk.wire.call("ping", "SET", keys.PING, "1", "PX", 60_000)
