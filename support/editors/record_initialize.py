"""Record the ``initialize`` params of real editors: ``python -m support.editors.record_initialize [NAME…]``.

Each editor that is available here opens a file with a recording server. Its params go to ``tests/e2e/initialize/NAME.json``,
without this machine's paths and process ids. The rows of editors that are not available stay unchanged.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.editors.debian_packages import Unavailable
from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.setup_emacs import emacs_30
from support.editors.setup_neovim import Neovim, neovim_0_11, neovim_0_12
from support.editors.setup_others import ale, helix, vim
from support.editors.terminal import Terminal
from support.editors.workplace import HERE, REPOSITORY, EditorWorkplace, new_place

ROWS = REPOSITORY / "tests" / "e2e" / "initialize"
SECONDS = 40.0


def recorded(place: EditorWorkplace, start: Callable[[list[str], Path], Any]) -> dict[str, Any]:
    """The params of the editor that ``start`` opens, without what is particular to this machine."""
    target = place.folder / "initialize.json"
    server = [sys.executable, str(HERE / "recording_server.py"), str(target)]
    editor = start(server, place.write("main.py", "x = 1\n"))
    terminal = editor if isinstance(editor, Terminal) else editor.terminal
    try:
        terminal.wait(target.exists, "initialize", SECONDS)
    finally:
        editor.close()
    text = target.read_text().replace(str(place.workspace), "/nowhere/project").replace(str(place.folder), "/nowhere")
    said: dict[str, Any] = json.loads(text)
    said["processId"] = None
    return said


def in_neovim(get: Callable[[], Neovim]) -> Callable[[EditorWorkplace], dict[str, Any]]:
    def record(place: EditorWorkplace) -> dict[str, Any]:
        return recorded(place, lambda server, file: NeovimInTerminal(get(), place.folder, place.environment, server, file))

    return record


def in_emacs(**more: str) -> Callable[[EditorWorkplace], dict[str, Any]]:
    def record(place: EditorWorkplace) -> dict[str, Any]:
        emacs = emacs_30()
        return recorded(place, lambda server, file: EmacsInTerminal(emacs, place.folder, place.environment, server, file, **more))  # type: ignore[arg-type]

    return record


def in_helix(place: EditorWorkplace) -> dict[str, Any]:
    editor = helix()

    def start(server: list[str], file: Path) -> Terminal:
        folder = Path(place.environment["XDG_CONFIG_HOME"]) / "helix"
        folder.mkdir()
        (folder / "languages.toml").write_text(
            f"[language-server.codestral-ls]\ncommand = {json.dumps(server[0])}\nargs = {json.dumps(server[1:])}\n"
            '[[language]]\nname = "python"\nlanguage-servers = ["codestral-ls"]\n'
        )
        environment = {**place.environment, **editor.environment}
        return Terminal([*editor.command, str(file)], environment, place.workspace)

    return recorded(place, start)


def in_vim(place: EditorWorkplace) -> dict[str, Any]:
    editor, plugin = vim(), ale()

    def start(server: list[str], file: Path) -> Terminal:
        settings = place.folder / "vimrc"
        linter = {"name": "codestral_ls", "lsp": "stdio", "executable": server[0], "command": " ".join(server)}
        settings.write_text(
            f"set nocompatible noswapfile viminfo= runtimepath^={plugin}\nfiletype plugin on\n"
            "let g:ale_completion_enabled = 1\nlet g:ale_linters = {'python': ['codestral_ls']}\n"
            f"call ale#linter#Define('python', extend({json.dumps(linter)}, {{'project_root': {{b -> getcwd()}}}}))\n"
        )
        environment = {**place.environment, **editor.environment}
        return Terminal([*editor.command, "-u", str(settings), str(file)], environment, place.workspace)

    return recorded(place, start)


EGLOT = "(require 'eglot)"
EGLOT_HOOK = (
    "(setq eglot-server-programs (list (cons 'python-base-mode codestral-ls-command)))(add-hook 'prog-mode-hook #'eglot-ensure)"
)
LSP_MODE = (
    "(setq lsp-auto-guess-root t lsp-enable-file-watchers nil lsp-restart 'ignore)"
    "(load \"lsp-mode-autoloads\" nil t)(require 'lsp-mode)(require 'lsp-inline-completion)"
)
LSP_MODE_HOOK = (
    "(require 'codestral-ls-lsp-mode)"
    "(setq lsp-disabled-clients '(pylsp pyls mspyls ruff semgrep-ls))(add-hook 'python-mode-hook #'lsp)"
)

#: The row's name, the editor in words, what the server should conclude from the params, and how to record them.
EDITORS: dict[str, tuple[str, dict[str, Any], Callable[[EditorWorkplace], dict[str, Any]]]] = {
    "neovim-0.12": ("Neovim 0.12 with this client", {"positionEncoding": "utf-32", "menu": False}, in_neovim(neovim_0_12)),
    "neovim-0.11": ("Neovim 0.11 with this client", {"positionEncoding": "utf-32", "menu": False}, in_neovim(neovim_0_11)),
    "emacs": ("Emacs 30 with this client", {"positionEncoding": "utf-32", "menu": False}, in_emacs()),
    "emacs-eglot": (
        "Emacs 30 with eglot 1.17",
        {"positionEncoding": "utf-32", "menu": True},
        in_emacs(before=EGLOT, hook=EGLOT_HOOK),
    ),
    "emacs-lsp-mode": (
        "Emacs 30 with lsp-mode 10",
        {"positionEncoding": "utf-32", "menu": False},
        in_emacs(before=LSP_MODE, hook=LSP_MODE_HOOK),
    ),
    "helix": ("Helix 25", {"positionEncoding": "utf-32", "menu": True}, in_helix),
    "vim-ale": ("Vim 9 with ALE 4", {"positionEncoding": "utf-16", "menu": True}, in_vim),
}


def main() -> int:
    """Record the named rows, or all; the exit status is 1 if a row could not be recorded."""
    missing = 0
    for name in sys.argv[1:] or EDITORS:
        words, expect, record = EDITORS[name]
        place = new_place()
        try:
            row = {"editor": words, "expect": expect, "params": record(place)}
            (ROWS / f"{name}.json").write_text(json.dumps(row, indent=1, ensure_ascii=False) + "\n")
            print(f"{name}: recorded")
        except (Unavailable, AssertionError) as reason:
            print(f"{name}: not recorded: {reason}")
            missing = 1
        finally:
            place.close()
    return missing


if __name__ == "__main__":
    sys.exit(main())
