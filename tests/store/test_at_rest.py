"""Whoever reads the disk or the memory of the store learns no number, no name and no word."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from helpline.store import open_redis
from helpline.store.connect import connect
from helpline.store.port import Entry, Settlement, Spoken, Staff, Status
from helpline.triage.state import Answer, Channel, FindingId, StaffId
from tests.conftest import embedded_server
from tests.store.people import NOON, PHONE, WORDS, case_of, item_of, plan_of, state_of

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
)
KEY_NAMES = (
    r"h:\{[0-9a-f]{2}\}:(person|outbox|sent|journal|events|stop):[0-9a-f]{32}"
    r"|h:\{[0-9a-f]{2}\}:(agenda|agenda:urgent|unknown|cases|audit)"
    r"|h:\{[0-9a-f]{2}\}:seen:[0-9a-f]{32}:\S+|h:\{[0-9a-f]{2}\}:item:o_\S+"
    r"|h:\{[0-9a-f]{2}\}:case:[0-9A-Z]{4}|h:\{[0-9a-f]{2}\}:count:\d{4}-\d\d-\d\d"
    r"|h:\{all\}:(keys|staff|rota|phones|ping|clock|flow:\w+:\d+|rate:\w+)"
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
        store.save_flow("triage", 1, "abc", b"public")
        store.ping()
        names = sorted(client.scan_iter())
        held = b"".join(name + (client.dump(name) or b"") for name in names)
        strange = [n for n in names if not re.fullmatch(KEY_NAMES, n.decode())]
        files = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
        client.close()
    assert strange == []
    assert len(names) >= 12
    assert b"a-master-secret" not in held + files
    for secret in SECRETS:
        assert secret.encode() not in held, secret
        assert secret.encode() not in files, secret
