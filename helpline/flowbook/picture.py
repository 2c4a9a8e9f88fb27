"""What a picture of a flow shows, before it is drawn; and two plain ways to write it: Mermaid and text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Badge:
    """What an answer forces: a disposition or flag by id, in words. `some`: only together with more."""

    level: str
    words: str
    some: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One answer, or one line of a list, with what it forces."""

    words: str
    key: str = ""
    badges: tuple[Badge, ...] = ()
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One thing that is said, asked or decided. `only` says when it comes at all."""

    kind: str
    title: str
    words: str = ""
    only: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: boxes from top to bottom, and beside them what holds throughout."""

    id: str
    title: str
    about: str
    boxes: tuple[Box, ...]
    beside: tuple[Box, ...] = ()
    foot: str = ""
    apart: bool = False
    """Each box stands for itself: no way leads from one to the next."""


def as_text(picture: Picture) -> str:
    """Return a picture in plain text, 100 columns."""
    lines = [picture.title, "=" * len(picture.title), *textwrap.wrap(picture.about, 100), ""]
    for n, box in enumerate(picture.boxes):
        if n:
            lines += [""] if picture.apart else ["        |", "        v"]
        lines += _text(box)
    for box in picture.beside:
        lines += ["", *_text(box)]
    return "\n".join([*lines, "", picture.foot]).rstrip() + "\n"


def _text(box: Box) -> list[str]:
    lines = [f"[{box.title}]"]
    if box.only:
        lines += textwrap.wrap(f"only if {box.only}", 96, initial_indent="  (", subsequent_indent="   ")
        lines[-1] += ")"
    lines += textwrap.wrap(box.words, 96, initial_indent="  ", subsequent_indent="  ")
    for row in box.rows:
        forced = _forced(row)
        shown = f"{row.key + '  ' if row.key else ''}{row.words}" + (f"  => {forced}" if forced else "")
        lines += textwrap.wrap(shown, 96, initial_indent="    ", subsequent_indent="        ")
    return lines


def _forced(row: Row) -> str:
    return ", ".join(("up to " if badge.some else "") + badge.words for badge in row.badges)


def as_mermaid(picture: Picture, colours: dict[str, str]) -> str:
    """Return a picture as a Mermaid flowchart. `colours`: level -> colour of its node."""
    lines = ["---", f"title: {_safe(picture.title)}", "---", "flowchart TD"]
    used: dict[str, str] = {}
    for n, box in enumerate(picture.boxes):
        words = ": ".join(part for part in (box.title, box.words) if part)
        only = f"<br/><i>only if {box.only}</i>" if box.only else ""
        lines.append(f'  b{n}["{_safe(words)}{_safe(only)}"]')
        if n and not picture.apart:
            lines.append(f"  b{n - 1} --> b{n}")
        for m, row in enumerate(row for row in box.rows if row.badges):
            badge = row.badges[0]
            used[badge.level] = colours.get(badge.level, "#495057")
            lines.append(f'  b{n} -- "{_safe(row.words)}" --> r{n}x{m}["{_safe(_forced(row))}"]')
            lines.append(f"  class r{n}x{m} {badge.level}")
    lines += [f"  classDef {level} fill:{colour},color:#fff" for level, colour in used.items()]
    return "\n".join(lines) + "\n"


def _safe(words: str) -> str:
    return words.replace('"', "'").replace("\n", " ")
