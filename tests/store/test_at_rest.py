"""Whoever reads the disk or the memory of the store learns no number, no name and no word."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from helpline.store import RedisStore, open_redis
from helpline.store.connect import connect
from helpline.store.pager_port import Phone, Sent, Took
from helpline.store.port import Committed, Entry, Settlement, Spoken, Staff, Status
from helpline.store.rota_port import Cover, Shift
from helpline.triage.state import Answer, Channel, FindingId, PersonId, StaffId
from tests.conftest import embedded_server
from tests.store.people import NOON, PHONE, WORDS, case_of, item_of, plan_of, state_of

RECORDING = "RE" + "0123456789abcdef" * 2
SECRETS = (
    PHONE,
    PHONE[1:],
    PHONE[2:],
    WORDS,
    "soaking",
    "how are you",
    "heavy bleeding",
    "Ana Ruiz",
    "passed out",
    RECORDING,
    RECORDING[2:],
)
KEY_NAMES = (
    r"h:\{[0-9a-f]{2}\}:(person|outbox|sent|journal|events|stop):[0-9a-f]{32}"
    r"|h:\{[0-9a-f]{2}\}:(agenda|agenda:urgent|unknown|cases|audit)"
    r"|h:\{[0-9a-f]{2}\}:seen:[0-9a-f]{32}:\S+|h:\{[0-9a-f]{2}\}:item:o_\S+"
    r"|h:\{[0-9a-f]{2}\}:case:[0-9A-Z]{4}|h:\{[0-9a-f]{2}\}:count:\d{4}-\d\d-\d\d"
    r"|h:\{all\}:(keys|staff|rota|phones|ping|clock|flow:\w+:\d+|rate:\w+)"
    r"|h:\{all\}:(recordings|pagers|paged|reported|took|closed)"
)


def test_nothing_in_the_store_can_be_read(tmp_path: Path) -> None:
    """Every key and value, raw, and every byte of the append-only file; and every key has a name we know."""
    with embedded_server(tmp_path) as server:
        client = connect(server.url)
        client.config_set("rdbcompression", "no")
        opened = open_redis(client, ["a-master-secret"])
        store, person = opened.store, opened.identity.person(PHONE)
        heard = Answer(FindingId("fainted"), "yes", NOON, Channel.SMS, "I passed out twice")
        plan = replace(
            plan_of("SM1", person=person),
            phone=PHONE,
            state=replace(state_of(person), findings={heard.finding: heard}, step=WORDS),
            spoken=Spoken((WORDS, PHONE)),
            items=(replace(item_of("a", person=person), to=PHONE), item_of("b", person=person)),
            case=case_of(person=person),
            new_case=True,
            journal=(Entry(NOON, "Texted", "person", WORDS), Entry(NOON, "said", "helpline", PHONE)),
            counts=(("turn", 1),),
            due=NOON,
        )
        store.commit(plan)
        claimed = store.claim(person, 1, NOON)
        assert claimed is not None and claimed.to == PHONE
        store.settle(claimed, Settlement(Status.ACCEPTED, sid="SM2"), NOON)
        store.staff.save_staff(Staff(StaffId("s_1"), "Ana Ruiz", PHONE, "nurse", ("en",), NOON), person)
        store.staff.set_rota([StaffId("s_1")], NOON)
        _beside(store, person)
        store.save_flow("triage", 1, "abc", b"public")
        store.ping()
        names = sorted(client.scan_iter())
        held = b"".join(name + (client.dump(name) or b"") for name in names)
        strange = [n for n in names if not re.fullmatch(KEY_NAMES, n.decode())]
        files = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
        client.close()
    assert strange == []
    assert len(names) >= 18
    assert b"a-master-secret" not in held + files
    for secret in SECRETS:
        assert secret.encode() not in held, secret
        assert secret.encode() not in files, secret


def _beside(store: RedisStore, person: PersonId) -> None:
    """Write what is kept beside people: recordings, rota, staff phones, a digest, times taken."""
    ana, at = StaffId("s_1"), NOON
    shift = Shift("abc", ana, "2026-11-27T20:00:00", "America/New_York", 3600, "FREQ=DAILY")
    store.recordings.keep(RECORDING, at)
    store.staff.set_shifts([shift], [Cover("c_1", ana, StaffId("s_2"), at, at + timedelta(hours=1))], at)
    store.pagers.save_phone(ana, Phone(tested=at, lost=at, code=30003), Phone())
    code = case_of(person=person).case.code
    held = [Sent("o_00aa", code, "urgent", at, "held"), Sent("digest:1", "", "urgent", at, "text")]
    store.pagers.save_lately(ana, held, [])
    store.pagers.set_reported("2026-11-27")
    store.pagers.note_took(Took(code, "acknowledge", "urgent", 12.5, at))
    store.logins.note_closed(code, at)
    digest = replace(item_of("d", person=person), kind="page", to=PHONE, body=f"{WORDS} {PHONE}", staff=ana)
    plan = plan_of("digest:1", person=person, revision=1)
    assert isinstance(store.commit(replace(plan, phone=PHONE, items=(digest,))), Committed)
