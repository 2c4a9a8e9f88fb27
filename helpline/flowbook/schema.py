"""The shape of conversations, topics, phrases, regions and the service; JSON Schema of every content file.

The models only say what a file may look like; whether names exist and sentences fit is for `load` and
`check`. The clinical files are in `schema_clinical`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from helpline.flowbook.schema_clinical import EvidenceFile, ExamplesFile, TableFile
from helpline.flowbook.shape import Clock, Id, ReviewFile, Seconds, Spoken, Strict, When


def _many(value: object) -> object:
    return value if isinstance(value, list) else [value]


class SayStep(Strict):
    """Say something once."""

    say: Id
    text: str
    voice: str | None = None
    when: When = {}


class UnclearFile(Strict):
    """What to do with answers that are not understood."""

    again: int = Field(default=1, ge=0, le=3)
    then: Literal["person"] = "person"


class SilenceFile(Strict):
    """What to do with silence."""

    nudge_after: Seconds = 600
    case_after: Seconds = 1200
    then: Literal["abandoned", "case", "call", "repeat", "nothing"] = "abandoned"


class InterviewStep(Strict):
    """Ask in the table's order. `asks` limits it to some findings; `aloud` says the labels of screens."""

    interview: Id
    stop_at: Id = "emergency_department"
    asks: list[Id] = []
    unclear: UnclearFile = UnclearFile()
    silence: SilenceFile = SilenceFile()
    wording: dict[str, Spoken] = {}
    aloud: dict[str, str] = {}
    useful: Seconds = 8 * 3600
    counts_from: Literal["advice", "event"] = "advice"
    drops: list[Id] = []
    unsure_again: dict[Id, Id] = {}
    only: dict[Id, When] = {}
    when: When = {}


class AdviceFile(Strict):
    """What is said at one disposition in one situation. The last of several needs no `when`."""

    name: Id | None = None
    text: str
    say: str | None = None
    when: When = {}
    open_case: str | None = None
    checkins: list[Id] = []


Entries = Annotated[list[AdviceFile], BeforeValidator(_many)]


class AdviseStep(Strict):
    """Tell the result."""

    advise: dict[str, Entries]
    id: Id = "advise"


class OfferStep(Strict):
    """Offer something that needs a yes."""

    offer: Id
    text: str
    say: str | None = None
    when: When = {}


class MenuStep(Strict):
    """Let her pick a topic."""

    menu: Id
    text: str
    say: str | None = None
    entries: list[Id] = []
    when: When = {}


StepFile = SayStep | InterviewStep | AdviseStep | OfferStep | MenuStep
STEPS: dict[str, type[Strict]] = {
    "say": SayStep, "interview": InterviewStep, "advise": AdviseStep, "offer": OfferStep, "menu": MenuStep,
}


class ConversationFile(Strict):
    """flows/triage.yaml, flows/checkin.yaml and other conversations."""

    flow: Id
    version: int
    review: ReviewFile
    steps: list[dict[str, Any]]


class TopicFile(Strict):
    """Facts that people ask for."""

    id: Id
    name: str
    texts: list[Spoken] = Field(min_length=1, max_length=3)
    urgent: Spoken
    sources: list[Id] = Field(min_length=1)


class TopicsFile(Strict):
    """flows/topics.yaml."""

    review: ReviewFile
    topics: list[TopicFile]


class PhrasesFile(Strict):
    """flows/phrases.yaml: all other sentences, by id."""

    review: ReviewFile
    phrases: dict[str, Spoken]


# ---- region and service ------------------------------------------------------------------------------------
class QuietFile(Strict):
    """Hours without support texts, local time."""

    from_: Clock = Field(alias="from")
    until: Clock


class PlaceFile(Strict):
    """Where to go below this many weeks; without `below_weeks`: when the weeks are not known."""

    id: Id
    below_weeks: int | None = None
    text: Spoken


class ResourceFile(Strict):
    """A number people may be given. `verified_on` is null until somebody has rung it."""

    id: Id
    name: str
    call: str = ""
    text: str = ""
    web: str = ""
    hours: str = ""
    verified_on: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None
    note: str = ""


class RegionFile(Strict):
    """flows/regions/<region>.yaml."""

    region: Id
    emergency_number: str
    crisis: Id
    second_crisis: Id | None = None
    time_zone: str
    zones: dict[Id, str] = {}
    quiet: QuietFile
    places: list[PlaceFile]
    terms: dict[str, Spoken]
    spelling: dict[str, str] = {}
    resources: list[ResourceFile]


class PagingFile(Strict):
    """How much one staff phone is sent when many cases come at once."""

    burst: int = Field(default=5, ge=1, le=20)
    window: Seconds = 120
    digest_every: Seconds = 30
    call_gap: Seconds = 60


class FloodFile(Strict):
    """How many texts of one phone are answered, and within which time."""

    most: int = Field(default=200, ge=20, le=1000)
    within: Seconds = 120


class RungFile(Strict):
    """One rung of the ladder: who is paged, and how."""

    who: Literal["first", "next", "everybody", "supervisors", "safety_net"]
    by: Literal["text", "call", "both"]


class ServiceFile(Strict):
    """flows/service.yaml: the numbers of the service."""

    version: int
    review: ReviewFile
    contact_gap: Seconds
    symptom_age: Seconds
    retention: Seconds
    ladder: list[RungFile] = Field(min_length=2, max_length=12)
    rung_waits: dict[str, Seconds]
    again_waits: dict[str, Seconds]
    owner_waits: dict[str, Seconds]
    plain_letters: list[str] = []
    checkins: dict[str, Seconds]
    supports: dict[str, Seconds] = {}
    support_hour: int = Field(default=10, ge=9, le=19)
    agreement_lapses: Seconds = 60 * 86_400
    rota_ahead: Seconds = 7 * 86400
    rota_report_hour: int = Field(default=8, ge=0, le=23)
    paging: PagingFile = PagingFile()
    speech_sure_from: float = Field(default=0.5, gt=0, lt=1)
    flood: FloodFile = FloodFile()


FILES: dict[str, type[Strict]] = {
    "conversation": ConversationFile,
    "topics": TopicsFile,
    "phrases": PhrasesFile,
    "region": RegionFile,
    "service": ServiceFile,
    "findings": TableFile,
    "evidence": EvidenceFile,
    "examples": ExamplesFile,
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
        kinds = [{"$ref": f"#/$defs/{step.__name__}"} for step in STEPS.values()]
        made["properties"]["steps"]["items"] = {"anyOf": kinds}
    return made
