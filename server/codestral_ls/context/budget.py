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
ELSEWHERE_TOKENS = 120
"""Share of a small context for lines from elsewhere; 100 and 150 were as good on unseen packages (embedded model)."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Characters for each part of the prompt."""

    prefix: int
    suffix: int
    project: int
    elsewhere: int = 0
    """Characters of lines from outside the window, of the same file or its neighbours."""


def budget(
    options: ContextOptions, context_tokens: int, chars_per_token: float, remote: bool, prefill_rate: float | None
) -> Budget:
    """Share out a model's context.

    ``context_tokens`` is the model's whole room; ``prefill_rate`` (tokens/s, None when unmeasured) bounds what other
    files may cost with a local model: ``project_prefill_ms`` of evaluation. Results are characters, never negative.
    """
    room = max(0, context_tokens - ANSWER_TOKENS)
    small = context_tokens <= SMALL_CONTEXT
    suffix = options.suffix_tokens or (min(SUFFIX_TOKENS, room // 4) if small else SUFFIX_TOKENS)
    suffix = min(suffix, room // 2)
    prefix = options.prefix_tokens or (room - suffix if small else PREFIX_TOKENS)
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
