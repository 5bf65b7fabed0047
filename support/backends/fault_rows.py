"""The fault table: how a remote backend can fail, what the user sees, and which requests are repeated.

Each row is one fault. The tests check each row for the SDK and for plain HTTP; ``benchmarks/backends.py faults`` runs the same
rows and records how long a keystroke waited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from codestral_ls.errors import (
    BackendBusy,
    BackendConnectionLost,
    BackendError,
    BackendNeedsKey,
    BackendProtocolError,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
)
from support.backends.standin_api import KEY, ApiFault

Place = Literal["up", "no_name", "no_port", "untrusted", "expired", "not_yet", "silent"]


@dataclass(frozen=True)
class FaultRow:
    """One fault, and what a keystroke that meets it must lead to.

    ``error`` is the exception and ``says`` a pattern in its message; ``requests`` is how many requests reach the server for one
    keystroke. ``told``: after how many keystrokes the user sees a message, 0 if a fault of this kind alone is not worth a
    message. ``place`` is where the server is, or why it cannot be reached; ``model`` and ``key`` are the configured values.
    ``http`` is the exception with plain HTTP if it differs from the SDK's.
    """

    name: str
    error: type[BackendError]
    says: str
    fault: ApiFault | None = None
    requests: int = 1
    told: int = 1
    place: Place = "up"
    model: str = "codestral-latest"
    key: str = KEY
    http: type[BackendError] | None = None


def _status(status: int, body: str = "", **headers: str) -> ApiFault:
    return ApiFault("status", status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


EXPIRED = '{"message": "API key expired", "request_id": "1"}'
WRONG_FIELD = '{"detail": [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}]}'
_AT, _LATER = "Sat, 21 Nov 2020 08:00:00 GMT", "Sat, 21 Nov 2020 08:00:07 GMT"

ROWS = (
    FaultRow("401, wrong key", BackendNeedsKey, "does not accept the key .HTTP 401.", key="wrong"),
    FaultRow("401, expired key", BackendNeedsKey, "API key expired.*_KEY", _status(401, EXPIRED)),
    FaultRow("403", BackendNeedsKey, "HTTP 403", _status(403)),
    FaultRow("400, wrong model name", BackendRefused, "Invalid model: codestral-9", model="codestral-9", told=3),
    FaultRow("404", BackendRefused, "address or model", _status(404), told=3),
    FaultRow("422", BackendRefused, "prompt: Field required", _status(422, WRONG_FIELD), told=3),
    FaultRow("429 with Retry-After", BackendBusy, "asks to wait 20 s", _status(429, Retry_After="20")),
    FaultRow(
        "429 with a date, server's clock years behind",
        BackendBusy,
        "asks to wait 7 s",
        _status(429, Retry_After=_LATER, Date=_AT),
    ),
    FaultRow("429 without Retry-After", BackendBusy, "too many requests", _status(429)),
    FaultRow("500", BackendUnavailable, "fault of its own", _status(500)),
    FaultRow("502", BackendUnavailable, "fault of its own", _status(502, "<html>Bad gateway</html>")),
    FaultRow("503 with Retry-After", BackendBusy, "overloaded", _status(503, Retry_After="9")),
    FaultRow("504", BackendTimeout, "gave up waiting", _status(504), told=3),
    FaultRow("529", BackendBusy, "overloaded", _status(529)),
    FaultRow("name not found (DNS)", BackendUnavailable, "cannot be found", place="no_name", requests=0),
    FaultRow("connection refused", BackendUnavailable, "Is it running", place="no_port", requests=0),
    FaultRow("accepts and says nothing", BackendTimeout, "in time", place="silent", requests=0, told=3),
    FaultRow("certificate of an unknown authority", BackendUnavailable, "not trusted", place="untrusted", requests=0),
    FaultRow("certificate expired", BackendUnavailable, "has expired.*clock", place="expired", requests=0),
    FaultRow("clock behind: certificate not valid yet", BackendUnavailable, "not valid yet.*clock", place="not_yet", requests=0),
    FaultRow(
        "reset before the answer", BackendConnectionLost, "closed the connection", ApiFault("reset_before"), requests=2, told=2
    ),
    FaultRow("reset in mid-stream", BackendConnectionLost, "closed the conn|broke off", ApiFault("reset"), told=2),
    FaultRow("half a chunk, then closed", BackendConnectionLost, "closed the conn|broke off", ApiFault("half_chunk"), told=2),
    FaultRow("ends without its ending", BackendProtocolError, "broke off", ApiFault("no_ending"), told=3),
    FaultRow("slow first byte", BackendTimeout, "in time", ApiFault("slow_first", seconds=30.0), told=3),
    FaultRow("slow drip", BackendTimeout, "in time", ApiFault("drip", seconds=30.0), told=3),
    FaultRow("wrong JSON", BackendProtocolError, "not JSON|not its protocol", ApiFault("not_json"), told=3),
    FaultRow("JSON of another shape", BackendProtocolError, "not of Mistral|not its protocol", ApiFault("wrong_shape"), told=3),
    FaultRow("bytes that are not UTF-8", BackendProtocolError, "UTF-8|not its protocol", ApiFault("not_utf8"), told=3),
    FaultRow(
        "an error inside the stream", BackendProtocolError, "engine stopped|not its protocol", ApiFault("error_event"), told=3
    ),
    FaultRow("a log-in page", BackendProtocolError, "web page", ApiFault("html"), told=3),
    FaultRow(
        "not HTTP at all",
        BackendConnectionLost,
        "closed the connection|not speak HTTP",
        ApiFault("garbage"),
        requests=2,
        told=2,
        http=BackendProtocolError,
    ),
)
