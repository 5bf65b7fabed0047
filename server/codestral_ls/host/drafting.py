"""Prompt-lookup drafting: guess the next tokens by copying what followed the same tokens earlier in the prompt.

The engine verifies a guess in the same batch that evaluates the last token, so the text is the same as without.
Deliberately
no draft model.
"""

from __future__ import annotations

from array import array

from codestral_ls.host.run import Run

LONGEST = 8
"""Most tokens guessed at once."""
MATCH = 3
"""Tokens that must have stood before: fewer guess wrongly most of the time in source code."""


def lookup(tokens: list[int], count: int, match: int = MATCH) -> list[int]:
    """At most ``count`` tokens that followed the latest earlier occurrence of the last ``match`` tokens."""
    if len(tokens) <= match or count <= 0:
        return []
    haystack = array("i", tokens)
    size = haystack.itemsize
    data = haystack.tobytes()
    needle = data[-match * size :]
    at = len(data) - size
    while (at := data.rfind(needle, 0, at + len(needle) - 1)) >= 0:
        if at % size == 0:
            begin = at // size + match
            return tokens[begin : begin + count]
    return []


def propose(run: Run, context: int) -> list[int]:
    """The guess for ``run``, never past its limits."""
    room = min(run.draft_length, run.order.max_tokens - run.generated - 1, context - len(run.tokens) - 1)
    return lookup(run.tokens, room) if room > 0 else []


def learn(run: Run, guessed: int, right: int) -> None:
    """Longer guesses after a right one, shorter after a wrong one, none any more when most were wrong."""
    run.drafted += guessed
    run.accepted += right
    if right == guessed:
        run.draft_length = min(run.draft_length * 2, LONGEST)
    elif right == 0:
        run.draft_length = max(run.draft_length // 2, 1)
    if run.drafted >= 16 and run.accepted * 4 < run.drafted:
        run.draft_length = 0
