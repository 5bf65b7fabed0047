"""How many characters of prefix, suffix and other files a prompt may hold, from the model and its measured speed.

Pure. Takes plain numbers, because this package does not know backends.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.config import ContextOptions

PREFIX_TOKENS = 1536
SUFFIX_TOKENS = 512
REMOTE_PROJECT_TOKENS = 1024
ANSWER_TOKENS = 160
"""Room kept for the answer and control tokens."""

SMALL_CONTEXT = 2048
"""Models with no more context than this get no other files; three quarters of it hold the prefix and lines from elsewhere in the
file and its neighbours."""
LEAST_WINDOW_TOKENS = 256
"""A slow model's window is not cut below this: about twenty lines of code, three quarters of them before the cursor."""
RATE_CHANGE = 1.5
"""A measured rate counts as changed if it has changed by this factor, up or down."""
ELSEWHERE_TOKENS = 120
"""The share of a small context for lines from elsewhere; 100 and 150 were as good on unseen packages (embedded model)."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Characters for each part of the prompt."""

    prefix: int
    suffix: int
    project: int
    elsewhere: int = 0
    """Characters of lines from outside the window, of the same file or its neighbours."""


class SteadyRate:
    """A measured rate that changes only with the machine or the model, and not from one measurement to the next.

    Each change of a budget moves a window, and the whole prompt is then read again.
    """

    def __init__(self) -> None:
        self._rate: float | None = None

    def after(self, measured: float | None) -> float | None:
        """The rate to use from now on, if ``measured`` is the latest measurement (tokens/s, None if unknown)."""
        if measured is None or self._rate is None or not self._rate / RATE_CHANGE <= measured <= self._rate * RATE_CHANGE:
            self._rate = measured
        return self._rate


def budget(
    options: ContextOptions, context_tokens: int, chars_per_token: float, remote: bool, prefill_rate: float | None
) -> Budget:
    """Divide a model's context.

    ``context_tokens`` is the model's whole context. ``prefill_rate`` (tokens/s, None if not measured) bounds the time for reading
    with a local model: ``window_prefill_ms`` for prefix and suffix, ``project_prefill_ms`` for other files. Results are
    characters, never negative.
    """
    room = max(0, context_tokens - ANSWER_TOKENS)
    small = context_tokens <= SMALL_CONTEXT
    # Four times the context never makes either part smaller.
    readable = 4 * room
    if not remote and prefill_rate is not None:
        readable = max(LEAST_WINDOW_TOKENS, int(min(readable, prefill_rate * options.window_prefill_ms / 1000)))
    suffix = options.suffix_tokens or min(SUFFIX_TOKENS, room // 4 if small else room, readable // 4)
    suffix = min(suffix, room // 2)
    prefix = options.prefix_tokens or min(room - suffix if small else PREFIX_TOKENS, readable - readable // 4)
    prefix = min(prefix, room - suffix)
    elsewhere = 0
    if small and options.prefix_tokens:
        elsewhere = min(ELSEWHERE_TOKENS, room - suffix - prefix)
    elif small:
        elsewhere = min(ELSEWHERE_TOKENS, prefix // 4)
        prefix -= elsewhere
    left = room - suffix - prefix - elsewhere
    if options.project_tokens < 0 or small:
        project = 0
    elif options.project_tokens > 0:
        project = options.project_tokens
    elif remote or prefill_rate is None:
        project = REMOTE_PROJECT_TOKENS
    else:
        project = int(min(left, prefill_rate * options.project_prefill_ms / 1000))
    project = max(0, min(project, left))
    prefix, suffix, project, elsewhere = (int(tokens * chars_per_token) for tokens in (prefix, suffix, project, elsewhere))
    return Budget(prefix, suffix, project, elsewhere)
