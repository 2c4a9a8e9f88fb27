"""Start the RQ worker and, beside it, the ticker: `python worker.py`, the same as `helpline worker`."""

import sys

from helpline.cli import main

if __name__ == "__main__":
    sys.exit(main(["worker"]))
