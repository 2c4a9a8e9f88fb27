"""`helpline doctor`: what is in order and what is not, each with its remedy."""

from __future__ import annotations

import argparse
from typing import Any

from helpline.cli.terminal import add_json, show_json, table


def add(subparsers: Any) -> None:
    """Register the command."""
    parser = subparsers.add_parser("doctor", help="say what is in order and what is not, with remedies")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look at everything; 1 when anything is not in order."""
    from helpline.config import SettingsError, read_settings, reported
    from helpline.wiring import examine

    try:
        settings = read_settings()
        rows = reported(settings)
        report = examine(settings)
    except SettingsError as error:
        if args.json:
            show_json({"ready": False, "settings": {}, "problems": list(error.problems), "checks": {}})
            return 1
        raise
    if args.json:
        show_json({"settings": dict(rows), **report.as_json()})
        return 0 if report.ready else 1
    print(table(("setting", "value"), rows))
    print()
    checks = {**report.found, **report.watched}
    print(table(("check", "result"), [(name, wrong or "in order") for name, wrong in checks.items()]))
    for notice in report.notices:
        print(f"\nNote: {notice}")
    return 0 if report.ready else 1
