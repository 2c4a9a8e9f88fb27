"""All parts of one local carrier, joined: what the web routes are handed."""

from helpline.carrier.calls import Calls
from helpline.carrier.clock import Clock
from helpline.carrier.delivery import Delivery
from helpline.carrier.exchange import Exchange
from helpline.carrier.faults import Faults, read_shorthand
from helpline.carrier.ledger import Ledger
from helpline.carrier.settings import Settings


class Station:
    """Hold the parts of a carrier; one a process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.faults = Faults()
        self.faults.set(read_shorthand(settings.faults))
        self.ledger = Ledger(settings, self.clock)
        self.delivery = Delivery(settings, self.ledger, self.clock, self.faults)
        self.exchange = Exchange(settings, self.delivery, self.faults)
        self.calls = Calls(settings, self.delivery)

    def settle(self, seconds: float) -> bool:
        """Wait until texts, webhooks and reports have run out; tell whether they did in so many seconds."""
        return self.exchange.errands.settle(seconds) and self.delivery.settle(seconds)

    def reset(self) -> None:
        """Begin afresh, as after a start; the clock stays where it is, for it never goes back."""
        self.faults.set([])
        self.calls.forget()
        self.ledger.forget()
