"""The local carrier: a separate program that knows the helpline only over HTTP.

It speaks the carrier's REST interface, posts signed webhooks and delivery reports, plays calls step by
step, makes disorder on demand, and has a phone in the browser. `create_carrier(settings)` gives the web
application; `python -m helpline.carrier` serves it.
"""

from helpline.carrier.app import create_carrier
from helpline.carrier.settings import Settings

__all__ = ["Settings", "create_carrier"]
