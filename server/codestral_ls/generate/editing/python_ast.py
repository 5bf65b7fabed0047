"""The interpreter's own parser, made safe to call: no warnings, no crash on text that is not Python, one thread at a time.

CPython 3.11 counts the depth of a tree under construction in one place for all threads, and raises SystemError when two parse at
once ("AST constructor recursion depth mismatch").
"""

from __future__ import annotations

import ast
import threading
import warnings

_LOCK = threading.Lock()
_TRIES = 3


def parse_python(text: str, *, type_comments: bool = False) -> ast.Module | None:
    """The tree of ``text``; None if this interpreter cannot parse it."""
    for _ in range(_TRIES):
        try:
            with _LOCK, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes in the user's code are not our business
                return ast.parse(text, type_comments=type_comments)
        except SystemError:  # a thread outside of this module parsed at the same time
            continue
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return None
