"""Tests of the staff console: the real application on a real store, with real content."""
