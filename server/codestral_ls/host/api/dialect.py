"""What the routes need from an API: requests that were read, and the bodies that are sent back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from codestral_ls.host.answer_run import AnswerCost, Finish, Output
from codestral_ls.host.body import Json
from codestral_ls.host.wire import FimCall


class BadRequestError(Exception):
    """A body that the API refuses: the HTTP status, and the body of the error."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """A whole answer. ``by_word``: a stop string ended it."""

    text: str
    finish: Finish
    counts: AnswerCost
    mean_logprob: float | None = None
    by_word: bool = False


class Cutter(Protocol):
    """Ends an answer by an API's own rules, while it is being written."""

    @property
    def done(self) -> bool:
        """True once the answer must end."""
        ...

    def feed(self, text: str, milliseconds: float) -> str:
        """Take more text, which came so many seconds after the first; return the text that may be sent."""
        ...

    def rest(self) -> str:
        """The text held back so far, for an answer that ended by itself."""
        ...


class Dialect(Protocol):
    """One request in one API."""

    @property
    def call(self) -> FimCall:
        """The request's content."""
        ...

    def cutter(self) -> Cutter | None:
        """Ends the answer in addition to stop strings and its length; None if nothing else does."""
        ...

    def answer(self, written: WholeAnswer) -> Json:
        """The body of an answer that is not streamed."""
        ...

    def events(self, output: Output) -> Sequence[str]:
        """The data of the events for one piece of a streamed answer."""
        ...

    @staticmethod
    def error(message: str, kind: str, status: int) -> Json:
        """An error's body. ``kind`` is a word for programs."""
        ...
