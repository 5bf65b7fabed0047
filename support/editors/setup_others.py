"""Get Helix and Vim with ALE into ``.cache/editors``: ``python -m support.editors.setup_others``.

All are Debian's packages, extracted; ALE is the language client for Vim that Debian has. Where they cannot be had, tests are
skipped with the reason that is given here.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from support.editors.debian_packages import CACHE, Unavailable, extracted, relink

VIM_PACKAGES = ["vim", "vim-runtime", "vim-ale"]


@dataclass(frozen=True)
class InstalledEditor:
    """An editor that can be started: its command line (without a file) and the environment it needs."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def helix() -> InstalledEditor:
    """Helix. Raises: Unavailable."""
    root = extracted("helix", "forky", ["hx"])
    program = next(path for path in ("usr/bin/hx", "usr/lib/helix/hx", "usr/libexec/helix/hx") if (root / path).is_file())
    runtime = next((path.parent for path in root.rglob("themes") if path.is_dir()), root)
    return InstalledEditor("Helix", (str(relink(root, program)),), {"HELIX_RUNTIME": str(runtime)})


def vim() -> InstalledEditor:
    """Vim. Raises: Unavailable."""
    root = extracted("vim", "forky", VIM_PACKAGES)
    runtime = next((root / "usr/share/vim").glob("vim9*"))
    return InstalledEditor(
        "Vim", (str(relink(root, "usr/bin/vim.basic")),), {"VIM": str(runtime.parent), "VIMRUNTIME": str(runtime)}
    )


def ale() -> Path:
    """The folder of ALE, a language client for Vim. Raises: Unavailable."""
    return extracted("vim", "forky", VIM_PACKAGES) / "usr/share/vim-ale"


def main() -> int:
    """Fetch all; the exit status is 1 if any is not available."""
    CACHE.mkdir(parents=True, exist_ok=True)
    missing = 0
    for name, get in {"Helix": helix, "Vim": vim, "ALE": ale}.items():
        try:
            found = get()
            print(f"{name}: {found.command[0] if isinstance(found, InstalledEditor) else found}")
        except Unavailable as reason:
            print(f"{name}: not available: {reason}")
            missing = 1
    return missing


if __name__ == "__main__":
    sys.exit(main())
