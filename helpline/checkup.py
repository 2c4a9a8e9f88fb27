"""What the joined parts say of themselves: health, gauges, and the look that only a simulation allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Protocol

from helpline.channels.desk import Practice
from helpline.clock import SystemClock
from helpline.observe.health import Health
from helpline.service import doubts, gaps, numbers
from helpline.service.gaps import missing_ahead, now_missing
from helpline.service.line import Line
from helpline.service.phones import broken
from helpline.service.records import look
from helpline.service.rota import on_duty
from helpline.settings import Settings
from helpline.store.port import StoreUnavailable
from helpline.triage.flow import Flow, Region

if TYPE_CHECKING:
    from helpline.workers.queues import Queues


class Parts(Protocol):
    """What is looked at. `line` and `queues` raise StoreUnavailable while the store is away."""

    settings: Settings
    flow: Flow

    def line(self) -> Line:
        """Return the line."""

    def queues(self) -> Queues:
        """Return the queues."""


def health(parts: Parts, notices: tuple[str, ...]) -> Health:
    """Return the checks behind `/readyz` and `doctor`."""
    from redis.exceptions import RedisError

    def checked(look: Callable[[], str | None]) -> Callable[[], str | None]:
        def check() -> str | None:
            try:
                return look()
            except (StoreUnavailable, RedisError) as error:
                return str(error) or type(error).__name__

        return check

    def store() -> None:
        parts.line().store.ping()

    def queue() -> None:
        parts.queues().waiting()

    return Health(
        {
            "store": checked(store),
            "queue": checked(queue),
            "flows": lambda: None if parts.flow.conversations else "no conversation is loaded",
            "worker": checked(lambda: parts.queues().crew().problem),
        },
        notices,
        {"rota": checked(lambda: " ".join(gaps_of(parts.line())) or None)},
        lambda: (
            *numbers_notices(parts.flow.region, today()),
            *_flood_notices(parts),
            *_doubt_notices(parts),
        ),
    )


def _flood_notices(parts: Parts) -> tuple[str, ...]:
    """Return that texts came faster than people write, which somebody should look into (hazard H34)."""
    try:
        line = parts.line()
        count = line.store.counters(line.now().date().isoformat()).get("flooded", 0)
    except StoreUnavailable:
        return ()
    many = f"{count} texts today came faster from one phone than people write and were only read for danger."
    return (f"{many} If they go on, have the carrier block that sender.",) if count else ()


def _doubt_notices(parts: Parts) -> tuple[str, ...]:
    """Return that texts may not have left, which staff decide on (decision 12)."""
    try:
        count = len(doubts.in_doubt(parts.line()))
    except StoreUnavailable:
        return ()
    many = "One text or call may not have left" if count == 1 else f"{count} texts or calls may not have left"
    rest = "the carrier gave no answer, or a worker died. The console lists what is not sent again by itself."
    return (f"{many}: {rest}",) if count else ()


def numbers_notices(region: Region, day: date) -> tuple[str, ...]:
    """Return which numbers that people are given wait for somebody to ring them (hazard H37)."""
    return numbers.in_words(region, numbers.to_ring(region, day))


def today() -> date:
    """Return the real day: a clock moved in a simulation makes no number old."""
    return SystemClock().now().date()


def gaps_of(line: Line) -> list[str]:
    """Return when nobody is on call, now and ahead, without a name: anybody may read it."""
    found = [*now_missing(line), *missing_ahead(line)]
    return [gaps.in_words(line, gap) for gap in found if gap.grave]


def rota_notices(line: Line) -> tuple[str, ...]:
    """Return for `doctor` what else the rota lacks, and whose phone does not work."""
    found = [gap for gap in (*now_missing(line), *broken(line)) if not gap.grave or gap.fill]
    return tuple(f"Rota: {gaps.in_words(line, gap)}" for gap in found)


def gauges(parts: Parts) -> Mapping[str, Mapping[str, float]]:
    """Return what is counted in the store and in the queue at this moment; nothing while they are away."""
    from redis.exceptions import RedisError

    try:
        line = parts.line()
        today = line.store.counters(line.now().date().isoformat())
        cases = Counter(str(record.case.level) for record in line.store.open_cases())
        return {
            "today_count": {name: float(value) for name, value in today.items()},
            "open_cases_count": {level: float(n) for level, n in cases.items()},
            "rota_count": {
                "on_call": float(len(on_duty(line.store.staff, line.now()))),
                "gaps_ahead": float(len(missing_ahead(line))),
                "phones_not_working": float(len(broken(line))),
            },
            "doubted_sends_count": {kind: float(n) for kind, n in doubts.by_kind(line).items()},
            "numbers_count": _numbers_count(parts.flow.region),
            "waiting_jobs_count": {name: float(n) for name, n in parts.queues().waiting().items()},
        }
    except (StoreUnavailable, RedisError):
        return {}


def _numbers_count(region: Region) -> dict[str, float]:
    found = numbers.to_ring(region, today())
    return {
        "given": float(len(region.resources)),
        "never_rung": float(len(found.never)),
        "rung_too_long_ago": float(len(found.old)),
    }


def practice(parts: Parts) -> Practice:
    """Return what a simulation offers beside."""

    def person(number: str) -> Mapping[str, object] | None:
        line = parts.line()
        phone = line.identity.parse(number, line.default_region)
        return look(line, phone) if phone else None

    page = f"http://127.0.0.1:{parts.settings.carrier_port}/phone/" if parts.settings.local_carrier else None
    return Practice(person, lambda seconds: parts.line().store.shift_clock(seconds), page)
