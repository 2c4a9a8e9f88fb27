"""The `helpline` command: one module a command group, imported only when its command is called.

`main(argv)` returns the exit status: 0 done, 1 not in order, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

__all__ = ["main"]


class Group(NamedTuple):
    """The module that has some commands. Its `add(subparsers)` registers them."""

    module: str
    commands: dict[str, str]
    """Command -> one line about it."""


GROUPS = (
    Group("run", {"run": "start the whole helpline on this machine, until Ctrl-C"}),
    Group("web", {"web": "serve webhooks, health and metrics"}),
    Group("worker", {"worker": "send what is due, watch over silences and reports"}),
    Group("chat", {"chat": "text with the helpline in this terminal"}),
    Group("call", {"call": "call the helpline in this terminal"}),
    Group("flows", {"flows": "check, explore, draw and print the reviewed content"}),
    Group("doctor", {"doctor": "say what is in order and what is not, with remedies"}),
    Group("connect", {"twilio": "see and set what the carrier must know of us"}),
    Group("staff", {"staff": "who can be paged"}),
    Group("oncall", {"oncall": "who is on call, who is next, where the gaps are"}),
    Group("cases", {"cases": "the open cases, the worst first", "case": "one case by its code"}),
    Group(
        "records",
        {
            "erase": "delete everything about a number",
            "export": "show everything about a number",
            "stats": "what the counters of a day say",
        },
    ),
    Group("clock", {"clock": "move the clock of a simulation on"}),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. Wrong use ends in SystemExit(2), as argparse does."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = build(arguments[0] if arguments else "")
    told = parser.parse_args(arguments)
    if not hasattr(told, "run"):
        parser.print_help()
        return 2
    return _guarded(told)


def build(command: str) -> argparse.ArgumentParser:
    """Return the parser: with all of one command where it is known, else with a line about each."""
    parser = argparse.ArgumentParser(
        prog="helpline",
        description="An SMS and voice helpline for people who bleed or pass clots in pregnancy.",
        epilog="Settings come from the environment or a file .env; `helpline doctor` shows them.",
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    groups = [g for g in GROUPS if find_spec(f"helpline.cli.{g.module}") is not None]
    wanted = [g for g in groups if command in g.commands]
    for group in wanted or groups:
        if wanted:
            import_module(f"helpline.cli.{group.module}").add(subparsers)
            continue
        for name, line in group.commands.items():
            subparsers.add_parser(name, help=line, description=line)
    return parser


def _guarded(told: argparse.Namespace) -> int:
    from helpline.cli.terminal import NotInOrder
    from helpline.settings import SettingsError

    try:
        return int(told.run(told))
    except (NotInOrder, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it flushes.
        sys.stderr.close()
        return 1
