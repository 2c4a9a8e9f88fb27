"""`helpline cases` and `helpline case CODE`: what staff need to see, without names or numbers."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any

from helpline.cli.terminal import add_json, problem, show_json, table

if TYPE_CHECKING:
    from helpline.service.records import CaseView


def add(subparsers: Any) -> None:
    """Register the commands."""
    cases = subparsers.add_parser("cases", help="the open cases, the worst first")
    add_json(cases)
    cases.set_defaults(run=listed)
    case = subparsers.add_parser("case", help="one case by its code")
    case.add_argument("code", help="such as 7F3K; O and 0, I, L and 1 are the same")
    add_json(case)
    case.set_defaults(run=shown)


def listed(args: argparse.Namespace) -> int:
    """List the open cases."""
    from helpline.cli.opened import opened
    from helpline.service.records import open_cases

    with opened() as line:
        cases, now = open_cases(line), line.now()
    if args.json:
        show_json([c.as_json() for c in cases])
    elif not cases:
        print("No case is open.")
    else:
        rows = [(c.code, c.level, _age(c, now), c.status, c.owner or "-", c.reason) for c in cases]
        print(table(("case", "level", "age", "status", "with", "why"), rows))
    return 0


def shown(args: argparse.Namespace) -> int:
    """Show one case; 1 when there is none with this code."""
    from helpline.cli.opened import opened
    from helpline.service.records import one_case

    with opened() as line:
        found = one_case(line, args.code)
    if found is None:
        problem(f"There is no case {args.code}: `helpline cases` lists the open ones.")
        return 1
    if args.json:
        show_json(found.as_json())
    else:
        print(table(("what", "is"), [(k, v) for k, v in found.as_json().items() if k != "journal"]))
        print()
        rows = [(f"{e.at:%Y-%m-%d %H:%M:%S}", e.who, e.what, e.detail) for e in found.journal]
        print(table(("when (UTC)", "who", "what", ""), rows))
    return 0


def _age(case: CaseView, now: datetime) -> str:
    minutes = int((now - case.opened).total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} days"
