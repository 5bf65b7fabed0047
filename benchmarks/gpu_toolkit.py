"""Where a CUDA build finds its libraries: in the toolkit, or in Python packages, whose file names a linker does not know.

A machine with PyTorch has cuBLAS in ``site-packages/nvidia``, but only as ``libcublas.so.13``. For those, links with the linker's
names are made in a folder of the build. The driver's library is not needed, because its memory pool is left out.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = ("cublas", "cublasLt")
PLACES = ("lib64", "lib", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib")


@dataclass(frozen=True, slots=True)
class Toolkit:
    """cuBLAS of a CUDA toolkit or of Python's packages. ``links`` is the folder with the linker's names; None where the
    toolkit has them itself.
    """

    headers: Path
    links: Path | None

    def arguments(self) -> list[str]:
        """CMake's settings for this toolkit."""
        flags = ["-DGGML_CUDA=ON", "-DGGML_CUDA_NO_VMM=ON", "-DGGML_CUDA_NCCL=OFF"]
        if self.links is None:
            return flags
        named = [f"-DCUDA_{name}_LIBRARY={self.links / f'lib{name}.so'}" for name in LIBRARIES]
        return [*flags, *named, f"-DCMAKE_CUDA_FLAGS=-I{self.headers}", f"-DCMAKE_CXX_FLAGS=-I{self.headers}"]


def find(folder: Path) -> Toolkit:
    """The toolkit of nvcc, else cuBLAS of Python's packages with links in ``folder``. Raises: SystemExit if there is
    neither.
    """
    for root in _toolkits():
        header = root / "include/cublas_v2.h"
        if header.is_file() and any((root / place / "libcublas.so").exists() for place in PLACES):
            return Toolkit(header.parent, None)
    for root in _packages():
        libraries = {name: sorted((root / "lib").glob(f"lib{name}.so*")) for name in LIBRARIES}
        if (root / "include/cublas_v2.h").is_file() and all(libraries.values()):
            folder.mkdir(parents=True, exist_ok=True)
            for name, found in libraries.items():
                for link in (f"lib{name}.so", found[0].name):
                    (folder / link).unlink(missing_ok=True)
                    (folder / link).symlink_to(found[0])
            return Toolkit(root / "include", folder)
    raise SystemExit("No cuBLAS here: neither in a CUDA toolkit beside nvcc nor in Python's package nvidia-cublas.")


def _toolkits() -> Iterator[Path]:
    compiler = shutil.which("nvcc")
    named = (os.environ.get("CUDA_HOME"), "/usr/local/cuda", str(Path(compiler).resolve().parents[1]) if compiler else None)
    yield from (Path(name) for name in named if name)


def _packages() -> Iterator[Path]:
    """``nvidia/cu13`` and the older ``nvidia/cublas`` in this Python's packages."""
    spec = importlib.util.find_spec("nvidia")
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield from (path.parents[1] for path in sorted(Path(place).glob("*/include/cublas_v2.h")))
