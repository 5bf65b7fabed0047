"""What the routes know of an API: a request that was read, and the bodies that go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from codestral_ls.host.body import Json
from codestral_ls.host.run import Counts, Finish, Output
from codestral_ls.host.wire import FimCall


class BadRequestError(Exception):
    """A body that the API refuses: the HTTP status and the body that says why."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Written:
    """A whole answer. ``by_word`` says that a stop string ended it."""

    text: str
    finish: Finish
    counts: Counts
    mean_logprob: float | None = None
    by_word: bool = False


class Cutter(Protocol):
    """Ends an answer by an API's own rules, as it is written."""

    @property
    def done(self) -> bool:
        """Whether the answer is to end here."""
        ...

    def feed(self, text: str, milliseconds: float) -> str:
        """Take more text, so long after the first of it; what may be sent."""
        ...

    def rest(self) -> str:
        """What was held back, at the end of an answer that ended by itself."""
        ...


class Dialect(Protocol):
    """One request in one API."""

    @property
    def call(self) -> FimCall:
        """What is asked for."""
        ...

    def cutter(self) -> Cutter | None:
        """What ends the answer beside stop strings and its length; None where nothing does."""
        ...

    def answer(self, written: Written) -> Json:
        """The body of an answer that is not streamed."""
        ...

    def events(self, output: Output) -> Sequence[str]:
        """The data of the events for a piece of a streamed answer."""
        ...

    @staticmethod
    def error(message: str, kind: str, status: int) -> Json:
        """An error's body. ``kind`` is a word for programs."""
        ...
