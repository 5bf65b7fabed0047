"""A request's JSON body, read field by field; every fault is collected, so one answer reports them all. Pure.

Which fields there are is defined per API, in ``wire.py`` and ``api/``.
"""

from __future__ import annotations

from collections.abc import Mapping

Json = dict[str, object]
MOST_STOP_STRINGS = 64
MOST_INTEGER = 2**63 - 1


class InvalidRequestError(Exception):
    """The body breaks the schema; ``detail`` is the list that a 422 carries."""

    def __init__(self, detail: list[Json]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, _loc(item)))}: {item['msg']}" for item in detail))
        self.detail = detail


def _loc(item: Json) -> list[object]:
    loc = item["loc"]
    return loc if isinstance(loc, list) else [loc]


class Body:
    """Reads typed fields of a body and collects their faults."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self.fields = fields
        self.detail: list[Json] = []

    def wrong(self, name: str, message: str, kind: str) -> None:
        """Record a field's fault; ``kind`` is a word for programs."""
        self.detail.append({"loc": ["body", name], "msg": message, "type": kind})

    def text(self, name: str, default: str | None) -> str:
        """A string; required unless there is a ``default``."""
        value = self.fields.get(name)
        if isinstance(value, str):
            if any("\ud800" <= character <= "\udfff" for character in value):
                self.wrong(name, "Input should be valid Unicode text", "string_unicode")
            return value
        if name not in self.fields and default is None:
            self.wrong(name, "Field required", "missing")
        elif value is not None or default is None:
            self.wrong(name, "Input should be a valid string", "string_type")
        return default or ""

    def integer(self, name: str, default: int, least: int) -> int:
        """An integer of at least ``least``; null counts as absent."""
        value = self.fields.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name, "Input should be a valid integer", "int_type")
            return default
        if value < least:
            self.wrong(name, f"Input should be greater than or equal to {least}", "greater_than_equal")
        if value > MOST_INTEGER:
            self.wrong(name, f"Input should be less than or equal to {MOST_INTEGER}", "less_than_equal")
            return default
        return value

    def number(self, name: str, default: float, least: float, most: float) -> float:
        """A number within both bounds; null counts as absent."""
        value = self.fields.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(name, "Input should be a valid number", "float_type")
            return default
        if not least <= value <= most:
            self.wrong(name, f"Input should be between {least:g} and {most:g}", "range")
            return default  # an integer may be too large for a float
        return float(value)

    def flag(self, name: str) -> bool:
        """A boolean, false if absent."""
        value = self.fields.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, "Input should be a valid boolean", "bool_type")
        return value is True

    def stop(self) -> tuple[str, ...]:
        """The stop strings: a list, or a single string; empty strings are left out."""
        value = self.fields.get("stop")
        if value is None:
            return ()
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            self.wrong("stop", "Input should be a valid string or a list of strings", "string_type")
            return ()
        if len(texts) > MOST_STOP_STRINGS:
            self.wrong("stop", f"List should have at most {MOST_STOP_STRINGS} items", "too_long")
        return tuple(text for text in texts if text)
