"""Evaluated prompts that are saved while the host rests come back whole, or not at all."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.host import kv_state
from codestral_ls.host.answer_run import EngineRequest
from codestral_ls.host.engine import Engine
from support.models.host_fakes import FakeSession, FakeVocabulary, reference

VOCABULARY = FakeVocabulary()
PROMPTS = [[1, 4, 3, *VOCABULARY.encode(f"{letter}" * 80)] for letter in "abc"]


def complete(engine: Any, tokens: Any) -> Any:
    outputs: list[Any] = []
    engine.submit(EngineRequest(list(tokens), max_tokens=4, collect=True), outputs.append)
    while engine.step():
        pass
    return outputs[-1]


def used_engine() -> Any:
    engine = Engine(FakeSession(VOCABULARY), VOCABULARY)
    for prompt in PROMPTS:
        complete(engine, prompt)
    complete(engine, [1, 4, 3])
    return engine


def test_prompts_are_hot_again(tmp_path: Path) -> None:
    folder = tmp_path / "kv"
    before = used_engine()
    assert kv_state.save(folder, "this model", before.session, before.table.slots) == 3
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    after = Engine(FakeSession(VOCABULARY), VOCABULARY)
    assert kv_state.restore(folder, "this model", after.session, after.table.slots) == 3
    assert list(folder.iterdir()) == []
    for prompt in PROMPTS:
        output = complete(after, prompt)
        assert output.text == reference(VOCABULARY, prompt, 4)
        assert output.counts.evaluated == 1


def test_the_most_recent_prompt_is_the_last_to_go(tmp_path: Path) -> None:
    before = used_engine()
    kv_state.save(tmp_path, "m", before.session, before.table.slots)
    after = Engine(FakeSession(VOCABULARY, slots=2), VOCABULARY)
    assert kv_state.restore(tmp_path, "m", after.session, after.table.slots) == 2
    complete(after, [1, 4, 3, *VOCABULARY.encode("z" * 80)])
    assert complete(after, PROMPTS[2]).counts.evaluated == 1
    assert complete(after, PROMPTS[1]).counts.evaluated > 50


def test_another_model_starts_cold(tmp_path: Path) -> None:
    before = used_engine()
    kv_state.save(tmp_path, "this model", before.session, before.table.slots)
    after = Engine(FakeSession(VOCABULARY), VOCABULARY)
    assert kv_state.restore(tmp_path, "another", after.session, after.table.slots) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["index", "slot", "missing", "path"])
def test_a_damaged_state_is_not_believed(tmp_path: Path, damage: Any) -> None:
    before = used_engine()
    kv_state.save(tmp_path, "m", before.session, before.table.slots)
    slot = min(tmp_path.glob("slot-*"))
    if damage == "index":
        (tmp_path / kv_state.INDEX).write_text("{")
    elif damage == "slot":
        slot.write_text("1,2,3")
    elif damage == "missing":
        slot.unlink()
    else:
        (tmp_path / kv_state.INDEX).write_text(json.dumps({"identity": "m", "slots": [["../../secret", 1, 0, 0]]}))
    after = Engine(FakeSession(VOCABULARY), VOCABULARY)
    assert kv_state.restore(tmp_path, "m", after.session, after.table.slots) <= 2
    for prompt in PROMPTS:
        assert complete(after, prompt).text == reference(VOCABULARY, prompt, 4)


@pytest.mark.parametrize("damage", ["a byte less", "a byte more", "another byte", "a link", "a folder"])
def test_a_state_of_another_size_or_content_is_never_given_to_llama_cpp(
    tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = used_engine()
    kv_state.save(tmp_path / "kv", "m", before.session, before.table.slots)
    slot = min((tmp_path / "kv").glob("slot-*"))
    data = slot.read_bytes()
    slot.unlink()
    match damage:
        case "a byte less":
            slot.write_bytes(data[:-1])
        case "a byte more":
            slot.write_bytes(data + b"0")
        case "another byte":
            slot.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        case "a link":
            (tmp_path / "same").write_bytes(data)
            slot.symlink_to(tmp_path / "same")
        case "a folder":
            slot.mkdir()
    after = Engine(FakeSession(VOCABULARY), VOCABULARY)
    read = []
    restore = after.session.restore

    def watched(number: int, path: Path) -> list[int]:
        read.append(path.name)
        return list(restore(number, path))

    monkeypatch.setattr(after.session, "restore", watched)
    assert kv_state.restore(tmp_path / "kv", "m", after.session, after.table.slots) == 2
    assert slot.name not in read
    assert len(read) == 2


def test_a_state_that_ends_the_host_is_not_read_by_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = used_engine()
    kv_state.save(tmp_path, "m", before.session, before.table.slots)

    class Ended(Exception):
        pass

    def end(number: int, path: Path) -> list[int]:
        raise Ended

    after = Engine(FakeSession(VOCABULARY), VOCABULARY)
    monkeypatch.setattr(after.session, "restore", end)
    with pytest.raises(Ended):
        kv_state.restore(tmp_path, "m", after.session, after.table.slots)
    next_one = Engine(FakeSession(VOCABULARY), VOCABULARY)
    assert kv_state.restore(tmp_path, "m", next_one.session, next_one.table.slots) == 0


def test_only_so_much_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kv_state, "MOST_BYTES", 1500)
    before = used_engine()
    assert kv_state.save(tmp_path, "m", before.session, before.table.slots) == 1


def test_an_unwritable_folder_costs_nothing_but_the_state(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = used_engine()
    assert kv_state.save(tmp_path / "file" / "kv", "m", before.session, before.table.slots) == 0
    assert kv_state.restore(tmp_path / "file" / "kv", "m", before.session, before.table.slots) == 0
