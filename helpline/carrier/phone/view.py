"""What one phone shows: bubbles by day, ticks, sizes and costs, the call at hand, what the line knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from helpline.carrier.delivery import error_words
from helpline.carrier.legs import Leg
from helpline.carrier.phone.insight import Insight, ask, marked
from helpline.carrier.phone.shapes import call_shape
from helpline.carrier.records import Message
from helpline.carrier.station import Station

BUBBLES_SHOWN = 120
_TICKS = {
    "accepted": ("…", "waiting"),
    "queued": ("…", "waiting"),
    "sending": ("…", "sending"),
    "sent": ("✓", "sent"),
    "delivered": ("✓✓", "delivered"),
    "received": ("✓✓", "sent"),
}
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")


@dataclass(frozen=True, slots=True)
class Bubble:
    """Hold one text as the phone shows it; `pieces` are its words, each with whether they fired."""

    sid: str
    mine: bool
    pieces: tuple[tuple[str, bool], ...]
    time: str
    day: str
    tick: str
    tick_words: str
    size: str
    encoding: str
    problem: str
    by_carrier: bool
    media: int


@dataclass(frozen=True, slots=True)
class PhoneView:
    """Hold everything one phone shows."""

    number: str
    name: str
    key: str
    behaviour: str
    blocked: bool
    bubbles: tuple[Bubble, ...]
    call: dict[str, object] | None
    insight: Insight
    version: int


def look(station: Station, number: str) -> PhoneView:
    """Look at a phone; asks the helpline what it knows about the person."""
    ledger = station.ledger
    insight = ask(station.settings.webhook, number)
    texts = ledger.thread(number)[-BUBBLES_SHOWN:]
    return PhoneView(
        number=number,
        name=pretty(number),
        key=number.lstrip("+"),
        behaviour=ledger.behaviour(number).value,
        blocked=any(ledger.is_blocked(number, own) for own in ledger.numbers),
        bubbles=tuple(_bubbles(texts, insight, station)),
        call=_call(station.calls.of(number)),
        insight=insight,
        version=ledger.touched(number),
    )


def _call(leg: Leg | None) -> dict[str, object] | None:
    return None if leg is None else call_shape(leg)


def _bubbles(texts: list[Message], insight: Insight, station: Station) -> Iterable[Bubble]:
    zone = ZoneInfo(station.settings.timezone)
    last = next((m.sid for m in reversed(texts) if m.direction == "inbound"), "")
    words = tuple(u.words for u in insight.understood)
    day = ""
    for message in texts:
        at = datetime.fromtimestamp(message.created, zone)
        today = f"{at:%A} {at.day} {at:%B}"
        fired = words if message.sid == last else ()
        yield _bubble(message, fired, at, "" if today == day else today, station)
        day = today


def _bubble(message: Message, words: tuple[str, ...], at: datetime, day: str, station: Station) -> Bubble:
    tick, tick_words = _TICKS.get(message.status, ("!", message.status))
    problem = ""
    if message.error or message.status in {"failed", "undelivered", "canceled"}:
        problem = f"did not reach this phone: {error_words(message.error) or message.status}"
        problem += f" ({message.error})" if message.error else ""
    return Bubble(
        sid=message.sid,
        mine=message.direction == "inbound",
        pieces=tuple(marked(message.body, words)),
        time=f"{at:%H:%M}",
        day=day,
        tick=tick,
        tick_words=tick_words,
        size=size_words(message, station.settings.price),
        encoding=message.encoding,
        problem=problem,
        by_carrier=message.by_carrier,
        media=len(message.media),
    )


def size_words(message: Message, price: float) -> str:
    """Say how many segments a text takes and about what that costs."""
    plural = "" if message.segments == 1 else "s"
    return f"{message.segments} segment{plural}, about ${message.segments * price:.4f}"


def pretty(number: str) -> str:
    """Write a number so that it can be read: groups for North America, as it stands for the rest."""
    if len(number) == 12 and number.startswith("+1"):
        return f"+1 {number[2:5]} {number[5:8]} {number[8:]}"
    return number


def clock_words(station: Station) -> tuple[str, str]:
    """Say what time it is here, and by how much that is ahead of the machine's clock."""
    at = datetime.fromtimestamp(station.clock.now(), ZoneInfo(station.settings.timezone))
    shift = round(station.clock.shift / 60)
    ahead = f"{shift // 60} h {shift % 60} min ahead" if shift else "as on this machine"
    return f"{at:%a} {at.day} {at:%b} {at:%H:%M}", ahead
