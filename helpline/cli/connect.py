"""`helpline twilio connect`: show what the carrier must know of us; `--apply` sets it."""

from __future__ import annotations

import argparse
from typing import Any

from helpline.cli.terminal import add_json, show_json, table


def add(subparsers: Any) -> None:
    """Register the command."""
    twilio = subparsers.add_parser("twilio", help="see and set what the carrier must know of us")
    acts = twilio.add_subparsers(title="what to do", metavar="connect", required=True)
    connect = acts.add_parser("connect", help="show the webhook addresses to be set; --apply sets them")
    connect.add_argument("--apply", action="store_true", help="set them now")
    add_json(connect)
    connect.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show, and with --apply set; 1 when something is not as it should be afterwards."""
    from helpline.config import read_settings
    from helpline.wiring import webhook_settings

    found = webhook_settings(read_settings(make_secret=False), apply=args.apply)
    _show(args, found)
    return 0 if all(s.right for s in found) else 1


def _show(args: argparse.Namespace, found: list[Any]) -> None:
    rows = [(s.place, s.name, s.now or "-", "as it should be" if s.right else s.wanted) for s in found]
    if args.json:
        show_json([{"place": s.place, "name": s.name, "now": s.now, "wanted": s.wanted} for s in found])
        return
    print(table(("where", "setting", "now", "should be"), rows))
    wrong = sum(not s.right for s in found)
    print(
        "\nAll is set." if not wrong else f"\n{wrong} to be set: `helpline twilio connect --apply` does it."
    )
