"""Her journal as a thread on a phone: what she said, what the line and staff said, what happened between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from helpline.console.words import LEVELS, SENDS, STEPS, plain
from helpline.service import Entry, Item
from helpline.service.dossier import LOOKED, Dossier

Named = Callable[[str], str]
"""Returns what to call a member of staff by id."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One bubble or line. `side` is `hers`, `line`, `staff` or `step`; `who` names staff."""

    side: str
    words: str
    time: str
    day: str
    who: str = ""
    mark: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the full journal."""

    at: str
    who: str
    what: str


def thread(seen: Dossier, zone: ZoneInfo, name: Named) -> list[Piece]:
    """Return the thread, oldest first; a day is named where it begins."""
    sent = {item.not_before: item for item in seen.items if item.kind == "relay"}
    pieces: list[Piece] = []
    last = ""
    for entry in seen.journal:
        piece = _piece(entry, sent, name)
        if piece is None:
            continue
        at = entry.at.astimezone(zone)
        today = f"{at:%A} {at.day} {at:%B}"
        side, words, who, mark, bad = piece
        pieces.append(Piece(side, words, f"{at:%H:%M}", "" if today == last else today, who, mark, bad))
        last = today
    return pieces


def log(journal: Sequence[Entry], zone: ZoneInfo, name: Named) -> list[Logged]:
    """Return every entry, newest first."""
    return [
        Logged(f"{e.at.astimezone(zone):%d %b %H:%M:%S}", _who(e.who, name), _what(e))
        for e in reversed(journal)
    ]


def lost(items: Iterable[Item]) -> list[str]:
    """Return which texts to her did not arrive, or may not have."""
    bad = {"failed", "unknown"}
    return [
        f"A {plain(i.kind).lower()} {SENDS[i.status.value]}."
        for i in items
        if i.kind not in ("page", "relay")
        and (i.status.value in bad or i.delivery in ("undelivered", "failed"))
    ]


def pages(items: Iterable[Item], code: str, zone: ZoneInfo, name: Named) -> list[str]:
    """Return who was paged about a case, how and when, and whether it arrived."""
    found = []
    for item in items:
        if item.kind != "page" or item.case != code:
            continue
        how = "phone" if item.medium == "call" else "text"
        came = item.delivery or SENDS[item.status.value]
        found.append(f"{item.not_before.astimezone(zone):%H:%M}: {name(item.staff or '')}, by {how} ({came})")
    return found


_Piece = tuple[str, str, str, str, bool]


def _piece(entry: Entry, sent: dict[datetime, Item], name: Named) -> _Piece | None:
    """Return side, words, who, mark and whether something is wrong; None for what is no part of a thread."""
    match entry.what:
        case "Texted":
            return "hers", entry.detail or "(a picture or an empty text)", "", "", False
        case "Said":
            return "hers", entry.detail, "", "said", False
        case "Pressed":
            return "step", "She pressed a key", "", "", False
        case "said" | "sent":
            return "line", entry.detail, "", "", False
        case "StaffWrote":
            mark, bad = _mark(sent.get(_millisecond(entry.at)))
            return "staff", entry.detail, name(entry.who), mark, bad
    words = STEPS.get(entry.what)
    return ("step", _filled(words, entry, name), "", "", False) if words else None


def _filled(words: str, entry: Entry, name: Named) -> str:
    level = LEVELS.get(entry.detail.split(" ")[-1], "") if "{level}" in words else ""
    staff = name(entry.detail) if "{detail_name}" in words else ""
    detail = entry.detail.replace("\n", ". ")
    return words.format(who=_who(entry.who, name), detail=detail, level=level, detail_name=staff)


def _mark(item: Item | None) -> tuple[str, bool]:
    if item is None:
        return "not sent", True
    if item.delivery in ("undelivered", "failed"):
        return "did not arrive", True
    if item.delivery in ("delivered", "read"):
        return "delivered", False
    return SENDS[item.status.value], item.status.value in ("unknown", "failed", "dropped")


def _who(who: str, name: Named) -> str:
    return {"person": "She", "helpline": "The line", "carrier": "The carrier"}.get(who) or name(who)


def _what(entry: Entry) -> str:
    if entry.what == "understood":
        _, id, value, words = (*entry.detail.split("\t", 3), "", "", "")[:4]
        return f"understood: {plain(id).lower()} {value.replace('_', ' ')}".strip() + (
            f" (“{words.strip()}”)" if words.strip() else ""
        )
    if entry.what == LOOKED:
        return "looked at the case"
    return f"{plain(entry.what).lower()}: {entry.detail}" if entry.detail else plain(entry.what).lower()


def _millisecond(at: datetime) -> datetime:
    return at - timedelta(microseconds=at.microsecond % 1000)
