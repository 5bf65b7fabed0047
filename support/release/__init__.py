"""Builds a release: packages, extensions, checksums, and the list of what is inside."""
