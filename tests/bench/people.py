"""Who writes what: conversations that are valid answers to the questions asked, and the signed requests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote_plus

from helpline.config import FLOWS
from helpline.flowbook.load import load
from helpline.triage.ask import standing
from helpline.triage.engine import advance, begin
from helpline.triage.events import Texted
from helpline.triage.flow import Flow
from helpline.triage.heard import Question, QuestionKind
from helpline.triage.state import Language, PersonId, State
from tests.bench.places import ACCOUNT, NUMBER, PUBLIC, TOKEN

FREE_TEXTS = (
    "no its not that, just brown spotting since yesterday and a dull ache low down but it comes and goes",
    "well im about nine weeks along i think and there was a bit of pink when i wiped today, no clots at all",
    "i dont really know to be honest, my last period was late and the doctor has not done a scan yet sorry",
    "it is light now, lighter than a period, my partner says i worry too much but i wanted to ask somebody",
)
"""About a hundred characters each, without an alarm."""
OPENING = "hi, im bleeding a bit and im worried"


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of a conversation: the state it met, and the words."""

    state: State
    text: str
    free: bool
    at: datetime


@lru_cache(1)
def content() -> Flow:
    """Return the real content."""
    return load(FLOWS, name="Pregnancy Bleeding Helpline", region="us", languages=("en", "es"))


def conversation(seed: int, *, free_every: int = 0, most: int = 40) -> list[Step]:
    """Return one conversation, from the opening until no question stands; the same for the same seed."""
    flow, chance = content(), random.Random(seed)
    at = datetime.now(UTC).replace(hour=15)
    person = PersonId(hashlib.sha256(str(seed).encode()).hexdigest()[:32])
    state = begin(flow, person, Language("en"), at, chance.randbytes(16))
    steps = [Step(state, OPENING, True, at)]
    for n in range(1, most + 1):
        last = steps[-1]
        state, _ = advance(
            flow, last.state, Texted(f"SM{seed}-{n}", last.at, chance.randbytes(16), last.text)
        )
        question = standing(flow, state)
        if question is None or state.asked is None or not state.asked.findings:
            break
        free = bool(free_every) and n % free_every == 0
        text = chance.choice(FREE_TEXTS) if free else key_for(question, chance)
        steps.append(Step(state, text, free, last.at + timedelta(seconds=20)))
    return steps


def key_for(question: Question, chance: random.Random) -> str:
    """Return keys that answer a question, mostly the milder ones, so that conversations are long."""
    if question.kind is QuestionKind.SCREEN:
        return "0"
    if question.kind in (QuestionKind.NUMBER, QuestionKind.SCALE):
        mild = {"gestation_weeks": (6, 11), "pain_score": (1, 4), "days_since_event": (2, 9)}
        low, high = mild.get(question.findings[0], (question.min, min(question.max, question.min + 3)))
        return str(chance.randint(low, high))
    choices = {c.id: c.key for c in question.choices}
    if "no" in choices and chance.random() < 0.9:
        return choices["no"]
    return chance.choice([key for name, key in choices.items() if name != "unsure"])


@lru_cache(4)
def scripts(
    count: int, *, free_every: int = 0, least: int = 7, most: int = 14
) -> tuple[tuple[str, ...], ...]:
    """Return the words of so many different conversations, each with at least `least` turns."""
    found: list[tuple[str, ...]] = []
    seed = 0
    while len(found) < count:
        seed += 1
        words = tuple(step.text for step in conversation(seed, free_every=free_every)[:most])
        if len(words) >= least:
            found.append(words)
        if seed > 60 * count:
            raise RuntimeError(f"only {len(found)} of {seed} conversations have {least} turns")
    return tuple(found)


def number(n: int) -> str:
    """Return the n-th phone number of the run, E.164, out of a range without real owners."""
    return (
        f"+1{200 + n // 1_000_000 % 700}555{n % 10_000:04d}"
        if n < 10_000
        else f"+1{212 + n // 10_000}555{n % 10_000:04d}"
    )


def request(n: int, sid: str, words: str, port: int) -> bytes:
    """Return one signed webhook as it goes over the wire."""
    fields = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "10001",
        "SmsSid": sid,
        "FromState": "NY",
        "SmsStatus": "received",
        "FromCity": "NEW YORK",
        "Body": words,
        "FromCountry": "US",
        "To": NUMBER,
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": number(n),
        "ApiVersion": "2010-04-01",
    }
    body = "&".join(f"{k}={quote_plus(v)}" for k, v in fields.items())
    signed = f"{PUBLIC}/sms" + "".join(k + fields[k] for k in sorted(fields))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    head = (
        f"POST /sms HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Twilio-Signature: {signature}\r\n"
        f"I-Twilio-Idempotency-Token: {sid}\r\nAccept: */*\r\nUser-Agent: TwilioProxy/1.1\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def sid(n: int, turn: int, tag: str = "") -> str:
    """Return a message id."""
    return "SM" + hashlib.md5(f"{tag}{n}:{turn}".encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Crowd:
    """People with the texts they will send: the openings, then all further turns in order."""

    openings: list[bytes]
    turns: list[bytes]


def crowd(first: int, turns: int, words: Sequence[Sequence[str]], port: int) -> Crowd:
    """Return people enough for so many turns. Everybody's second comes before anybody's third."""
    openings: list[bytes] = []
    rows: list[list[bytes]] = []
    made, n = 0, first
    while made < turns:
        script = words[n % len(words)]
        openings.append(request(n, sid(n, 0), script[0], port))
        rows.append([request(n, sid(n, t), text, port) for t, text in enumerate(script[1:], 1)])
        made += len(script) - 1
        n += 1
    return Crowd(openings, list(_round_robin(rows)))


def _round_robin(rows: Sequence[Sequence[bytes]]) -> Iterator[bytes]:
    for turn in range(max(map(len, rows))):
        for row in rows:
            if turn < len(row):
                yield row[turn]
