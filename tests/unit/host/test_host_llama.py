"""llama.cpp itself with random weights: the session does what the engine assumes, and no model file ends the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import ModelError
from codestral_ls.host import prompt_tokens
from codestral_ls.host.answer_run import EngineRequest
from codestral_ls.host.engine import Engine
from codestral_ls.host.model_loading import open_model
from codestral_ls.host.model_session import TokenBatch
from support.waiting import wait_until

OPTIONS = LocalOptions(threads=1, context_tokens=512, slots=3)
CODE = "def area(width, height):\n    return width * height\n\n\nclass Shape:\n    def area(self):\n        return self.as"


def opened(path: Path, options: LocalOptions = OPTIONS) -> Any:
    return open_model(path, options, lambda progress: None)


@pytest.fixture(scope="module", params=["bpe", "sentencepiece"])
def model(request: pytest.FixtureRequest, bpe_model: Path, spm_model: Path) -> Iterator[Any]:
    made = opened(bpe_model if request.param == "bpe" else spm_model)
    yield made
    made.close()


def complete(model: Any, tokens: Any, engine: Any = None, **kwargs: Any) -> Any:
    engine = engine or Engine(model.session, model.vocabulary)
    outputs: list[Any] = []
    engine.submit(EngineRequest(list(tokens), collect=True, **kwargs), outputs.append)
    while engine.step():
        pass
    return outputs[-1]


def clear(model: Any) -> None:
    model.session.clear_abort()
    for slot in range(model.session.slots):
        model.session.cut(slot, 0)


def test_the_family_is_codestrals_with_codestrals_ids(spm_model: Path) -> None:
    model = opened(spm_model)
    try:
        assert (model.family.name, model.family.prefix, model.family.suffix, model.vocabulary.bos) == ("codestral", 11, 13, 1)
        tokens = prompt_tokens.build(model.family, model.vocabulary, "a [PREFIX]", "[SUFFIX]", heal=False).tokens
        assert tokens[:2] == [1, 13]
        assert (tokens.count(11), tokens.count(13)) == (1, 1)
    finally:
        model.close()


@pytest.mark.parametrize("text", ["def f():\n\treturn 1", " leading", "", "é☺\U0001f600", "\n\n    x", "a [SUFFIX] <s>"])
def test_pieces_spell_the_text(model: Any, text: str) -> None:
    ids = prompt_tokens.encode_suffix(model.vocabulary, text)
    assert b"".join(model.vocabulary.pieces[token] for token in ids).decode() == text
    assert not set(ids) & set(model.vocabulary.ends)


def test_reuse_copies_batches_and_drafts_do_not_change_greedy_text(model: Any) -> None:
    clear(model)
    built = prompt_tokens.build(model.family, model.vocabulary, CODE, "\n\n    def name(self):\n        return 1\n")
    cold = complete(model, built.tokens, heal=built.heal, max_tokens=24, draft="off")
    clear(model)
    engine = Engine(model.session, model.vocabulary)
    hot = complete(model, built.tokens, engine, heal=built.heal, max_tokens=24, draft="always")
    again = complete(model, built.tokens, engine, heal=built.heal, max_tokens=24)
    assert hot.text == cold.text == again.text
    assert again.counts.evaluated <= 2
    assert cold.mean_logprob == pytest.approx(hot.mean_logprob, abs=0.02)


def test_a_slot_can_be_copied_cut_saved_and_restored(model: Any, tmp_path: Path) -> None:
    clear(model)
    session = model.session
    tokens = model.vocabulary.encode(CODE)
    batch = TokenBatch(session.batch)
    batch.add(tokens, 0, 0, 1)
    assert session.decode(batch)
    expected = session.logits(batch.size - 1).copy()
    assert session.save(0, tokens, tmp_path / "kv")
    session.copy(0, 2, len(tokens) - 1)
    assert (session.length(0), session.length(2), session.length(1)) == (len(tokens), len(tokens) - 1, 0)
    assert session.restore(1, tmp_path / "kv") == tokens
    session.cut(1, len(tokens) - 1)
    for slot in (1, 2):
        batch.clear()
        batch.add(tokens[-1:], len(tokens) - 1, slot, 1)
        assert session.decode(batch)
        assert int(session.logits(0).argmax()) == int(expected.argmax())
        assert np.allclose(session.logits(0), expected, atol=0.05)


def test_a_state_of_another_shape_is_not_restored(model: Any, tmp_path: Path) -> None:
    (tmp_path / "kv").write_bytes(b"not a state")
    assert model.session.restore(1, tmp_path / "kv") == []
    assert model.session.restore(1, tmp_path / "none") == []


def test_an_abort_ends_a_decode_and_leaves_the_session_usable(model: Any) -> None:
    clear(model)
    session = model.session
    batch = TokenBatch(session.batch)
    batch.add([40] * 400, 0, 0, 1)
    session.abort()
    assert session.decode(batch) is False
    assert session.length(0) < 400
    session.clear_abort()
    session.cut(0, 0)
    assert session.decode(batch) is True
    assert session.length(0) == 400


def test_four_clients_and_a_disconnect_in_real_threads(model: Any) -> None:
    clear(model)
    engine = Engine(model.session, model.vocabulary)
    thread = threading.Thread(target=engine.run, daemon=True)
    thread.start()
    built = prompt_tokens.build(model.family, model.vocabulary, CODE, "\n")
    results: dict[int, str] = {}
    ended = threading.Event()

    def deliver(number: Any) -> Any:
        def take(output: Any) -> None:
            results[number] = results.get(number, "") + output.text
            if output.finish and len([1 for n in results if n < 4]) == 4:
                ended.set()

        return take

    lost = engine.submit(EngineRequest(built.tokens, built.heal, max_tokens=400), deliver(9))
    for number in range(4):
        engine.submit(EngineRequest(built.tokens, built.heal, max_tokens=10, collect=True, client=str(number)), deliver(number))
    engine.cancel(lost)
    assert ended.wait(30)
    wait_until(lambda: not engine.busy, "the cancelled one ended")
    engine.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert len({results[number] for number in range(4)}) == 1


def test_refused_models(no_fim_model: Path, bpe_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot fill in the middle"):
        opened(no_fim_model)
    with pytest.raises(ModelError, match="There is no model file"):
        opened(tmp_path / "none.gguf")
    data = bpe_model.read_bytes()
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(data.replace(b"llama.block_count", b"llama.block_cOunt"))
    with pytest.raises(ModelError, match=r"cannot load the model .*block_count"):
        opened(wrong)


def test_more_context_than_memory_is_refused_with_a_sentence(bpe_model: Path) -> None:
    with pytest.raises(ModelError, match=r"not enough memory for 1024 tokens in each of 64 slots \(.*flash_attn"):
        opened(bpe_model, LocalOptions(context_tokens=1024, slots=64, kv_type="q4_0", flash_attention="off"))


def test_text_is_the_same_with_any_number_of_threads(bpe_model: Path) -> None:
    model = opened(bpe_model, replace(OPTIONS, threads=0))
    try:
        assert model.pools is not None
        session, batch, rows = model.session, TokenBatch(8), []
        for count in (1, 2, 1, model.shape.threads[-1]):
            session.use_threads(count)
            session.cut(0, 0)
            batch.clear()
            batch.add([1, 20, 30, 40], 0, 0, 1)
            assert session.decode(batch)
            rows.append(session.logits(3).copy())
        assert all(int(row.argmax()) == int(rows[0].argmax()) for row in rows)
    finally:
        model.close()
    model.close()
