"""What documentation says, apart from how it is laid out: the words for one definition's parts. Only data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Style = Literal["google", "numpy", "sphinx"]


@dataclass(frozen=True, slots=True)
class Words:
    """A summary, further sentences, and a description for each part by its name; what has none is missing here."""

    summary: str
    details: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    returns: str = ""
    yields: str = ""
    raises: Mapping[str, str] = field(default_factory=dict)
