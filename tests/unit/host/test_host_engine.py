"""The decode loop on a fake session in memory: texts, reuse, drafting, cancelling, preemption, failure."""

from __future__ import annotations

from typing import Any

import pytest

from codestral_ls.host.answer_run import EngineRequest
from codestral_ls.host.engine import Engine, EngineStoppedError
from codestral_ls.host.model_session import DecodeError
from codestral_ls.host.scheduler import Queue, QueueFullError
from support.models.host_fakes import FakeSession, FakeVocabulary, next_logits, reference, repeating_logits

VOCABULARY = FakeVocabulary()


def make(**kwargs: Any) -> Any:
    session = FakeSession(VOCABULARY, **kwargs)
    return session, Engine(session, VOCABULARY)


def submit(engine: Any, tokens: Any, **kwargs: Any) -> Any:
    outputs: list[Any] = []
    run = engine.submit(EngineRequest(list(tokens), **kwargs), outputs.append)
    return outputs, run


def finish(engine: Any) -> None:
    for _ in range(10_000):
        if not engine.step():
            return
    raise AssertionError("the engine does not come to an end")


def text(outputs: Any) -> Any:
    return "".join(output.text for output in outputs)


def ids(string: Any) -> Any:
    return [1, 4, *VOCABULARY.encode("\nend"), 3, *VOCABULARY.encode(string)]


@pytest.mark.parametrize("prompt", ["", "def f(self):", "x" * 100])
@pytest.mark.parametrize("collect", [False, True])
def test_the_text_is_what_greedy_decoding_writes(prompt: Any, collect: Any) -> None:
    _, engine = make()
    outputs, _ = submit(engine, ids(prompt), max_tokens=20, collect=collect)
    finish(engine)
    assert text(outputs) == reference(VOCABULARY, ids(prompt), 20)
    assert [output.finish for output in outputs[:-1]] == [None] * (len(outputs) - 1)
    assert len(outputs) == 1 or not collect


def test_many_at_once_do_not_mix() -> None:
    _, engine = make(slots=3)
    prompts = [ids(f"def function_{n}(") for n in range(8)]
    answers = [submit(engine, prompt, max_tokens=15, client=str(n % 3))[0] for n, prompt in enumerate(prompts)]
    finish(engine)
    assert [text(outputs) for outputs in answers] == [reference(VOCABULARY, prompt, 15) for prompt in prompts]


def test_the_next_keystroke_evaluates_only_what_was_typed() -> None:
    session, engine = make()
    submit(engine, ids("def f(a):" + "a" * 50), max_tokens=5)
    finish(engine)
    before = session.evaluated
    outputs, _ = submit(engine, ids("def f(a):" + "a" * 50 + "b"), max_tokens=1)
    finish(engine)
    assert outputs[-1].counts.evaluated == 1
    assert session.evaluated == before + 1


def test_asking_again_after_a_long_answer_is_hot() -> None:
    _, engine = make()
    for evaluated in (None, 1):
        outputs, _ = submit(engine, ids("def f"), max_tokens=40)
        finish(engine)
        assert evaluated is None or outputs[-1].counts.evaluated == evaluated


def test_going_back_to_four_places_is_hot() -> None:
    _, engine = make(slots=4)
    places = [ids(f"{n}" + "abcdefgh" * 10) for n in range(4)]
    for place in places:
        submit(engine, place, max_tokens=4)
        finish(engine)
    for place in places:
        outputs, _ = submit(engine, [*place, 102], max_tokens=4)
        finish(engine)
        assert outputs[-1].counts.evaluated <= 0.05 * len(place)


def test_a_shared_beginning_is_copied_not_evaluated() -> None:
    session, engine = make(slots=2, batch=64)
    shared = ids("shared " * 9)
    submit(engine, [*shared, *VOCABULARY.encode("one" * 40)], max_tokens=1)
    finish(engine)
    before = session.evaluated
    tokens = [*shared, *VOCABULARY.encode("two")]
    outputs, _ = submit(engine, tokens, max_tokens=6)
    finish(engine)
    assert text(outputs) == reference(VOCABULARY, tokens, 6)
    assert engine.table.copies == 1
    assert outputs[-1].counts.evaluated == 3
    assert session.evaluated - before < 12


def test_healing_spells_the_taken_back_text_and_does_not_send_it() -> None:
    _, engine = make()
    for heal in (b"re", b" re", b".as", b"\n"):
        outputs, _ = submit(engine, ids("x"), heal=heal, max_tokens=8)
        finish(engine)
        assert text(outputs) == reference(VOCABULARY, ids("x"), 8, heal=heal)


def test_stop_strings_end_the_text_before_them() -> None:
    _, engine = make()
    whole = reference(VOCABULARY, ids("q"), 30)
    stop = whole[7:10]
    for collect in (False, True):
        outputs, _ = submit(engine, ids("q"), max_tokens=30, stop=(stop,), collect=collect)
        finish(engine)
        assert text(outputs) == whole[: whole.index(stop)]
        assert outputs[-1].finish == "stop"


def test_min_tokens_keeps_an_early_end_away() -> None:
    def ending(history: Any, size: Any) -> Any:
        logits = next_logits(history, size)
        logits[2] = 50.0
        return logits

    session = FakeSession(VOCABULARY, model=ending)
    engine = Engine(session, VOCABULARY)
    outputs, _ = submit(engine, ids("q"), max_tokens=9, min_tokens=4)
    finish(engine)
    assert outputs[-1].finish == "stop"
    assert outputs[-1].counts.generated == 4


def test_zero_tokens_only_evaluate() -> None:
    _, engine = make()
    outputs, _ = submit(engine, ids("warm" * 10), max_tokens=0)
    finish(engine)
    assert (text(outputs), outputs[-1].finish, outputs[-1].counts.generated) == ("", "length", 0)
    again, _ = submit(engine, ids("warm" * 10 + "x"), max_tokens=1)
    finish(engine)
    assert again[-1].counts.evaluated == 1


def test_drafts_change_steps_but_not_text() -> None:
    prompt = [1, 4, 3, *VOCABULARY.encode("abcdefghij" * 3)]
    steps = {}
    for draft in ("off", "always"):
        session = FakeSession(VOCABULARY, model=repeating_logits)
        engine = Engine(session, VOCABULARY)
        outputs, _ = submit(engine, prompt, max_tokens=40, min_tokens=20, draft=draft)
        finish(engine)
        assert text(outputs) == reference(VOCABULARY, prompt, 40, repeating_logits)
        assert len(text(outputs)) >= 40
        steps[draft] = outputs[-1].counts.steps
    assert steps["off"] >= 1.3 * steps["always"]


def test_drafts_are_harmless_where_they_are_wrong() -> None:
    _, engine = make()
    prompt = ids("return return self return self return self ")
    outputs, _ = submit(engine, prompt, max_tokens=40, draft="always")
    finish(engine)
    assert text(outputs) == reference(VOCABULARY, prompt, 40)


def test_temperature_follows_the_seed() -> None:
    _, engine = make()
    seen = []
    for seed in (1, 1, 2):
        outputs, _ = submit(engine, ids("t"), max_tokens=12, temperature=1.0, top_p=0.9, seed=seed)
        finish(engine)
        seen.append(text(outputs))
    assert seen[0] == seen[1] != seen[2]


def test_a_full_slot_ends_the_answer() -> None:
    _, engine = make(context=40)
    outputs, _ = submit(engine, ids("a" * 24), max_tokens=500)
    finish(engine)
    assert outputs[-1].finish in ("length", "stop")
    assert outputs[-1].counts.generated <= 12


def test_a_prompt_beyond_the_slot_is_an_error_not_a_crash() -> None:
    _, engine = make(context=40)
    outputs, _ = submit(engine, ids("a" * 100))
    finish(engine)
    assert outputs[-1].finish == "error"
    assert "too many" in outputs[-1].error


def test_cancel_frees_the_slot_and_says_nothing_more() -> None:
    session, engine = make(slots=1)
    outputs, run = submit(engine, ids("a" * 60), max_tokens=50)
    engine.step()
    session.on_decode = lambda: engine.cancel(run)
    engine.step()
    session.on_decode = lambda: None
    assert session.aborting
    after, _ = submit(engine, ids("a" * 60 + "b"), max_tokens=3)
    finish(engine)
    assert outputs == []
    assert text(after) == reference(VOCABULARY, ids("a" * 60 + "b"), 3)
    assert after[-1].counts.evaluated < 60


def test_an_interactive_request_takes_the_slot_of_batch_work() -> None:
    _, engine = make(slots=1)
    order = []
    slow, _ = submit(engine, ids("b" * 80), max_tokens=20, priority=2)
    engine.step()
    quick, _ = submit(engine, ids("i" * 20), max_tokens=3, priority=0)
    while engine.step():
        order += [name for name, outputs in (("slow", slow), ("quick", quick)) if outputs and outputs[-1].finish]
    assert order[0] == "quick"
    assert text(slow) == reference(VOCABULARY, ids("b" * 80), 20)
    assert text(quick) == reference(VOCABULARY, ids("i" * 20), 3)
    assert engine.metrics.suspended == 1


def test_an_interactive_request_aborts_the_running_batch_of_others() -> None:
    session, engine = make(slots=2)
    slow, _ = submit(engine, ids("b" * 80), max_tokens=5, priority=1)
    arrived: list[Any] = []

    def arrive() -> None:
        if not arrived:
            arrived.append(submit(engine, ids("i"), max_tokens=2, priority=0)[0])

    session.on_decode = arrive
    finish(engine)
    assert engine.metrics.aborted == 1
    assert text(arrived[0]) == reference(VOCABULARY, ids("i"), 2)
    assert text(slow) == reference(VOCABULARY, ids("b" * 80), 5)


def test_the_queue_is_bounded() -> None:
    session = FakeSession(VOCABULARY, slots=1)
    engine = Engine(session, VOCABULARY, queue=Queue(most=3, most_per_client=2))
    for client in "aab":
        submit(engine, ids("q"), client=client)
    with pytest.raises(QueueFullError) as full:
        submit(engine, ids("q"), client="c")
    assert full.value.retry_after >= 1
    finish(engine)
    submit(engine, ids("q"), client="c")


def test_a_failed_decode_ends_its_answers_and_nothing_else() -> None:
    session, engine = make()
    outputs, _ = submit(engine, ids("a"))
    session.fail = "no room"
    finish(engine)
    assert outputs[-1].finish == "error"
    assert "no room" in outputs[-1].error
    again, _ = submit(engine, ids("a"), max_tokens=5)
    finish(engine)
    assert text(again) == reference(VOCABULARY, ids("a"), 5)


def test_stopping_answers_everybody() -> None:
    _, engine = make(slots=1)
    answers = [submit(engine, ids("a"))[0] for _ in range(3)]
    engine.step()
    engine.stop()
    engine.run()
    assert [outputs[-1].finish for outputs in answers] == ["error"] * 3
    with pytest.raises(EngineStoppedError):
        submit(engine, ids("a"))


def test_calls_run_between_batches() -> None:
    _, engine = make()
    future = engine.call(lambda: 42)
    engine.step()
    assert future.result(timeout=1) == 42


def test_mean_logprob_is_of_the_chosen_tokens() -> None:
    _, engine = make()
    outputs, _ = submit(engine, ids("a"), max_tokens=5)
    finish(engine)
    assert -10 < outputs[-1].mean_logprob < 0


def test_a_memory_that_cannot_be_cut_costs_time_not_correctness() -> None:
    session, engine = make()
    session.cuttable = False
    for prompt in ("def f(self):", "def f(self):ab", "def f(", "return return return return"):
        outputs, _ = submit(engine, ids(prompt), max_tokens=20, draft="always")
        finish(engine)
        assert text(outputs) == reference(VOCABULARY, ids(prompt), 20)


def test_logits_that_are_missing_end_the_answer_and_nothing_else() -> None:
    session, engine = make()
    logits = session.logits
    outputs, _ = submit(engine, ids("a"))

    def fail(row: Any) -> None:
        session.logits = logits
        raise DecodeError("no logits")

    session.logits = fail
    finish(engine)
    assert (outputs[-1].finish, "no logits" in outputs[-1].error) == ("error", True)
    assert all(slot.run is None for slot in engine.table.slots)


def test_a_copy_that_was_not_carried_out_yet_is_not_kept_as_state() -> None:
    _, engine = make(slots=2, batch=64)
    shared = ids("shared " * 9)
    submit(engine, [*shared, *VOCABULARY.encode("one" * 40)], max_tokens=1)
    finish(engine)
    _, run = submit(engine, [*shared, *VOCABULARY.encode("two")], max_tokens=6)
    engine._take_in()
    engine._admit()
    run.cancelled = True
    engine._drop_cancelled()
    assert len(engine.table.idle()) == 1
    submit(engine, ids("x"), max_tokens=1)
    finish(engine)
    assert len(engine.table.idle()) == 2


def test_an_error_of_the_engine_itself_leaves_nobody_waiting() -> None:
    session, engine = make()
    outputs, _ = submit(engine, ids("a"))
    session.logits = lambda row: None
    with pytest.raises(AttributeError):
        engine.run()
    assert outputs[-1].finish == "error"
    with pytest.raises(EngineStoppedError):
        submit(engine, ids("a"))


def test_warming_up_leaves_no_trace_but_the_rate() -> None:
    session, engine = make()
    engine.warm_up()
    assert engine.metrics.prefill_rate > 0
    assert session.cells == [[], [], [], []]
    outputs, _ = submit(engine, ids("a"), max_tokens=5)
    finish(engine)
    assert text(outputs) == reference(VOCABULARY, ids("a"), 5)
