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

MOST_BYTES = 40_000_000
LLAMA = Path("vendor/llama.cpp")
DROPPED = (
    *("docs", "models", "tests", "benches", "media", "examples", "conversion", "gguf-py", "scripts", "pocs", "skills", "ci"),
    *("requirements", "grammars", ".github", ".devops"),
    *(f"ggml/src/ggml-{name}" for name in (
        "opencl", "vulkan", "sycl", "hexagon", "metal", "et", "webgpu", "openvino", "cann", "virtgpu", "rpc", "zdnn",
        "zendnn", "musa", "hip", "blas", "cpu/kleidiai", "cpu/spacemit",
    )),
)  # fmt: skip
"""Folders of llama.cpp that nothing of what is built here reads."""


@dataclass(frozen=True)
class Built:
    """What a build left: the folder of ``libllama``, the sources with Python's declarations, llama-server, the seconds."""

    libraries: Path
    declarations: Path
    server: Path
    seconds: float

    def environment(self) -> dict[str, str]:
        """Variables with which our host takes this library and the benchmark this peer."""
        path = os.pathsep.join(filter(None, [str(self.declarations), os.environ.get("PYTHONPATH", "")]))
        return {"LLAMA_CPP_LIB_PATH": str(self.libraries), "PYTHONPATH": path, "LLAMA_SERVER": str(self.server)}


def pack(archive: Path, folder: Path) -> int:
    """Unpack what is needed of ``archive`` into ``folder``; the bytes that are left. Raises: SystemExit when too many."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        with tarfile.open(archive) as opened:
            opened.extractall(place, filter="data")
        (root,) = Path(place).iterdir()
        shutil.rmtree(root / ".git", ignore_errors=True)
        (root / LLAMA / ".git").unlink(missing_ok=True)
        for name in DROPPED:
            shutil.rmtree(root / LLAMA / name, ignore_errors=True)
        ui = root / LLAMA / "tools/ui"
        for child in ui.glob("*") if ui.is_dir() else ():  # its CMakeLists is read, its pages are not
            if child.is_dir():
                shutil.rmtree(child)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(root, folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > MOST_BYTES:
        raise SystemExit(f"{folder} has {size / 1e6:.0f} MB, more than {MOST_BYTES / 1e6:.0f}.")
    return size


def arguments(*, cuda: bool) -> list[str]:
    """How llama.cpp is configured: nothing fetched, nothing but the library and the server."""
    off = ("LLAMA_BUILD_TESTS", "LLAMA_BUILD_EXAMPLES", "LLAMA_BUILD_UI", "LLAMA_USE_PREBUILT_UI", "LLAMA_CURL", "LLAMA_OPENSSL")
    on = ("BUILD_SHARED_LIBS", "LLAMA_BUILD_COMMON", "LLAMA_BUILD_TOOLS", "LLAMA_BUILD_SERVER")
    chosen = [*(f"-D{name}=OFF" for name in (*off, "GGML_OPENMP", "GGML_CCACHE")), *(f"-D{name}=ON" for name in on)]
    # "native" compiles for the cards that are there and no other: minutes instead of an hour.
    return [*chosen, "-DGGML_CUDA=ON", "-DCMAKE_CUDA_ARCHITECTURES=native"] if cuda else chosen


def build(folder: Path, *, cuda: bool) -> Built:
    """Compile the sources in ``folder``; what is there from an earlier build is not compiled again."""
    began = time.monotonic()
    target = folder / ("build-cuda" if cuda else "build-cpu")
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    flags = ["-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_POLICY_VERSION_MINIMUM=3.5", *arguments(cuda=cuda)]
    subprocess.run(["cmake", *generator, "-S", str(folder / LLAMA), "-B", str(target), *flags], check=True, stdout=sys.stderr)
    cores = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    subprocess.run(
        ["cmake", "--build", str(target), "--target", "llama", "llama-server", "-j", cores], check=True, stdout=sys.stderr
    )
    libraries = target / "bin"
    return Built(libraries, folder, libraries / "llama-server", time.monotonic() - began)


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
    given = parser.parse_args()
    if given.command == "pack":
        print(f"{given.folder}: {pack(given.archive, given.folder.resolve()) / 1e6:.1f} MB")
    else:
        print(build(given.folder.resolve(), cuda=not given.cpu))


if __name__ == "__main__":
    main()
