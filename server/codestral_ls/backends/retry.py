"""Whether a failed request is sent again, and when. Pure.

A keystroke's answer is worth one more try only if that costs nothing: a kept-alive connection that the server had
closed. A batch has time: it waits as long as the server asks. Nothing is retried once text has been passed on.
"""

from __future__ import annotations

from codestral_ls.backends.base import Priority
from codestral_ls.errors import (
    BackendBusy,
    BackendConnectionLost,
    BackendError,
    BackendTimeout,
    BackendUnavailable,
)

_TRIES = {Priority.INTERACTIVE: 2, Priority.PREFETCH: 1, Priority.BATCH: 4}
_BATCH_SECONDS = 0.5  # seconds before the second try; doubles


def seconds_before_retry(error: BackendError, tries: int, priority: Priority, left: float) -> float | None:
    """Seconds to wait before the next try, None if there is to be none.

    ``tries`` were made, ``left`` seconds remain of the request's time; a wait that would use them up is not worth it.
    """
    if tries >= _TRIES[priority]:
        return None
    wait: float | None = None
    if isinstance(error, BackendConnectionLost):
        wait = 0.0
    if priority is Priority.BATCH:
        if isinstance(error, BackendBusy) and error.retry_after is not None:
            wait = error.retry_after
        elif isinstance(error, BackendBusy | BackendUnavailable | BackendTimeout):
            wait = _BATCH_SECONDS * 2.0 ** (tries - 1)
    return wait if wait is not None and wait < left else None
