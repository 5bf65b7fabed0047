"""Whether a file's name and folders say that it holds credentials, or that it is a copy of one that does.

Asked of every file, and nearly always answered by looking the name up: patterns with wildcards are tried only on a name or in a
folder that at least one of them fits.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from codestral_ls.documents.credential_names import CREDENTIAL_NAMES
from codestral_ls.documents.ignoring import wildmatch
from codestral_ls.documents.ignoring.own import encoded, folded, patterns_from
from codestral_ls.documents.ignoring.patterns import Patterns

_COPIED = re.compile(
    r"(?i)(?:~|\.(?:bak|backup|old|orig|save|saved|tmp|temp|sw[a-p]|un|rej|copy|\d{1,3})|[ _-]copy| ?\(\d{1,3}\)|#)\Z"
    r"|\A\.?#|(?: copy| ?\(\d{1,3}\))(?=\.[^.]*\Z)"
)
"""What editors, browsers and people add to a name for a copy of the file."""
_MOST_COPIES = 4
_SWAP = re.compile(r"(?i)\..+\.sw[a-p]")
_WILD = re.compile(r"[*?\[\\]")


@lru_cache(maxsize=5_000)
def looks_like_credentials(path: Path) -> bool:
    """True if ``path`` (absolute) looks like a file of credentials, or like a copy of one."""
    *folders, _ = encoded(path) or [b""]
    return any(_tried().decide([*folders, folded(name).encode("utf-8", "surrogatepass")]) for name in spellings(path.name))


def spellings(name: str) -> list[str]:
    """The name, and the names of which it says that it is a copy: `.netrc~`, `#.env#`, `.id_rsa.swp`, `credentials (1).json`."""
    found = [name]
    for _ in range(_MOST_COPIES):
        shorter = _COPIED.sub("", found[-1], count=1)
        if shorter in ("", ".", "..", found[-1]):
            break
        found.append(shorter)
    if _SWAP.fullmatch(name):  # Vim puts a dot before the name
        found += [one[1:] for one in found if len(one) > 1]
    return found


class Tried:
    """The patterns of ``names``, tried only where one with wildcards can fit."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.all = patterns_from("\n".join(names))
        self._plain = patterns_from("\n".join(name for name in names if not _is_wild(name)))
        wild = [name.removeprefix("!") for name in names if _is_wild(name)]
        literal = {name: _folder_of(name) for name in wild if "/" in name}
        self._names = _any_of([name for name in wild if "/" not in name])
        self._folders = frozenset(folder.encode() for folder in literal.values() if folder)
        self._paths = _any_of([name for name, folder in literal.items() if not folder])

    def decide(self, parts: list[bytes]) -> bool:
        """True if the last pattern that fits the path, given by its folded parts, does not begin with ``!``."""
        path = b"/".join(parts)
        may_fit = self._names.match(parts[-1]) or not self._folders.isdisjoint(parts) or self._paths.match(path)
        patterns: Patterns = self.all if may_fit else self._plain
        return bool(patterns.decide(path, is_folder=False))


@cache
def _tried() -> Tried:
    return Tried(CREDENTIAL_NAMES)


def _is_wild(name: str) -> bool:
    return "/" in name or _WILD.search(name.removeprefix("!").removeprefix("*")) is not None


def _folder_of(pattern: str) -> str:
    """A part of the pattern without wildcards, which must be a part of each path that it fits; "" if there is none."""
    return next((part for part in pattern.split("/") if part and not _WILD.search(part)), "")


def _any_of(patterns: list[str]) -> re.Pattern[bytes]:
    expressions = [wildmatch.compiled(pattern.encode(), ignore_case=False) for pattern in patterns]
    return re.compile(b"|".join(b"(?:%s)" % one.pattern for one in expressions if one is not None) or rb"(?!)", re.DOTALL)
