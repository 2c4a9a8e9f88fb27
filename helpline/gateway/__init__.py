"""The way out to the carrier: one protocol (`port`), the Twilio REST client, a recorder for simulation.

`port` is what the service knows: `Carrier` and the three ways in which a send can go wrong. `codes` says
what the carrier's error numbers mean. `wiring` chooses between `TwilioCarrier` and `RecordingCarrier`.
"""
