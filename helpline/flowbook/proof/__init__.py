"""The proof of the safety properties, in rooms: an oracle of its own, the walk over all states, the engine driven."""
