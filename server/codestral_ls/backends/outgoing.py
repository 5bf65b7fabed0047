"""A request as it is sent: what ``codestral-ls complete --show-request`` prints.

A value of its own, so that showing or passing on a request needs no HTTP library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from codestral_ls.backends.base import FimRequest


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Method, address, headers and body. The key in ``headers`` is replaced by ***."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str

    def text(self) -> str:
        """The request as HTTP writes it: request line, headers, an empty line, body."""
        head = [f"{self.method} {self.url}", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\n".join([*head, "", self.body])


def local_text(request: FimRequest, backend: str) -> str:
    """What to show if nothing leaves the machine: the request's fields, and which backend answers it."""
    told = json.dumps(asdict(request), ensure_ascii=False, indent=2)
    return f"Nothing leaves this machine: {backend} answers here. It is asked:\n\n{told}"
