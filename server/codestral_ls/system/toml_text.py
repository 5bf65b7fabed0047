"""Reads TOML that a stranger may have written, in time and memory that grow with its length.

The standard library takes both in the square of a dotted key's parts: one line of 200 kB filled the memory of a machine.
"""

from __future__ import annotations

from typing import Any

MOST_WORK = 4_000_000
"""The squares of the dots in each line, summed up. A key has all its dots in one line, and at most half a dozen of them."""


class UnfitTomlError(ValueError):
    """The text is not read. The message is the end of a sentence: "has keys of too many parts"."""


def parsed_toml(text: str) -> dict[str, Any]:
    """The tables of ``text``. Raises: UnfitTomlError, tomllib.TOMLDecodeError."""
    import tomllib  # the import takes 5 ms that a user without files need not wait for

    if sum(line.count(".") ** 2 for line in text.split("\n")) > MOST_WORK:
        raise UnfitTomlError("has keys of too many parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise UnfitTomlError("is nested too deeply") from None
    except ValueError:  # an integer of thousands of digits
        raise UnfitTomlError("has a number that is too long") from None
