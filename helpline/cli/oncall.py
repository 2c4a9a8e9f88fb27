"""`helpline oncall`: who is on call, who is next, where the gaps are; covers, and the rota as a calendar."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpline.cli.terminal import NotInOrder, add_json, problem, show_json, table

if TYPE_CHECKING:
    from helpline.service.overview import Overview


def add(subparsers: Any) -> None:
    """Register the commands."""
    oncall = subparsers.add_parser("oncall", help="who is on call, who is next, where the gaps are")
    add_json(oncall)
    oncall.set_defaults(run=shown)
    acts = oncall.add_subparsers(title="what to do", metavar="set, cover, uncover, import, export, test")
    put = acts.add_parser("set", help="put on call from now on, in this order, in place of any shifts")
    put.add_argument("names", nargs="+", metavar="NAME", help="the names as in `staff list`")
    put.set_defaults(run=put_in_order)
    _add_covers(acts)
    read = acts.add_parser("import", help="let the shifts of an iCalendar file say who is on call")
    read.add_argument("file", help="an .ics file, or - for standard input")
    add_json(read)
    read.set_defaults(run=imported)
    write = acts.add_parser("export", help="write the rota as an iCalendar file")
    write.add_argument("file", help="where it goes, or - for standard output")
    write.set_defaults(run=exported)
    test = acts.add_parser("test", help="send a test page to everybody who can be paged")
    test.add_argument("--show", action="store_true", help="send nothing; show who answered the last one")
    add_json(test)
    test.set_defaults(run=tested)


def _add_covers(acts: Any) -> None:
    swap = acts.add_parser("cover", help="let someone stand in for someone else for a while")
    swap.add_argument("by", metavar="NAME", help="who comes")
    swap.add_argument("--for", dest="away", required=True, metavar="NAME", help="who is away")
    swap.add_argument("--from", dest="start", required=True, metavar="TIME", help="as in 2026-11-27T20:00")
    swap.add_argument("--until", dest="end", required=True, metavar="TIME", help="local, or with an offset")
    swap.set_defaults(run=covered)
    end = acts.add_parser("uncover", help="end the covers for someone")
    end.add_argument("away", metavar="NAME", help="who was to be away")
    end.set_defaults(run=uncovered)


def shown(args: argparse.Namespace) -> int:
    """Show who is on call; 1 when nobody is, for then a page wakes everybody or nobody."""
    from helpline.cli.opened import opened
    from helpline.service.overview import overview

    with opened() as line:
        seen = overview(line)
    if args.json:
        show_json(seen.as_json())
    else:
        _print(seen)
    return 0 if seen.here else 1


def _print(seen: Overview) -> None:
    rows = [(n, s.name, s.role, ",".join(s.languages)) for n, s in enumerate(seen.here, 1)]
    print(table(("paged", "name", "role", "languages"), rows) if rows else "Nobody is on call.")
    if seen.away:
        print(f"\nNot on call: {', '.join(seen.away)}")
    for start, names in seen.next:
        print(f"\nNext, from {start:%Y-%m-%d %H:%M}: {', '.join(names) or 'nobody'}")
    for by, away, start, end in seen.covers:
        print(f"\n{by} covers {away} from {start:%Y-%m-%d %H:%M} until {end:%Y-%m-%d %H:%M}.")
    if seen.gaps:
        print("\nGaps:\n" + "\n".join(f"- {gap}" for gap in seen.gaps))


def tested(args: argparse.Namespace) -> int:
    """Send a test page to everybody, or show who answered; 1 when a phone does not work, or without staff."""
    from helpline.cli.opened import opened
    from helpline.service import phones

    with opened() as line:
        sent = [] if args.show else phones.test(line)
        found = phones.tested(line)
    if args.json:
        show_json({"sent": [s.name for s in sent], "phones": {one.staff.name: one.word for one in found}})
    elif found:
        print(table(("name", "phone"), [(one.staff.name, one.word) for one in found]))
        if sent:
            print(f"\nTest pages leaving now: {len(sent)}. `helpline oncall test --show` tells who answered.")
    else:
        print("Nobody can be paged: add a nurse with a phone.")
    return 1 if not found or any(one.gap for one in found) else 0


def put_in_order(args: argparse.Namespace) -> int:
    """Put these on call from now on, in this order."""
    from helpline.cli.opened import opened
    from helpline.service.planning import put_on_call

    with opened() as line:
        had_shifts = len(line.store.staff.rota().shifts)
        chosen = put_on_call(line, args.names)
    if isinstance(chosen, str):
        raise NotInOrder(chosen)
    print(f"On call, in this order: {', '.join(s.name for s in chosen)}.")
    if had_shifts:
        print(f"The {had_shifts} shifts count no more: `helpline oncall import FILE` brings them back.")
    return 0


def covered(args: argparse.Namespace) -> int:
    """Let someone stand in for someone else."""
    from helpline.cli.opened import opened
    from helpline.service.planning import Swap, cover, covers_told

    with opened() as line:
        made = cover(line, Swap(args.by, args.away, args.start, args.end))
        told = covers_told(line)
    if isinstance(made, str):
        raise NotInOrder(made)
    for by, away, start, end in told:
        print(f"{by} covers {away} from {start:%Y-%m-%d %H:%M} until {end:%Y-%m-%d %H:%M}.")
    return 0


def uncovered(args: argparse.Namespace) -> int:
    """End the covers for someone."""
    from helpline.cli.opened import opened
    from helpline.service.planning import uncover

    with opened() as line:
        ended = uncover(line, args.away)
    if isinstance(ended, str):
        raise NotInOrder(ended)
    print(f"Covers ended: {ended}." if ended else "There was no cover.")
    return 0


def imported(args: argparse.Namespace) -> int:
    """Read a rota; 1 when anything is wrong with it, and then nothing has changed."""
    from helpline.cli.opened import opened
    from helpline.service.rota_file import take_rota

    try:
        data = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except OSError as error:
        raise NotInOrder(f"{args.file} cannot be read: {error.strerror}.") from None
    with opened() as line:
        found = take_rota(line, data)
    if args.json:
        show_json({"shifts": len(found.shifts), "covers": len(found.covers), "faults": list(found.faults)})
    elif found.faults:
        problem("\n".join([*found.faults, "Nothing was changed."]))
    else:
        left = f" {found.over} that are over were left out." if found.over else ""
        print(f"Now on the rota: shifts {len(found.shifts)}, covers {len(found.covers)}.{left}")
    return 1 if found.faults else 0


def exported(args: argparse.Namespace) -> int:
    """Write the rota as a file."""
    from helpline.cli.opened import opened
    from helpline.service.rota_export import rota_of

    with opened() as line:
        data = rota_of(line)
    if args.file == "-":
        sys.stdout.buffer.write(data)
        return 0
    try:
        Path(args.file).write_bytes(data)
    except OSError as error:
        raise NotInOrder(f"{args.file} cannot be written: {error.strerror}.") from None
    print(f"The rota is in {args.file}.")
    return 0
