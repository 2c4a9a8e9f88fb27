"""STOP, START and HELP as the carrier handles them by itself, by mode.

`carrier`: it blocks, confirms and answers on its own, and the webhook fires as for any text. `advanced`:
the same by a messaging service, and the webhook says so in `OptOutType`. `own`: it does nothing. Source:
the carrier's published keyword lists for long codes; a keyword counts only when it is the whole text.
"""

from dataclasses import dataclass

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START_WORDS = frozenset({"start", "yes", "unstop"})
HELP_WORDS = frozenset({"help", "info"})

STOPPED = "You are unsubscribed and get no more messages from this number. Reply START to get them again."
STARTED = "You get messages from this number again. Reply HELP for help or STOP to end. Msg&Data rates apply."
HELPED = "Reply STOP to get no more messages. Msg&Data rates may apply."


@dataclass(frozen=True, slots=True)
class Keyword:
    """Say what the carrier makes of a text: the kind of keyword and its own reply."""

    kind: str
    reply: str


def keyword(body: str, mode: str) -> Keyword | None:
    """Find the carrier's keyword in a text.

    None when it is an ordinary text or keywords are not its business.
    """
    if mode == "own":
        return None
    word = body.strip().lower()
    if word in STOP_WORDS:
        return Keyword("STOP", STOPPED)
    if word in START_WORDS:
        return Keyword("START", STARTED)
    if word in HELP_WORDS:
        return Keyword("HELP", HELPED)
    return None
