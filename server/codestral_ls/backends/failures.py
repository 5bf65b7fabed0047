"""Turns HTTP statuses and the system's errors into the project's own errors, with sentences for the user.

Knows no HTTP library; each backend unwraps its library's exception and passes the cause to these functions.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from codestral_ls.backends.base import Health, State
from codestral_ls.backends.server_json import read_json
from codestral_ls.config.quote import plain
from codestral_ls.errors import (
    BackendBusy,
    BackendConnectionLost,
    BackendError,
    BackendLoading,
    BackendNeedsKey,
    BackendProtocolError,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
    Refusal,
)

_SHOWN = 200  # characters of a server's own words that a message carries


def from_status(
    name: str, status: int, body: str, headers: Mapping[str, str], *, key_hint: str, key: str | None = None
) -> BackendError:
    """The error that HTTP ``status`` (not 200) means, with the server's own words if it sent any.

    ``name`` is the server in a sentence ("The Codestral API"); ``key_hint`` says how a key is given; ``key`` is kept
    out of the message in case the server repeats it.
    """
    error = _from_status(name, status, body, headers, key_hint, key)
    error.refusal = _refusal(status)
    return error


def _refusal(status: int) -> Refusal:
    """The kind of refusal that an HTTP status other than 200 means."""
    known: dict[int, Refusal] = {401: "key", 403: "key", 402: "payment", 404: "model", 408: "", 504: "", 429: "quota", 529: "quota"}
    if status in known:
        return known[status]
    return "request" if 400 <= status < 500 else "fault" if status >= 500 else "protocol"


def _from_status(name: str, status: int, body: str, headers: Mapping[str, str], key_hint: str, key: str | None) -> BackendError:
    said = _said(body, key)
    detail = f' It says: "{said}".' if said else ""
    retry_after = retry_after_seconds(headers)
    if status in (401, 403):
        return BackendNeedsKey(f"{name} does not accept the key (HTTP {status}).{detail} {key_hint}")
    if status == 402:
        return BackendRefused(f"{name} asks for payment (HTTP 402).{detail} Check the account's billing.")
    if status == 404:
        return BackendRefused(
            f"{name} does not know this address or model (HTTP 404).{detail} Check them with `codestral-ls doctor`."
        )
    if status in (408, 504):
        return BackendTimeout(f"{name} gave up waiting (HTTP {status}).{detail}")
    if status in (429, 529) or (status == 503 and retry_after is not None):
        wait = f" It asks to wait {retry_after:.0f} s." if retry_after is not None else ""
        reason = "has too many requests from you" if status == 429 else "is overloaded"
        return BackendBusy(f"{name} {reason} (HTTP {status}).{wait}{detail}", retry_after)
    if 400 <= status < 500:
        return BackendRefused(f"{name} did not accept the request (HTTP {status}).{detail}")
    if status >= 500:
        return BackendUnavailable(f"{name} has a fault of its own (HTTP {status}).{detail}")
    return BackendProtocolError(f"{name} answered HTTP {status}, which this program does not expect.{detail}")


def from_os_error(name: str, address: str, error: BaseException) -> BackendError:
    """The error that caused a failed connection: searches the causes for the system's own error.

    ``address`` is shown once if ``name`` does not contain it already, so it must not carry a password.
    """
    at = unless_named(f" at {address}", name, address)
    for inner in _chain(error):
        if isinstance(inner, ssl.SSLError) and type(inner).__module__ != "ssl":
            continue  # aiohttp's exceptions of both kinds wrap the real one
        if isinstance(inner, ssl.SSLCertVerificationError):
            return BackendUnavailable(_certificate(name, inner))
        if isinstance(inner, ssl.SSLError):
            behind = unless_named(f" ({address})", name, address)
            return BackendUnavailable(f"{name}{behind} does not speak TLS as expected: {inner.args[-1]}.")
        if isinstance(inner, socket.gaierror):
            missing = unless_named(f" for {address}", name, address)
            return BackendUnavailable(f"{name} cannot be found: there is no address{missing}. Is the network up?")
        if isinstance(inner, ConnectionRefusedError | FileNotFoundError):
            return BackendUnavailable(f"{name} does not answer{at}. Is it running?")
        if isinstance(inner, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
            return BackendConnectionLost(f"{name} closed the connection.")
        if isinstance(inner, TimeoutError):
            return BackendTimeout(f"{name} did not answer in time.")
    for inner in _chain(error):
        if isinstance(inner, OSError):
            return BackendUnavailable(f"{name} cannot be reached{at}: {inner.strerror or inner}.")
    return BackendUnavailable(f"{name} cannot be reached{at}: {type(error).__name__}.")


def unless_named(words: str, name: str, address: str) -> str:
    """``words`` that state the address; "" if the server's name states it already."""
    return "" if address in name else words


def not_the_protocol(name: str, content_type: str) -> BackendError:
    """The error of an answer with status 200 that is no completion."""
    words = (
        "answered with a web page. Does a proxy or a log-in page answer for it?"
        if "html" in content_type
        else "sent something that is not its protocol."
    )
    error = BackendProtocolError(f"{name} {words}")
    error.refusal = "protocol"
    return error


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, or None.

    A date in it is compared with the server's own Date header and not with this machine's clock, which may be wrong.
    """
    lowered = {key.lower(): value for key, value in headers.items()}
    value = lowered.get("retry-after", "").strip()
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(lowered["date"])).total_seconds())
    except (ValueError, KeyError, TypeError):
        return None


def _chain(error: BaseException) -> list[BaseException]:
    """The error, what it wraps (aiohttp keeps ``os_error``), and their causes and contexts, outermost first."""
    found: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        inner = left.pop(0)
        if inner is None or inner in found or len(found) > 20:
            continue
        found.append(inner)
        wrapped = [getattr(inner, "os_error", None), getattr(inner, "certificate_error", None), *inner.args]
        left += [w for w in wrapped if isinstance(w, BaseException)]
        left += [*getattr(inner, "exceptions", ()), inner.__cause__, inner.__context__]
    return found


def _certificate(name: str, error: ssl.SSLCertVerificationError) -> str:
    # OpenSSL's verify codes: 9 is "not yet valid", 10 "has expired"; both also come from a wrong clock here.
    if error.verify_code in (9, 10):
        when = "is not valid yet" if error.verify_code == 9 else "has expired"
        return f"{name}'s certificate {when}: {error.verify_message}. Is this machine's clock right?"
    return (
        f"{name}'s certificate is not trusted: {error.verify_message}. "
        "Name your company's authority in network.ca_file or SSL_CERT_FILE."
    )


def _said(body: str, key: str | None) -> str:
    """The server's own message from the usual JSON forms, on one line, without the key."""
    try:
        value = read_json(body)
    except ValueError:
        value = "" if body.lstrip().startswith("<") else body  # a proxy's HTML page does not help a user
    while isinstance(value, dict):
        value = next((value[k] for k in ("message", "error", "detail", "msg") if value.get(k)), "")
        if isinstance(value, list) and value:
            first = value[0]
            if isinstance(first, dict) and "msg" in first:
                place = ".".join(str(part) for part in first.get("loc", ()) if part != "body")
                value = f"{place}: {first['msg']}" if place else first["msg"]
            else:
                value = first
    text = " ".join(str(value).split())
    return plain(text.replace(key, "***") if key else text, _SHOWN)


def health_from(error: BackendError) -> Health:
    """The state of a backend that answered with ``error``: the same sentence as a health."""
    return Health(_state_from(error), str(error), refusal=error.refusal)


def _state_from(error: BackendError) -> State:
    if isinstance(error, BackendNeedsKey):
        return "needs_key"
    if isinstance(error, BackendBusy):
        return "paused"
    if isinstance(error, BackendLoading):
        return "loading"
    return "offline" if isinstance(error, BackendUnavailable | BackendTimeout) else "error"
