"""What is installed: Python, this package and its dependencies, llama.cpp and its GPU support, grammars.

llama.cpp is examined in a separate process (``llama_probe.py``): loading it here would take its memory and might crash doctor.
Nothing is downloaded or installed.
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
from collections.abc import Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from codestral_ls import __version__
from codestral_ls.doctor.finding import Finding
from codestral_ls.documents.languages import all_languages
from codestral_ls.system.processes import output_of_own

GROUP = "Installation"
PACKAGES = ("pygls", "lsprotocol", "aiohttp", "mistralai", "tree-sitter", "platformdirs", "rich")
INSTALL_LOCAL = (
    "To run models on this machine: codestral-ls local install fetches a prebuilt llama.cpp. Or compile it, which takes "
    "5 to 12 minutes on two cores and needs cmake and a C++ compiler{missing}: pip install '.[local]' in a checkout."
)
REINSTALL = "Reinstall it from a checkout: pip install --force-reinstall ."
REINSTALL_LLAMA = (
    "Reinstall it: make engine in a checkout, or pip install --force-reinstall --no-cache-dir --no-deps llama-cpp-python==0.3.36."
)
INSTALL_GPU = (
    "To use the GPU, reinstall llama.cpp with CUDA: CMAKE_ARGS=-DGGML_CUDA=on pip install --force-reinstall --no-deps "
    '--no-cache-dir llama-cpp-python; or take the prebuilt CUDA wheel that docs/backends.md names under "Local models".'
)


async def installation(*, local_wanted: bool, timeout: float = 60.0) -> list[Finding]:
    """Findings about what is installed. ``timeout`` (seconds) limits the look at llama.cpp."""
    findings = [_python(), _packages(), _grammars()]
    if find_spec("llama_cpp") is None:
        findings.append(_no_llama(local_wanted))
    else:
        findings.append(_llama(await probe_llama(timeout)))
    return findings


async def probe_llama(timeout: float) -> Mapping[str, object]:
    """The report of ``llama_probe.py`` from its own process; ``{"error": sentence}`` if there is none."""
    try:
        code, output = await output_of_own("codestral_ls.doctor.llama_probe", timeout=timeout)
    except TimeoutError:
        return {"error": f"llama.cpp did not load within {timeout:.0f} s."}
    except OSError as error:
        return {"error": f"No process can be started to load llama.cpp in ({error.strerror or error})."}
    try:
        said = json.loads(output)
    except ValueError:
        return {"error": f"llama.cpp ended the process that loaded it (exit code {code})."}
    return said if isinstance(said, dict) else {"error": "llama.cpp's probe gave an unexpected answer."}


def nvidia_gpu_present() -> bool:
    """True when the system has an NVIDIA driver with a device."""
    return Path("/dev/nvidia0").exists() or (shutil.which("nvidia-smi") is not None and sys.platform == "win32")


def _python() -> Finding:
    text = f"codestral-ls {__version__} on Python {platform.python_version()} ({sys.executable})"
    facts = {"codestral_ls": __version__, "python": platform.python_version(), "platform": platform.platform()}
    return Finding(GROUP, "python", "ok", text, facts=facts)


def _packages() -> Finding:
    versions = {name: _version(name) for name in PACKAGES}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        text = f"not installed: {', '.join(missing)}"
        return Finding(GROUP, "packages", "error", text, REINSTALL, versions)
    return Finding(GROUP, "packages", "ok", ", ".join(f"{name} {version}" for name, version in versions.items()), "", versions)


def _grammars() -> Finding:
    wanted = {language.id: language.grammar.module for language in all_languages() if language.grammar is not None}
    missing = sorted(name for name, module in wanted.items() if find_spec(module) is None)
    facts = {"installed": sorted(set(wanted) - set(missing)), "missing": missing}
    if missing:
        text = f"grammars missing for {', '.join(missing)}; these are completed without a syntax tree"
        return Finding(GROUP, "grammars", "warning", text, REINSTALL, facts)
    return Finding(GROUP, "grammars", "ok", f"grammars for {len(wanted)} languages", "", facts)


def _no_llama(local_wanted: bool) -> Finding:
    tools = [
        tool
        for tool, names in {"cmake": ("cmake",), "a C++ compiler": ("c++", "g++", "clang++", "cl")}.items()
        if not any(shutil.which(name) for name in names)
    ]
    missing = f" (missing here: {' and '.join(tools)})" if tools else " (both are here)"
    facts = {"installed": False, "missing_build_tools": tools}
    advice = INSTALL_LOCAL.format(missing=missing)
    return Finding(
        GROUP,
        "llama.cpp",
        "error" if local_wanted else "note",
        "llama.cpp is not installed (the extra [local])",
        advice,
        facts,
    )


def _llama(said: Mapping[str, object]) -> Finding:
    version = _version("llama-cpp-python")
    facts: dict[str, object] = {"installed": True, "version": version, **said}
    if "error" in said:
        return Finding(GROUP, "llama.cpp", "error", str(said["error"]), REINSTALL_LLAMA, facts)
    offload = bool(said.get("gpu_offload"))
    text = f"llama-cpp-python {version}; GPU offload: {'yes' if offload else 'no'}"
    if not offload and nvidia_gpu_present():
        return Finding(GROUP, "llama.cpp", "warning", f"{text}, though there is an NVIDIA GPU", INSTALL_GPU, facts)
    return Finding(GROUP, "llama.cpp", "ok", text, "", facts)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
