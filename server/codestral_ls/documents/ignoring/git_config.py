"""The part of git's configuration that concerns ignoring, read without git: ``core.excludesFile`` and ``core.ignoreCase``.

Files in git's order (the system's, the user's, the repository's, its work tree's), with ``include`` and ``includeIf``.
Unknown conditions count as met: one ignore file too many is the safe mistake. Broken lines are skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from codestral_ls.documents.ignoring import wildmatch
from codestral_ls.documents.ignoring.patterns import LONGEST_WILD, MOST_WILD
from codestral_ls.documents.ignoring.untrusted_files import TooLarge, Unusable, read_regular

_DEEPEST = 10
_MOST_FILES = 64
_MOST_BYTES = 1_000_000
"""Bytes of all files together: many branches make a long configuration."""
_HEAD = re.compile(r'\[\s*([\w.-]+)(?:\s+"((?:[^"\\\n]|\\.)*)")?\s*\]')
_KEY = re.compile(r"\s*([A-Za-z][\w-]*)[ \t]*(=?)")
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}
_TRUE = frozenset({"true", "yes", "on", "1"})


@dataclass(frozen=True, slots=True)
class Ignoring:
    """A configuration's settings. ``excludes`` is the file of ``core.excludesFile``; None if it is not set.

    ``unusable``: there is more to read than makes sense, so what it says is not known.
    """

    excludes: str | None = None
    ignore_case: bool = False
    worktree_config: bool = False
    unusable: bool = False


@dataclass(frozen=True, slots=True)
class ConfigScope:
    """The repository a configuration is read for: the git folder, the one shared by all work trees, and the work tree's root."""

    git: Path
    common: Path
    root: Path


def entries(text: str) -> Iterator[tuple[str, str, str]]:
    """``(section, name, value)`` of a configuration file; ``section`` is ``core`` or ``includeif.gitdir:~/work/``.

    A name without a value is "true". Invalid lines are left out.
    """
    section = ""
    at = 0
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    while at < len(text):
        if text[at] in " \t\n":
            at += 1
        elif text[at] in "#;":
            at = _line_end(text, at)
        elif text[at] == "[":
            head = _HEAD.match(text, at)
            if head is None:
                at = _line_end(text, at)
                continue
            inner = re.sub(r"\\(.)", r"\1", head[2]) if head[2] is not None else None
            section = head[1].lower() + (f".{inner}" if inner is not None else "")
            at = head.end()
        else:
            key = _KEY.match(text, at)
            if key is None:
                at = _line_end(text, at)
                continue
            value, at = _value(text, key.end()) if key[2] else ("true", _line_end(text, key.end()))
            yield section, key[1].lower(), value


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that begins at ``at``, and where its line ends: quotes taken off, escapes and continuations resolved."""
    pieces: list[str] = []
    quoted = False
    kept = 0  # how many pieces stay when blanks at the end are taken off
    while at < len(text) and text[at] != "\n":
        character = text[at]
        at += 1
        if character == "\\":
            escaped = text[at : at + 1]
            at += 1
            if escaped == "\n":
                continue
            pieces.append(_ESCAPES.get(escaped, escaped))
            kept = len(pieces)
        elif character == '"':
            quoted = not quoted
            kept = len(pieces)
        elif character in "#;" and not quoted:
            return "".join(pieces[:kept]), _line_end(text, at)
        elif character in " \t" and not quoted:
            if pieces:
                pieces.append(character)
        else:
            pieces.append(character)
            kept = len(pieces)
    return "".join(pieces[:kept]), at


def read(place: ConfigScope, environment: Mapping[str, str]) -> tuple[Ignoring, tuple[str, ...]]:
    """What is configured for ``place``, and every file that was looked at (there or not)."""
    reader = _ConfigReader(place, environment)
    for file in _users_files(environment):
        reader.take(file)
    reader.take(place.common / "config")
    if reader.found.worktree_config:
        reader.take(place.git / "config.worktree")
    for number in range(min(100, int(count) if (count := environment.get("GIT_CONFIG_COUNT", "0")).isdecimal() else 0)):
        section, _, name = environment.get(f"GIT_CONFIG_KEY_{number}", "").lower().rpartition(".")
        reader.set(section, name, environment.get(f"GIT_CONFIG_VALUE_{number}", ""))
    return reader.found, tuple(reader.seen)


class _ConfigReader:
    """One reading, file after file."""

    def __init__(self, place: ConfigScope, environment: Mapping[str, str]) -> None:
        self.found = Ignoring()
        self.seen: list[str] = []
        self._place = place
        self._bytes_left = _MOST_BYTES
        self._wild_left = MOST_WILD
        self._home = environment.get("HOME") or str(Path.home())

    def take(self, file: Path, depth: int = 0) -> None:
        """Read one file and what it includes."""
        if self.found.unusable:
            return
        if depth > _DEEPEST or len(self.seen) >= _MOST_FILES or self._bytes_left < 0:
            self.found = replace(self.found, unusable=True)
            return
        self.seen.append(str(file))
        try:
            content = read_regular(file, most=self._bytes_left)
        except TooLarge:
            self.found = replace(self.found, unusable=True)
            return
        except (OSError, ValueError, Unusable):
            return
        self._bytes_left -= len(content)
        text = content.decode("utf-8", "surrogateescape")
        for section, name, value in entries(text):
            if name == "path" and (section == "include" or section.startswith("includeif.")):
                if section == "include" or self._met(section.removeprefix("includeif."), file):
                    self.take(self._path(value, file.parent), depth + 1)
            else:
                self.set(section, name, value)

    def set(self, section: str, name: str, value: str) -> None:
        """Take one option."""
        if (section, name) == ("core", "excludesfile"):
            self.found = replace(self.found, excludes=str(self._path(value, self._place.root)) if value else "")
        elif (section, name) == ("core", "ignorecase"):
            self.found = replace(self.found, ignore_case=value.lower() in _TRUE)
        elif (section, name) == ("extensions", "worktreeconfig"):
            self.found = replace(self.found, worktree_config=value.lower() in _TRUE)

    def _path(self, value: str, beside: Path) -> Path:
        if value == "~" or value.startswith("~/"):
            return Path(self._home, value[2:])
        return Path(os.path.join(beside, os.path.expanduser(value)))  # noqa: PTH111, PTH118 - "~name" of nobody raises there

    def _met(self, condition: str, file: Path) -> bool:
        kind, _, pattern = condition.partition(":")
        if kind in ("gitdir", "gitdir/i"):
            if pattern.startswith("./"):
                pattern = f"{file.parent.as_posix()}/{pattern[2:]}"
            elif pattern.startswith("~/"):
                pattern = f"{self._home}/{pattern[2:]}"
            elif not pattern.startswith("/"):
                pattern = f"**/{pattern}"
            names = {self._place.git.as_posix(), os.path.realpath(self._place.git)}
            self._wild_left -= len(pattern)
            return self._wild_left < 0 or any(_fits(pattern, name.lstrip("/"), kind == "gitdir/i") for name in names)
        if kind == "onbranch":
            self._wild_left -= len(pattern)
            if self._wild_left < 0:
                return True
            if str(self._place.git / "HEAD") not in self.seen:
                self.seen.append(str(self._place.git / "HEAD"))
            try:
                head = read_regular(self._place.git / "HEAD").decode("utf-8", "surrogateescape").strip()
            except (OSError, ValueError, Unusable):
                return True
            branch = head.removeprefix("ref: refs/heads/")
            return branch != head and _fits(pattern, branch, False)
        return True


def _fits(pattern: str, text: str, ignore_case: bool) -> bool:
    if pattern.endswith("/"):
        pattern += "**"
    encoded = os.fsencode(pattern)
    if len(encoded) > LONGEST_WILD:
        return True
    expression = wildmatch.compiled(encoded.lower() if ignore_case else encoded, ignore_case)
    name = os.fsencode(text)
    return expression is not None and expression.match(name.lower() if ignore_case else name) is not None


def _users_files(environment: Mapping[str, str]) -> list[Path]:
    """The system's and the user's files, where git of each system looks for them."""
    files: list[Path] = []
    if environment.get("GIT_CONFIG_NOSYSTEM", "0").lower() not in _TRUE:
        if system := environment.get("GIT_CONFIG_SYSTEM"):
            files.append(Path(system))
        elif os.name == "nt":
            programs = environment.get("PROGRAMFILES", r"C:\Program Files")
            files += [
                Path(environment.get("PROGRAMDATA", r"C:\ProgramData"), "Git", "config"),
                Path(programs, "Git", "etc", "gitconfig"),
            ]
        else:
            files += [Path(folder, "gitconfig") for folder in ("/etc", "/usr/local/etc", "/opt/homebrew/etc")]
            files.append(Path("/Library/Developer/CommandLineTools/usr/share/git-core/gitconfig"))
    if user := environment.get("GIT_CONFIG_GLOBAL"):
        return [*files, Path(user)]
    home = Path(environment.get("HOME") or Path.home())
    return [*files, Path(environment.get("XDG_CONFIG_HOME") or home / ".config", "git", "config"), home / ".gitconfig"]


def users_ignore(environment: Mapping[str, str]) -> Path:
    """The user's own ignore file, where git looks without ``core.excludesFile``."""
    base = environment.get("XDG_CONFIG_HOME")
    home = Path(environment.get("HOME") or Path.home())
    return (Path(base) if base else home / ".config") / "git" / "ignore"
