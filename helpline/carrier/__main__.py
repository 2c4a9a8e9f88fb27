"""Start the local carrier: `python -m helpline.carrier --port 8001 --webhook http://127.0.0.1:8000`."""

import sys

from helpline.carrier.server import main

if __name__ == "__main__":
    sys.exit(main())
