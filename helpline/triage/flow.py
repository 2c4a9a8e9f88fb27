"""The shape of content: what the flow files say, once loaded, checked and resolved.

A `Flow` is everything reviewed that the engine needs: the clinical table, the conversations, every sentence
in every language, the words people use, the region and the numbers of the service. It is frozen, and all
names in it are resolved; static placeholders (`{helpline}`, `{emergency_number}` and the other fields of the
region) are already filled in. Dynamic ones are filled by `wording`: `{words}`, `{place}`, `{case}`,
`{choices}`, `{because}`, `{answer}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import time, timedelta

from helpline.triage.findings import ALWAYS, Condition, Table
from helpline.triage.heard import Question
from helpline.triage.interview import Interviewer
from helpline.triage.ladder import RUNGS, Rung
from helpline.triage.lexicon import Lexicon
from helpline.triage.rules import Rulebook
from helpline.triage.state import FindingId, Language, Level

MessageId = str

GENERIC = "generic"
"""The region of whoever is nobody knows where: no number of a country, the two that many countries share."""

RUNG_COUNTS_FOR = timedelta(days=90)
"""How long a number that was rung counts as verified (evidence, section 11)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said: as text, and as speech where that differs."""

    text: str
    say: str


@dataclass(frozen=True, slots=True)
class Say:
    """Say something once."""

    id: str
    message: MessageId
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Interview:
    """Ask in the table's order until no question can raise the urgency.

    `again` misses of one question are asked again; the next counts as unsure and opens a case. Silence is
    nudged after `nudge_after` and becomes a case after `case_after`. `asks` limits it to some findings.
    """

    id: str
    stop_at: str = "emergency_department"
    again: int = 1
    nudge_after: timedelta = timedelta(minutes=10)
    case_after: timedelta = timedelta(minutes=20)
    when: Condition = ALWAYS
    asks: tuple[FindingId, ...] = ()
    then: str = "abandoned"
    """What silence leads to: `abandoned` (advice and a case), `case` (a safety check: a reminder, then a
    case), `call` (the same with a call to her before the case), `repeat` (one reminder, then nothing) or
    `nothing`."""
    useful: timedelta = timedelta(hours=8)
    """How long after its time a check-in is of use."""
    counts_from: str = "advice"
    """`advice`, or `event`: the day the pregnancy ended."""
    drops: tuple[str, ...] = ()
    """Check-ins that are not needed any more when all is well at this one."""
    unsure_again: Mapping[FindingId, str] = field(default_factory=dict)
    """Finding she may not know yet -> check-in that asks for it once more."""
    only: Mapping[FindingId, Condition] = field(default_factory=dict)
    """Finding of `asks` -> the only situation in which it is asked; of all others the table says."""

    @property
    def safety(self) -> bool:
        """Return whether this is a safety check: part of the advice, at any hour, and silence is a case."""
        return self.then in ("case", "call")


@dataclass(frozen=True, slots=True)
class Advice:
    """What is said at one disposition, in one situation. `open_case` is the level of the case, if any."""

    message: MessageId
    when: Condition = ALWAYS
    open_case: Level | None = None
    checkins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advise:
    """Tell the result: for each disposition the first advice whose condition holds."""

    id: str
    entries: Mapping[str, tuple[Advice, ...]]


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer something that needs a yes; `purpose` is what is agreed to (`checkins`, `support`)."""

    id: str
    purpose: str
    message: MessageId
    dispositions: frozenset[str] = frozenset()
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True)
class Menu:
    """Let her pick a topic; the only step that may come again. `entries` are topic ids in order."""

    id: str
    message: MessageId
    entries: tuple[str, ...]
    when: Condition = ALWAYS


Step = Say | Interview | Advise | Offer | Menu


@dataclass(frozen=True, slots=True)
class Review:
    """Whether content may be used on people. `status`: `draft` (awaits clinical review) or `approved`."""

    status: str
    due: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A list of steps, read top to bottom; the next is the first that applies and is not done."""

    id: str
    version: int
    review: Review
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Facts that people ask for. `messages` are sent in order; `urgent` says when this would be urgent."""

    id: str
    messages: tuple[MessageId, ...]
    urgent: MessageId
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go below this many weeks (None: any, or not known)."""

    below_weeks: int | None
    message: MessageId


@dataclass(frozen=True, slots=True)
class Resource:
    """A number people may be given."""

    id: str
    name: str
    call: str
    text: str = ""
    verified_on: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """Where the service runs: numbers, places, quiet hours (local time), the fallback time zone."""

    id: str
    emergency_number: str
    crisis_call: str
    time_zone: str
    quiet_from: time
    quiet_until: time
    places: tuple[Place, ...] = ()
    resources: Mapping[str, Resource] = field(default_factory=dict)
    second_line: str = ""
    """Another crisis line to call, open day and night, where there is one."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Time zones she may name, where there are several: her word for it -> IANA name."""

    @property
    def crisis_lines(self) -> tuple[str, ...]:
        """Return the numbers of crisis lines that a call can be put through to, in the order of trying."""
        return tuple(n for n in (self.crisis_call, self.second_line) if any(c.isdigit() for c in n))


@dataclass(frozen=True, slots=True)
class Local:
    """One region, and every message in its words."""

    region: Region
    messages: Mapping[Language, Mapping[MessageId, Message]]


@dataclass(frozen=True, slots=True)
class Paging:
    """How much one staff phone is sent when many cases come at once.

    After `burst` pages by text within `window` the next come as one digest, at most each `digest_every`; the
    first emergency never waits for it. Calls to one phone are `call_gap` apart.
    """

    burst: int = 5
    window: timedelta = timedelta(minutes=2)
    digest_every: timedelta = timedelta(seconds=30)
    call_gap: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Policy:
    """Numbers of the service, reviewed like flows (`flows/service.yaml`)."""

    contact_gap: timedelta = timedelta(hours=24)
    symptom_age: timedelta = timedelta(minutes=30)
    retention: timedelta = timedelta(days=90)
    rung_waits: Mapping[str, timedelta] = field(default_factory=dict)
    """Level id -> wait before the next rung."""
    ladder: tuple[Rung, ...] = RUNGS
    """Who is paged and how, rung by rung."""
    again_waits: Mapping[str, timedelta] = field(default_factory=dict)
    """Level id -> wait until the last rung comes again."""
    owner_waits: Mapping[str, timedelta] = field(default_factory=dict)
    """Level id -> time after which the owner of a case who shows no sign of life is reminded."""
    plain_letters: frozenset[Language] = frozenset()
    """Languages whose texts are sent without the accents that GSM-7 lacks."""
    checkins: Mapping[str, timedelta] = field(default_factory=dict)
    """Check-in id -> time after the advice."""
    supports: Mapping[str, timedelta] = field(default_factory=dict)
    """Support text id -> time after she agreed to them; its words bear the same id."""
    support_hour: int = 10
    """The local hour at which a support text arrives."""
    agreement_lapses: timedelta = timedelta(days=60)
    """After so much silence the number may be somebody else's: agreements lapse, nothing told is used."""
    rota_ahead: timedelta = timedelta(days=7)
    """So far ahead the rota is looked at for gaps."""
    rota_report_hour: int = 8
    """The local hour from which supervisors hear of gaps and of phones that do not work, once a day."""
    paging: Paging = Paging()
    speech_sure_from: float = 0.5
    """How sure a recogniser has to be, from 0 to 1, that what it heard counts like a key."""
    flood_most: int = 200
    flood_within: timedelta = timedelta(minutes=2)
    """So many texts of one phone within this time are answered; more are only read for danger."""


@dataclass(frozen=True, slots=True, repr=False)
class Flow:
    """All content, resolved."""

    version: int
    checksum: str
    table: Table
    conversations: Mapping[str, Conversation]
    topics: Mapping[str, Topic]
    messages: Mapping[Language, Mapping[MessageId, Message]]
    lexicons: Mapping[Language, Lexicon]
    region: Region
    policy: Policy
    languages: tuple[Language, ...]
    drafts: tuple[str, ...] = ()
    """Files that still await clinical review."""
    local: Mapping[str, Local] = field(default_factory=dict, repr=False)
    """Every region there is by id, for people who are not where the service runs (hazard H15)."""
    rulebook: Rulebook = field(init=False, repr=False, compare=False)
    interviewer: Interviewer = field(init=False, repr=False, compare=False)
    questions: dict[tuple[object, ...], Question] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Questions put together before: remembered, as the rulebook remembers its readings."""
    _elsewhere: dict[str, Flow] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        """Return a short name: the whole would be megabytes."""
        return f"Flow(version={self.version}, checksum={self.checksum[:12]})"

    def __post_init__(self) -> None:
        """Compile the table once."""
        rulebook = Rulebook(self.table)
        object.__setattr__(self, "rulebook", rulebook)
        object.__setattr__(self, "interviewer", Interviewer(rulebook))
        self._elsewhere[self.region.id] = self

    def at(self, region: str) -> Flow:
        """Return this content in the words of another region; of one that there is none of, itself."""
        found, there = self._elsewhere.get(region), self.local.get(region)
        if found is None and there is not None:
            found = self._elsewhere[region] = self._in(there)
        return found or self

    def _in(self, there: Local) -> Flow:
        """Return a copy that shares the table and all that was worked out of it."""
        made = object.__new__(Flow)
        own = {"region": there.region, "messages": there.messages, "questions": {}}
        for each in fields(Flow):
            object.__setattr__(made, each.name, own.get(each.name, getattr(self, each.name)))
        return made

    def message(self, language: Language, message: MessageId) -> Message:
        """Return one message. Raises KeyError only for content that `flows check` would have refused."""
        return self.messages[language][message]

    def has(self, language: Language, message: MessageId) -> bool:
        """Return whether there is such a message."""
        return message in self.messages[language]
