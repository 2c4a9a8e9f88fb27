"""What a text from a staff phone does with one case: take it, write, call, give it away, close it.

Each answer is a sentence of the content, in the language of whoever texted. A code stands in every order, so
that no cry for help is ever taken for one (design, section 3a); but for what nobody in need writes: the bare
`1` and a bare `ACK` mean the case last paged, `DONE reached care` the one case that she has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from helpline.service import casework
from helpline.service.casework import Act, Done, Result
from helpline.service.conversation import Sender
from helpline.service.line import Line
from helpline.service.links import case_link
from helpline.service.logins import TRAINED
from helpline.service.pages import shown_name
from helpline.service.rota import PAGED_ROLES, on_duty
from helpline.service.staff_texts import Order
from helpline.service.staff_words import told
from helpline.store.port import CaseRecord, Item, Staff
from helpline.triage.cases import CODE_LETTERS
from helpline.triage.state import CaseCode, Level, StaffId

CODE = rf"#?([0-9A-Fa-fOoIiLl]{{2}}[{CODE_LETTERS}{CODE_LETTERS.lower()}]{{2}})"
"""A code as the line makes them. A word such as `back` or `each` counts only where there is such a case."""
_ODD = r"#?((?=[0-9A-Za-z]*[0-9])[0-9A-Za-z]{4}|[B-DF-HJ-NP-TV-XZb-df-hj-np-tv-xz]{4})"
"""What can only be meant for a code, though the line makes none like it."""
_BARE = re.compile(rf"\s*{CODE}\s*")
_WORDS = re.compile(rf"\s*{CODE}\s*:\s*(.*)", re.DOTALL)
_UNMARKED = re.compile(rf"\s*{CODE}[\s,.;-]+(\S.*)", re.DOTALL)
_ORDER = re.compile(
    rf"\s*(ACK|DONE|CALL|BACK|UNACK|GIVE)\s+{CODE}(?:[\s:,.-]+(.*))?", re.IGNORECASE | re.DOTALL
)
_NO_CODE = re.compile(r"\s*(?:ACK|UNACK|DONE)\s*", re.IGNORECASE)
"""Orders that are no words of hers, without the case they are about."""
_DONE = re.compile(r"\s*DONE[\s:,.-]+(\S.*)", re.IGNORECASE | re.DOTALL)
_MISTYPED = re.compile(rf"\s*(?:ACK|DONE|CALL|BACK|UNACK|GIVE)\s+{_ODD}\s*", re.IGNORECASE)
_OPEN = re.compile(r"\s*OPEN\s+(\+?[0-9A-Za-z][0-9A-Za-z ()./-]{2,24})\s*", re.IGNORECASE)

RECENT = timedelta(hours=2)
"""A bare `1` is about a page of this age at most."""


def case_order(line: Line, order: Order, asked: datetime | None) -> str | None:
    """Do what a text says about a case and return the answer; None when it says nothing of the kind.

    `asked` is when the question that is open to her as a person was put.
    """
    text = order.text
    if text.strip() == "1":
        return _take_newest(line, order, asked)
    if without := _without_code(line, order):
        return without
    if (named := _ORDER.fullmatch(text)) and _meant(line, named[2]):
        return _ORDERS[named[1].upper()](line, order, named[2], (named[3] or "").strip())
    if mistyped := _MISTYPED.fullmatch(text):
        return say(line, order.staff, "staff.no_case", case=mistyped[1].upper())
    if (words := _WORDS.fullmatch(text)) and _meant(line, words[1]):
        return _write(line, order, words[1], words[2])
    bare, unmarked = _BARE.fullmatch(text), _UNMARKED.fullmatch(text)
    if bare and line.store.find_case(bare[1]):
        return _take(line, order, bare[1], "")
    if unmarked and line.store.find_case(unmarked[1]):
        return say(line, order.staff, "staff.colon", case=unmarked[1].upper())
    opened = _OPEN.fullmatch(text)
    return _open(line, order, opened[1]) if opened else None


def _without_code(line: Line, order: Order) -> str | None:
    """Do what can only be an order though no code stands in it, and return the answer."""
    text = order.text
    if _NO_CODE.fullmatch(text):
        taken = _take_newest(line, order, None) if text.strip().upper() == "ACK" else None
        return taken or say(line, order.staff, "staff.help")
    done = _DONE.fullmatch(text)
    outcome = outcome_of(done[1])[0] if done else None
    if done is None or outcome in (None, "other"):  # "done other things" is talk, and closes nothing
        return None
    return _close_own(line, order, done[1])


def _meant(line: Line, code: str) -> bool:
    """Return whether this is meant for a code, and is no word of hers such as "back" or "each"."""
    return any(c.isdigit() for c in code) or line.store.find_case(code) is not None


def say(line: Line, staff: Staff, message: str, **fill: str) -> str:
    """Return a sentence for a member of staff in their language."""
    return told(line.flow, staff.languages, message, **fill)


def _act(order: Order, code: str, what: str) -> Act:
    return Act(code, order.staff.id, order.staff.role, f"{what}:{order.event}")


def _take_newest(line: Line, order: Order, asked: datetime | None) -> str | None:
    """Take the case last paged to this phone, or say who has it; None when no page is newer than `asked`."""
    since = max(asked or line.now() - RECENT, line.now() - RECENT)
    paged = [
        (item.not_before, record)
        for record in (*line.store.open_cases(), *_closed_lately(line))
        for item in line.store.items(record.person)
        if _is_page(item, record, order.staff) and item.not_before > since
    ]
    waiting = [found for found in paged if found[1].case.owner in (None, order.staff.id)]
    if not paged:
        return None
    newest = max(waiting or paged, key=lambda found: found[0])[1]
    return _take(line, order, newest.case.code, "")


def _is_page(item: Item, record: CaseRecord, staff: Staff) -> bool:
    return item.kind == "page" and item.staff == staff.id and item.case == record.case.code


def _closed_lately(line: Line) -> list[CaseRecord]:
    since = line.now() - RECENT
    codes = [code for code, at in line.store.logins.closed().items() if at >= since]
    return [record for code in codes if (record := line.store.find_case(code)) is not None]


def _take(line: Line, order: Order, code: str, _: str) -> str:
    done = casework.take(line, _act(order, code, "ack"))
    if done.case is not None and done.result is Result.DONE:
        link = case_link(line, done.case.code, order.staff.id)
        return say(line, order.staff, "staff.taken", case=done.case.code, place=link).strip()
    return _refused(line, order, code, done)


def _refused(line: Line, order: Order, code: str, done: Done) -> str:
    """Say what else came of it."""
    shown = done.case.code if done.case is not None else code.upper()
    owner = shown_name(line, done.case.owner if done.case else None)
    return say(line, order.staff, _REFUSED.get(done.result, "staff.late"), case=shown, label=owner)


_REFUSED = {
    Result.GONE: "staff.no_case",
    Result.CLOSED: "staff.closed",
    Result.MINE: "staff.mine",
    Result.TAKEN: "staff.others",
    Result.UNFIT: "staff.unfit",
    Result.LATE: "staff.nobodys",
    Result.UNSENT: "staff.unsent",
}


def _close(line: Line, order: Order, code: str, words: str) -> str:
    outcome, note = outcome_of(words)
    done = casework.close(line, _act(order, code, "done"), outcome or "other", note)
    if done.result is Result.TAKEN and done.case is not None:
        owner = shown_name(line, done.case.owner)
        return say(line, order.staff, "staff.done.theirs", case=done.case.code, label=owner)
    if done.result is not Result.DONE or done.case is None:
        return _refused(line, order, code, done)
    message = "staff.done" if outcome else "staff.done.how"
    how = say(line, order.staff, f"outcome.{(outcome or 'other').replace(' ', '_')}")
    return say(line, order.staff, message, case=done.case.code, answer=how)


def _close_own(line: Line, order: Order, words: str) -> str:
    """Close the one case that she has; with none or several, say how an order is written."""
    own = [record.case for record in line.store.open_cases() if record.case.owner == order.staff.id]
    if len(own) != 1:
        return say(line, order.staff, "staff.help")
    return _close(line, order, own[0].code, words)


def outcome_of(words: str) -> tuple[str | None, str]:
    """Return how a case ended and the free note behind it; None when no outcome stands in front."""
    plain = " ".join(words.split())
    for outcome in casework.OUTCOMES:
        rest = plain[len(outcome) :]
        if plain.lower().startswith(outcome) and not rest[:1].isalnum():
            return outcome, rest.lstrip(" ,.:;-")
    return None, words.strip()


def _write(line: Line, order: Order, code: str, words: str) -> str:
    done = casework.write(line, _act(order, code, "write"), words, by_text=True)
    if done.result is Result.UNREACHABLE:
        return _unreachable(line, order, code, casework.why_unreachable)
    if done.result is Result.DONE and done.case is not None:
        return say(line, order.staff, "staff.sent", case=done.case.code)
    return _refused(line, order, code, done)


def _call(line: Line, order: Order, code: str, _: str) -> str:
    done = casework.call(line, _act(order, code, "call"))
    if done.result is Result.UNREACHABLE:
        return _unreachable(line, order, code, casework.why_uncallable)
    if done.result is Result.DONE and done.case is not None:
        return say(line, order.staff, "staff.calling", case=done.case.code)
    return _refused(line, order, code, done)


def _unreachable(
    line: Line, order: Order, code: str, why: Callable[[Line, CaseRecord], str | None]
) -> str:
    record = line.store.find_case(code)
    reason = (why(line, record) if record else None) or "gone"
    shown = record.case.code if record else code.upper()
    return say(line, order.staff, f"staff.not.{reason.replace(' ', '_')}", case=shown)


def _back(line: Line, order: Order, code: str, _: str) -> str:
    done = casework.hand(line, _act(order, code, "back"), None)
    if done.result is Result.DONE and done.case is not None:
        return say(line, order.staff, "staff.back", case=done.case.code)
    return _refused(line, order, code, done)


def _give(line: Line, order: Order, code: str, name: str) -> str:
    record = line.store.find_case(code)
    others = _colleagues(line, order, record)
    found = [s for s in others if name and s.name.casefold().startswith(name.casefold())]
    if len(found) != 1 and record is not None:
        names = ", ".join(s.name for s in (found or others)[:6]) or "-"
        return say(line, order.staff, "staff.give.whom", case=record.case.code, items=names)
    done = casework.hand(line, _act(order, code, "give"), found[0].id if found else StaffId(""))
    if done.result is Result.DONE and done.case is not None:
        return say(line, order.staff, "staff.given", case=done.case.code, label=found[0].name)
    return _refused(line, order, code, done)


def _colleagues(line: Line, order: Order, record: CaseRecord | None) -> list[Staff]:
    """Return who could have a case instead, on call first."""
    private = record is not None and record.case.level is Level.SAFEGUARDING
    here = {s.id for s in on_duty(line.store.staff, line.now())}
    fit = [
        s
        for s in line.store.staff.staff_list()
        if s.role in PAGED_ROLES and s.id != order.staff.id and (not private or s.role in TRAINED)
    ]
    return sorted(fit, key=lambda s: s.id not in here)


def _open(line: Line, order: Order, whom: str) -> str | None:
    """Open a case for a number, or anew for whoever a closed case was about."""
    record = line.store.find_case(whom) if _BARE.fullmatch(whom) else None
    if record is not None:
        loaded = Sender(record.person, "", f"open:{order.event}")
        if casework.why_unreachable(line, record) == "gone":
            return say(line, order.staff, "staff.not.gone", case=record.case.code)
        return _opened(line, order, loaded, record.case.code)
    phone = line.identity.parse(whom, line.default_region)
    if phone is None:
        return None
    sender = Sender(line.identity.person(phone), phone, f"open:{order.event}")
    return _opened(line, order, sender, CaseCode(""))


def _opened(line: Line, order: Order, sender: Sender, code: CaseCode) -> str:
    if order.staff.role not in PAGED_ROLES | {"admin"}:
        return say(line, order.staff, "staff.unfit", case=code)
    done = casework.open_for(line, _act(order, code, "open"), sender)
    if done.result is Result.DONE and done.case is not None:
        link = case_link(line, done.case.code, order.staff.id)
        return say(line, order.staff, "staff.opened", case=done.case.code, place=link).strip()
    return _refused(line, order, code, done)


_ORDERS: dict[str, Callable[[Line, Order, str, str], str]] = {
    "ACK": _take,
    "DONE": _close,
    "CALL": _call,
    "BACK": _back,
    "UNACK": _back,
    "GIVE": _give,
}
