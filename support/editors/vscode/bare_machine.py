"""A newcomer's machine for VS Code: only chosen programs are on its PATH, codestral-ls is missing, and nothing is downloaded."""

from __future__ import annotations

import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

from support.editors.workplace import EditorWorkplace

PYTHONS = ("python3.13", "python3.12", "python3.11", "python3", "python")
"""The program names by which the extension looks for a Python."""

LENT = {"PYTHONPATH": sysconfig.get_path("purelib"), "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1"}
"""The dependencies are those of the tests' environment."""


def with_programs(place: EditorWorkplace, variables: dict[str, str], **programs: str | Path) -> EditorWorkplace:
    """A machine without codestral-ls and with only these programs on its PATH: a string is a script's text, a path a link's
    target.
    """
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
    """The Python interpreter that this environment was made from."""
    return Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"


def with_uv_alone(place: EditorWorkplace) -> EditorWorkplace:
    """A machine with uv and with Pythons that are too old. The arguments of each call of uv are in the workplace's ``uv.log``.

    uv downloads no Python: the script changes its arguments so that it uses this machine's.
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
