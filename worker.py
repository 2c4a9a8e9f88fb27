"""Start a worker: the RQ processes and, beside them, the ticker. The same as `helpline worker`."""

from __future__ import annotations

import sys

from helpline.cli import main

if __name__ == "__main__":
    sys.exit(main(["worker"]))
