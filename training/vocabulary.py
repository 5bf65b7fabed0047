"""``python -m training.vocabulary``: the words and the common passwords by which masking recognises chosen passwords.

Words that occur in four or more installed packages or folders of documentation, and the most common English words and names, go
to ``known_words.txt.gz``; the most common passwords to ``common_passwords.txt.gz``. The frequency lists are those of the package
zxcvbn (https://github.com/dwolfhub/zxcvbn-python), which took them from Wikipedia, Wiktionary, the census of the United States and
from published breaches; the words of packages are counted on the machine at hand. The lists in the package come from a Debian
system: Python's packages, those of ``clients/vscode/node_modules``, and the files under ``/usr/share`` and ``/usr/include``.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from zxcvbn.frequency_lists import FREQUENCY_LISTS

_FEWEST_PACKAGES = 4
_PACKAGES_OF_A_TERM, _PACKAGES_OF_A_COMMON_TERM = 12, 60
"""A password that occurs in so many packages is a term, such as `matrix`, or one too common to be taken for a password."""
_MOST_FILES, _LARGEST_FILE = 80, 300_000
"""Files of a folder that are read, and the most bytes of each."""
_MOST_ENGLISH, _MOST_NAMES, _MOST_PASSWORDS = 30_000, 2_500, 4_000
_SHORTEST_PASSWORD = 5
_SUFFIXES = frozenset(
    (
        ".py",
        ".md",
        ".rst",
        ".js",
        ".ts",
        ".h",
        ".json",
        ".yaml",
        ".yml",
        ".toml",
        ".ini",
        ".cfg",
        ".conf",
        ".sh",
        ".txt",
        ".el",
        ".lua",
        ".c",
        ".hpp",
        ".pl",
        ".pm",
        ".rb",
        ".html",
        ".css",
    )
)
_RUN = re.compile(rb"(?<![a-zA-Z])[a-z]{3,20}(?![a-z])|[A-Z][a-z]{2,19}(?![a-z])")
_WORD = re.compile(r"[a-z]{3,20}")
_LABEL = re.compile(
    r"^(?:pass(?:w|e|$)|user|secret|secur|access|admin$|login|changeme|tester|testing|foobar|hello$|enter|delete|insert|select|verbatim)"
)
"""Words that label a field or stand for a value."""
_DATA = Path("server/codestral_ls/backends/masking/data")


def main() -> int:
    """Count, choose and write both lists."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help="folders of packages or documentation (default: this Python's)")
    folders = parser.parse_args().folders or [Path(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib")]
    packages: defaultdict[str, set[str]] = defaultdict(set)
    for folder in folders:
        for package in sorted(folder.iterdir()):
            for word in words_of(package):
                packages[word].add(package.name)
    frequent = (word for word in FREQUENCY_LISTS["passwords"] if len(word) >= _SHORTEST_PASSWORD and not _LABEL.search(word))
    passwords = list(islice(frequent, _MOST_PASSWORDS))
    used = {word: len(packages.get(word, ())) for word in passwords}
    terms = {word for word in passwords if _PACKAGES_OF_A_TERM <= used[word] < _PACKAGES_OF_A_COMMON_TERM}
    passwords = [word for word in passwords if used[word] < _PACKAGES_OF_A_TERM]
    words = {word for word, where in packages.items() if len(where) >= _FEWEST_PACKAGES} | set(_english())
    _write("known_words.txt.gz", words)
    _write("common_passwords.txt.gz", passwords)
    _write("common_words.txt.gz", terms)
    return 0


def words_of(package: Path) -> set[str]:
    """Return all words of a package's or folder's texts, in lower case; capitals begin a word."""
    found: set[bytes] = set()
    for path in _texts(package):
        found.update(run.lower() for run in _RUN.findall(path.read_bytes()))
    return {word.decode() for word in found}


def _texts(package: Path) -> Iterator[Path]:
    paths = [package] if package.is_file() else sorted(path for path in package.rglob("*") if path.suffix in _SUFFIXES)
    per_folder: defaultdict[Path, int] = defaultdict(int)
    for path in paths:
        if path.is_file() and not path.is_symlink() and path.stat().st_size < _LARGEST_FILE:
            per_folder[path.parent] += 1
            if per_folder[path.parent] <= _MOST_FILES:
                yield path


def _english() -> Iterator[str]:
    for name, most in (
        *(("english_wikipedia", _MOST_ENGLISH), ("us_tv_and_film", _MOST_ENGLISH)),
        ("passwords", _MOST_ENGLISH),  # a word that is a common password is in no other of these lists
        *(("female_names", _MOST_NAMES), ("male_names", _MOST_NAMES), ("surnames", _MOST_NAMES)),
    ):
        yield from filter(_WORD.fullmatch, FREQUENCY_LISTS[name][:most])


def _write(name: str, words: Iterable[str]) -> None:
    text = "\n".join(sorted({word for word in words if word.isascii()}))
    (_DATA / name).write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{name}: {text.count(chr(10)) + 1:,} words")


if __name__ == "__main__":
    raise SystemExit(main())
