"""The proof of the safety properties: an oracle of its own, the walk over all states, the engine driven."""
