"""`helpline clock advance`: let time pass in a simulation."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta
from typing import Any

from helpline.cli.terminal import add_json, problem, show_json

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def add(subparsers: Any) -> None:
    """Register the command."""
    clock = subparsers.add_parser("clock", help="move the clock of a simulation on")
    acts = clock.add_subparsers(title="what to do", metavar="advance", required=True)
    advance = acts.add_parser("advance", help="move the clock on by 10m, 2h, 1d, 1w")
    advance.add_argument("by", type=duration, help="how far: a number and s, m, h, d or w")
    add_json(advance)
    advance.set_defaults(run=run)


def duration(text: str) -> timedelta:
    """Return the time that `90s`, `10m`, `2h`, `1d`, `1w` or `1d12h` means. Raise ArgumentTypeError."""
    parts = re.findall(r"(\d{1,6})([smhdw])", text)
    if not parts or "".join(n + u for n, u in parts) != text:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; write 10m, 2h or 1d")
    return timedelta(**{UNITS[u]: int(n) for n, u in parts})


def run(args: argparse.Namespace) -> int:
    """Move the clock; return the exit status."""
    from helpline.cli.opened import opened
    from helpline.config import read_settings

    if not read_settings(make_secret=False).simulation:
        problem("HELPLINE_MODE is production: only the clock of a simulation can be moved.")
        return 1
    with opened() as line:
        shift = line.store.shift_clock(args.by.total_seconds())
        now = line.now()
    if args.json:
        show_json({"now": now.isoformat(), "shift_seconds": shift})
    else:
        print(f"It is now {now:%A %d %B %Y, %H:%M} UTC on this helpline.")
    return 0
