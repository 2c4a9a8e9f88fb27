"""Every key name there is. The part in braces is the hash tag: what shares it lies in one cluster slot."""

from __future__ import annotations

from typing import NamedTuple

BUCKETS = tuple(f"{n:02x}" for n in range(256))
KEYRING = "h:{all}:keys"
STAFF = "h:{all}:staff"
RECORDINGS = "h:{all}:recordings"
ROTA = "h:{all}:rota"
PHONES = "h:{all}:phones"
LOGINS = "h:{all}:logins"
SESSIONS = "h:{all}:sessions"
CLOSED = "h:{all}:closed"
PAGERS = "h:{all}:pagers"
PAGED = "h:{all}:paged"
REPORTED = "h:{all}:reported"
TOOK = "h:{all}:took"
CLOCK = "h:{all}:clock"
PING = "h:{all}:ping"
AGENDAS = tuple(f"h:{{{b}}}:agenda" for b in BUCKETS)
URGENT_AGENDAS = tuple(f"h:{{{b}}}:agenda:urgent" for b in BUCKETS)


class Drawers(NamedTuple):
    """The fixed keys of one person, in the order in which every script expects them as KEYS."""

    person: str
    outbox: str
    """Waiting items (ready, sending) by the millisecond from which they may go, or at which a lease ends."""
    sent: str
    """Settled items by the millisecond of settling; forgotten after seven days."""
    agenda: str
    urgent: str
    unknown: str
    """The bucket's items whose outcome is unknown, by the millisecond they were sent, less their rank."""
    journal: str
    events: str
    """Ids of the events served in the last 24 h, so that erasing finds their answers."""
    stop: str
    """The opt-out mark: the millisecond of STOP. It outlives retention and erasing."""
    cases: str
    audit: str


def drawers(person: str) -> Drawers:
    """Return the names of a person's keys."""
    b = person[:2]
    return Drawers(
        f"h:{{{b}}}:person:{person}",
        f"h:{{{b}}}:outbox:{person}",
        f"h:{{{b}}}:sent:{person}",
        f"h:{{{b}}}:agenda",
        f"h:{{{b}}}:agenda:urgent",
        f"h:{{{b}}}:unknown",
        f"h:{{{b}}}:journal:{person}",
        f"h:{{{b}}}:events:{person}",
        f"h:{{{b}}}:stop:{person}",
        f"h:{{{b}}}:cases",
        f"h:{{{b}}}:audit",
    )


def seen_prefix(person: str) -> str:
    """Return what the names of a person's served events begin with; the event's id follows."""
    return f"h:{{{person[:2]}}}:seen:{person}:"


def item_prefix(bucket: str) -> str:
    """Return what the names of a bucket's items begin with; the item's id follows."""
    return f"h:{{{bucket}}}:item:"


def item(item_id: str) -> str:
    """Return the key of an item; the id says in which bucket it lies."""
    return f"h:{{{item_id[2:4]}}}:item:{item_id}"


def unknown(bucket: str) -> str:
    """Return the key of a bucket's items whose outcome is unknown."""
    return f"h:{{{bucket}}}:unknown"


def case_prefix(bucket: str) -> str:
    """Return what the names of a bucket's cases begin with; the code follows."""
    return f"h:{{{bucket}}}:case:"


def case(code: str) -> str:
    """Return the key of a case; the code says in which bucket it lies."""
    return f"{case_prefix(code[:2].lower())}{code}"


def cases(bucket: str) -> str:
    """Return the key of a bucket's open cases."""
    return f"h:{{{bucket}}}:cases"


def count(bucket: str, day: str) -> str:
    """Return the key of a bucket's counters of one UTC day."""
    return f"h:{{{bucket}}}:count:{day}"


def flow(name: str, version: int) -> str:
    """Return the key of one version of a flow."""
    return f"h:{{all}}:flow:{name}:{version}"


def rate(sender: str) -> str:
    """Return the key of a sender's next free millisecond. `sender` is a digest, never a number."""
    return f"h:{{all}}:rate:{sender}"


def served(event: str) -> str:
    """Return the key of a staff event that acted on the rota, not on a person."""
    return f"h:{{all}}:seen:{event}"
