"""The patterns of one ignore file: the last that fits a path decides.

Plain names and ``*.suffix``, nearly all patterns, are looked up; only the others are expressions, tried from the last on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from re import Pattern

from codestral_ls.documents.ignoring import wildmatch

MOST_WILD = 16_000
"""Bytes of all patterns with wildcards beyond ``*.suffix`` in one file; compiling them takes up to 6 µs a byte."""
LONGEST_WILD = 512
"""Bytes of one of them: the time to match grows with its length."""
MOST_WORK = 12_000_000
"""Units of work for one verdict: a unit is a byte of a pattern tried on a folder of the path, 14 ns on a slow machine."""
READING = 20
"""Units of work for each of a file's `Patterns.cost`."""
_EACH_TRY = 24
"""Units of work for trying a pattern at all."""
_LETTERS = 32
"""Bytes of a path that are as much work as one more folder."""
_WILD = b"*?[\\"


@dataclass(slots=True)
class Effort:
    """The work that may still be done for one verdict: a workspace's ignore files, however many, must not hold up the typist."""

    left: int = MOST_WORK

    def spend(self, work: int) -> bool:
        """Take so much of it; False if it is used up."""
        self.left -= work
        return self.left >= 0


@dataclass(slots=True)
class _Last:
    """The last pattern of one text: its number among all, for any path and for files (which ``dir/`` does not fit)."""

    anything: int = -1
    folders: int = -1

    def of(self, is_folder: bool) -> int:
        return max(self.anything, self.folders) if is_folder else self.anything


@dataclass(frozen=True, slots=True)
class _Wild:
    number: int
    folders_only: bool
    whole_path: bool
    expression: Pattern[bytes]


@dataclass(slots=True)
class Patterns:
    """Read with `patterns_of`. ``unusable``: the file has too many or too long patterns to be tried.

    ``cost`` grows with the work of reading them, in bytes of plain patterns.
    """

    ignore_case: bool = False
    unusable: bool = False
    cost: int = 0
    _wild_bytes: int = 0
    _work_on_names: int = 0
    _work_on_paths: int = 0
    _negated: list[bool] = field(default_factory=list)
    _names: dict[bytes, _Last] = field(default_factory=dict)
    _paths: dict[bytes, _Last] = field(default_factory=dict)
    _endings: dict[int, dict[bytes, _Last]] = field(default_factory=dict)
    _wild: list[_Wild] = field(default_factory=list)

    def decide(self, path: bytes, is_folder: bool) -> bool | None:
        """True if ``path`` (relative to the file's folder, ``/`` between names) is ignored; None if no pattern fits."""
        if self.ignore_case:
            path = path.lower()
        name = path.rpartition(b"/")[2]
        last = -1
        for known, text in ((self._names, name), (self._paths, path)):
            if (found := known.get(text)) is not None:
                last = max(last, found.of(is_folder))
        for length, endings in self._endings.items():
            if (found := endings.get(name[len(name) - length :] if length else b"")) is not None and len(name) >= length:
                last = max(last, found.of(is_folder))
        for wild in reversed(self._wild):
            if wild.number <= last:
                break
            if (is_folder or not wild.folders_only) and wild.expression.match(path if wild.whole_path else name):
                last = wild.number
        return None if last < 0 else not self._negated[last]

    def work(self, folders: int, name: int, path: int) -> int:
        """Units of work for `decide` on a path of so many ``folders``, of ``path`` bytes, with a name of ``name`` bytes."""
        return self._work_on_names * (1 + name // _LETTERS) + self._work_on_paths * (folders + path // _LETTERS)

    def add(self, line: bytes) -> None:
        """Take one line of the file: a pattern, a comment or nothing."""
        if not line or line.startswith(b"#"):
            return
        pattern = _trimmed(line.partition(b"\0")[0])
        negated = pattern.startswith(b"!")
        pattern = pattern[negated:]
        folders_only = pattern.endswith(b"/")
        pattern = pattern[: len(pattern) - folders_only]
        if not pattern:
            return
        self.cost += len(pattern)
        number = len(self._negated)
        self._negated.append(negated)
        whole_path = b"/" in pattern
        if not any(mark in pattern for mark in _WILD):
            self._keep(self._paths if whole_path else self._names, pattern.removeprefix(b"/"), number, folders_only)
        elif not whole_path and pattern[:1] == b"*" and not any(mark in pattern[1:] for mark in _WILD):
            self._keep(self._endings.setdefault(len(pattern) - 1, {}), pattern[1:], number, folders_only)
        elif len(pattern) > LONGEST_WILD or self._wild_bytes + len(pattern) > MOST_WILD:
            self.unusable = True
        elif (expression := wildmatch.compiled(pattern, self.ignore_case)) is not None:
            self._wild_bytes += len(pattern)
            if whole_path:
                self._work_on_paths += len(pattern) + _EACH_TRY
            else:
                self._work_on_names += len(pattern) + _EACH_TRY
            self.cost += 8 * len(pattern)
            self._wild.append(_Wild(number, folders_only, whole_path, expression))

    def _keep(self, known: dict[bytes, _Last], text: bytes, number: int, folders_only: bool) -> None:
        entry = known.setdefault(text.lower() if self.ignore_case else text, _Last())
        if folders_only:
            entry.folders = number
        else:
            entry.anything = number


def patterns_of(content: bytes, ignore_case: bool = False) -> Patterns:
    """The patterns in an ignore file's bytes, read as git reads them."""
    patterns = Patterns(ignore_case)
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        patterns.add(line.removesuffix(b"\r"))
    return patterns


def _trimmed(line: bytes) -> bytes:
    """Without the spaces at the end, unless a backslash is before the first of them."""
    kept = line.rstrip(b" ")
    backslashes = len(kept) - len(kept.rstrip(b"\\"))
    return line[: len(kept) + backslashes % 2]
