"""HTTP statuses and system errors become sentences that say what to do and contain no key."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from codestral_ls.backends.failures import from_os_error, from_status, health_from, retry_after_seconds
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
)

KEY = "sk-secret-of-mine"


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        (401, '{"message": "Unauthorized"}', BackendNeedsKey, 'It says: "Unauthorized". Give a key'),
        (402, "", BackendRefused, "payment"),
        (404, '{"error": {"message": "model not found"}}', BackendRefused, "model not found"),
        (404, '{"error": "model \'x\' not found"}', BackendRefused, "model 'x' not found"),
        (422, '{"detail": [{"loc": ["body", "stop"], "msg": "too many"}]}', BackendRefused, "stop: too many"),
        (422, '{"detail": [{"msg": "no"}]}', BackendRefused, 'says: "no"'),
        (400, '{"detail": ["plain"]}', BackendRefused, 'says: "plain"'),
        (400, '{"message": {"detail": "nested"}}', BackendRefused, 'says: "nested"'),
        (429, "", BackendBusy, "too many requests"),
        (500, "<html><h1>nginx</h1></html>", BackendUnavailable, "HTTP 500\\)\\.$"),
        (500, f'{{"message": "key {KEY} crashed us"}}', BackendUnavailable, r"key \*\*\* crashed"),
        (500, "x" * 500, BackendUnavailable, '…"\\.$'),
        (408, "", BackendTimeout, "gave up"),
        (302, "", BackendProtocolError, "HTTP 302"),
    ],
)
def test_statuses(status: int, body: str, kind: type[BackendError], says: str) -> None:
    error = from_status("The server", status, body, {}, key_hint="Give a key.", key=KEY)
    assert type(error) is kind
    assert KEY not in str(error)
    assert "\n" not in str(error)
    with pytest.raises(kind, match=says):
        raise error


def _wrapped(inner: BaseException) -> BaseException:
    try:
        try:
            raise inner
        except BaseException as cause:
            raise RuntimeError("a library's own") from cause
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    ("inner", "kind", "says"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), BackendUnavailable, "cannot be found"),
        (ConnectionRefusedError(), BackendUnavailable, "Is it running"),
        (FileNotFoundError(), BackendUnavailable, "Is it running"),
        (ConnectionResetError(), BackendConnectionLost, "closed"),
        (BrokenPipeError(), BackendConnectionLost, "closed"),
        (TimeoutError(), BackendTimeout, "in time"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), BackendUnavailable, "Network is unreachable"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] x"), BackendUnavailable, "TLS"),
        (ValueError("odd"), BackendUnavailable, "cannot be reached"),
    ],
)
def test_system_errors_inside_a_librarys_exception(inner: BaseException, kind: type[BackendError], says: str) -> None:
    error = from_os_error("The server", "http://host:1", _wrapped(inner))
    assert type(error) is kind
    named = from_os_error("The server at http://host:1", "http://host:1", _wrapped(inner))
    assert type(named) is kind
    assert (says in str(named), str(named).count("http://host:1")) == (True, 1)
    assert says in str(error)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"Retry-After": "-1"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Sat, 21 Nov 2026 08:00:30 GMT", "Date": "Sat, 21 Nov 2026 08:00:00 GMT"}, 30.0),
        ({"Retry-After": "Sat, 21 Nov 2026 08:00:30 GMT", "Date": "Sat, 21 Nov 2026 09:00:00 GMT"}, 0.0),
        ({"Retry-After": "Sat, 21 Nov 2026 08:00:30 GMT"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(headers) == seconds


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (BackendNeedsKey("k"), "needs_key"),
        (BackendBusy("b"), "paused"),
        (BackendUnavailable("u"), "offline"),
        (BackendLoading("l"), "loading"),
        (BackendTimeout("t"), "offline"),
        (BackendRefused("r"), "error"),
        (BackendProtocolError("p"), "error"),
    ],
)
def test_an_error_as_health(error: BackendError, state: str) -> None:
    health = health_from(error)
    assert (health.state, health.message) == (state, str(error))
