"""From a document's address to the file that its text comes from, whatever the address's scheme.

Editors show files under many schemes: ``vscode-notebook-cell:`` for a cell, ``git:`` and ``fugitive:`` for an older state,
``vscode-remote:`` for another machine's, ``untitled:`` for an unsaved document. Strict on purpose: an address that could mean
several files is as private as the most private of them.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from codestral_ls.documents.privacy import FileRules

_UNSAVED = frozenset({"untitled", "buffer", "inmemory"})
"""Schemes of documents that are not saved yet: VS Code and Emacs, Sublime Text, Monaco."""
_DRIVE = re.compile(r"/?[A-Za-z]:[\\/]")
_INNER = re.compile(r"!|::|[:;](?=/)")
"""What separates an archive or another machine from the file: ``jar:file:/a.jar!/b``, ``zipfile:/a.zip::b``, ``/ssh:host:/b``."""
_BEGUN = re.compile(r"(?i)(?:(?<![\w.%/\\~-])|(?<=:)|(?<=/)(?=/))(?:[a-z][\w+.-]{1,40}:)?[\\/]|(?<!\w)[a-z]:[\\/]")
"""The beginning of an absolute path or of an address in a query or a fragment, whatever is around it."""
_ENDS = "\"'&,;#?})] \t\n<>|"
"""What may come after one. A path may have most of them in it, so it is tried both with and without the rest."""
_MOST_PATHS = 200
_MOST_BEFORE = 8
"""Folders that a scheme of an editor may put before the file's own path: `deno:/asset/w/a.ts`, `minifiles:///1//w/a`."""
_LONGEST = 8_192
"""Characters of an address that is examined."""


@dataclass(frozen=True, slots=True)
class DocumentAddress:
    """The files an address could name: ``paths`` (absolute), or none.

    ``is_unsaved``: a document without a path, not yet saved. ``is_examined`` is False if it is too long, or names too many.
    """

    paths: tuple[Path, ...]
    is_unsaved: bool = False
    is_examined: bool = True


def file_of(address: str) -> Path | None:
    """The file on this machine's disk that an address of the scheme ``file`` names; None for all others."""
    try:
        parts = urlsplit(address)
        if parts.scheme != "file" or not parts.path or "%00" in parts.path or "\0" in address:
            return None
        host = parts.netloc if parts.netloc.lower() != "localhost" else ""
        return Path(_local(f"//{host}{parts.path}" if host and os.name == "nt" else parts.path))
    except ValueError:
        return None


def read(address: str) -> DocumentAddress:
    """Everything that ``address`` could mean. An empty address belongs to no document and hides nothing."""
    if not address:
        return DocumentAddress((), is_unsaved=True)
    if len(address) > _LONGEST:
        return DocumentAddress((), is_examined=False)
    if address.startswith(("/", "\\")) or _DRIVE.match(address):
        return _meaning([address, *(_values(address) if os.name != "nt" else ())], is_unsaved=False)  # or a scheme of one letter
    try:
        parts = urlsplit(address)
    except ValueError:
        return DocumentAddress(())
    is_unsaved = parts.scheme in _UNSAVED or (parts.scheme == "file" and not parts.path)
    texts = [parts.path]
    if not parts.path.startswith("/") and not is_unsaved and parts.scheme != "file" and not _INNER.search(parts.path):
        texts = []  # `output:name`, `repl:3`: a name of the editor's, not a path
    elif parts.netloc and parts.path.startswith("/"):
        texts.append(f"/{parts.netloc}{parts.path}")  # `file://home/me/a.py`, a slash too few
    if parts.scheme != "file":
        texts += [text[slash.start() + 1 :] for text in texts for slash in islice(re.finditer("/", text[1:]), _MOST_BEFORE)]
    texts += _values(parts.query)
    texts += _values(parts.fragment)
    if parts.scheme == "file" and (parts.query or parts.fragment):
        texts.append(re.sub(r"(?i)^file:(?://[^/]*)?", "", address))  # a name with a bare `?` or `#` in it
    return _meaning(texts, is_unsaved)


def _meaning(texts: list[str], is_unsaved: bool) -> DocumentAddress:
    """All that ``texts``, paths and addresses, could mean."""
    found: list[str] = []
    for text in texts:
        for inner in (text, *(_INNER.split(text) if _INNER.search(text) else ())):
            # `git+file:///w/a`, `jar:file:/w/a.jar`: an address in an address
            found += [unquote(inner), unquote(unquote(inner)), unquote(re.sub(r"^[\w+.-]{2,}:(?://[^/]*)?", "", inner))]
    found = list(dict.fromkeys(found))
    found = list(dict.fromkeys([*found, *(within for one in found for within in _inside_git(one))]))
    named = any(_is_path(unquote(text)) for text in texts)
    return DocumentAddress(_absolute(found), is_unsaved=is_unsaved and not named, is_examined=len(found) <= _MOST_PATHS)


def why_withheld(rules: FileRules, address: str, *, leaves: bool) -> str:
    """Why the text of the document at ``address`` may not enter a prompt, in a few words; empty if it may.

    ``leaves``: the prompt leaves the machine. Then git's ignore rules count, and a document without a path is withheld unless it is
    an unsaved document.
    """
    meant = read(address)
    if not meant.is_examined:
        return "its address is too long to be examined"
    for path in meant.paths:
        if why := rules.why_private(path, by_git=leaves):
            return why
    if leaves and not meant.paths and not meant.is_unsaved:
        return "its address names no file"
    return ""


def _local(path: str) -> str:
    """A file address's path as the system writes it: Windows paths begin with a drive."""
    path = unquote(path)
    return path.lstrip("/") if os.name == "nt" and _DRIVE.match(path) else path


def _absolute(texts: list[str]) -> tuple[Path, ...]:
    """Each text as an absolute path; a bare name is put at the root, where only its name can make it private."""
    paths: dict[Path, None] = {}
    for text in texts:
        for spelled in {text, text.replace("\\", "/")}:
            if not spelled.strip("/\\ "):
                continue
            spelled = _local(spelled) if os.name == "nt" else "/" + spelled.lstrip("/")
            paths[Path(spelled if Path(spelled).is_absolute() else Path("/", spelled.lstrip("/\\")).absolute())] = None
    return tuple(paths)


def _is_path(text: str) -> bool:
    return text.startswith(("/", "\\")) or bool(_DRIVE.match(text))


def _inside_git(path: str) -> list[str]:
    """If a path goes through a ``.git`` folder (fugitive, gitsigns, diffview), the work tree's files it could show."""
    root, mark, rest = path.replace("\\", "/").partition("/.git/")
    if not mark:
        return []
    names = [name for name in re.split(r"[/:]", rest) if name]
    return ["/".join((root, *names[start:])) for start in range(1, min(len(names), 12))]


def _values(text: str) -> list[str]:
    """The absolute paths and addresses in a query or a fragment, however they are written there, as they are and decoded.

    VS Code puts the file of a diff there, as JSON, and others as ``path=…``.
    """
    found: dict[str, None] = {}
    for _ in range(3):
        if not text:
            break
        plain = text.replace("\\/", "/").replace("\\\\", "\\")  # as JSON may write them
        for begun in islice(_BEGUN.finditer(plain), _MOST_PATHS + 1):
            rest = plain[begun.start() :]
            found.update(dict.fromkeys((rest, *(rest.partition(end)[0] for end in _ENDS))))
        if text == (text := unquote(text)):
            break
    return list(found)
