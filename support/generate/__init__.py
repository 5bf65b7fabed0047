"""A project to document, and stand-ins of the APIs a batch asks."""
