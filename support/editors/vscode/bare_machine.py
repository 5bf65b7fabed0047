"""A newcomer's machine for VS Code: the programs on its PATH are chosen, there is no codestral-ls, and nothing is downloaded."""

from __future__ import annotations

import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

from support.editors.workplace import EditorWorkplace

PYTHONS = ("python3.13", "python3.12", "python3.11", "python3", "python")
"""The names under which the extension looks for a Python."""

LENT = {"PYTHONPATH": sysconfig.get_path("purelib"), "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1"}
"""The dependencies are those of the tests' own environment."""


def with_programs(place: EditorWorkplace, variables: dict[str, str], **programs: str | Path) -> EditorWorkplace:
    """A machine with these programs on its PATH (a text is a script, a path a link), and no codestral-ls."""
    folder = place.folder / "bin"
    folder.mkdir()
    for name, program in programs.items():
        if isinstance(program, Path):
            (folder / name).symlink_to(program)
        else:
            (folder / name).write_text(program)
            (folder / name).chmod(0o755)
    path = f"{folder}:/usr/bin:/bin"
    # VS Code's server asks the user's login shell for the variables.
    (Path(place.environment["HOME"]) / ".profile").write_text(f"export PATH={path}\n")
    return replace(place, environment={**place.environment, **variables, "PATH": path})


def real_python() -> Path:
    """This environment's Python, outside of it."""
    return Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"


def with_uv_alone(place: EditorWorkplace) -> EditorWorkplace:
    """A machine whose Pythons are too old, with uv. What uv was told is in the file ``uv.log`` of the place's folder.

    The Python that uv would fetch is the machine's: its arguments are changed to that before the real uv gets them.
    """
    log, settings = place.folder / "uv.log", place.folder / "uv.toml"
    settings.write_text("offline = true\n[pip]\nno-deps = true\nno-index = true\n")
    uv = f"""#!/bin/sh
echo "$@" >> {log}
case "$1" in
  venv) for last; do :; done; set -- venv --clear --no-managed-python --python {real_python()} "$last" ;;
esac
UV_CONFIG_FILE={settings} UV_CACHE_DIR={place.folder}/uv-cache exec {sys.executable} -m uv "$@"
"""
    too_old = "#!/bin/sh\nexit 1\n"
    return with_programs(place, LENT, **dict.fromkeys(PYTHONS, too_old), uv=uv)
