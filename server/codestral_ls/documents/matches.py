"""A tree query's results as plain frozen values, because a tree-sitter node would keep its whole tree alive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capture:
    """One captured node: ``[start, end)`` in ``str`` indices; ``type`` is the grammar's own name of the node."""

    name: str
    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Match:
    """One match of one pattern of a query with its captures in the order of the text."""

    pattern: int
    captures: tuple[Capture, ...]

    def first(self, name: str) -> Capture | None:
        """The first capture called ``name``."""
        return next((capture for capture in self.captures if capture.name == name), None)

    def all(self, name: str) -> tuple[Capture, ...]:
        """Every capture called ``name``."""
        return tuple(capture for capture in self.captures if capture.name == name)

    def kind(self, group: str) -> Capture | None:
        """The first capture whose name is ``group`` followed by a dot and a kind (``definition.class``)."""
        return next((capture for capture in self.captures if capture.name.startswith(group + ".")), None)
