"""`helpline erase`, `export` and `stats`: what is kept about a number, and what the counters say."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from datetime import date
from typing import Any

from helpline.cli.terminal import add_json, problem, show_json, table


def add(subparsers: Any) -> None:
    """Register the commands."""
    erase = subparsers.add_parser("erase", help="delete everything about a number")
    erase.add_argument("number", type=number, help="with + and country code, as in +15555550100")
    erase.add_argument("--yes", action="store_true", help="really delete; it cannot be undone")
    add_json(erase)
    erase.set_defaults(run=erased)
    export = subparsers.add_parser("export", help="show everything about a number")
    export.add_argument("number", type=number, help="with + and country code, as in +15555550100")
    add_json(export)
    export.set_defaults(run=exported)
    stats = subparsers.add_parser("stats", help="what the counters of a day say")
    stats.add_argument("--day", type=date.fromisoformat, help="such as 2026-11-23, UTC (default today)")
    stats.add_argument("--rules", action="store_true", help="which rules decided of late, and how it ended")
    add_json(stats)
    stats.set_defaults(run=counted)


def number(text: str) -> str:
    """Return a number in E.164. Raise ArgumentTypeError for anything else: a wrong guess would erase."""
    plain = re.sub(r"[ ().-]", "", text)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", plain):
        raise argparse.ArgumentTypeError("write the number with + and country code, as in +15555550100")
    return plain


def erased(args: argparse.Namespace) -> int:
    """Delete everything of one person; without --yes say what would happen and do nothing."""
    from helpline.cli.opened import opened
    from helpline.service.records import erase

    if not args.yes:
        problem(
            "This deletes all conversations, plans and texts of that number at once, and cannot be undone;"
            " only its opt-out stays. Add --yes to do it."
        )
        return 2
    with opened() as line:
        done = erase(line, args.number)
    if args.json:
        show_json({"erased": done})
    else:
        print("Erased." if done else "Nothing is known of that number.")
    return 0


def exported(args: argparse.Namespace) -> int:
    """Print everything that is kept of one person; 1 when nothing is."""
    from helpline.cli.opened import opened
    from helpline.service.records import export

    with opened() as line:
        found = export(line, args.number)
    if found is None:
        problem("Nothing is known of that number.")
        return 1
    show_json(found)
    return 0


def _rules(args: argparse.Namespace) -> int:
    """Print which rules decided of late and how their cases ended, for the monthly review (hazard H33)."""
    from helpline.cli.opened import opened
    from helpline.service.rules_lately import DAYS, levels_lately, rules_lately

    with opened() as line:
        rules, levels = rules_lately(line), levels_lately(line)
    if args.json:
        show_json({"days": DAYS, "rules": list(map(asdict, rules)), "levels": list(map(asdict, levels))})
        return 0
    if not rules:
        print(f"No rule decided anything in the last {DAYS} days.")
        return 0
    print(f"The last {DAYS} days. Cases closed as false alarm come first: look at these rules.\n")
    rows = [(r.rule, r.decided, r.closed, r.false_alarms) for r in rules]
    print(table(("rule", "decided", "cases closed", "as false alarm"), rows))
    print()
    print(table(("level", "ended as", "cases"), [(x.level, x.outcome, x.count) for x in levels]))
    return 0


def counted(args: argparse.Namespace) -> int:
    """Print the counters of a day, and how soon staff answered lately."""
    if args.rules:
        return _rules(args)
    from helpline.cli.opened import opened
    from helpline.service.measures import summaries

    with opened() as line:
        day = (args.day or line.now().date()).isoformat()
        counters = dict(line.store.counters(day))
        times = summaries(line)
    if args.json:
        show_json({"day": day, "counters": counters, "times": [asdict(t) for t in times]})
        return 0
    print(table(("counter", day), sorted(counters.items())) if counters else f"Nothing was counted on {day}.")
    if times:
        print("\nSeconds from the opening of a case, in the last 30 days:")
        rows = [
            (t.what, t.level, t.count, f"{t.median:.0f}", f"{t.ninth:.0f}", f"{t.slowest:.0f}") for t in times
        ]
        print(table(("until", "level", "cases", "median", "9 in 10", "slowest"), rows))
    return 0
