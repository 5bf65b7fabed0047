"""The scenes in the pictures of Neovim and Emacs: two files, what is typed into them, and checks that the result runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROWS, COLUMNS = 16, 78
SETTINGS = '''"""Settings as JSON."""

import json


def save(path, value):
    with open(path, "w") as file:
        json.dump(value, file)


def load(path):
    with open(path) as file:
'''
TYPED = "        return json."
USERS = '''"""Users and groups."""


def load(path):
    """Return the text of a file."""
    with open(path) as file:
        return file.read()


users = load("users.txt")
groups = load("groups.txt")
'''
RENAMED = "read_text"


def reads_what_it_saved(code: str, folder: Path) -> bool:
    """True if the completed settings work, found out by running them."""
    names: dict[str, Any] = {}
    exec(compile(code, "settings.py", "exec"), names)  # the scene's own text, and what was just seen accepted
    names["save"](folder / "settings.json", {"volume": 3})
    return bool(names["load"](folder / "settings.json") == {"volume": 3})


def reads_both_files(code: str, folder: Path) -> bool:
    """True if the file uses the renamed function after the edit, found out by running it in ``folder``."""
    for name in ("users", "groups"):
        (folder / f"{name}.txt").write_text(name)
    names: dict[str, Any] = {}
    exec(compile(code, "users.py", "exec"), names)
    return (names["users"], names["groups"], "load" in names) == ("users", "groups", False)
