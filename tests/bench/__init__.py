"""Measuring: real load beside floors in the same run. `python -m tests.bench`, or `make bench`."""
