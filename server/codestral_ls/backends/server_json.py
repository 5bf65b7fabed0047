"""JSON that a server sent."""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str | bytes) -> Any:
    """The value of ``text``. Raises: ValueError, also where it is nested deeper than the interpreter can follow."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
