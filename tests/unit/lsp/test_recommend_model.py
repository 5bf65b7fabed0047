"""Which model is offered to replace the embedded one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsprotocol import types

from codestral_ls.config.sections import BackendOptions, LocalOptions, Options
from codestral_ls.host import catalogue
from codestral_ls.lsp.recommend_model import RECOMMEND, recommend_model
from codestral_ls.system import processes

KNOWN = next(iter(catalogue.KNOWN))
LOCAL = replace(Options(), backend=BackendOptions(primary="local"))
PARAMS = types.ExecuteCommandParams(RECOMMEND)


@pytest.fixture
def advised(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """The measurement's result: exit status and output."""
    said: list[Any] = [0, json.dumps({"advised": KNOWN}).encode()]

    async def output(*_arguments: str, timeout: float) -> tuple[int, bytes]:
        assert timeout > 0
        if isinstance(said[0], Exception):
            raise said[0]
        return said[0], said[1]

    monkeypatch.setattr(processes, "output_of_own", output)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return said


async def answered(options: Options = LOCAL) -> dict[str, Any]:
    session: Any = SimpleNamespace(options=options)
    return await recommend_model(session, PARAMS)


async def offered(options: Options = LOCAL) -> dict[str, Any] | None:
    model: dict[str, Any] | None = (await answered(options))["model"]
    return model


async def test_the_advised_model_is_offered_with_its_sizes(advised: list[Any]) -> None:
    assert advised
    model = await offered()
    assert model is not None
    assert model["name"] == KNOWN
    assert "GB to fetch" in model["detail"]


@pytest.mark.parametrize(
    "options",
    [
        replace(Options(), backend=BackendOptions(primary="codestral")),
        replace(LOCAL, local=LocalOptions(model="codestral-22b-q4_k_m")),
    ],
    ids=["an API writes", "another model writes"],
)
async def test_nothing_is_offered_to_who_has_chosen(advised: list[Any], options: Options) -> None:
    assert advised
    assert await answered(options) == {"model": None, "measured": False}


@pytest.mark.parametrize(
    "said",
    [
        (0, json.dumps({"advised": "embedded"}).encode()),
        (1, b""),
        (0, b"no JSON"),
        (0, b"[]"),
        (0, b"{}"),
        (TimeoutError(), b""),
        (OSError("cannot run"), b""),
    ],
    ids=["the embedded one is the best", "failed", "no JSON", "a list", "no advice", "late", "cannot run"],
)
async def test_nothing_is_offered_without_advice(advised: list[Any], said: tuple[Any, bytes]) -> None:
    advised[:] = said
    assert await offered() is None


@pytest.mark.parametrize(
    ("said", "measured"),
    [((0, json.dumps({"advised": "embedded"}).encode()), True), ((1, b""), False), ((TimeoutError(), b""), False)],
    ids=["the embedded one is the best", "failed", "late"],
)
async def test_a_client_hears_whether_asking_again_is_of_use(advised: list[Any], said: tuple[Any, bytes], measured: bool) -> None:
    advised[:] = said
    assert (await answered())["measured"] is measured
