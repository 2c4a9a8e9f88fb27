"""`python -m tests.bench`: measure everything, print a table, write JSON; status 1 when any is missed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.places import ROOT, Place, place
from tests.bench.table import Row, missed, render, write

Part = Callable[[Place, bool], list[Row]]


def _turns(at: Place, quick: bool) -> list[Row]:
    from tests.bench import turns

    rows, written = turns.store_talk(at, quick)
    return [*turns.whole_turns(at, written, quick), *rows]


def _engine(at: Place, quick: bool) -> list[Row]:
    from tests.bench import engine

    return engine.rows(quick)


def _rest(at: Place, quick: bool) -> list[Row]:
    from tests.bench import rest

    return rest.rows(quick)


def _planned(at: Place, quick: bool) -> list[Row]:
    from tests.bench import planned

    return planned.rows(at, quick)


def _million(at: Place, quick: bool) -> list[Row]:
    from tests.bench import million

    return million.rows(at, quick)


def _sending(at: Place, quick: bool) -> list[Row]:
    from tests.bench import sending

    return sending.rows(at, quick)


def _lateness(at: Place, quick: bool) -> list[Row]:
    from tests.bench import lateness

    return lateness.rows(at, quick)


def _nine(at: Place, quick: bool) -> list[Row]:
    from tests.bench import lateness

    return lateness.at_nine(at, quick)


def _pages(at: Place, quick: bool) -> list[Row]:
    from tests.bench import pages

    return pages.rows(at, quick)


def _ladder(at: Place, quick: bool) -> list[Row]:
    from tests.bench import ladder

    return ladder.rows(at, quick)


def _start(at: Place, quick: bool) -> list[Row]:
    from tests.bench import start

    return start.rows(at, quick)


PARTS: dict[str, Part] = {
    "engine": _engine,
    "turns": _turns,
    "rest": _rest,
    "planned": _planned,
    "million": _million,
    "sending": _sending,
    "lateness": _lateness,
    "nine": _nine,
    "pages": _pages,
    "ladder": _ladder,
    "start": _start,
}


def main(arguments: list[str]) -> int:
    """Measure what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter runs, coarser figures")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be given again")
    parser.add_argument(
        "--json", type=Path, default=ROOT / "build" / "bench.json", help="where the JSON goes"
    )
    told = parser.parse_args(arguments)
    begun, rows = time.monotonic(), list[Row]()
    for name in told.only or PARTS:
        since = time.monotonic()
        if sys.stderr.isatty():
            print(f"Measuring: {name} …", file=sys.stderr, flush=True)
        with place() as at:
            rows += PARTS[name](at, told.quick)
        if sys.stderr.isatty():
            print(f"  {time.monotonic() - since:.0f} s", file=sys.stderr, flush=True)
    seconds = time.monotonic() - begun
    write(rows, told.json, seconds=seconds, quick=told.quick)
    print(render(rows))
    print(f"\n{seconds:.0f} s; all figures in {told.json}")
    wrong = missed(rows)
    if wrong:
        print("Does not hold: " + "; ".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
