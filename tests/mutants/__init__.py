"""Ways to break the helpline on purpose: every one must be noticed."""
