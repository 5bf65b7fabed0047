"""What ``codestral-ls complete --show-request`` prints: exactly the bytes that would leave, the key apart.

Deliberately sends no completion request; a server that tokenizes for us is asked for the token ids.
"""

from __future__ import annotations

from codestral_ls.backends.base import FimRequest
from codestral_ls.backends.build import build_one
from codestral_ls.backends.exchange import Outgoing
from codestral_ls.config.sections import Options


async def show_request(options: Options, request: FimRequest) -> str:
    """The request to the primary backend as text: method and address, headers, an empty line, the body.

    Raises: ConfigError, BackendError (the server that should tokenize does not answer).
    """
    backend = build_one(options.backend.primary, options)
    try:
        outgoing: Outgoing | None = None
        if hasattr(backend, "outgoing"):
            outgoing = await backend.outgoing(request)
        if outgoing is None:
            return f"Nothing leaves this machine: {options.backend.primary} answers here.\n"
        headers = "".join(f"{name}: {value}\n" for name, value in outgoing.headers.items())
        return f"{outgoing.method} {outgoing.url}\n{headers}\n{outgoing.body}\n"
    finally:
        await backend.aclose()
