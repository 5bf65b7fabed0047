"""Fixtures: the versions of Neovim under test, and a process of each with a file open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.editors.workplace import EditorWorkplace, Scripted

pytest.importorskip("msgpack", reason="the extra [editors] is not installed")
pytest.importorskip("pyte", reason="the extra [editors] is not installed")

from support.editors.debian_packages import Unavailable
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.setup_neovim import NEOVIMS, Neovim

#: Which presenter draws by default in which Neovim.
PRESENTERS = [("0.12", "builtin"), ("0.11", "plugin")]


def get(version: str) -> Neovim:
    try:
        return NEOVIMS[version]()
    except Unavailable as reason:
        pytest.skip(f"Neovim {version}: {reason}")


@pytest.fixture(params=PRESENTERS, ids=lambda pair: f"{pair[0]}-{pair[1]}")
def neovim_and_presenter(request: pytest.FixtureRequest) -> tuple[Neovim, str]:
    version, presenter = request.param
    return get(version), presenter


@pytest.fixture(params=["0.12", "0.11"])
def neovim(request: pytest.FixtureRequest) -> Neovim:
    return get(request.param)


@pytest.fixture
def open_in_neovim(place: EditorWorkplace) -> Iterator[Callable[..., NeovimInTerminal]]:
    """Open a file in a Neovim; all are closed when the test ends."""
    opened: list[NeovimInTerminal] = []

    def start(neovim: Neovim, server: list[str], file: Path, **more: Any) -> NeovimInTerminal:
        editor = NeovimInTerminal(neovim, place.folder, place.environment, server, file, **more)
        opened.append(editor)
        return editor

    yield start
    for editor in opened:
        editor.close()


@pytest.fixture
def edit(
    neovim_and_presenter: tuple[Neovim, str],
    place: EditorWorkplace,
    scripted: Scripted,
    open_in_neovim: Callable[..., NeovimInTerminal],
) -> Callable[..., NeovimInTerminal]:
    """Open a file with this text and the scripted server, in insert mode at its end."""
    neovim, presenter = neovim_and_presenter

    def start(text: str, rules: list[dict[str, Any]], name: str = "main.py", keys: str = "GA", **more: Any) -> NeovimInTerminal:
        script = {key: more.pop(key) for key in ("delay_ms", "encoding", "commands") if key in more}
        scripted.say(rules, **script)
        drawn_by = more.pop("presenter", presenter)
        before = f"vim.g.codestral_ls = {{ ghost_text = '{drawn_by}' }}\n" + more.pop("before", "")
        editor = open_in_neovim(neovim, scripted.command, place.write(name, text), before=before, **more)
        editor.wait_attached()
        editor.type(keys)
        mode = "i" if keys[-1] in "Ai" else "n"
        editor.until(lambda: editor.mode() == mode, f"mode {mode}")
        return editor

    return start
