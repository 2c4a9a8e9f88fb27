"""Records to sealed bytes and back: plain values, JSON, compressed, sealed, with a version byte in front.

The version is that of the whole form: JSON in UTF-8, raw deflate with a fixed dictionary, sealed by the vault
under the name of its place. A state of 40 answers takes about 100 microseconds there and back.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from helpline.privacy import Vault, VaultError
from helpline.store import keys, status
from helpline.store.port import CaseRecord, Entry, Item, ItemId, Spoken, Status, StoreUnavailable
from helpline.store.records import (
    ENTRY,
    SPOKEN,
    Plain,
    StoreNewer,
    micros,
    millis,
    millis_up,
    moment,
    read_state,
    write_state,
)
from helpline.triage.effects import Repeat
from helpline.triage.state import Case, CaseCode, Flag, Level, PersonId, StaffId, State

VERSION = 1
_FRONT = bytes([VERSION])
_COMMON = (
    b'"wording":""agreements":[{"purpose":"checkins","stopped":"safe_to_text":true"last_disposition":"'
    b'"routine""self_care""within_24_hours""urgent""emergency_department""emergency""crisis""safeguarding"'
    b'"code":"level":"flags":["reason":"opened":"status":"acknowledged""owner":"rung":"contacts":["extra":{'
    b'"timers":[{"name":"nudge","due":"urgent":true,"kind":"ladder""abandoned""trail":["done":["asked":{"id":"'
    b'"findings":["turn":"misses":1"one_by_one":["consent":{"at":"what":"who":"helpline","detail":"understood'
    b'"texts":["items":["o_"language":"es"prompt":{"facts":{"unclear":"ended":true,"call":"CA"heard":'
    b'{"person":"conversation":"c_"flow":"triage","version":1,"language":"en","channel":"sms","begun":17'
    b'"step":"interview:triage","disposition":"findings":{":["unsure",":["no",0,"2",1],":["yes",0,"1",1],"'
)
"""What most records share; part of version 1, so it may not change without a new version."""
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def pack(plain: Plain) -> bytes:
    """Return plain values as compressed JSON. Level 1: higher ones save 7 % of room for twice the time."""
    squeeze = zlib.compressobj(1, zlib.DEFLATED, -12, 5, zlib.Z_DEFAULT_STRATEGY, _COMMON)
    return squeeze.compress(_encode(plain).encode("utf-8", "surrogatepass")) + squeeze.flush()


def pack_loosely(plain: Plain) -> bytes:
    """Return plain values in the same form, not compressed: for what is kept a day, to save its time."""
    encoded = _encode(plain).encode("utf-8", "surrogatepass")
    size = len(encoded)
    if size > 0xFFFF:
        return pack(plain)
    return b"\x01" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + encoded


def unpack(packed: bytes) -> Plain:
    """Return what was packed."""
    widen = zlib.decompressobj(-12, _COMMON)
    return json.loads(widen.decompress(packed) + widen.flush())


def seal(vault: Vault, plain: Plain, place: str) -> bytes:
    """Return plain values packed and sealed under the name of their place."""
    return _FRONT + vault.seal(pack(plain), place)


def unseal(vault: Vault, sealed: bytes, place: str) -> Plain:
    """Return what was sealed there. Raises StoreNewer, and StoreUnavailable when it cannot be opened."""
    if sealed[:1] != _FRONT:
        raise (
            StoreNewer("a stored value")
            if sealed[:1] > _FRONT
            else StoreUnavailable("read: a stored value is not in a form this helpline writes")
        )
    try:
        return unpack(vault.open(sealed[1:], place))
    except (VaultError, zlib.error, ValueError) as error:
        raise StoreUnavailable(
            f"read: {error if isinstance(error, VaultError) else 'damaged value'}"
        ) from None


def seal_state(vault: Vault, state: State, key: str, revision: int) -> bytes:
    """Return a state as it lies in its key at this revision."""
    return seal(vault, write_state(state), f"{key}#{revision}")


def open_state(vault: Vault, sealed: bytes, key: str, revision: int) -> State:
    """Return the state that lies in this key at this revision."""
    return read_state(unseal(vault, sealed, f"{key}#{revision}"))


def open_phone(vault: Vault, sealed: bytes, key: str) -> str:
    """Return the E.164 number that lies in the field `phone` of a person's key; empty when withheld."""
    try:
        return vault.open(sealed, f"{key}#phone").decode()
    except VaultError as error:
        raise StoreUnavailable(f"read: {error}") from None


def seal_phone(vault: Vault, phone: str, key: str) -> bytes:
    """Return a person's number as it lies in the field `phone` of her key."""
    return vault.seal(phone.encode(), f"{key}#phone")


def seal_spoken(vault: Vault, spoken: Spoken, key: str, at: datetime) -> bytes:
    """Return the answer to an event as it lies in its `seen` key: the millisecond, a colon, then sealed."""
    sealed = _FRONT + vault.seal(pack_loosely(SPOKEN.write(spoken)), key)
    return b"%d:" % millis(at) + sealed


def open_spoken(vault: Vault, value: bytes, key: str) -> tuple[int, Spoken]:
    """Return when an event was served, in milliseconds, and what was said."""
    at, _, sealed = value.partition(b":")
    return int(at), SPOKEN.read(unseal(vault, sealed, key))


def seal_entries(vault: Vault, entries: Iterable[Entry], key: str) -> bytes:
    """Return the journal entries of one commit as one sealed value."""
    return seal(vault, [ENTRY.write(e) for e in entries], f"{key}#e")


def open_entries(vault: Vault, sealed: bytes, key: str) -> list[Entry]:
    """Return the journal entries of one commit."""
    return [ENTRY.read(row) for row in unseal(vault, sealed, f"{key}#e")]


def item_fields(vault: Vault, item: Item) -> dict[str, str | bytes]:
    """Return an item as the fields of its hash. Who and what it says are sealed in `body`."""
    out: dict[str, str | bytes] = {
        "status": item.status.value,
        "kind": item.kind,
        "person": item.person,
        "expires": str(millis_up(item.expires)),
        "fixed": _encode([micros(item.expires), item.repeat.value, item.medium, item.case]),
        "from": str(micros(item.not_before)),
    }
    if item.urgent:
        out["urgent"] = "1"
    if item.tries:
        out["tries"] = str(item.tries)
    if item.staff is not None:
        out["staff"] = item.staff
    if item.to or item.body:
        out["body"] = seal(vault, [item.to, item.body], f"{keys.item(item.id)}#body")
    return out | item_changes(item)


def item_changes(item: Item) -> dict[str, str | bytes]:
    """Return the fields of an item that sending and reports change, as far as they are set."""
    found: dict[str, str | int | None] = {
        "attempt": item.attempt or None,
        "lease": micros(item.lease) if item.lease else None,
        "sid": item.sid,
        "delivery": item.delivery,
        "code": item.code,
        "sent": micros(item.sent_at) if item.sent_at else None,
        "doubted": micros(item.doubted) if item.doubted else None,
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def read_item(vault: Vault, item_id: str, fields: Mapping[bytes, bytes]) -> Item:
    """Return the item that these fields of its hash describe."""
    get = {name.decode(): value for name, value in fields.items()}
    text = {name: value.decode() for name, value in get.items() if name != "body"}
    expires, repeat, medium, case = json.loads(text["fixed"])
    sealed = get.get("body")
    to, body = unseal(vault, sealed, f"{keys.item(item_id)}#body") if sealed else ("", "")
    return Item(
        id=ItemId(item_id),
        person=PersonId(text["person"]),
        kind=text["kind"],
        to=to,
        body=body,
        not_before=moment(int(text["from"])),
        expires=moment(expires),
        repeat=Repeat(repeat),
        urgent="urgent" in text,
        status=Status(text["status"]),
        attempt=int(text.get("attempt", "0")),
        lease=_when(text.get("lease")),
        sid=text.get("sid"),
        delivery=text.get("delivery"),
        code=int(text["code"]) if "code" in text else None,
        case=CaseCode(case) if case else None,
        staff=StaffId(text["staff"]) if "staff" in text else None,
        medium=medium,
        sent_at=_when(text.get("sent")),
        doubted=_when(text.get("doubted")),
        tries=int(text.get("tries", "0")),
    )


def case_fields(vault: Vault, record: CaseRecord) -> dict[str, str | bytes]:
    """Return a case as the fields of its hash. Reason and outcome are sealed."""
    case = record.case
    return {
        "person": record.person,
        "level": case.level.value,
        "status": case.status,
        "owner": case.owner or "",
        "rung": str(case.rung),
        "version": str(case.version),
        "opened": str(micros(case.opened)),
        "closed": str(micros(record.closed)) if record.closed else "",
        "flags": ",".join(sorted(case.flags)),
        "reason": seal(vault, [case.reason, record.outcome], f"{keys.case(case.code)}#reason"),
    }


def read_case(vault: Vault, code: str, fields: Mapping[bytes, bytes]) -> CaseRecord:
    """Return the case that these fields of its hash describe; an erased person's has no reason any more."""
    text = {name.decode(): value.decode() for name, value in fields.items() if name != b"reason"}
    sealed = fields.get(b"reason")
    reason, outcome = unseal(vault, sealed, f"{keys.case(code)}#reason") if sealed else (ERASED, None)
    case = Case(
        code=CaseCode(code),
        level=Level(text["level"]),
        flags=frozenset(Flag(name) for name in text["flags"].split(",") if name),
        reason=reason,
        opened=moment(int(text["opened"])),
        status=text["status"],
        owner=StaffId(text["owner"]) if text["owner"] else None,
        rung=int(text["rung"]),
        version=int(text.get("version", "0")),
    )
    return CaseRecord(case, PersonId(text["person"]), outcome, _when(text["closed"]))


ERASED = "erased on request"
"""The reason shown of an open case whose person had everything about her deleted."""
_FOLD = str.maketrans("OIL", "011")


def fold_code(code: str) -> str | None:
    """Return a case code as stored, None when it cannot be one; `O`, `I`, `L` are read as `0`, `1`, `1`."""
    plain = code.strip().upper().translate(_FOLD)
    if len(plain) == 4 and plain.isascii() and plain.isalnum() and plain[:2].lower() in keys.BUCKETS:
        return plain
    return None


def worst_first(records: Iterable[CaseRecord]) -> Sequence[CaseRecord]:
    """Return cases as staff want them: the worst level first, then the oldest."""
    return sorted(records, key=lambda r: (r.case.level.rank, r.case.opened, r.case.code))


def order(item: Item, place: int) -> float:
    """Return where an item stands in the outbox: its millisecond, behind the earlier ones of its commit."""
    return millis_up(item.not_before) + min(place, 999) / 1000


def settled_life() -> int:
    """Return for how many milliseconds an item stays once it is settled."""
    return status.SETTLED_DAYS * 86_400_000


def _when(text: str | None) -> datetime | None:
    return moment(int(text)) if text else None
