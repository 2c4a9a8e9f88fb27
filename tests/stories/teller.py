"""Tell a story to the line: open as she would, answer from her facts, look at what came of it.

A story is a mapping (see the YAML files beside this one):

- `opens`: the first texts, per language; `facts`: what is true of her (finding -> value), else no or none;
- or `lines`: what is said turn by turn, each with what must hold afterwards;
- `then`: what must hold at the end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from helpline.cli.phone_bench import Bench
from helpline.service.staff import Newcomer, add_staff

MOST_TURNS = 40

BENIGN: dict[str, str | int] = {
    "age_group": "adult",
    "baby_movement": "normal",
    "bleeding": "none",
    "bleeding_days": 1,
    "bleeding_trend": "same",
    "can_get_there": "yes",
    "clot_size": "none",
    "days_since_event": 3,
    "gestation_weeks": 9,
    "injury": "none",
    "pain_score": 0,
    "person_with_caller": "yes",
    "pregnancy_test": "negative",
    "pregnant": "yes",
    "reached_care": "seen",
    "recent_event": "loss",
    "rh_negative": "no",
    "safe_at_home": "yes",
    "safe_to_text": "yes",
    "scan_confirmed": "yes",
    "since_last": "same",
    "trimester": "first",
}
"""What a person answers when her story does not say: nothing that alarms."""


@dataclass
class Telling:
    """One story as it is told: the bench, her number, and everything that came back."""

    bench: Bench
    number: str
    channel: str
    language: str
    facts: dict[str, str | int]
    outs: list[dict[str, Any]] = field(default_factory=list)

    def give(self, **entry: Any) -> dict[str, Any]:
        """Send one input line."""
        out = self.bench.answer(json.dumps({"from": self.number, **entry}))
        assert out["error"] is None, out["error"]
        self.outs.append(out)
        return out

    def say(self, words: str) -> dict[str, Any]:
        """Say words by text or on the call."""
        return self.give(speech=words) if self.channel == "voice" else self.give(body=words)

    def key(self, keys: str) -> dict[str, Any]:
        """Send keys by text or on the call."""
        return self.give(digits=keys) if self.channel == "voice" else self.give(body=keys)

    def staff_close(self) -> None:
        """Let a nurse take the case by text and close it."""
        nurse = "+12025550190"
        add_staff(self.bench.line, Newcomer("Ana", nurse, "nurse"))
        code = next(e["case"] for o in reversed(self.outs) for e in o["escalations"])
        for order in (f"ACK {code}", f"DONE {code}"):
            out = self.bench.answer(json.dumps({"staff": nurse, "body": order}))
            assert out["error"] is None, out["error"]

    def wait(self, time: str) -> dict[str, Any]:
        """Let time pass."""
        out = self.bench.answer(json.dumps({"advance": time}))
        assert out["error"] is None, out["error"]
        self.outs.append(out)
        return out

    def open(self, words: list[str]) -> None:
        """Begin the contact."""
        if self.channel == "voice":
            self.give(call="start")
        for line in words:
            self.say(line)

    def finish(self) -> None:
        """Answer from the facts until no question is open."""
        for _ in range(MOST_TURNS):
            seen = self.conversation
            if seen["ended"]:
                return
            self._answer(seen)
        raise AssertionError(f"no end after {MOST_TURNS} answers: {self.conversation}")

    def _answer(self, seen: dict[str, Any]) -> None:
        asks, choices = seen["asks"], {c["id"]: c["key"] for c in seen["choices"]}
        if isinstance(asks, list):
            true = [f for f in asks if self.facts.get(f, "no") in ("yes", "unsure")]
            if not choices:
                self.key("1" if true else "2")
            else:
                self.key(" ".join(choices[f] for f in true) if true else choices["none"])
            return
        if asks is None:
            self.key(choices.get("decline") or choices.get("no") or "1")
            return
        value = self.facts.get(asks, BENIGN.get(asks, "no"))
        self.key(choices.get(str(value), str(value)))

    @property
    def conversation(self) -> dict[str, Any]:
        """Return the conversation as last printed."""
        return next(o["conversation"] for o in reversed(self.outs) if o["conversation"])

    @property
    def replies(self) -> list[str]:
        """Return every reply so far."""
        return [r for o in self.outs for r in o["replies"]]

    @property
    def sent(self) -> list[dict[str, str]]:
        """Return everything that left, replies excepted."""
        return [o for out in self.outs for o in out["outbound"] if o["kind"] != "reply"]

    @property
    def levels(self) -> list[str]:
        """Return the levels of the cases she has or had."""
        return [e["level"] for out in self.outs for e in out["escalations"]]


def expect(telling: Telling, then: dict[str, Any]) -> None:
    """Hold what happened against what the story says."""
    seen, words = telling.conversation, " ".join(telling.outs[-1]["replies"])
    every = " ".join(telling.replies) + " ".join(o["body"] for o in telling.sent)
    checks = {
        "disposition": lambda v: seen["disposition"] == v,
        "flags": lambda v: sorted(seen["flags"]) == sorted(v),
        "ended": lambda v: seen["ended"] is (v == "yes"),
        "asks": lambda v: seen["asks"] == v or (isinstance(seen["asks"], list) and v in seen["asks"]),
        "node": lambda v: seen["node"] == v,
        "language": lambda v: seen["language"] == v,
        "case": lambda v: v in telling.levels or (v == "none" and not telling.levels),
        "says": lambda v: all(w.lower() in words.lower() for w in _many(v)),
        "said": lambda v: all(w.lower() in every.lower() for w in _many(v)),
        "never": lambda v: not any(w.lower() in every.lower() for w in _many(v)),
        "silent": lambda v: not telling.outs[-1]["replies"],
        "sent": lambda v: [o["kind"] for o in telling.sent] == _many(v),
        "finding": lambda v: all(str(seen["findings"].get(f)) == str(x) for f, x in v.items()),
        "turns": lambda v: len(telling.outs) <= int(v),
    }
    for what, value in then.items():
        assert checks[what](value), (
            f"{what}: wanted {value!r}\nseen {json.dumps(seen, ensure_ascii=False)}\n"
            f"reply {words!r}\ncases {telling.levels}\nsent {[o['kind'] for o in telling.sent]}"
        )


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
