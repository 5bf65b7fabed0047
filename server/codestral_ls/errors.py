"""The one error tree. A message is a sentence for the user and says what to do next.

    CodestralLsError
    ├── ConfigError            an option is unknown, has the wrong type or may not be set there
    ├── DocumentError          a position, a version or a file that cannot be used
    ├── BackendError           a backend could not write the text
    │   ├── BackendUnavailable     not running, not reachable, still loading; try again later
    │   │   ├── BackendLoading         its model is being loaded; it answers soon
    │   │   └── BackendConnectionLost  the connection broke; a new one may work at once
    │   ├── BackendBusy            its queue or rate limit is full (retry_after in seconds)
    │   ├── BackendRefused         model unknown, request malformed; trying again is useless
    │   │   ├── BackendNeedsKey        no key was found, or the server does not take it
    │   │   └── BackendWithheld        nothing was sent: the file is private
    │   ├── BackendTimeout         no answer within the deadline
    │   └── BackendProtocolError   it answered something that is not its protocol
    ├── ModelError             a model file is missing, corrupt or has no FIM tokens
    └── GenerateError          a batch cannot go on

Foreign exceptions are translated at the edge of the module that knows the foreign library.
"""

from __future__ import annotations

from typing import Literal

Refusal = Literal["", "key", "payment", "model", "quota", "request", "fault", "protocol", "engine"]
"""How a server that was reached turned a request down; "" if it gave no answer of its own (unreachable, too slow).

``engine``: there is no server to reach, because this machine has no llama.cpp.
"""


class CodestralLsError(Exception):
    """Base of all errors this project raises on purpose."""


class ConfigError(CodestralLsError):
    """An option is unknown, has the wrong type, or may not be set where it was set."""


class DocumentError(CodestralLsError):
    """A document, position or version that cannot be used."""


class BackendError(CodestralLsError):
    """A backend could not write the text. ``refusal`` says how the server itself refused, if it did."""

    refusal: Refusal = ""


class BackendUnavailable(BackendError):
    """The backend is not running, not reachable or still loading."""


class BackendLoading(BackendUnavailable):
    """The backend's model is being loaded, as at the beginning and after a long idle time; it answers soon."""


class BackendConnectionLost(BackendUnavailable):
    """The connection to the backend broke; a new one may work at once."""


class BackendBusy(BackendError):
    """The backend's queue or rate limit is full.

    ``retry_after`` is the number of seconds the backend asked to wait, or None.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BudgetSpent(BackendBusy):
    """The day's budget is used up, or the request does not fit into the rest of it."""


class BackendRefused(BackendError):
    """The backend will not answer this request however often it is sent."""


class BackendNeedsKey(BackendRefused):
    """No key was found, or the server rejects it."""


class BackendWithheld(BackendRefused):
    """Nothing was sent: the file looks like credentials or is ignored, or the request names no document."""


class BackendTimeout(BackendError):
    """No answer came within the deadline."""


class BackendProtocolError(BackendError):
    """The backend answered something that is not its protocol."""


class ModelError(CodestralLsError):
    """A model file is missing, corrupt, or cannot fill in the middle."""


class GenerateError(CodestralLsError):
    """A batch cannot continue."""
