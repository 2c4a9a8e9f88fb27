"""A second try for a text that the carrier reports lost, where its code says that one makes sense.

The same words go as a new item, planned in one commit under an event that cannot happen twice: doubled and
late reports change nothing, and whatever is decided at the moment of sending is decided anew for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from helpline.gateway.port import again_after
from helpline.service.line import Line
from helpline.service.plan import beside
from helpline.store.port import Answered, Committed, Item, ItemId, Loaded, Status

COMMITS = 5
NOT_AGAIN = frozenset({"page", "reply"})
"""A page has its ladder; a reply inside an answer to the carrier is kept without its words."""


def try_again(line: Line, lost: Item, code: int | None) -> bool:
    """Plan the second try of an item; False when there is none. Raises StoreUnavailable."""
    pause = again_after(code, lost.tries)
    if pause is None or lost.medium != "text" or lost.kind in NOT_AGAIN or not lost.body:
        return False
    event = f"again:{lost.id}"
    for _ in range(COMMITS):
        loaded = line.store.load(lost.person, event, line.now())
        if not isinstance(loaded, Loaded):
            return True
        if loaded.state is None or loaded.phone is None:
            return False
        plan = beside(line, lost.person, loaded, event)
        item = _once_more(lost, event, plan.at + timedelta(seconds=pause))
        if item is None:
            return False
        match line.store.commit(replace(plan, items=(item,))):
            case Committed():
                line.count("sent_again", lost.kind)
                return True
            case Answered():
                return True
            case _:
                continue
    return False


def _once_more(lost: Item, event: str, begin: datetime) -> Item | None:
    """Return the item that follows a lost one, None when it would come too late to be of use."""
    begin = begin.replace(microsecond=begin.microsecond // 1000 * 1000)
    if begin >= lost.expires:
        return None
    return Item(
        id=ItemId(f"o_{lost.person[:2]}{hashlib.sha256(event.encode()).hexdigest()[:20]}"),
        person=lost.person,
        kind=lost.kind,
        to=lost.to,
        body=lost.body,
        not_before=begin,
        expires=lost.expires,
        repeat=lost.repeat,
        urgent=lost.urgent,
        status=Status.READY,
        case=lost.case,
        tries=lost.tries + 1,
    )
