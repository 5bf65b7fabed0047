"""Makes the wheel of our engine package: unchanged libraries of llama.cpp, and a record of where they come from.

The libraries are those of a package in ``engine_sources``, or were compiled by this project's recipe. The same files give the
same wheel, byte by byte.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.errors import ModelError
from codestral_ls.host.engine_package import DISTRIBUTION, MANIFEST, PACKAGE
from codestral_ls.host.engine_sources import LLAMA_CPP, VERSION, source_of

_LIBRARY = re.compile(r"(?:lib)?(ggml|llama)[\w.-]*\.(?:dll|so|dylib)")
_UNUSED = re.compile(r"(?:lib)?llama-common\.")
_ORDER = (re.compile(r"(?:lib)?llama\."), re.compile(r"(?:lib)?ggml\."), re.compile(r"(?:lib)?ggml-base\."))
"""The libraries that are loaded by name, each before those it needs; the others are backends."""
_LARGEST = 100_000_000
_WHEN = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class EngineOrigin:
    """Where libraries come from: llama.cpp's release or commit, who made them, what they compute with, the wheel's platform tag."""

    llama_cpp: str
    source: str
    device: str
    tag: str
    version: str = LLAMA_CPP.lstrip("v")


def make_wheel(archive: Path, folder: Path) -> Path:
    """The wheel made from the npm package ``archive``, in ``folder``. Raises: ModelError (not the pinned file), OSError."""
    source = source_of(archive)
    if source is None:
        raise ModelError(f"{archive.name} is not a known package: its checksum differs from the pinned ones.")
    return pack(
        _libraries(archive), EngineOrigin(LLAMA_CPP, f"node-llama-cpp {VERSION} {source.name}", source.device, source.tag), folder
    )


def pack(files: Mapping[str, bytes], origin: EngineOrigin, folder: Path) -> Path:
    """The wheel of ``files`` (contents by name) in ``folder``. Raises: ModelError if a library is missing, OSError."""
    manifest = {
        "llama_cpp": origin.llama_cpp,
        "source": origin.source,
        "device": origin.device,
        "libraries": _in_order(files),
    }
    name = f"{PACKAGE}-{origin.version}"
    contents = {f"{PACKAGE}/{file}": data for file, data in files.items()}
    contents[f"{PACKAGE}/__init__.py"] = b'"""llama.cpp\'s libraries for codestral-ls. Holds no code."""\n'
    contents[f"{PACKAGE}/{MANIFEST}"] = json.dumps(manifest, indent=1).encode() + b"\n"
    contents[f"{name}.dist-info/METADATA"] = _metadata(origin)
    contents[f"{name}.dist-info/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: codestral-ls\nRoot-Is-Purelib: false\nTag: py3-none-{origin.tag}\n".encode()
    )
    contents[f"{name}.dist-info/RECORD"] = _record(contents, name)
    path = folder / f"{name}-1{origin.device}-py3-none-{origin.tag}.whl"  # two packages may differ only in the device
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for each in sorted(contents):
            wheel.writestr(zipfile.ZipInfo(each, _WHEN), contents[each], zipfile.ZIP_DEFLATED)
    return path


def _libraries(archive: Path) -> dict[str, bytes]:
    """The libraries in the archive by their names, and its licence. Nothing is unpacked to disk. Raises: ModelError."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(archive, "r:gz") as package:
            for member in package:
                name = Path(member.name).name
                wanted = name == "LICENSE" or (_LIBRARY.fullmatch(name) and not _UNUSED.match(name))
                if not member.isfile() or not wanted or member.size > _LARGEST:
                    continue
                opened = package.extractfile(member)
                if opened is not None:
                    found[name] = opened.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ModelError(f"{archive.name} cannot be unpacked: {error}") from None
    return found


def _in_order(names: Mapping[str, bytes]) -> list[str]:
    """The library of llama, then ggml's two. Raises: ModelError if one is missing."""
    ordered = [next((name for name in names if pattern.match(name)), "") for pattern in _ORDER]
    if not all(ordered):
        raise ModelError("the package lacks a library of llama.cpp")
    return ordered


def _metadata(origin: EngineOrigin) -> bytes:
    return (
        f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {origin.version}\n"
        f"Summary: llama.cpp {origin.llama_cpp} for codestral-ls, from {origin.source}\nLicense: MIT\n"
    ).encode()


def _record(contents: dict[str, bytes], name: str) -> bytes:
    lines = []
    for each in sorted(contents):
        digest = base64.urlsafe_b64encode(hashlib.sha256(contents[each]).digest()).rstrip(b"=").decode()
        lines.append(f"{each},sha256={digest},{len(contents[each])}")
    return ("\n".join([*lines, f"{name}.dist-info/RECORD,,"]) + "\n").encode()
