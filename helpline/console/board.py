"""The board: open cases, the worst first, and what needs a person besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpline.console import words
from helpline.console.sessions import me, this_line
from helpline.console.told import said
from helpline.service import ItemId, Line
from helpline.service.board import Board, Row, board, decide_unsure
from helpline.service.gaps import in_words, now_missing
from helpline.service.logins import Member, name_of
from helpline.service.rota import on_duty


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list, in words."""

    code: str
    tone: str
    level: str
    age: str
    who: str
    mine: bool
    taken: bool
    rung: str
    flags: tuple[str, ...]
    words: bool
    private: bool
    outcome: str = ""


def show() -> str:
    """Show the board."""
    line, mine = this_line(), me()
    seen = board(line, mine)
    return render_template(
        "board.html",
        me=mine,
        rows=[_line(line, row, mine, seen.at) for row in seen.rows],
        closed=[_line(line, row, mine, seen.at) for row in seen.closed],
        unsure=[
            (
                u.item.id,
                words.plain(words.KINDS.get(u.item.kind, u.item.kind)),
                words.age(seen.at, u.item.not_before),
                u.code,
            )
            for u in seen.unsure
        ],
        waiting=sum(not row.record.case.owner for row in seen.rows),
        figures=_figures(seen.counts),
        gaps=[in_words(line, gap) for gap in now_missing(line)] if mine.leads else [],
        on_call=[s.name for s in on_duty(line.store.staff, line.now())],
        now=_clock(line, seen),
        said=said(),
    )


def decide(item: str) -> Response:
    """Send an uncertain text again, or leave it."""
    if not me().handles:
        abort(403)
    again = request.form.get("do") == "again"
    done = decide_unsure(this_line(), ItemId(item), again=again)
    word = ("again" if again else "left") if done else "late"
    return redirect(url_for("console.board", said=word), 303)


def _line(line: Line, row: Row, mine: Member, now: datetime) -> CaseLine:
    case = row.record.case
    rung = words.rung(this_line().flow, case)
    return CaseLine(
        code=case.code,
        tone="private" if row.private else case.level.value,
        level="Private" if row.private else words.LEVELS[case.level.value],
        age=words.age(now, row.record.closed or case.opened),
        who=_who(line, row, mine),
        mine=case.owner == mine.id,
        taken=case.owner is not None,
        rung=f"paged: {rung}" if rung else "",
        flags=tuple(words.FLAGS[f] for f in row.flags if f != case.level.value),
        words=row.words,
        private=row.private,
        outcome=row.record.outcome or "",
    )


def _who(line: Line, row: Row, mine: Member) -> str:
    owner = row.record.case.owner
    if owner is None:
        return "nobody yet"
    return "you" if owner == mine.id else name_of(line, owner)


def _clock(line: Line, seen: Board) -> str:
    return f"{seen.at.astimezone(ZoneInfo(line.flow.region.time_zone)):%H:%M}"


def _figures(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the day's figures in words; nothing that did not happen."""
    opened = sum(n for name, n in counts.items() if name.startswith("case_opened"))
    closed = sum(n for name, n in counts.items() if name.startswith("case_closed"))
    net = sum(n for name, n in counts.items() if name.startswith("safety_net"))
    undelivered = sum(n for name, n in counts.items() if name.startswith("undelivered"))
    within = [
        (label, counts.get(f"acknowledged_within.{key}", 0))
        for key, label in (
            ("2m", "within 2 min"),
            ("5m", "within 5"),
            ("15m", "within 15"),
            ("longer", "later"),
        )
    ]
    taken = ", ".join(f"{n} {label}" for label, n in within if n)
    shown = [("Opened", str(opened)), ("Closed", str(closed)), ("Taken", taken or "none")]
    shown += [("Nobody reached, she was told so", str(net))] if net else []
    shown += [("Texts that did not arrive", str(undelivered))] if undelivered else []
    return shown
