"""`helpline call`: a call in the terminal, on the real engine: keys, words, silence, hanging up."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpline.cli.phone_bench import Bench

PHONE = "+15555550100"
"""The number one calls from."""

HOW = "Type keys (1, 0, *), words as spoken, nothing for silence, /hangup to hang up, /quit to end."
_KEYS = frozenset("0123456789*#")


def add(subparsers: Any) -> None:
    """Register the command."""
    parser = subparsers.add_parser("call", help="call the helpline in this terminal")
    parser.add_argument("--memory", action="store_true", help="keep everything in this process only")
    parser.add_argument("--from", dest="number", default=PHONE, help="the number you call from")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run one call; return the exit status."""
    from helpline.cli.phone_bench import Bench
    from helpline.config import SettingsError

    try:
        bench = Bench.open(memory=args.memory)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        return speak(bench, args.number)
    except (KeyboardInterrupt, BrokenPipeError):
        return 0
    finally:
        bench.close()


def speak(bench: Bench, number: str) -> int:
    """Call and go on until somebody hangs up; 1 when the number is none."""
    print(HOW)
    if not _hear(bench.answer(json.dumps({"from": number, "call": "start"}))):
        return 1
    while True:
        try:
            said = input("> ").strip()
        except EOFError:
            said = "/hangup"
        if said == "/quit":
            return 0
        shown = bench.answer(json.dumps({"from": number, **entry(said)}))
        _hear(shown)
        if said == "/hangup":
            return 0


def entry(said: str) -> dict[str, str | bool]:
    """Return what was typed as one input of the bench."""
    if said == "/hangup":
        return {"call": "hangup"}
    if not said:
        return {"silence": True}
    if _KEYS.issuperset(said):
        return {"digits": said}
    return {"speech": said}


def _hear(shown: dict[str, Any]) -> bool:
    for words in shown["replies"]:
        print(f"\n{words}")
    for sent in shown["outbound"]:
        if sent["kind"] != "reply":
            print(f"\n[{sent['kind']} to {sent['to']}] {sent['body']}")
    if shown["error"]:
        print(shown["error"], file=sys.stderr)
        return False
    print()
    return True
