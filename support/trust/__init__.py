"""Attackers for tests: another user of the machine, a hostile clone."""
