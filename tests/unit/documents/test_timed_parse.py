"""A parse with a time limit gives the same tree as without one and leaks no memory."""

from __future__ import annotations

import threading
import tracemalloc
from pathlib import Path

import pytest

from codestral_ls.documents.languages import language_for, language_id_for_path
from codestral_ls.documents.syntax import SyntaxTree

SAMPLES = Path(__file__).parent / "samples"
LIMIT_MS = 60_000.0
LENGTH = 60_000


def long_text(path: Path) -> str:
    text = path.read_text("utf-8")
    return text * (LENGTH // len(text) + 1)


@pytest.mark.parametrize("name", ["sample.py", "sample.ts", "sample.rs"])
def test_keys_keep_no_memory(name: str) -> None:
    language = language_id_for_path(SAMPLES / name)
    text = long_text(SAMPLES / name)
    tree = SyntaxTree.parse(language, text, LIMIT_MS)
    assert tree is not None
    middle = text.index("\n", len(text) // 2)
    tracemalloc.start()
    try:
        kept = []
        for _ in range(3):
            for _ in range(20):
                longer = tree.try_edit(middle, middle, " ", LIMIT_MS)
                assert longer is not None
                tree = longer.try_edit(middle, middle + 1, "", LIMIT_MS)
                assert tree is not None
            kept.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert kept[-1] - kept[0] < len(text), "40 parses keep less than half of the text, which is read in UTF-16 each time"


def test_a_scanner_that_goes_back_and_forth_keeps_no_memory() -> None:
    if language_for("perl").grammar is None:
        pytest.skip("no grammar for Perl")
    text = "".join(f"sub area_{n} {{\n    my ($width) = @_;\n    return $width * 2;\n}}\n\n" for n in range(500))
    assert SyntaxTree.parse("perl", text, LIMIT_MS) is not None
    tracemalloc.start()
    try:
        for _ in range(3):
            assert SyntaxTree.parse("perl", text, LIMIT_MS) is not None
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept < 2 * len(text)


def test_threads_that_parse_at_once_get_their_own_trees() -> None:
    texts = [f"def area_{number}(width):\n    return width * {number}\n\n\n" * 400 for number in range(4)]
    wanted = [SyntaxTree.parse("python", text) for text in texts]
    found: dict[int, list[SyntaxTree | None]] = {number: [] for number in range(len(texts))}

    def parse(number: int) -> None:
        for _ in range(10):
            found[number].append(SyntaxTree.parse("python", texts[number], LIMIT_MS))

    threads = [threading.Thread(target=parse, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, trees in found.items():
        one = wanted[number]
        assert one is not None
        assert all(tree is not None and tree.shape() == one.shape() for tree in trees)
