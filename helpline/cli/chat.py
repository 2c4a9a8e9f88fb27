"""`helpline chat`: a phone in the terminal, on the real engine and store; `--jsonl` for other programs."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from helpline.cli.phone_bench import Bench

PHONE = "+15555550100"
"""The number one texts from in the interactive chat."""


def add(subparsers: Any) -> None:
    """Register the command."""
    parser = subparsers.add_parser("chat", help="text with the helpline in this terminal")
    parser.add_argument("--jsonl", action="store_true", help="one JSON object a line in, one out")
    parser.add_argument("--memory", action="store_true", help="keep everything in this process only")
    parser.add_argument("--from", dest="number", default=PHONE, help="the number you text from")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the chat; return the exit status."""
    from helpline.cli.phone_bench import Bench
    from helpline.config import SettingsError

    try:
        bench = Bench.open(memory=args.memory)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        if args.jsonl:
            jsonl(bench, sys.stdin, sys.stdout)
        else:
            talk(bench, args.number)
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    finally:
        bench.close()
    return 0


def jsonl(bench: Bench, lines: TextIO, out: TextIO) -> None:
    """Answer each input line with exactly one output line, in order, flushed."""
    for line in lines:
        if not line.strip():
            continue
        out.write(json.dumps(bench.answer(line), ensure_ascii=False) + "\n")
        out.flush()


def talk(bench: Bench, number: str) -> None:
    """Let a person text by hand: words are a text, `/2h` moves the clock, `/quit` ends."""
    print("Text as if from a phone. /10m /2h /1d moves the clock on, /quit ends.")
    while True:
        try:
            words = input("> ")
        except EOFError:
            return
        if words.strip() in ("/quit", "/exit"):
            return
        entry = {"advance": words[1:]} if words.startswith("/") else {"from": number, "body": words}
        shown = bench.answer(json.dumps(entry))
        for reply in shown["replies"]:
            print(f"\n{reply}\n")
        for sent in shown["outbound"]:
            if sent["kind"] != "reply":
                print(f"\n[{sent['kind']} to {sent['to']}] {sent['body']}\n")
        if shown["error"]:
            print(shown["error"])
