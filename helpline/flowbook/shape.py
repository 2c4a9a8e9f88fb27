"""What all content models share: ids, times, conditions as written, sentences; unknown keys are errors."""

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


Seconds = Annotated[int, BeforeValidator(_seconds, json_schema_input_type=str)]
"""A stretch of time: `10m`, `24h`, `90d`, `1w`."""
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
When = Annotated[
    dict[str, Any],
    WithJsonSchema({
        "type": "object",
        "description": "All must hold: finding -> value, values or {gte, gt, lte, lt}. any: at least one.",
    }),
]
"""A condition as written. `conditions.read` gives it its meaning."""


class Strict(BaseModel):
    """A part of a file; a key that is not named here is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReviewFile(Strict):
    """Whether content may be used on people."""

    status: Literal["draft", "approved"]
    due: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    by: str = ""


class Words(Strict):
    """One thing said. `say` is for the ear, where that should differ; `again` is a simpler second try,
    `again_say` that for the ear."""

    text: str
    say: str | None = None
    again: str | None = None
    again_say: str | None = None


Spoken = Annotated[Words, BeforeValidator(_words, json_schema_input_type=str | Words)]
