"""The last net under the log: no number, no words of a person, no secret gets through.

Code does not log such things in the first place; libraries and tracebacks might. The filter rewrites what a
record says, its arguments, its extra fields and its traceback.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable

_NUMBER = re.compile(
    r"(?:\+|%2B)[1-9](?:[ ().-]*[0-9]){6,14}"  # +1 (555) 555-0100, %2B15555550100
    r"|(?<![\w.:+-])\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}(?![\w-])"  # 555-555-0100
    r"|(?<![\w.:+-])(?:1|0)?[2-9][0-9]{9}(?![\w.:])",  # 5555550100, 15555550100
    re.IGNORECASE,
)
_FIELD = r"body|speechresult|unstablespeechresult|transcriptiontext|heard|text|detail"
_WORDS = re.compile(
    rf"""(?P<name>["']?\b(?:{_FIELD})\b["']?)(?P<sep>\s*[=:]\s*)"""
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s&"',}\])]+)""",
    re.IGNORECASE,
)
_AUTHORIZATION = re.compile(r"\b(?P<how>Basic|Bearer)\s+[A-Za-z0-9+/=._~-]{8,}")
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^/\s@]+@", re.IGNORECASE)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without numbers, secrets, and the words of a person as far as fields name them."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    text = _USERINFO.sub(r"\g<scheme>[secret]@", text)
    text = _AUTHORIZATION.sub(r"\g<how> [secret]", text)
    text = _WORDS.sub(r"\g<name>\g<sep>[words]", text)
    return _NUMBER.sub("[number]", text)


class RedactFilter(logging.Filter):
    """Rewrite every record that passes. Put it on handlers, so that records of all loggers pass it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(s for s in secrets if len(s) >= 6)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; never drop it."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = str(record.msg)
        record.msg, record.args = self._clean(message), None
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self._clean("".join(traceback.format_exception(*record.exc_info)).rstrip())
        elif record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._clean(record.stack_info)
        for name, value in vars(record).items():
            if name not in _STANDARD and not isinstance(value, (bool, int, float, type(None))):
                setattr(record, name, self._clean(value if isinstance(value, str) else repr(value)))
        return True

    def _clean(self, text: str) -> str:
        return redact(text, self._secrets)
