"""Find and read configuration files. A file that cannot be read is a problem with its place, never an exception.

The project's file is untrusted: only a regular file of sensible size is opened, so that a pipe or a huge file in a
clone cannot hold up the editor. Options are unknown here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.system.bounded import UnfitFileError, read_bounded
from codestral_ls.system.toml_text import UnfitTomlError, parsed_toml

PROJECT_FILE = "codestral-ls.toml"


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file's tables, or the problem that kept it from being read. ``text`` serves to find lines."""

    path: Path
    tables: Mapping[str, object] = field(default_factory=dict)
    text: str = ""
    problem: str = ""

    def place(self) -> Callable[[str, str], str]:
        """A function that names where an option is: ``path:line``, or the path if the line is not found."""
        lines = _lines_of(self.text)

        def place(section: str, option: str) -> str:
            number = lines.get((section, option))
            return f"{self.path}:{number}" if number else str(self.path)

        return place


def project_root(start: Path) -> Path | None:
    """The nearest folder at or above ``start`` that has a ``codestral-ls.toml`` or a ``.git``; None without one."""
    for folder in (start, *start.parents):
        try:
            if (folder / PROJECT_FILE).exists() or (folder / ".git").exists():
                return folder
        except OSError:  # a folder above that this user may not read ends the search
            return None
    return None


def read_toml(path: Path) -> TomlFile | None:
    """The file's tables; None when there is no such file."""
    try:
        content = read_bounded(path)
    except UnfitFileError as error:
        return TomlFile(path, problem=f"{path}: {error} and was not read")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return TomlFile(path, problem=f"{path}: cannot be read ({_reason(error)})")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return TomlFile(path, problem=f"{path}:{line}: is not UTF-8; save it as UTF-8")
    try:
        return TomlFile(path, parsed_toml(text), text)
    except UnfitTomlError as error:
        return TomlFile(path, problem=f"{path}: {error} and was not read")
    except ValueError as error:
        return TomlFile(path, problem=f"{path}{_line_in(str(error), text)}: is not valid TOML: {_without_place(error)}")


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _line_in(message: str, text: str) -> str:
    """``:line`` from tomllib's message (Python 3.11 to 3.13 have it nowhere else)."""
    found = re.search(r"\(at line (\d+), column \d+\)", message)
    if found:
        return f":{found.group(1)}"
    return f":{text.count(chr(10)) + 1}" if "at end of document" in message else ""


def _without_place(error: Exception) -> str:
    sentence = re.sub(r" \(at (line \d+, column \d+|end of document)\)$", "", str(error))
    return sentence[:1].lower() + sentence[1:]


def _lines_of(text: str) -> dict[tuple[str, str], int]:
    """The line of each option in TOML text, and of each section (with the option ""), where they have their usual form."""
    found: dict[tuple[str, str], int] = {}
    here = ""
    for number, line in enumerate(text.split("\n"), start=1):
        inner, ends, _ = line.strip().removeprefix("[").partition("]")
        if ends and line.lstrip().startswith("[") and "[" not in inner:
            here = _bare(inner)
            found.setdefault((here, ""), number)
            continue
        name, equals, _ = line.partition("=")
        if equals:
            section, _, option = (here, ".", _bare(name)) if here else _bare(name).partition(".")
            found.setdefault((section, option), number)
    return found


def _bare(name: str) -> str:
    return name.strip().strip("\"'")
