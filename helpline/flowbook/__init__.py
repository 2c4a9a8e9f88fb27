"""Content files -> a `Flow`: `load` reads and resolves them, `check` finds every fault with file, line and remedy."""
