"""``codestral-ls models recommend`` on a stand-in machine: the table, JSON, and the one key that pulls the advised model."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from codestral_ls.backends.running_servers import FoundServer
from codestral_ls.cli import main
from codestral_ls.commands import recommending
from codestral_ls.host import fetch, machine
from codestral_ls.host.catalogue import KnownModel
from codestral_ls.host.ladder import MachineFigures
from support.models.stand_in_machines import CARD, LAPTOP

SERVER = FoundServer("Ollama", "http://127.0.0.1:11434", "qwen2.5-coder:7b", "qwen", 32768)


class Terminal(io.StringIO):
    """A person's terminal with something typed."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def pulled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def fetch_it(model: KnownModel, _say: Callable[[str], None]) -> Path:
        found.append(model.name)
        return Path("models") / model.file

    async def here() -> tuple[FoundServer, ...]:
        return (SERVER,)

    monkeypatch.setattr(fetch, "fetch", fetch_it)
    monkeypatch.setattr(recommending, "neighbours", here)
    return found


def on(figures: MachineFigures, monkeypatch: pytest.MonkeyPatch, typed: io.StringIO) -> None:
    monkeypatch.setattr(machine, "measure", lambda: figures)
    monkeypatch.setattr("sys.stdin", typed)


@pytest.mark.parametrize(("typed", "expected"), [("\n", ["seed-coder-8b"]), ("n\n", []), ("", [])])
def test_one_key_pulls_the_advised_model(
    typed: str, expected: list[str], pulled: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on(CARD, monkeypatch, Terminal(typed))
    assert main(["models", "recommend"]) == 0
    said = capsys.readouterr()
    assert pulled == expected
    assert "Press Enter to pull Seed-Coder 8B (5.07 GB)" in said.out
    assert "Already running here: Ollama at http://127.0.0.1:11434 with qwen2.5-coder:7b" in said.out
    assert ('Use it: set local.model = "seed-coder-8b"' in said.err) is bool(expected)


def test_nobody_is_asked_where_nobody_types_or_nothing_is_to_be_pulled(
    pulled: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on(CARD, monkeypatch, io.StringIO("\n"))
    assert main(["models", "recommend"]) == 0
    slow = MachineFigures(2 * 10**9, 10**9, 2e9, 5e9)
    on(slow, monkeypatch, Terminal("\n"))
    assert main(["models", "recommend"]) == 0
    said = capsys.readouterr().out
    assert "Press Enter" not in said
    assert "stay with the embedded model" in said
    assert pulled == []


def test_json_has_every_rung_and_the_advice(
    pulled: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    on(LAPTOP, monkeypatch, Terminal("\n"))
    assert main(["models", "recommend", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["advised"] == "qwen2.5-coder-0.5b"
    assert [one["model"] for one in told["neighbours"]] == ["qwen2.5-coder:7b"]
    assert {place["within_ms"] for place in told["ladder"]} == {100.0, 500.0, None}
    assert pulled == []
