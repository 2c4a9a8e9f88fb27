"""The one place where parts are chosen and joined: `build(settings)` gives a `Helpline`.

The store is opened at the first need, not at the start: a web that starts while the store is away answers its
fallback addresses, says 503 elsewhere, and comes right by itself. Libraries that only some processes need are
imported where they are needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import TYPE_CHECKING, cast

from helpline.clock import SystemClock
from helpline.config import FLOWS, Settings, SettingsError, read_settings
from helpline.observe.health import Health, Report
from helpline.opener import Opener, rest_client_of
from helpline.service.line import Line
from helpline.service.rota import reached
from helpline.store.port import Item, StoreUnavailable
from helpline.triage.state import PersonId

if TYPE_CHECKING:
    from redis import Redis

    from helpline.channels.desk import Practice
    from helpline.gateway.port import Carrier
    from helpline.gateway.webhooks import Setting
    from helpline.triage.flow import Flow


@dataclass(frozen=True, slots=True)
class Helpline:
    """Everything that a process of the helpline works with. `close` gives back connections and the server."""

    settings: Settings
    flow: Flow
    line: Callable[[], Line]
    """Raises StoreUnavailable while the store is away."""
    health: Health
    exposition: Callable[[], bytes]
    reach: Callable[[str], str | None]
    practice: Practice | None
    close: Callable[[], None]

    def __enter__(self) -> Helpline:
        """Return itself, for `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def build(settings: Settings) -> Helpline:
    """Join the parts for these settings. Raises SettingsError for content that cannot be used."""
    from helpline import checkup
    from helpline.observe import metrics

    flow = content(settings)
    opener = Opener(settings, flow)
    folder = settings.data / "metrics"
    return Helpline(
        settings=settings,
        flow=flow,
        line=opener.line,
        health=checkup.health(opener, notices(settings)),
        exposition=lambda: metrics.exposition(folder, checkup.gauges(opener)),
        reach=partial(_reach, flow),
        practice=checkup.practice(opener) if settings.simulation else None,
        close=opener.close,
    )


_BEGUN: dict[Settings, Callable[[], Flow]] = {}


def begin_content(settings: Settings, *, words_later: bool = False) -> None:
    """Begin to load the content beside other work; `content` then waits for it. No thread may run yet.

    `words_later`: in a process that hears nobody, the lexicons are left unread.
    """
    from helpline.flowbook.apart import begin_to_load

    _BEGUN[settings] = begin_to_load(
        FLOWS, name=settings.name, region=settings.region, languages=settings.languages,
        words_later=words_later,
    )


@lru_cache(1)
def content(settings: Settings) -> Flow:
    """Return the reviewed content. Raises SettingsError with every fault, and for drafts in production."""
    from helpline.flowbook.faults import FlowbookErrors

    try:
        flow = _BEGUN.pop(settings, partial(_load, settings))()
    except FlowbookErrors as errors:
        raise SettingsError("The content cannot be used:", *(str(fault) for fault in errors.faults)) from None
    if flow.drafts and not settings.simulation and not settings.accept_draft:
        raise SettingsError(
            "HELPLINE_ACCEPT_DRAFT is not yes, and the content still awaits clinical review:"
            " have it reviewed, or set HELPLINE_ACCEPT_DRAFT=yes and answer for it."
        )
    if settings.time_zone:
        flow = replace(flow, region=replace(flow.region, time_zone=settings.time_zone))
    return flow


def _load(settings: Settings) -> Flow:
    from helpline.flowbook.load import load

    return load(FLOWS, name=settings.name, region=settings.region, languages=settings.languages)


def notices(settings: Settings) -> tuple[str, ...]:
    """Return what should be known though all is in order."""
    found = []
    if content(settings).drafts:
        found.append("The content is a draft that awaits clinical review: not for real people yet.")
    if settings.simulation:
        found.append("This is a simulation: texts and calls go to the local carrier, to nobody's phone.")
    return tuple(found)


def _reach(flow: Flow, connect: str) -> str | None:
    """Return the number that a call is put through to, None when there is none."""
    from helpline.triage.through import CRISIS, SECOND

    lines = dict(zip((CRISIS, SECOND), flow.region.crisis_lines, strict=False))
    return {"emergency": flow.region.emergency_number, **lines}.get(connect)


def examine(settings: Settings) -> Report:
    """Look at everything for `doctor`. Raises SettingsError for content that cannot be used.

    A gap in the rota counts as out of order in production only: a simulation may do without staff.
    """
    from helpline.checkup import rota_notices

    with build(settings) as helpline:
        seen = helpline.health.report()
        found, said = dict(seen.found), seen.notices
        watched = dict(seen.watched)
        if not settings.simulation:
            found |= {name: watched.pop(name) for name in tuple(watched)}
        try:
            line = helpline.line()
            for finding in line.store.check():
                found[finding.what] = finding.remedy or None
            said = (*said, *rota_notices(line))
        except StoreUnavailable:
            pass
        found["carrier"], notice = _carrier(settings)
        return Report(found, (*said, *notice), watched)


def _carrier(settings: Settings) -> tuple[str | None, tuple[str, ...]]:
    """Return what is wrong with the carrier; what differs at the local one is only worth a notice."""
    try:
        wrong = [s for s in webhook_settings(settings, apply=False) if not s.right]
    except SettingsError as error:
        return str(error), ()
    said = f"{len(wrong)} webhook settings differ from ours: see `helpline twilio connect`"
    if wrong and settings.local_carrier:
        return None, (f"{said}; for the local carrier that is no harm.",)
    return said if wrong else None, ()


def webhook_settings(settings: Settings, *, apply: bool) -> list[Setting]:
    """Return, and with `apply` set, what the carrier must know of us. Raises SettingsError."""
    from helpline.gateway.webhooks import NotConnected, Wiring, connect

    wiring = Wiring(
        settings.public_url, settings.number, settings.voice_number, settings.messaging_service_sid
    )
    try:
        return connect(rest_client_of(settings), wiring, apply=apply)
    except NotConnected as error:
        raise SettingsError(str(error)) from None


_OF_PROCESS: dict[int, Helpline] = {}
"""Process id -> its helpline: connections do not survive a fork."""


def helpline_for_process() -> Helpline:
    """Return the helpline of this process, made at the first call."""
    process = os.getpid()
    if process not in _OF_PROCESS:
        settings = read_settings()
        configure_log(settings)
        _OF_PROCESS[process] = build(settings)
    return _OF_PROCESS[process]


def configure_log(settings: Settings) -> None:
    """Send the log of this process to standard error as JSON lines, without numbers, words or secrets."""
    from helpline.observe import log
    from helpline.privacy import RedactFilter

    log.configure(filters=[RedactFilter(settings.secret_values)])


def line_for_process() -> Line:
    """Return the line of this process. Raises StoreUnavailable."""
    return helpline_for_process().line()


def queue_connection() -> Redis:
    """Return a connection to RQ's server that waits as long as a worker does."""
    from helpline.store.connect import connect

    opener = Opener(settings := read_settings(), content(settings))
    client = cast("Redis", connect(opener.queue_address(), timeout=5.0))
    client.connection_pool.connection_kwargs["socket_timeout"] = None
    return client


def prepare_web() -> None:
    """Import and load what all processes of a web share. Raises SettingsError."""
    import helpline.checkup
    import helpline.store.redis_store  # noqa: F401

    content(read_settings())


def prepare_worker() -> None:
    """Import and load what all processes of a worker share."""
    settings = read_settings()
    begin_content(settings, words_later=True)
    import helpline.gateway.twilio_rest
    import helpline.store.redis_store  # noqa: F401

    configure_log(settings)
    content(settings)


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What a chat in the terminal works with: its own line, carrier and clock."""

    line: Line
    shift: Callable[[float], object]
    sent: Callable[[], Sequence[Item]]
    close: Callable[[], None]
    opt_out: str


def chat_parts(*, memory: bool) -> ChatParts:
    """Join the parts for `helpline chat`: the real engine, a carrier that records, a clock of its own.

    With `memory` nothing leaves or outlives the process. Without, it works on the store of a simulation; in
    production it would take texts of real people out of their outboxes. Raises SettingsError.
    """
    from helpline.gateway.recorder import RecordingCarrier

    settings = read_settings(make_secret=not memory)
    if not memory and not settings.simulation:
        raise SettingsError("HELPLINE_MODE is production: chat there with --memory, away from real people.")
    flow = content(settings)
    carrier = RecordingCarrier()
    if memory:
        line, close = _memory_line(settings, flow, carrier)
    else:
        line, close = _open_line(settings, flow, carrier)
    base, shifts = line.now, [0.0]

    def now() -> datetime:
        return base() + timedelta(seconds=shifts[0])

    def shift(seconds: float) -> None:
        shifts[0] += seconds

    def sent() -> Sequence[Item]:
        return [s.item for s in carrier.collect()]

    line = replace(line, now=now, review=True, wake=_nobody_wakes)
    return ChatParts(line, shift, sent, close, settings.optout_mode)


def _open_line(settings: Settings, flow: Flow, carrier: Carrier) -> tuple[Line, Callable[[], None]]:
    opener = Opener(settings, flow, carrier)
    try:
        return opener.line(), opener.close
    except StoreUnavailable as error:
        raise SettingsError(f"REDIS_URL: no answer ({error}); see `helpline doctor`.") from None


def _nobody_wakes(persons: Sequence[PersonId]) -> None:
    """Wake nobody: the chat looks itself at who has something due."""


def _memory_line(settings: Settings, flow: Flow, carrier: Carrier) -> tuple[Line, Callable[[], None]]:
    from helpline.store import open_memory

    opened = open_memory()
    line = Line(
        flow=flow,
        store=opened.store,
        carrier=carrier,
        identity=opened.identity,
        now=SystemClock().now,
        entropy=partial(os.urandom, 16),
        wake=_nobody_wakes,
        count=_count_nothing,
        default_region=settings.region,
        on_call=partial(reached, opened.store.staff),
    )
    return line, lambda: None


def _count_nothing(name: str, label: str) -> None:
    """Keep no metrics: a chat is nobody's service."""
