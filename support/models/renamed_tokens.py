"""Copies a GGUF file with some control tokens renamed, so that a chat model gets FIM tokens it was not trained with."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from gguf import GGUFReader


def rename_tokens(source: Path, target: Path, names: Mapping[str, str], *, bos: int | None = None) -> Path:
    """Write ``source`` to ``target`` with its tokens renamed by ``names`` (old spelling to new); ``bos`` is the first token of a
    text.
    """
    reader = GGUFReader(source)
    last = reader.tensors[-1].field
    end = last.offset + sum(part.nbytes for part in last.parts)
    data_start = min(tensor.data_offset for tensor in reader.tensors)
    read = bytearray(source.read_bytes())
    if bos is not None:
        field = reader.fields["tokenizer.ggml.bos_token_id"]
        at = field.offset + sum(part.nbytes for part in field.parts[:-1])
        read[at : at + 4] = struct.pack("<I", bos)
    header = bytes(read[:end])
    for old, new in names.items():
        was, now = (struct.pack("<Q", len(text.encode())) + text.encode() for text in (old, new))
        assert header.count(was) == 1, old
        header = header.replace(was, now)
    padding = -len(header) % reader.alignment
    target.write_bytes(header + bytes(padding) + read[data_start:])
    return target
