"""Load content in a process of its own, while this one does something else.

Reading YAML and checking it takes twice the memory of what comes of it, and leaves gaps between what stays.
All that goes with the other process; what arrives here lies close together, which matters where processes
share memory. Begin before threads are started or connections opened: the process is forked.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from helpline.flowbook.faults import FlowbookErrors
from helpline.flowbook.later import LaterLexicons
from helpline.triage.flow import Flow


def begin_to_load(
    folder: Path, *, name: str, region: str, languages: tuple[str, ...], words_later: bool = False
) -> Callable[[], Flow]:
    """Begin to load content; return what waits for it. That raises FlowbookErrors as `load.load` does.

    `words_later`: the lexicons, by far the largest part, are left until somebody speaks.
    """
    words = LaterLexicons(folder, languages) if words_later else None
    load = partial(_load, folder, name=name, region=region, languages=languages, words=words)
    forking = get_context("fork")
    here, there = forking.Pipe(duplex=False)
    process = forking.Process(target=_send, args=(load, there))
    process.start()
    there.close()

    def wait() -> Flow:
        with here:
            try:
                made = here.recv()
            except EOFError:  # it was killed: load here
                made = load()
        process.join()
        if isinstance(made, Flow):
            return made
        raise FlowbookErrors(made)

    return wait


def _load(folder: Path, **settings: Any) -> Flow:
    from helpline.flowbook.load import load

    return load(folder, **settings)


def _send(load: Callable[[], Flow], there: Connection) -> None:
    gc.disable()  # nearly all that is made stays until the process ends
    try:
        there.send(load())
    except FlowbookErrors as errors:
        there.send(errors.faults)
