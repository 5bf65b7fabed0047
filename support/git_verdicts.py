"""Git's recorded verdicts on patterns and file names: ``python -m support.git_verdicts`` asks git again and writes the record.

With the record ``codestral_ls.documents.ignoring`` is compared with git quickly and without git; a separate test checks that this
machine's git agrees with the record.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from support.ignored_files import git, own_git
from support.repository import ROOT

RECORD = ROOT / "support" / "git_verdicts.json"
FILES = (
    *("a", "*", "a*", "*a", "?", "??", "*.py", "*.PY", "a.py", "A.py", "build", "build/", "/build", "/build/", "build/a", "/a"),
    *(
        "**",
        "**/",
        "**/a",
        "a/**",
        "a/**/b",
        "**/a/**",
        "**/build/*.py",
        "/**/a",
        "a**",
        "a/b**",
        "/a**",
        "a/b**/",
        "/a***/b",
        "b**/a**/b",
        "x/**y/b",
        "A**/B",
        "**a",
        "a**b",
        "a/**b",
        "a**/b",
        "***/a",
    ),
    *(
        "a/*",
        "*/a",
        "a/*/b",
        "*/*",
        "a/?",
        "?/a",
        "a/b/",
        "a/b/*.py",
        "build/**/*.py",
        "/*/a.py",
        "*.py/",
        "x/*.*",
        "a//b",
        "**//a",
    ),
    *(
        "[ab]",
        "[!ab]",
        "[^ab]",
        "[a-c]",
        "[c-a]",
        "[A-C]",
        "[]a]",
        "[!]a]",
        "[a-]",
        "[-a]",
        "[a-c-e]",
        "[--b]",
        "[a/b]",
        "[*]",
        "[?]",
    ),
    *("[[:alpha:]]", "[[:digit:]x]", "[[:upper:]]", "[[:lower:]]", "[[:space:]]", "[[:punct:]]", "[![:alnum:]]", "[[:bad:]]"),
    *(
        "[[:alpha:]-z]",
        "[[:a]",
        "[[:alpha:]",
        "[a",
        "[",
        "a[",
        "[a-",
        "[]",
        "[!]",
        "[\\]]",
        "[\\a-\\c]",
        "[a-\\c]",
        "[\\\\]",
        "[[:xdigit:]][0-9]",
    ),
    *(
        "\\a",
        "\\*",
        "\\?",
        "\\[a]",
        "\\\\",
        "a\\",
        "\\#a",
        "\\!a",
        "#a",
        "!a",
        "a\\ ",
        "a ",
        "a  ",
        "a\\  ",
        " a",
        "a b",
        "\\",
        "a\\/b",
        "**\\/a",
        "a\\\\ ",
        "a#b",
        "a'b",
        "(a",
        "[a:b:]",
        "**/a/**/b",
    ),
    *(
        "*.py\n!a.py",
        "*\n!*/\n!*.py",
        "build/\n!build/a.py",
        "build/*\n!build/a.py",
        "!a\na",
        "a\n!a",
        "*.log\r\na\r\n",
        "a\0b",
        "",
        "/",
        "!",
        "//",
    ),
    *(
        "*a*b",
        "*a?",
        "a*b*c",
        "*.a*.py",
        "?[ab]*",
        "*ab",
        "a*a",
        "*[0-9]",
        "caf\u00e9",
        "caf?",
        "caf??",
        "*\u00e9",
        "[\u00e9]",
        "\u00c9",
    ),
    *("a\n*.py\n!b.py\nx/\n!x/a", "*.p?\n!?.py", "**/b\n!a/b", "foo.bar\nfoo*\n!foo.b*", "/a\n/b\n!/a", "*\n!a", "a/\n!a"),
)
"""Whole ignore files, each at the root of a repository of its own."""
NAMES = (
    *(
        "a",
        "b",
        "c",
        "d",
        "ab",
        "aa",
        "abc",
        "aXb",
        "A",
        "B",
        "a.py",
        "A.py",
        "A.PY",
        "b.py",
        "a.pyc",
        "x.a.py",
        "build",
        "Build",
        "1",
        "a1",
    ),
    *(
        "a/b",
        "a/a",
        "a/b/a",
        "a/x/b",
        "a/x/y/b",
        "b/a",
        "x/a",
        "x/y/a",
        "x/a.b",
        "A/b",
        "build/a",
        "build/a.py",
        "build/x/a.py",
        "x/build/a",
    ),
    *(
        "x/build/a.py",
        "build/b.py",
        "a/b/a.py",
        "a.py/x",
        "x/a.py",
        "a/ab",
        "a/Xb",
        "aX/b",
        "x/a/y",
        "x/build",
        "x/y/b",
        "foo.bar",
        "foo",
        "foo.b",
    ),
    *(
        "*",
        "?",
        "[",
        "]",
        "-",
        "^",
        "!",
        "#a",
        "!a",
        "\\",
        "a\\",
        " a",
        "a ",
        "a  ",
        "a b",
        "[a]",
        "[a",
        "*a",
        "a:b",
        "z",
        "x.log",
        "a\tb",
        "\t",
    ),
    *("caf\u00e9", "cafe\u0301", "\u00e9", "\u00c9", "9f", "a-b", "x", "xx"),
)
"""Names of files. None of them exists, and every part before a slash is a folder."""


def verdicts(file: str, ignore_case: bool, work: Path) -> list[str]:
    """The names that git ignores with one ignore file. ``work`` is a repository that has no other ignore file."""
    (work / ".gitignore").write_bytes(file.encode())
    given = b"\0".join(name.encode() for name in NAMES) + b"\0"
    case = f"core.ignoreCase={str(ignore_case).lower()}"
    said = git(work, "-c", case, "check-ignore", "--no-index", "--stdin", "-z", given=given, fails=True)
    return [name.decode() for name in said.split(b"\0") if name]


def main() -> None:
    """Ask git for every verdict and write the record."""
    with tempfile.TemporaryDirectory() as folder, own_git(Path(folder, "home")):
        work = Path(folder, "work")
        work.mkdir()
        git(work, "init", "-q", ".")
        rows = [
            json.dumps([file, ignore_case, verdicts(file, ignore_case, work)]) for file in FILES for ignore_case in (False, True)
        ]
    RECORD.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="ascii")


if __name__ == "__main__":
    main()
