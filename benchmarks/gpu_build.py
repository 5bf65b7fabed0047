"""llama.cpp for the card at hand, from a folder of its sources, without a network.

    python -m benchmarks.gpu_build pack SDIST.tar.gz FOLDER     (with a network, before)
    python -m benchmarks.gpu_build build FOLDER [--cpu]         (on the machine with the card)
``pack`` keeps what a CUDA build and llama-server need of llama-cpp-python's source distribution, some 20 of its 217 MB.
``build`` compiles with all cores: llama.cpp's library for our host, and llama-server, the peer, of the same sources. It needs
cmake, a C++ compiler and CUDA's; no package is installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import gpu_toolkit

NATIVE = "native"
"""Compile only for the cards in this machine, which takes minutes instead of an hour."""
MOST_BYTES = 40_000_000
LLAMA = Path("vendor/llama.cpp")
STATIC_CXX = "-Wl,--exclude-libs,libstdc++.a:libgcc.a:libgcc_eh.a:libsupc++.a"
"""Some compilers have no shared C++ library and put a copy of it into each library.

If a library exports its copy, others use that one, and the process dies as soon as a stream passes between them.
"""
DROPPED = (
    *("docs", "models", "tests", "benches", "media", "examples", "conversion", "gguf-py", "pocs", "skills", "ci"),
    *("requirements", "grammars", ".github", ".devops"),
    *(f"ggml/src/ggml-{name}" for name in (
        "opencl", "vulkan", "sycl", "hexagon", "metal", "et", "webgpu", "openvino", "cann", "virtgpu", "rpc", "zdnn",
        "zendnn", "musa", "hip", "blas", "cpu/kleidiai", "cpu/spacemit",
    )),
)  # fmt: skip
"""Folders of llama.cpp that this build does not read."""


@dataclass(frozen=True)
class Built:
    """The result of a build: the folder of ``libllama``, the sources with Python's declarations, llama-server, the folder
    of links to CUDA's libraries if there is one, the seconds.
    """

    libraries: Path
    declarations: Path
    server: Path
    links: Path | None
    seconds: float

    def environment(self) -> dict[str, str]:
        """Variables that make our host use this library and the benchmark use this peer."""
        found = {"LLAMA_CPP_LIB_PATH": str(self.libraries), "LLAMA_SERVER": str(self.server)}
        found["PYTHONPATH"] = _before("PYTHONPATH", self.declarations)
        found["LD_LIBRARY_PATH"] = _before("LD_LIBRARY_PATH", *filter(None, [self.libraries, self.links]))
        return found


def _before(variable: str, *paths: Path) -> str:
    return os.pathsep.join([*(str(path) for path in paths), *filter(None, [os.environ.get(variable)])])


def pack(archive: Path, folder: Path) -> int:
    """Unpack the needed parts of ``archive`` into ``folder``; returns how many bytes they are. Raises: SystemExit if too many."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        with tarfile.open(archive) as opened:
            opened.extractall(place, filter="data")
        (root,) = Path(place).iterdir()
        shutil.rmtree(root / ".git", ignore_errors=True)
        (root / LLAMA / ".git").unlink(missing_ok=True)
        for name in DROPPED:
            shutil.rmtree(root / LLAMA / name, ignore_errors=True)
        ui = root / LLAMA / "tools/ui"
        for child in ui.glob("*") if ui.is_dir() else ():  # CMake reads its CMakeLists, but not its pages
            if child.is_dir():
                shutil.rmtree(child)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(root, folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MOST_BYTES:
        raise SystemExit(f"{folder} has {size / 1e6:.0f} MB, more than {MOST_BYTES / 1e6:.0f}.")
    return size


def arguments() -> list[str]:
    """How llama.cpp is configured: nothing is fetched, and only the library and the server are built."""
    off = ("LLAMA_BUILD_TESTS", "LLAMA_BUILD_EXAMPLES", "LLAMA_BUILD_UI", "LLAMA_USE_PREBUILT_UI", "LLAMA_CURL", "LLAMA_OPENSSL")
    on = ("BUILD_SHARED_LIBS", "LLAMA_BUILD_COMMON", "LLAMA_BUILD_TOOLS", "LLAMA_BUILD_SERVER")
    hidden = [f"-DCMAKE_SHARED_LINKER_FLAGS={STATIC_CXX}"] if sys.platform == "linux" else []
    return [*(f"-D{name}=OFF" for name in (*off, "GGML_OPENMP", "GGML_CCACHE")), *(f"-D{name}=ON" for name in on), *hidden]


def build(folder: Path, *, cuda: bool, cores: int = 0, architectures: str = NATIVE) -> Built:
    """Compile the sources in ``folder`` with ``cores`` processes (0: with all there are) for these cards.

    Files from an earlier build, even an interrupted one, are not compiled again.
    """
    began = time.monotonic()
    target = folder / ("build-cuda" if cuda else "build-cpu")
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    flags = ["-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_POLICY_VERSION_MINIMUM=3.5", *arguments()]
    links = None
    if cuda:
        toolkit = gpu_toolkit.find(target / "cublas")
        links = toolkit.links
        flags += [*toolkit.arguments(), f"-DCMAKE_CUDA_ARCHITECTURES={architectures}"]
    subprocess.run(["cmake", *generator, "-S", str(folder / LLAMA), "-B", str(target), *flags], check=True, stdout=sys.stderr)
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    subprocess.run(
        ["cmake", "--build", str(target), "--target", "llama", "llama-server", "-j", str(cores or usable)],
        check=True,
        stdout=sys.stderr,
    )
    libraries = target / "bin"
    return Built(libraries, folder, libraries / "llama-server", links, time.monotonic() - began)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack")
    packing.add_argument("archive", type=Path)
    packing.add_argument("folder", type=Path)
    building = commands.add_parser("build")
    building.add_argument("folder", type=Path)
    building.add_argument("--cpu", action="store_true", help="without CUDA: the rehearsal")
    building.add_argument("--cores", type=int, default=0, help="compilers at the same time (0: one for each core)")
    building.add_argument("--architectures", default=NATIVE, help="the cards to build for, such as 90 for an H100")
    given = parser.parse_args()
    if given.command == "pack":
        print(f"{given.folder}: {pack(given.archive, given.folder.resolve()) / 1e6:.1f} MB")
    else:
        print(build(given.folder.resolve(), cuda=not given.cpu, cores=given.cores, architectures=given.architectures))


if __name__ == "__main__":
    main()
