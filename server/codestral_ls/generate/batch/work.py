"""The values that the runner passes around: a file's plan, the texts it wants, and its result. Plain values that can be pickled.

A kind of work (docstrings, tests) is two functions, ``plan`` and ``finish``, that run in worker processes: both are pure, apart
from reading the file, and neither writes one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from codestral_ls.backends.base import FimRequest

OutcomeState = Literal["written", "unusable", "refused", "failed"]
FileState = Literal["changed", "unchanged", "left_alone"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One wanted text: ``id`` is unique in its file, ``name`` and ``line`` (from 1) are for people.

    ``room`` is how many tokens a second request may allow after an answer that was cut off (0: there is no second request).
    """

    id: str
    name: str
    line: int
    request: FimRequest
    room: int = 0

    @property
    def requests(self) -> tuple[FimRequest, ...]:
        """The requests to make for it, in this order, until an answer is whole."""
        larger = replace(self.request, max_tokens=self.room) if self.room > self.request.max_tokens else None
        return (self.request,) if larger is None else (self.request, larger)


@dataclass(frozen=True, slots=True)
class FilePlan:
    """The texts that one file wants. ``problem`` says why it is left alone ("" if it is not); ``digest`` is of its bytes.

    ``target_digest`` is of the file that will be written (the same file for docstrings; "" if it does not exist yet).
    """

    path: Path
    digest: str = ""
    target_digest: str = ""
    wanted: tuple[Wanted, ...] = ()
    problem: str = ""
    documented: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one wanted text."""

    name: str
    line: int
    state: OutcomeState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileResult:
    """The outcome of one file. ``data`` is the new content of ``target`` (None: unchanged); ``target_digest`` is its present digest
    ("" if it must not exist).
    """

    path: Path
    state: FileState
    reason: str = ""
    target: Path | None = None
    target_digest: str = ""
    data: bytes | None = field(default=None, repr=False)
    diff: str = field(default="", repr=False)
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work, such as docstrings; both functions must be picklable.

    ``whole``: an answer that was cut off cannot be used. ``fence`` names the fence that generated code runs in ("": none is run),
    ``notes`` are for the user before the run.
    """

    name: str
    plan: Callable[[Path], FilePlan]
    finish: Callable[[FilePlan, Mapping[str, str]], FileResult]
    whole: bool = False
    fence: str = ""
    notes: tuple[str, ...] = ()


def request_key(model: str, request: FimRequest) -> str:
    """The name under which an answer is journalled: everything that decides what the model writes."""
    parts = [model, request.prefix, request.suffix, request.max_tokens, request.stop, request.temperature, request.seed]
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]
