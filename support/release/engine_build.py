"""Compile llama.cpp into our engine package: ``python -m support.release.engine_build linux-x64`` (or linux-arm64, win32-x64).

The sources are those in llama-cpp-python's source distribution. The compiler is Zig, whose wheel has everything that is needed to
compile for another system and for an older C library. There is a backend for each generation of processors; llama.cpp takes the
best when it starts. OpenMP is left out, because its waiting threads spin and slow down every other program. Metal needs Apple's
own compiler and Vulkan its own tools: they are not built here.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clients.vscode.scripts.node_tools import Missing, alone, run
from codestral_ls.host.engine_sources import COMMIT
from codestral_ls.host.engine_wheel import EngineOrigin, pack
from codestral_ls.host.prebuilt import DECLARATIONS
from support.release.dll_exports import definition
from support.repository import ROOT

CACHE = ROOT / ".cache" / "engine"
VERSION = "0.5.0.dev0"
"""The name of llama.cpp's folder in llama-cpp-python's sources."""
GLIBC = "2.28"
TOOLS = ("ziglang==0.17.1", "cmake==4.4.4", "ninja==1.13.2")
HOURS = 2 * 3600
OPTIONS = (
    *("-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=ON", "-DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON"),
    *("-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON", "-DCMAKE_INSTALL_RPATH=$ORIGIN", "-DCMAKE_SHARED_LINKER_FLAGS=-s"),
    *("-DCMAKE_MODULE_LINKER_FLAGS=-s", "-DGGML_BACKEND_DL=ON", "-DGGML_CPU_ALL_VARIANTS=ON", "-DGGML_NATIVE=OFF"),
    *("-DGGML_OPENMP=OFF", "-DLLAMA_CURL=OFF", "-DLLAMA_OPENSSL=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_TOOLS=OFF"),
    *("-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_SERVER=OFF", "-DLLAMA_BUILD_COMMON=OFF", "-DLLAMA_BUILD_APP=OFF"),
)
PROGRAMS = {"cc": "C_COMPILER", "c++": "CXX_COMPILER", "ar": "AR", "ranlib": "RANLIB", "rc": "RC_COMPILER"}
"""Zig's commands, and the CMake variable that each is for."""
COMPILERS = ("cc", "c++")
RUNTIME_FREE = ("ggml-base", "ggml", "libllama")
"""DLLs that others link with, in this order."""
OWN_NAMES = ("ggml", "gguf", "llama", "quantize", "dequantize", "iq", "_Z")
"""The prefixes of the names that they may export; the last is that of C++ names."""


@dataclass(frozen=True, slots=True)
class EngineTarget:
    """A platform to compile for: Zig's name for it, CMake's two names, the wheel's platform tag."""

    zig: str
    system: str
    processor: str
    tag: str


TARGETS = {
    "linux-x64": EngineTarget(f"x86_64-linux-gnu.{GLIBC}", "Linux", "x86_64", "manylinux_2_28_x86_64"),
    "linux-arm64": EngineTarget(f"aarch64-linux-gnu.{GLIBC}", "Linux", "aarch64", "manylinux_2_28_aarch64"),
    "win32-x64": EngineTarget("x86_64-windows-gnu", "Windows", "AMD64", "win_amd64"),
}


def build(name: str, folder: Path, jobs: int) -> Path:
    """Build the wheel for ``name`` of TARGETS in ``folder``. Raises: Missing."""
    target, work = TARGETS[name], CACHE / name
    with alone(work):
        environment = _tools(work, target)
        configure = ["cmake", "-G", "Ninja", "-S", str(_sources()), "-B", str(work / "build"), *OPTIONS]
        configure += [f"-DCMAKE_SYSTEM_NAME={target.system}", f"-DCMAKE_SYSTEM_PROCESSOR={target.processor}"]
        configure += [f"-DCMAKE_{variable}={work / 'bin' / tool}" for tool, variable in PROGRAMS.items()]
        run(configure, "llama.cpp could not be configured", environment=environment)
        for library in RUNTIME_FREE if target.system == "Windows" else ():
            _link_without_runtime(work / "build", library, jobs, environment)
        make = ["cmake", "--build", str(work / "build"), "--parallel", str(jobs)]
        run(make, "llama.cpp could not be compiled", environment=environment, seconds=HOURS)
        files = {path.name: path.read_bytes() for path in sorted((work / "build" / "bin").iterdir()) if _is_library(path)}
        wanting = newest_glibc(files.values())
        if wanting > tuple(map(int, GLIBC.split("."))):
            raise Missing(f"a library wants glibc {'.'.join(map(str, wanting))}")
        files["LICENSE"] = (_sources() / "LICENSE").read_bytes()
        folder.mkdir(parents=True, exist_ok=True)
        return pack(files, EngineOrigin(COMMIT, f"codestral-ls' recipe for {name}", "cpu", target.tag, VERSION), folder)


def _link_without_runtime(build: Path, library: str, jobs: int, environment: dict[str, str]) -> None:
    """Link a DLL so that it does not export the C runtime: the linker exports everything, and the next DLL would have it twice."""
    name, failure = f"bin/{library}.dll", f"{library} could not be compiled"
    run(["ninja", "-C", str(build), "-j", str(jobs), name], failure, environment=environment, seconds=HOURS)
    exported = build / f"{library}.def"
    exported.write_text(definition((build / name).read_bytes(), OWN_NAMES), encoding="ascii")
    commands = run(["ninja", "-C", str(build), "-t", "commands", name], failure, environment=environment).splitlines()
    command = commands[-1].removeprefix(": && ").removesuffix(" && :")
    run(["sh", "-c", f'{command} "{exported}"'], failure, build, environment=environment)


def newest_glibc(libraries: Iterable[bytes]) -> tuple[int, ...]:
    """The newest version of glibc whose functions ``libraries`` name; () if they name none. Pure."""
    found: tuple[int, ...] = ()
    for data in libraries:
        for version in re.findall(rb"GLIBC_(\d+(?:\.\d+)+)", data):
            found = max(found, tuple(map(int, version.split(b"."))))
    return found


def _is_library(path: Path) -> bool:
    return path.suffix in (".so", ".dll") and re.match(r"(?:lib)?(ggml|llama)", path.name) is not None


def _sources() -> Path:
    """llama.cpp's folder in llama-cpp-python's source distribution, which is fetched if it is missing. Raises: Missing."""
    name, version = DECLARATIONS
    folder = CACHE / f"{name}-{version}"
    with alone(folder):
        if not folder.is_dir():
            pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary=:all:"]
            run([*pip, "-d", str(CACHE), f"{name}=={version}"], f"the sources of {name} could not be fetched")
            (archive,) = CACHE.glob("llama_cpp_python-*.tar.gz")
            with tarfile.open(archive) as package:
                package.extractall(CACHE / "unpacking", filter="data")
            archive.unlink()
            next((CACHE / "unpacking").iterdir()).rename(folder)
            shutil.rmtree(CACHE / "unpacking")
    return folder / "vendor" / "llama.cpp"


def _tools(work: Path, target: EngineTarget) -> dict[str, str]:
    """Install compiler, CMake and Ninja in a separate environment; return variables with them first on PATH. Raises: Missing."""
    folder = CACHE / "tools"
    with alone(folder):
        done = folder / "installed"
        if not done.is_file() or done.read_text() != " ".join(TOOLS):
            run([sys.executable, "-m", "venv", "--clear", str(folder)], "an environment for the compiler could not be made")
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile"]
            run([*pip, *TOOLS], "the compiler could not be fetched")
            done.write_text(" ".join(TOOLS))
    zig = next(folder.glob("lib/python3*/site-packages/ziglang/zig"))
    (work / "bin").mkdir(parents=True, exist_ok=True)
    for tool in PROGRAMS:
        script = work / "bin" / tool
        script.write_text(f'#!/bin/sh\nexec "{zig}" {tool}{f" -target {target.zig}" if tool in COMPILERS else ""} "$@"\n')
        script.chmod(0o755)
    return {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "ZIG_GLOBAL_CACHE_DIR": str(CACHE / "zig")}


def main(argv: list[str] | None = None) -> int:
    """Build the named wheels; return 1 if that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m support.release.engine_build", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS), nargs="+")
    parser.add_argument("--into", type=Path, default=ROOT / "dist" / "engine", metavar="FOLDER")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(argv)
    try:
        for name in given.target:
            path = build(name, given.into, given.jobs)
            print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    except Missing as reason:
        print(f"llama.cpp cannot be compiled here: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
