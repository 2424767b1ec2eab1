"""Tests that break things on purpose; scripts/torture is the way in."""
