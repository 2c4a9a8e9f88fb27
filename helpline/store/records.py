"""Dataclasses to plain JSON values and back, by the annotations of their fields.

A field that has its default is left out, so old records read well after a field is added. A name that is not
known was written by a newer helpline and is refused, since writing the record back would lose it.
`Any` is confined to this module: what comes out of JSON has no better type until it has been read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from helpline.store.port import Entry, Spoken, StoreUnavailable
from helpline.triage.effects import Prompt
from helpline.triage.state import (
    Agreement,
    Answer,
    Asked,
    Case,
    Channel,
    Consent,
    Flag,
    Level,
    State,
    Timer,
)

T = TypeVar("T")
Plain = Any
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MISSING = object()


class StoreNewer(StoreUnavailable):
    """A record was written by a newer helpline, which this one cannot read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was written by a newer helpline: start the newer version")


def micros(moment: datetime) -> int:
    """Return an aware datetime as microseconds since 1970; naive ones are a fault of the caller."""
    d = moment - _EPOCH
    return (d.days * 86400 + d.seconds) * 1_000_000 + d.microseconds


def moment(microseconds: int) -> datetime:
    """Return the aware UTC datetime of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def millis(at: datetime) -> int:
    """Return whole milliseconds since 1970, rounded down: what "now" is compared with."""
    return micros(at) // 1000


def millis_up(at: datetime) -> int:
    """Return whole milliseconds since 1970, rounded up: when something is due, so that it is never early."""
    return -(-micros(at) // 1000)


def _same(value: Plain) -> Plain:
    return value


class Record(Generic[T]):
    """How one dataclass is written and read. Made once; raises TypeError for an annotation without a rule."""

    __slots__ = ("_cls", "_decode", "_fields")

    def __init__(self, cls: type[T], special: tuple[str, ...] = ()) -> None:
        self._cls = cls
        shown = [f for f in fields(cls) if f.name not in special]  # type: ignore[arg-type]
        rules = {f.name: _rule(f) for f in shown}
        self._fields = tuple((f.name, _default(f), rules[f.name][0]) for f in shown)
        self._decode = {f.name: rules[f.name][1] for f in shown}

    def write(self, value: T) -> dict[str, Plain]:
        """Return the fields that differ from their default."""
        out: dict[str, Plain] = {}
        for name, default, encode in self._fields:
            plain = getattr(value, name)
            if plain != default:
                out[name] = plain if encode is None else encode(plain)
        return out

    def read(self, plain: dict[str, Plain], **more: Plain) -> T:
        """Return the dataclass. Raises StoreNewer for a field that is not known."""
        decode = self._decode
        for name, value in plain.items():
            rule = decode.get(name, _MISSING)
            if rule is _MISSING:
                raise StoreNewer(f"a stored {self._cls.__name__.lower()}")
            more[name] = value if rule is None else rule(value)  # type: ignore[operator]
        return self._cls(**more)


def _default(field: Field[Plain]) -> Plain:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else _MISSING


def _maybe(rule: Callable[[Plain], Plain]) -> Callable[[Plain], Plain]:
    return lambda value: None if value is None else rule(value)


def _each(rule: Callable[[Plain], Plain]) -> Callable[[Plain], Plain]:
    return lambda values: [rule(v) for v in values]


def _all(rule: Callable[[Plain], Plain]) -> Callable[[Plain], Plain]:
    return lambda values: tuple([rule(v) for v in values])


Rule = tuple[Callable[[Plain], Plain] | None, Callable[[Plain], Plain] | None]
_PLAIN: Rule = (None, None)
_RULES: dict[str, Rule] = {
    **dict.fromkeys(("str", "int", "bool", "float", "str | int", "object"), _PLAIN),
    **dict.fromkeys(("str | None", "int | None", "bool | None", "float | None"), _PLAIN),
    **dict.fromkeys(("PersonId", "ConversationId", "CaseCode", "FindingId", "Language"), _PLAIN),
    **dict.fromkeys(("StaffId", "TimerName", "StaffId | None", "CaseCode | None"), _PLAIN),
    "Mapping[str, str]": (dict, _same),
    "Mapping[str, object]": (dict, _same),
    "datetime": (micros, moment),
    "datetime | None": (_maybe(micros), _maybe(moment)),
    "tuple[datetime, ...]": (_each(micros), _all(moment)),
    **dict.fromkeys(("tuple[str, ...]", "tuple[FindingId, ...]", "tuple[ItemId, ...]"), (list, tuple)),
    "frozenset[str]": (sorted, frozenset),
    "frozenset[Flag]": (sorted, lambda names: frozenset(map(Flag, names))),
    "Channel": (str, Channel),
    "Level": (str, Level),
}


def _rule(field: Field[Plain]) -> Rule:
    try:
        return _RULES[str(field.type)]
    except KeyError:
        raise TypeError(f"no rule to store field {field.name} of type {field.type}") from None


def _nested(record: Record[Plain], name: str) -> None:
    """Let other records hold this one: as a value, an optional value and a tuple of values."""
    _RULES[name] = (record.write, record.read)
    _RULES[f"{name} | None"] = (_maybe(record.write), _maybe(record.read))
    _RULES[f"tuple[{name}, ...]"] = (_each(record.write), _all(record.read))


CASE: Record[Case] = Record(Case)
for _cls in (Asked, Timer, Agreement, Prompt):
    _nested(Record(_cls), _cls.__name__)
_nested(CASE, "Case")
_nested(Record(Consent), "Consent")
ENTRY: Record[Entry] = Record(Entry)
SPOKEN: Record[Spoken] = Record(Spoken)
_STATE: Record[State] = Record(State, ("findings",))


def write_state(state: State) -> dict[str, Plain]:
    """Return a state as plain values; the answers, of which there are many, as short lists."""
    out = _STATE.write(state)
    begun = micros(state.begun)
    voice = Channel.VOICE
    out["findings"] = {
        name: [a.value, micros(a.at) - begun, 1 if a.how is voice else 0, a.heard, 1 if a.asked else 0]
        if a.finding == name
        else [
            a.value,
            micros(a.at) - begun,
            1 if a.how is voice else 0,
            a.heard,
            1 if a.asked else 0,
            a.finding,
        ]
        for name, a in state.findings.items()
    }
    return out


def read_state(plain: dict[str, Plain]) -> State:
    """Return the state that `write_state` wrote. Raises StoreNewer."""
    rows = plain.pop("findings")
    begun = plain["begun"]
    sms, voice = Channel.SMS, Channel.VOICE
    answers = {
        name: Answer(
            name,
            row[0],
            _EPOCH + timedelta(microseconds=begun + row[1]),
            voice if row[2] else sms,
            row[3],
            row[4] == 1,
        )
        for name, row in rows.items()
    }
    return _STATE.read(plain, findings=answers)
