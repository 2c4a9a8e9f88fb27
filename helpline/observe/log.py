"""The log: one JSON line an event, to standard error, with the trace id and without personal data.

`event` is the one way in. Fields are ids, counts and durations; never words or numbers of people. What
slips in through an exception or a library is taken out by the filters that `configure` is given.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TextIO

from helpline.observe import trace

Field = str | int | float | bool | None
_MARK = "f_"
"""Before the names of fields, so that they cannot be taken for the record's own."""
_QUIET = ("twilio", "urllib3", "requests", "werkzeug", "rq", "_granian")


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON. A traceback keeps places and the kind of error, not its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": record.getMessage(),
        }
        if running := trace.current():
            entry["trace"] = running
        entry.update((name[2:], value) for name, value in vars(record).items() if name.startswith(_MARK))
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = type(record.exc_info[1]).__name__
            entry["where"] = _places(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False, default=str)


def event(logger: logging.Logger, what: str, *, level: int = logging.INFO, **fields: Field) -> None:
    """Write one event with its fields."""
    if logger.isEnabledFor(level):
        logger.log(level, what, extra=_marked(fields))


def failure(logger: logging.Logger, what: str, **fields: Field) -> None:
    """Write the exception that is being handled: its kind and where it came from."""
    logger.error(what, exc_info=True, extra=_marked(fields))


def configure(
    *, filters: Iterable[logging.Filter] = (), level: int = logging.INFO, stream: TextIO | None = None
) -> None:
    """Send all logging of this process through one handler; what was set up before is replaced."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    for each in filters:
        handler.addFilter(each)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _marked(fields: Mapping[str, Field]) -> dict[str, Field]:
    return {_MARK + name: value for name, value in fields.items()}


def _places(error: BaseException) -> list[str]:
    places = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return places[-8:]
