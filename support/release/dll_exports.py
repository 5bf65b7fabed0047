"""Writes a linker's definition file from a DLL: which names it exports, without the C runtime's functions.

Pure. The offsets are those of Microsoft's PE format (PE32+, "Export Directory Table").
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_EXECUTABLE = 0x20000000
"""IMAGE_SCN_MEM_EXECUTE."""


@dataclass(frozen=True, slots=True)
class _Section:
    first: int
    last: int
    at: int
    is_code: bool


def exports(dll: bytes) -> Iterator[tuple[str, bool]]:
    """Every exported name, and whether it is data. Raises: struct.error, ValueError if ``dll`` is not a DLL."""
    header = struct.unpack_from("<I", dll, 60)[0]
    if dll[header : header + 4] != b"PE\0\0":
        raise ValueError("this is no DLL")
    count, optional = struct.unpack_from("<H", dll, header + 6)[0], struct.unpack_from("<H", dll, header + 20)[0]
    sections = [_section(dll, header + 24 + optional + 40 * number) for number in range(count)]
    table = struct.unpack_from("<I", dll, header + 24 + 112)[0]
    if not table:
        return
    names, addresses, name_table, ordinals = struct.unpack_from("<IIII", dll, _offset(table, sections) + 24)
    for number in range(names):
        start = _offset(struct.unpack_from("<I", dll, _offset(name_table, sections) + 4 * number)[0], sections)
        ordinal = struct.unpack_from("<H", dll, _offset(ordinals, sections) + 2 * number)[0]
        address = struct.unpack_from("<I", dll, _offset(addresses, sections) + 4 * ordinal)[0]
        yield dll[start : dll.index(b"\0", start)].decode("ascii"), not _holder(address, sections).is_code


def definition(dll: bytes, prefixes: tuple[str, ...]) -> str:
    """The definition file for the names in ``dll`` that start with one of ``prefixes``."""
    kept = [f"    {name}{' DATA' if is_data else ''}" for name, is_data in exports(dll) if name.startswith(prefixes)]
    return "\n".join(["EXPORTS", *kept, ""])


def _section(dll: bytes, at: int) -> _Section:
    size, first, stored, offset = struct.unpack_from("<IIII", dll, at + 8)
    return _Section(first, first + max(size, stored), offset, bool(struct.unpack_from("<I", dll, at + 36)[0] & _EXECUTABLE))


def _holder(address: int, sections: list[_Section]) -> _Section:
    found = next((one for one in sections if one.first <= address < one.last), None)
    if found is None:
        raise ValueError("an address is in no section")
    return found


def _offset(address: int, sections: list[_Section]) -> int:
    section = _holder(address, sections)
    return address - section.first + section.at
