"""The floor: the least that a turn can be with these libraries.

Bare Flask, the library's RequestValidator, one pipeline that reads what a turn reads, one script that writes
about as many bytes as a turn writes, and a fixed answer. Served by the same web server with the same
settings, on the same store. It decides and hides nothing; it only says what the rest costs.
"""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Any

from flask import Flask, Response, abort, request
from redis import Redis
from twilio.request_validator import RequestValidator

from tests.bench.places import PUBLIC, TOKEN

WRITE = """
redis.call('HSET', KEYS[1], 'rev', ARGV[1], 'state', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3], 'PX', 86400000)
redis.call('XADD', KEYS[3], '*', 'e', ARGV[4])
return 1
"""
ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Message action="https://help.example/sms/status?o=o_7f00000000'
    '0000000000" method="POST">'
    + "Is it so? Send 1 for yes, 2 for no, 3 if you are not sure. " * 2
    + "</Message></Response>"
)


def application() -> Flask:
    """Return the floor."""
    app = Flask("floor", static_folder=None)
    validator = RequestValidator(TOKEN)
    client: Any = Redis.from_url(os.environ["FLOOR_STORE"])
    script = client.register_script(WRITE)
    state, answer, journal = (os.urandom(int(n)) for n in os.environ["FLOOR_BYTES"].split(","))

    @app.post("/sms")
    def sms() -> Response:
        if not validator.validate(
            f"{PUBLIC}/sms", request.form, request.headers.get("X-Twilio-Signature", "")
        ):
            abort(403)
        person = hashlib.sha256(request.form["From"].encode()).hexdigest()[:32]
        keys = [f"f:{person}", f"f:seen:{person}:{request.form['MessageSid']}", f"f:journal:{person}"]
        pipe = client.pipeline(transaction=False)
        pipe.hmget(keys[0], "rev", "state")
        pipe.get(keys[1])
        pipe.hget("f:phones", person)
        known, _, _ = pipe.execute()
        script(keys=keys, args=[int(known[0] or 0) + 1, state, answer, journal])
        return Response(ANSWER, content_type="text/xml; charset=utf-8")

    return app


def main(port: int) -> None:
    """Serve the floor as the helpline is served."""
    from granian import Granian
    from granian.constants import Interfaces

    from helpline.cli.web import PROCESSES, THREADS

    Granian(
        "tests.bench.floor_app:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=PROCESSES,
        blocking_threads=THREADS,
        factory=True,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
