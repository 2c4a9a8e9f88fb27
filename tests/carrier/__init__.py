"""The local carrier, asked over real HTTP."""
