"""A corpus file's neighbouring files, and training examples that show lines of them."""

from __future__ import annotations

import random

from training.copying import copy
from training.corpus import TRAIN, CorpusFile
from training.neighbours import none, within_packages
from training.rows import Stretch, example
from training.tongues import PYTHON


def source(package: str, path: str, text: str = "") -> CorpusFile:
    return CorpusFile(package, "MIT", path, TRAIN, PYTHON, text or f"# {path}\n")


def test_the_nearest_files_of_the_same_package_go_first() -> None:
    sources = [
        source("one", "one/far/a.py"),
        source("one", "one/b.py"),
        source("two", "two/c.py"),
        source("one", "one/here.py"),
        source("one", "top.py"),
    ]
    beside = within_packages(sources)
    assert beside(3) == ("# one/b.py\n", "# one/far/a.py\n", "# top.py\n")
    assert beside(2) == ()
    assert none(3) == ()


def test_there_is_room_for_so_much() -> None:
    sources = [source("one", f"{name}.py", "x" * size) for name, size in (("a", 50), ("b", 60), ("c", 40), ("here", 1))]
    assert [len(text) for text in within_packages(sources, 95)(3)] == [50, 40]


def letters(text: str) -> list[int]:
    return [10 + ord(letter) for letter in text]


def test_examples_show_lines_of_neighbours() -> None:
    line = "    value = self.connection.execute(statement)\n"
    text = "".join(f"# {number}\n" for number in range(30)) + line * 30
    told = Stretch(text, 0, len(text), ("unlike = 0\n" * 9, "def other():\n" + line + "    marked = 1\n"))
    found = 0
    for seed in range(60):
        ids, _ = example(told, 900, letters, random.Random(seed))
        found += "marked" in "".join(chr(number - 10) for number in ids if number >= 10)
    assert found > 10


def test_what_is_copied_may_stand_in_another_file() -> None:
    assert copy("self.conn", "").text == ""
    assert copy("self.conn", "", ("x = 1\n", "self.connection = 2\n")).text == "ection = 2"
    assert copy("self.connect()\nself.conn", "", ("self.connection = 2\n",)).text == "ect()"
