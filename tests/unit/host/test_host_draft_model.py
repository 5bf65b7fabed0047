"""A draft model beside the main model: whatever it guesses, the text is the same; it works while the engine is idle, and is
switched off where it does not help.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from codestral_ls.config.host_address import EMBEDDED
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import ModelError
from codestral_ls.host import drafting, prompt_tokens
from codestral_ls.host import model_supervisor as keeper_module
from codestral_ls.host.answer_run import EngineRequest
from codestral_ls.host.draft_model import CATCH_UP, DraftModel
from codestral_ls.host.drafting import BatchRowCost
from codestral_ls.host.engine import Engine
from codestral_ls.host.model_loading import open_draft, open_model
from codestral_ls.host.model_supervisor import ModelSupervisor
from support.models.host_fakes import FakeSession, FakeVocabulary, next_logits, reference

VOCABULARY = FakeVocabulary()
PROMPT = [1, 4, *VOCABULARY.encode("\nend"), 3, *VOCABULARY.encode("def f(self):")]
CODE = "import os\n\n\ndef area(width, height):\n    return width * height\n\n\ndef volume(width, height, depth):\n    "


def wrong_logits(history: Any, size: Any) -> Any:
    """Logits that always disagree with ``next_logits``."""
    return -next_logits(history, size)


def failing_logits(history: Any, size: Any) -> None:
    raise AssertionError("nobody should ask")


def made(guess_like: Any = next_logits, **kwargs: Any) -> Any:
    draft = FakeSession(VOCABULARY, slots=1, model=guess_like, **kwargs)
    guesser = DraftModel(draft, VOCABULARY.size, VOCABULARY.ends)
    return draft, guesser, Engine(FakeSession(VOCABULARY), VOCABULARY, draft_model=guesser)


def submit(engine: Any, tokens: Any = PROMPT, **kwargs: Any) -> Any:
    outputs: list[Any] = []
    engine.submit(EngineRequest(list(tokens), collect=True, **kwargs), outputs.append)
    return outputs


def rest(engine: Any) -> None:
    for _ in range(10_000):
        if not engine.step():
            return
    raise AssertionError("the engine does not come to an end")


def complete(engine: Any, tokens: Any = PROMPT, **kwargs: Any) -> Any:
    outputs = submit(engine, tokens, **kwargs)
    rest(engine)
    return outputs[-1]


def test_a_model_that_drafts_for_itself_is_always_right() -> None:
    _, _, engine = made()
    last = complete(engine, max_tokens=40, min_tokens=40, draft="always")
    assert last.counts.generated == 40
    assert (last.counts.accepted, last.counts.drafted > 20) == (last.counts.drafted, True)
    assert last.counts.steps * 4 < last.counts.generated


@pytest.mark.parametrize("guess_like", [next_logits, wrong_logits])
@pytest.mark.parametrize("draft", ["off", "auto", "always"])
def test_the_text_is_what_greedy_decoding_writes(guess_like: Any, draft: Any) -> None:
    _, _, engine = made(guess_like)
    assert complete(engine, max_tokens=40, draft=draft).text == reference(VOCABULARY, PROMPT, 40)
    assert complete(engine, max_tokens=40, draft=draft).text == reference(VOCABULARY, PROMPT, 40)


def test_it_reads_the_prompt_while_the_engine_rests_and_not_before() -> None:
    long = [1, 4, 3, *([5 + ord("a"), 5 + ord("b")] * 50)]
    draft, _, engine = made()
    first = submit(engine, long, max_tokens=0)
    while not first:
        engine.step()
    assert draft.evaluated == 0
    rest(engine)
    assert draft.cells[0] == long[:-1]
    assert draft.decodes == -(-(len(long) - 1) // CATCH_UP)
    engine.step()
    assert draft.evaluated == len(long) - 1


def test_an_answer_does_not_wait_for_a_prompt_that_is_unread() -> None:
    draft, guesser, _ = made()
    assert guesser.guess([7] * (CATCH_UP + 1), 4) == []
    assert draft.evaluated == 0
    assert len(guesser.guess([7] * CATCH_UP, 4)) == 4


def test_a_wrong_model_is_left_alone_and_tried_again_later() -> None:
    _, guesser, _ = made()
    pace = BatchRowCost(single=1.0)
    assert guesser.length(pace) > 0
    for _ in range(10):
        guesser.verified(guesser.guess(PROMPT, 4), 0)
    assert guesser.length(pace) == 0
    again = next(count for count in range(10_000) if guesser.length(pace))
    assert again > 50


def test_a_slow_model_is_left_alone_and_tried_again_later() -> None:
    now = [0.0]
    draft = FakeSession(VOCABULARY, slots=1)
    guesser = DraftModel(draft, VOCABULARY.size, VOCABULARY.ends, lambda: now[0])
    draft.on_decode = lambda: now.__setitem__(0, now[0] + 2.0)
    assert guesser.length(BatchRowCost(single=1.0)) > 0
    guesser.verified(guess := guesser.guess(PROMPT, 4), len(guess))
    assert guesser.length(BatchRowCost(single=1.0)) == 0
    assert guesser.length(BatchRowCost(single=100.0)) > 0
    again = next(count for count in range(10_000) if guesser.length(BatchRowCost(single=1.0)))
    assert again > 50


def test_guesses_of_the_prompt_are_not_its_own() -> None:
    _, guesser, _ = made()
    pace = BatchRowCost(single=1.0, slope=0.0)
    for _ in range(50):
        guesser.verified([9, 9, 9], 0)
    assert guesser.length(pace) > 0


@pytest.mark.parametrize(
    ("tokens", "why"), [([], "nothing"), ([5] * 253 + [6], "too long"), ([VOCABULARY.size - 1], "a token it does not know")]
)
def test_what_it_cannot_read_is_not_guessed(tokens: Any, why: Any) -> None:
    session = FakeSession(VOCABULARY, slots=1, model=failing_logits)
    guesser = DraftModel(session, VOCABULARY.size - 1, VOCABULARY.ends)
    guesser.follow(tokens)
    while guesser.rest():
        pass
    assert guesser.guess(tokens, 4) == [], why


def test_a_guess_ends_before_a_token_that_is_no_text() -> None:
    def ends_soon(history: Any, size: Any) -> Any:
        logits = np.zeros(size, dtype=np.float32)
        logits[2 if len(history) >= 5 else 9] = 1.0
        return logits

    _, guesser, _ = made(ends_soon)
    assert guesser.guess([7, 7, 7], 8) == [9, 9]


def test_a_draft_model_that_fails_costs_guesses_and_nothing_else() -> None:
    draft, _, engine = made()
    draft.fail = "no memory"
    assert complete(engine, max_tokens=20, draft="always").text == reference(VOCABULARY, PROMPT, 20)
    assert draft.decodes == 1


# ---- llama.cpp itself ----


def options(**kwargs: Any) -> Any:
    return LocalOptions(threads=1, context_tokens=512, slots=2, **kwargs)


@pytest.mark.parametrize("flash", ["on", "off"])
def test_the_embedded_model_drafting_for_itself_is_right_and_the_text_the_same(flash: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "lookup", lambda tokens, count: [])
    # Otherwise each model measures which attention is faster; with different attentions, their texts may differ at a near tie.
    with_draft = options(draft_model="embedded", flash_attention=flash)
    main = open_model(EMBEDDED, with_draft, lambda _progress: None)
    draft = open_draft(with_draft, main)
    try:
        tokens = prompt_tokens.build(main.family, main.vocabulary, CODE, "\n").tokens
        plain = complete(Engine(main.session, main.vocabulary), tokens, max_tokens=32, min_tokens=32, draft="off")
        main.session.cut(0, 0)
        guesser = DraftModel(draft.session, len(draft.vocabulary.pieces), draft.vocabulary.ends)
        engine = Engine(main.session, main.vocabulary, draft_model=guesser)
        complete(engine, tokens, max_tokens=0)  # a prewarm: the draft model reads the prompt after that
        drafted = complete(engine, tokens, max_tokens=32, min_tokens=32, draft="always")
        assert drafted.text == plain.text
        assert (draft.shape.slots, draft.session.context) == (1, main.session.context)
        assert 3 * drafted.counts.steps < plain.counts.steps
        # Not all: a row evaluated alone and the same row in a batch may differ in the last bit, and guesses after a wrong one
        # count too.
        assert drafted.counts.accepted >= 0.9 * drafted.counts.drafted > 0
    finally:
        draft.close()
        main.close()


def test_a_model_with_another_vocabulary_is_refused_and_the_main_one_goes_on(bpe_model: Path, spm_model: Path) -> None:
    keeper = ModelSupervisor(bpe_model, options(draft_model=str(spm_model)))
    try:
        main = open_model(bpe_model, keeper.options, lambda _progress: None)
        with pytest.raises(ModelError, match="has another vocabulary than random-bpe"):
            open_draft(keeper.options, main)
        assert keeper._open_draft(main) is None
        assert main.notice.startswith("The draft model is not used: ")
        missing = SimpleNamespace(notice="", shape=main.shape, attends=main.attends)
        assert ModelSupervisor(bpe_model, options(draft_model="nowhere"))._open_draft(missing) is None  # type: ignore[arg-type]
        assert "There is no model file" in missing.notice
    finally:
        main.close()


def test_a_draft_model_that_fails_in_any_way_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_options: Any, _main: Any) -> None:
        raise ValueError("not in any words of ours")

    monkeypatch.setattr(keeper_module, "open_draft", failing)
    main = SimpleNamespace(notice="")
    assert ModelSupervisor(Path("nowhere"), options(draft_model="b"))._open_draft(main) is None  # type: ignore[arg-type]
    assert main.notice == "The draft model is not used: it could not be loaded; see the host's log."
