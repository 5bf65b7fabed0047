"""``python -m training.letter_pairs``: the table by which masking distinguishes names from generated keys, for the standard
library.

Counts which letters follow each other in the names and words of Python's standard library, each name once, and prints a table in
the form of those in ``codestral_ls/backends/masking/letters.py``, which come from more code. Text that already looks generated is
left out.
"""

from __future__ import annotations

import math
import re
import string
import sysconfig
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from codestral_ls.backends.masking.letters import CLASSES, class_of
from codestral_ls.backends.masking.randomness import is_random

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./+-]{3,59}")


def main() -> int:
    """Count the letters and print the table."""
    names: set[str] = set()
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
        if "site-packages" not in path.parts:
            names.update(_RUN.findall(path.read_text(encoding="utf-8", errors="ignore")))
    classes, following, beginning = counted(name for name in names if len(name) < 16 or not is_random(name))
    print("_CLASS_BITS =", [[_tenths(classes, a, b, CLASSES) for b in CLASSES] for a in CLASSES])
    print("_FIRST_BITS =", repr("".join(_bits(beginning, "", b) for b in string.ascii_lowercase)))
    for a in string.ascii_lowercase:
        print(repr("".join(_bits(following, a, b) for b in string.ascii_lowercase)))
    return 0


def counted(names: Iterable[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Counts of pairs of character classes, of pairs of letters in a word, and of first letters of words."""
    classes: Counter[str] = Counter()
    following: Counter[str] = Counter()
    beginning: Counter[str] = Counter()
    for name in names:
        for a, b in pairwise(name):
            before, here = class_of(a), class_of(b)
            classes[before + here] += 1
            if here in "lu":
                in_word = before in "lu" and (before, here) != ("l", "u")
                if in_word:
                    following[a.lower() + b.lower()] += 1
                else:
                    beginning[b.lower()] += 1
    return classes, following, beginning


def _tenths(counts: Counter[str], a: str, b: str, kinds: str) -> int:
    """How surprising ``b`` after ``a`` is, in tenths of a bit."""
    return round(-10 * math.log2((counts[a + b] + 5) / (sum(counts[a + other] for other in kinds) + 20)))


def _bits(counts: Counter[str], a: str, b: str) -> str:
    """How surprising the letter ``b`` after ``a`` is, in bits, as one hexadecimal digit."""
    share = (counts[a + b] + 1) / (sum(counts[a + other] for other in string.ascii_lowercase) + 26)
    return f"{min(15, round(-math.log2(share))):x}"


if __name__ == "__main__":
    raise SystemExit(main())
