"""The shape of every content file, as pydantic models; their JSON Schema serves editors.

A key that is not named here is an error. The models only say what a file may look like; whether names
exist and sentences fit is for `load` and `check`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$")]
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def _seconds(value: object) -> object:
    found = re.fullmatch(r"(\d+)([smhdw])", value) if isinstance(value, str) else None
    if not found:
        raise ValueError("write a time as 10m, 24h or 90d")
    return int(found[1]) * _UNITS[found[2]]


def _words(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _many(value: object) -> object:
    return value if isinstance(value, list) else [value]


Seconds = Annotated[int, BeforeValidator(_seconds, json_schema_input_type=str)]
"""A stretch of time: `10m`, `24h`, `90d`, `1w`."""
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
When = Annotated[
    dict[str, Any],
    WithJsonSchema({
        "type": "object",
        "description": "All must hold: finding -> value, list of values or {gte, gt, lte, lt}. any: at least one.",
    }),
]
"""A condition as written. `conditions.read` gives it its meaning."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """One thing said. `say` is for the ear, where that should differ; `again` is a simpler second try."""

    text: str
    say: str | None = None
    again: str | None = None


Spoken = Annotated[Words, BeforeValidator(_words, json_schema_input_type=str | Words)]


# ---- the clinical table ------------------------------------------------------------------------------------
class DispositionFile(_Strict):
    """One level of urgency. `minutes` within which care is needed."""

    id: Id
    minutes: int | None = None
    label: str


class FlagFile(_Strict):
    """A mark that does not depend on urgency."""

    id: Literal["crisis", "safeguarding"]
    label: str


class DefaultsFile(_Strict):
    """What counts when no rule decides."""

    yes_no_values: list[str]
    unsure_as: str
    no_rule_fired_symptom_reported: Id
    no_rule_fired_no_symptom: Id
    triage_abandoned_bleeding_or_pain_reported: Id
    triage_abandoned_otherwise: Id
    not_understood_twice: Id


class DerivedFile(_Strict):
    """A finding that is computed."""

    id: Id
    type: Literal["yes_no", "choice", "number"]
    min: int = 0
    max: int = 0
    choices: list[str] = []
    from_: list[Id] = Field(alias="from")
    note: str


class RedFlagFile(_Strict):
    """What one value of one finding forces."""

    value: Any
    when: When = {}
    disposition: Id
    flags: list[Literal["crisis", "safeguarding"]] = []


class FindingFile(_Strict):
    """One thing that is asked or told."""

    id: Id
    type: Literal["yes_no", "choice", "number", "scale"]
    choices: list[str] = []
    labels: dict[str, str] = {}
    min: int = 0
    max: int = 0
    question: str
    unsure_as: str | int | None = None
    if_missing: str | int | None = None
    red_flags: list[RedFlagFile] = []
    note: str = ""
    source: list[Id] = []


class RuleFile(_Strict):
    """What a combination of findings forces."""

    id: Id
    when: When
    disposition: Id
    flags: list[Literal["crisis", "safeguarding"]] = []
    source: list[Id] = []


class ItemFile(_Strict):
    """One place in the order of asking: `ask` one finding or `screen` several."""

    ask: Id | None = None
    screen: Id | None = None
    asks: list[Id] = Field(default=[], max_length=5)
    labels: dict[str, Annotated[str, Field(max_length=26)]] = {}
    when: When = {}
    after_advice: bool = False
    closing: bool = False


class NotAskedFile(_Strict):
    """Findings that the interview leaves out in one situation, and why."""

    findings: list[Id] = Field(min_length=1)
    when: When = {}
    why: str


class TableFile(_Strict):
    """flows/clinical/findings.yaml."""

    version: int
    dispositions: list[DispositionFile]
    flags: list[FlagFile]
    defaults: DefaultsFile
    contexts: dict[str, When] = Field(default={}, alias="x-contexts")
    sources: dict[str, str]
    derived: list[DerivedFile]
    findings: list[FindingFile]
    rules: list[RuleFile]
    interview: list[ItemFile]
    never_asked: dict[str, str] = {}
    not_asked: list[NotAskedFile] = []


class SourceFile(_Strict):
    """One source of the table. `checked`: S read for the table, G general knowledge, M our own margin."""

    id: Id
    title: str
    year: int | None = None
    section: str = ""
    link: str | None = None
    checked: Literal["S", "G", "M", "S/G"]
    note: str = ""
    reviewer: str
    review_by: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


class EvidenceFile(_Strict):
    """flows/clinical/evidence.yaml."""

    version: int
    sources: list[SourceFile]


class ExampleFile(_Strict):
    """One worked case: what is known, and what must come of it."""

    id: Id
    story: str
    facts: dict[str, str | int]
    last_disposition: Id | None = None
    contacts_72h: int = 1
    disposition: Id
    flags: list[Literal["crisis", "safeguarding"]] = []
    decides: list[str] = []
    covered_by: str | None = None
    source: str = ""


class ExamplesFile(_Strict):
    """flows/clinical/examples.yaml."""

    version: int
    examples: list[ExampleFile]


# ---- conversations -----------------------------------------------------------------------------------------
class ReviewFile(_Strict):
    """Whether content may be used on people."""

    status: Literal["draft", "approved"]
    due: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    by: str = ""


class SayStep(_Strict):
    """Say something once."""

    say: Id
    text: str
    voice: str | None = None
    when: When = {}


class UnclearFile(_Strict):
    """What to do with answers that are not understood."""

    again: int = Field(default=1, ge=0, le=3)
    then: Literal["person"] = "person"


class SilenceFile(_Strict):
    """What to do with silence."""

    nudge_after: Seconds = 600
    case_after: Seconds = 1200
    then: Literal["abandoned"] = "abandoned"


class InterviewStep(_Strict):
    """Ask in the table's order. `asks` limits it to some findings; `aloud` says the labels of screens."""

    interview: Id
    stop_at: Id = "emergency_department"
    asks: list[Id] = []
    unclear: UnclearFile = UnclearFile()
    silence: SilenceFile = SilenceFile()
    wording: dict[str, Spoken] = {}
    aloud: dict[str, str] = {}
    when: When = {}


class AdviceFile(_Strict):
    """What is said at one disposition in one situation. The last of several needs no `when`."""

    name: Id | None = None
    text: str
    say: str | None = None
    when: When = {}
    open_case: str | None = None
    checkins: list[Id] = []


Entries = Annotated[list[AdviceFile], BeforeValidator(_many)]


class AdviseStep(_Strict):
    """Tell the result."""

    advise: dict[str, Entries]
    id: Id = "advise"


class OfferStep(_Strict):
    """Offer something that needs a yes."""

    offer: Id
    text: str
    say: str | None = None
    when: When = {}


class MenuStep(_Strict):
    """Let her pick a topic."""

    menu: Id
    text: str
    say: str | None = None
    entries: list[Id] = []
    when: When = {}


StepFile = SayStep | InterviewStep | AdviseStep | OfferStep | MenuStep
STEPS: dict[str, type[_Strict]] = {
    "say": SayStep, "interview": InterviewStep, "advise": AdviseStep, "offer": OfferStep, "menu": MenuStep,
}


class ConversationFile(_Strict):
    """flows/triage.yaml, flows/checkin.yaml and other conversations."""

    flow: Id
    version: int
    review: ReviewFile
    steps: list[dict[str, Any]] = Field(json_schema_extra={"items": {"$ref": "#/$defs/Step"}})


class TopicFile(_Strict):
    """Facts that people ask for."""

    id: Id
    name: str
    texts: list[Spoken] = Field(min_length=1, max_length=3)
    urgent: Spoken
    sources: list[Id] = Field(min_length=1)


class TopicsFile(_Strict):
    """flows/topics.yaml."""

    review: ReviewFile
    topics: list[TopicFile]


class PhrasesFile(_Strict):
    """flows/phrases.yaml: all other sentences, by id."""

    review: ReviewFile
    phrases: dict[str, Spoken]


# ---- region and service ------------------------------------------------------------------------------------
class QuietFile(_Strict):
    """Hours without support texts, local time."""

    from_: Clock = Field(alias="from")
    until: Clock


class PlaceFile(_Strict):
    """Where to go below this many weeks; without `below_weeks`: when the weeks are not known."""

    id: Id
    below_weeks: int | None = None
    text: Spoken


class ResourceFile(_Strict):
    """A number people may be given. `verified_on` is null until somebody has rung it."""

    id: Id
    name: str
    call: str = ""
    text: str = ""
    hours: str = ""
    verified_on: str | None = None
    note: str = ""


class RegionFile(_Strict):
    """flows/regions/<region>.yaml."""

    region: Id
    emergency_number: str
    crisis: Id
    time_zone: str
    quiet: QuietFile
    places: list[PlaceFile]
    terms: dict[str, Spoken]
    spelling: dict[str, str] = {}
    resources: list[ResourceFile]


class ServiceFile(_Strict):
    """flows/service.yaml: the numbers of the service."""

    version: int
    review: ReviewFile
    contact_gap: Seconds
    symptom_age: Seconds
    retention: Seconds
    rung_waits: dict[str, Seconds]
    plain_letters: list[str] = []
    checkins: dict[str, Seconds]


FILES: dict[str, type[_Strict]] = {
    "conversation": ConversationFile, "findings": TableFile, "evidence": EvidenceFile, "examples": ExamplesFile,
    "topics": TopicsFile, "phrases": PhrasesFile, "region": RegionFile, "service": ServiceFile,
}
"""Kind of file -> its model."""


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file, for editors. Raises KeyError for an unknown kind."""
    made = FILES[kind].model_json_schema(by_alias=True)
    if kind == "conversation":
        shared = made.setdefault("$defs", {})
        for step in STEPS.values():
            own = step.model_json_schema(by_alias=True)
            shared.update(own.pop("$defs", {}))
            shared[step.__name__] = own
        shared["Step"] = {"anyOf": [{"$ref": f"#/$defs/{step.__name__}"} for step in STEPS.values()]}
    return made
