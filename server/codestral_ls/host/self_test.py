"""Does a freshly loaded model fill in the middle, and in which order? Tested once per file, then remembered.

Runs on the thread that owns llama.cpp, before any request, and leaves no token in the slots.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.fim.self_test_holes import HOLES, SECONDS, ProbeHole, SelfTestVerdict, is_filled, is_lost
from codestral_ls.host import prompt_tokens
from codestral_ls.host.answer_run import EngineRequest, Output
from codestral_ls.host.engine import Engine
from codestral_ls.host.families import Family, other_orders
from codestral_ls.host.model_session import DecodeError, ModelSession
from codestral_ls.host.tokens import Vocabulary
from codestral_ls.system.private_files import is_of_others, private_file, private_folder
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger("codestral_ls.host")
NOT_BEGUN = SelfTestVerdict(0, 0)
SPARE_TOKENS = 4
"""Tokens after the expected answer within which the model must end."""


@dataclass(frozen=True, slots=True)
class Examined:
    """The family with the order in which its prompts are written from now on, and the verdict.

    ``is_whole`` is False if time ran out before every other order was tested; then a bad verdict is valid only this time.
    """

    family: Family
    verdict: SelfTestVerdict
    is_whole: bool = True


def examine(
    session: ModelSession,
    vocabulary: Vocabulary,
    family: Family,
    seconds: float = SECONDS,
    clock: Clock = monotonic,
    begun: SelfTestVerdict = NOT_BEGUN,
) -> Examined:
    """Test the holes in the family's order; if they are not filled, in the other orders that its tokens allow.

    ``begun`` is the undecided verdict of an interrupted test, which is continued. The other orders have their own ``seconds``,
    because if none is found a model may be refused.

    Raises: DecodeError if the model cannot be run.
    """
    deadline = clock() + seconds
    engine = Engine(session, vocabulary, clock=clock)
    try:
        first, is_whole = _ask(engine, family, lambda: clock() > deadline, begun), True
        if first.suited is False:
            last = clock() + seconds
            for other in other_orders(family):
                verdict = _ask(engine, other, lambda: clock() > last)
                if verdict.suited:
                    log.warning("%s does not fill holes in the order of its family, but in %s", family.name, other.order)
                    return Examined(other, verdict)
                is_whole = is_whole and verdict.decided
        return Examined(family, first, is_whole)
    finally:
        for slot in range(session.slots):
            session.cut(slot, 0)


def _ask(engine: Engine, family: Family, is_late: Callable[[], bool], begun: SelfTestVerdict = NOT_BEGUN) -> SelfTestVerdict:
    verdict = begun
    for hole in HOLES[begun.asked :]:
        if verdict.decided or is_late():
            break
        verdict = verdict.and_one(filled=_fill(engine, family, hole))
    return verdict


def _fill(engine: Engine, family: Family, hole: ProbeHole) -> bool:
    built = prompt_tokens.build(family, engine.vocabulary, hole.prefix, hole.suffix)
    room = len(engine.vocabulary.encode(hole.answer)) + SPARE_TOKENS
    outputs: list[Output] = []
    run = engine.submit(EngineRequest(built.tokens, built.heal, max_tokens=room, draft="off"), outputs.append)
    while True:
        engine.step()
        text = "".join(output.text for output in outputs)
        if outputs and outputs[-1].finish is not None:
            if outputs[-1].finish == "error":
                raise DecodeError(outputs[-1].error)
            return is_filled(hole, text, ended=outputs[-1].finish == "stop")
        if is_lost(hole, text):
            engine.cancel(run)
            engine.step()
            return False


class Remembered:
    """Verdicts in files of ``folder``, one for each model file in its present state and each prompt format."""

    def __init__(self, folder: Path, file: Path, family: Family, library: str) -> None:
        found = file.stat()
        asked = hashlib.sha256(repr(HOLES).encode()).hexdigest()
        key = repr((str(file), found.st_size, found.st_mtime_ns, family.name, family.order, library, asked))
        self._file = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"
        self._family = family

    def read(self) -> Examined | None:
        """The last verdict; None if there is no usable one."""
        try:
            if is_of_others(self._file.parent):
                return None
            said = json.loads(self._file.read_text(encoding="utf-8"))
            verdict = SelfTestVerdict(int(said["filled"]), int(said["asked"]))
            if not 0 <= verdict.filled <= verdict.asked <= len(HOLES):
                return None
            orders = (self._family, *other_orders(self._family))
            family = next(family for family in orders if family.order == said["order"])
        except (OSError, ValueError, KeyError, TypeError, StopIteration, RecursionError):
            return None
        return Examined(family, verdict)

    def keep(self, examined: Examined) -> None:
        """Remember a verdict, also an undecided one, which the next start continues. On a full disk the test is only repeated."""
        if not examined.is_whole:
            return
        said = {"filled": examined.verdict.filled, "asked": examined.verdict.asked, "order": examined.family.order}
        temporary = self._file.with_suffix(f".{os.getpid()}.new")
        try:
            private_folder(self._file.parent)
            private_file(temporary).write_text(json.dumps(said), encoding="utf-8")
            temporary.replace(self._file)
        except OSError as error:
            log.warning("the self-test's verdict cannot be saved: %s", error)
