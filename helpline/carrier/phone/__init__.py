"""The phone in the browser and the interface that drives phones from tests: for this machine only."""
