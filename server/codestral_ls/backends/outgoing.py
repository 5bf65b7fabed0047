"""A request as it goes out: what ``codestral-ls complete --show-request`` prints.

A value of its own, so that whoever shows or passes it on need not import an HTTP library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Method, address, headers and body. The key in ``headers`` is replaced by ***."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str
