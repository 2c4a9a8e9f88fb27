"""Tests of the store and of privacy."""
