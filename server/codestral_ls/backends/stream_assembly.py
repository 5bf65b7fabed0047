"""From the events of a server's answer to the seam's pieces: stop strings, running mean of log-probabilities, one last piece.

Every HTTP backend turns its own wire format into ``StreamPart``s and leaves the rest to ``assemble``. No I/O here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from codestral_ls.backends.base import FinishReason, Piece, Usage
from codestral_ls.backends.stops import StopCutter
from codestral_ls.errors import BackendProtocolError


@dataclass(frozen=True, slots=True)
class StreamPart:
    """The content of one event of a server's answer. ``logprobs`` are its tokens' natural log-probabilities, if given.

    ``mean_logprob`` is for servers that send the mean themselves.
    """

    text: str = ""
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    logprobs: tuple[float, ...] = ()
    mean_logprob: float | None = None


async def assemble(parts: AsyncGenerator[StreamPart, None], stop: tuple[str, ...], name: str) -> AsyncGenerator[Piece, None]:
    """Yield text pieces and then the one last piece with finish reason and usage.

    Raises: BackendProtocolError (the answer broke off), and whatever ``parts`` raises.
    """
    cutter = StopCutter(stop)
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    mean: float | None = None
    total, count = 0.0, 0
    async with aclosing(parts):
        async for part in parts:
            total, count = total + sum(part.logprobs), count + len(part.logprobs)
            mean = part.mean_logprob if part.mean_logprob is not None else (total / count if count else mean)
            finish_reason = finish_reason if cutter.stopped else part.finish_reason or finish_reason
            usage = part.usage or usage
            text = cutter.feed(part.text)
            if text:
                yield Piece(text, mean_logprob=mean)
            if cutter.stopped:
                ended, finish_reason = finish_reason is not None, "stop"
                if not ended:
                    break  # the server missed a stop string; leaving closes the connection and ends the generation
    if finish_reason is None:
        raise BackendProtocolError(f"{name} broke off in the middle of its answer.")
    rest = cutter.end()
    if rest:
        yield Piece(rest, mean_logprob=mean)
    yield Piece("", finish_reason, usage or Usage(), mean)
