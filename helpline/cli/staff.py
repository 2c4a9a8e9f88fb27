"""`helpline staff`: who can be paged, and who may log in at the console."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from helpline.cli.terminal import NotInOrder, add_json, show_json, table

if TYPE_CHECKING:
    from helpline.store.port import Staff

ROLES = ("nurse", "supervisor", "safeguarding", "reviewer", "admin")


def add(subparsers: Any) -> None:
    """Register the commands."""
    staff = subparsers.add_parser("staff", help="who can be paged")
    acts = staff.add_subparsers(title="what to do", metavar="add, list, remove, password", required=True)
    new = acts.add_parser("add", help="add someone, on call at once")
    new.add_argument("name", help='such as "Ana Ruiz"')
    new.add_argument("--phone", required=True, help="with + and country code")
    new.add_argument("--role", required=True, choices=ROLES, help="what she may see and is paged for")
    new.add_argument("--languages", default="en", help="with commas, as in en,es (default en)")
    add_json(new)
    new.set_defaults(run=added)
    shown = acts.add_parser("list", help="list all, in the order added")
    add_json(shown)
    shown.set_defaults(run=listed)
    gone = acts.add_parser("remove", help="remove someone, from the rota too")
    gone.add_argument("name", help="the name as in `staff list`")
    gone.set_defaults(run=removed)
    word = acts.add_parser("password", help="make a start password for the console, shown once")
    word.add_argument("name", help="the name as in `staff list`")
    add_json(word)
    word.set_defaults(run=password_made)


def added(args: argparse.Namespace) -> int:
    """Add one member of staff."""
    from helpline.cli.opened import opened
    from helpline.service.rota import PAGED_ROLES
    from helpline.service.staff import Newcomer, add_staff

    with opened() as line:
        made = add_staff(line, Newcomer(args.name, args.phone, args.role, args.languages))
    if isinstance(made, str):
        raise NotInOrder(made)
    if args.json:
        show_json({"id": made.id, "name": made.name, "role": made.role})
    elif made.role in PAGED_ROLES:
        print(f"{made.name} is on the staff, and on call until a rota or `oncall set` says otherwise.")
    else:
        print(f"{made.name} is on the staff. A {made.role} is not paged.")
    return 0


def listed(args: argparse.Namespace) -> int:
    """List all staff; numbers are shown by their last digits only."""
    from helpline.cli.opened import opened
    from helpline.service import phones

    with opened() as line:
        staff = line.store.staff.staff_list()
        phone = {one.staff.id: one.word for one in phones.tested(line)}
    rows = [
        (s.name, s.role, f"…{s.phone[-3:]}", ",".join(s.languages), phone.get(s.id, "not paged"))
        for s in staff
    ]
    if args.json:
        names = ("name", "role", "phone", "languages", "pages")
        show_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print(table(("name", "role", "phone", "languages", "pages"), rows) if rows else _nobody())
    return 0


def removed(args: argparse.Namespace) -> int:
    """Remove one member of staff, from the rota and the console too."""
    from helpline.cli.opened import opened
    from helpline.service.staff import remove_staff

    with opened() as line:
        staff = _named(line.store.staff.staff_list(), args.name)
        remove_staff(line, staff.id)
    print(f"{staff.name} is no longer on the staff.")
    return 0


def password_made(args: argparse.Namespace) -> int:
    """Give one member of staff a new start password; all her browsers are logged out."""
    from helpline.cli.opened import opened
    from helpline.clock import SystemClock
    from helpline.service.logins import start_password

    with opened() as line:
        staff = _named(line.store.staff.staff_list(), args.name)
        made = start_password(line, staff.id, SystemClock().now())
    if args.json:
        show_json({"name": staff.name, "password": made})
    else:
        print(f"{staff.name} logs in at /console/ with {made} and then chooses a password of her own.")
    return 0


def _named(staff: Sequence[Staff], name: str) -> Staff:
    found = next((s for s in staff if s.name.casefold() == name.strip().casefold()), None)
    if found is None:
        known = ", ".join(s.name for s in staff) or "nobody yet"
        raise NotInOrder(f"There is nobody called {name!r} on the staff; there is {known}.")
    return found


def _nobody() -> str:
    return 'Nobody is on the staff yet: helpline staff add "Ana Ruiz" --phone +12025550190 --role nurse'
