"""A filled program that is to be tested: its text, what it reads and may print, and how each language is built and run. Pure, apart
from looking which compilers the machine has.
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

_PUBLIC_CLASS = re.compile(r"^\s*public\s+(?:\w+\s+)*class\s+(\w+)", re.MULTILINE)
_JAVA_SIGNS = re.compile(r"(?P<brace>[{}])|\bclass\s+(?P<name>\w+)|\bvoid\s+main\s*\(")
_JAVA_MEMORY = ("-Xmx512m", "-Xss64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True, slots=True)
class ProgramTest:
    """One run of a program: its standard input, and the outputs that are right."""

    input: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program. It passes if every one of its tests does; without tests, if it ends without an error."""

    language: str
    text: str
    tests: tuple[ProgramTest, ...] = ()


@dataclass(frozen=True, slots=True)
class Toolchain:
    """How a program is built (no command: not at all) and run, in its own folder.

    ``visible`` is what its commands read of the machine; Python is visible to every program. ``address_space``: whether a limit of
    the address space can be set, which a virtual machine does not survive.
    """

    file: str
    build: tuple[str, ...]
    run: tuple[str, ...]
    visible: tuple[Path, ...] = ()
    address_space: bool = True


def toolchain(program: Program) -> Toolchain | None:
    """What builds and runs ``program`` on this machine; None if the machine has nothing for its language."""
    if program.language == "python":
        return Toolchain("program.py", (), (sys.executable, "-I", "program.py"))
    if program.language == "cpp" and (compiler := shutil.which("g++")):
        # ONLINE_JUDGE is what Codeforces defines, from where SAFIM's programs are.
        build = (compiler, "-std=c++17", "-O1", "-w", "-DONLINE_JUDGE", "-o", "program", "program.cpp")
        return Toolchain("program.cpp", build, ("./program",), visible=(Path(compiler),))
    if program.language == "java" and (compiler := shutil.which("javac")) and (machine := shutil.which("java")):
        home = Path(compiler).resolve().parent.parent
        main = main_class(program.text)
        file = f"{public_class(program.text) or main}.java"
        settings = [path.resolve() for path in home.glob("conf/**/*") if path.is_symlink() and path.exists()]
        return Toolchain(
            file,
            (compiler, "-J-Xmx512m", "-nowarn", "-encoding", "UTF-8", file),
            (machine, *_JAVA_MEMORY, "-cp", ".", main),
            visible=(home, *settings),
            address_space=False,
        )
    return None


def public_class(text: str) -> str:
    """The public class of a Java file, after which the file must be named; "" if it has none."""
    found = _PUBLIC_CLASS.search(text)
    return found.group(1) if found else ""


def main_class(text: str) -> str:
    """The Java class to start: the public one, otherwise the class around ``main`` that is in no other."""
    outermost, depth = public_class(text), 0
    if outermost:
        return outermost
    for sign in _JAVA_SIGNS.finditer(text):
        if sign["brace"]:
            depth += 1 if sign["brace"] == "{" else -1
        elif not sign["name"]:
            break
        elif depth == 0:
            outermost = sign["name"]
    return outermost or "Main"
