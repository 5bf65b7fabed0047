"""Reads and checks a GGUF file's header before llama.cpp sees the file.

llama.cpp ends the whole process on some broken files, so everything that can be checked without the weights is checked here:
magic, version, sizes, the extent of every tensor. Weights are not read.
Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import mmap
import stat
import struct
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.errors import ModelError
from codestral_ls.host.catalogue import missing
from codestral_ls.host.gguf_shape import check_shape, check_tensor, check_vocabulary

Value = int | float | bool | str | list["Value"] | None

_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9

# Bytes per block and values per block of every tensor type in ggml.h; llama.cpp itself checks unlisted types.
_BLOCKS = {
    0: (4, 1), 1: (2, 1), 2: (18, 32), 3: (20, 32), 6: (22, 32), 7: (24, 32), 8: (34, 32), 9: (36, 32),
    10: (84, 256), 11: (110, 256), 12: (144, 256), 13: (176, 256), 14: (210, 256), 15: (292, 256),
    16: (66, 256), 17: (74, 256), 18: (98, 256), 19: (50, 256), 20: (18, 32), 21: (110, 256), 22: (82, 256),
    23: (136, 256), 24: (1, 1), 25: (2, 1), 26: (4, 1), 27: (8, 1), 28: (8, 1), 29: (56, 256), 30: (2, 1), 39: (17, 32),
}  # fmt: skip

_LONG_ARRAY = 64
"""Longer arrays (such as a vocabulary) are skipped; llama.cpp reads them itself."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """The header's contents: metadata (without long arrays), number of tensors, size of the file in bytes.

    ``layer_bytes`` are the weights of all layers together, ``output_bytes`` those of the output matrix.
    """

    path: Path
    metadata: dict[str, Value] = field(default_factory=dict)
    tensors: int = 0
    size: int = 0
    parameters: int = 0
    layer_bytes: int = 0
    output_bytes: int = 0

    @property
    def architecture(self) -> str:
        """Such as "llama" or "qwen2"."""
        return str(self.metadata.get("general.architecture", ""))

    def number(self, key: str) -> int | None:
        """The integer under ``key``, or under ``<architecture>.key``; None if there is none."""
        for name in (key, f"{self.architecture}.{key}"):
            value = self.metadata.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
        return None

    @property
    def name(self) -> str:
        """The model's own name, or the file's."""
        name = self.metadata.get("general.name")
        return name if isinstance(name, str) and name else self.path.stem


class _HeaderReader:
    """A cursor over the mapped file that cannot leave it."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.at = 0
        self.tokens: set[bytes] = set()

    def take(self, count: int) -> bytes:
        end = self.at + count
        if count < 0 or end > len(self.data):
            raise EOFError
        chunk = self.data[self.at : end]
        self.at = end
        return chunk

    def number(self, form: str) -> int:
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def text(self) -> str:
        return self.take(self.number("<Q")).decode("utf-8", errors="replace")

    def value(self, kind: int, unique: bool = False) -> Value:
        if kind in _SCALARS:
            form = _SCALARS[kind]
            scalar: int | float | bool = struct.unpack(form, self.take(struct.calcsize(form)))[0]
            return scalar
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            return self.array(self.number("<I"), self.number("<Q"), unique)
        raise ValueError(f"unknown value type {kind}")

    def array(self, kind: int, count: int, unique: bool) -> Value:
        if kind in _SCALARS:
            size = struct.calcsize(_SCALARS[kind])
            if count > _LONG_ARRAY:
                self.skip(size * count)
                return None
        elif kind == _STRING and (count > _LONG_ARRAY or unique):
            self.long_strings(count, unique)
            return None
        if count > _LONG_ARRAY:
            raise ValueError("nested array too long")
        return [self.value(kind) for _ in range(count)]

    def long_strings(self, count: int, unique: bool) -> None:
        """Walk over a vocabulary or its merges. With ``unique`` all strings must differ; they are kept as ``tokens``."""
        unpack, data, at, size = struct.Struct("<Q").unpack_from, self.data, self.at, len(self.data)
        seen: set[bytes] = set()
        for _ in range(count):
            if at + 8 > size:
                raise EOFError
            end = at + 8 + unpack(data, at)[0]
            if end > size:
                raise EOFError
            if unique:
                seen.add(data[at + 8 : end])
            at = end
        self.at = at
        if unique and len(seen) < count:
            raise ValueError("two of its tokens have the same text")
        if unique:
            self.tokens = seen

    def skip(self, count: int) -> None:
        if self.at + count > len(self.data):
            raise EOFError
        self.at += count


def read_header(path: Path) -> GgufHeader:
    """The checked header of the model file at ``path``.

    Raises: ModelError with a sentence for the user: missing, unreadable, not GGUF, truncated or corrupt.
    """
    try:
        if not stat.S_ISREG(mode := path.stat().st_mode) and not stat.S_ISDIR(mode):  # opening a named pipe would wait for a writer
            raise ModelError(f"{path} is not a regular file. Check `local.model`.")
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size < 24:
                raise ModelError(f"The model file {path} is empty or cut off ({size} bytes). Fetch it again.")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _parse(path, data, size)
    except FileNotFoundError:
        raise ModelError(missing(path)) from None
    except IsADirectoryError:
        raise ModelError(f"{path} is a folder, not a GGUF file. Check `local.model`.") from None
    except OSError as error:
        raise ModelError(f"The model file {path} cannot be read: {error.strerror or error}.") from None


def _parse(path: Path, data: mmap.mmap, size: int) -> GgufHeader:
    reader = _HeaderReader(data)
    if reader.take(4) != b"GGUF":
        raise ModelError(f"{path} is not a GGUF file. `local.model` needs a model in llama.cpp's GGUF format.")
    version = reader.number("<I")
    if version not in (2, 3):
        raise ModelError(f"{path} is a GGUF file of version {version}; versions 2 and 3 can be read.")
    try:
        return _body(path, reader, size)
    except EOFError:
        raise ModelError(
            f"The model file {path} is cut off or corrupt: its table of contents reaches past its end. Fetch it again."
        ) from None
    except (ValueError, struct.error, RecursionError) as error:
        raise ModelError(f"The model file {path} is corrupt ({error}). Fetch it again.") from None


def _body(path: Path, reader: _HeaderReader, size: int) -> GgufHeader:
    tensors, pairs = reader.number("<Q"), reader.number("<Q")
    if tensors > 1_000_000 or pairs > 1_000_000:
        raise ValueError(f"{tensors} tensors and {pairs} keys in the header")
    metadata: dict[str, Value] = {}
    for _ in range(pairs):
        key = reader.text()
        # llama.cpp ends the process when two tokens of a vocabulary have the same text.
        metadata[key] = reader.value(reader.number("<I"), unique=key == "tokenizer.ggml.tokens")
    ends: list[int] = []
    parameters = layer_bytes = output_bytes = embedding_bytes = 0
    for _ in range(tensors):
        name, dimensions = reader.text(), reader.number("<I")
        if not 1 <= dimensions <= 4:
            raise ValueError(f"tensor {name!r} has {dimensions} dimensions")
        values = math.prod(reader.number("<Q") for _ in range(dimensions))
        kind, offset = reader.number("<I"), reader.number("<Q")
        check_tensor(name, kind)
        bytes_per, values_per = _BLOCKS.get(kind, (0, 1))
        parameters += values
        length = values // values_per * bytes_per
        ends.append(offset + length)
        if name.startswith("blk."):
            layer_bytes += length
        elif name.startswith("output"):
            output_bytes += length
        elif name.startswith("token_embd"):
            embedding_bytes += length
    alignment = metadata.get("general.alignment", 32)
    if not isinstance(alignment, int) or alignment < 1 or alignment % 8:
        raise ValueError(f"alignment {alignment}")
    start = -(-reader.at // alignment) * alignment
    if ends and start + max(ends) > size:
        raise EOFError
    if output_bytes < embedding_bytes // 2:
        output_bytes += embedding_bytes  # the model has no output matrix of its own: the embedding serves as one
    header = GgufHeader(path, metadata, tensors, size, parameters, layer_bytes, output_bytes)
    if not header.architecture or not tensors:
        raise ValueError("it names no architecture or holds no tensors")
    check_shape(header.architecture, metadata)
    check_vocabulary(metadata, reader.tokens)
    return header
