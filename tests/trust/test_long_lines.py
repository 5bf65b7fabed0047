"""The boundary of syntax, in lines: no line, however long and of whatever, freezes the server while somebody types near it.

An expression that starts anew at each character of a line takes time in the square of its length, and nothing else of the
process runs meanwhile. A line of 200,000 letters, as of an embedded picture, did that for minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from codestral_ls.context.cursor_text import cursor_text
from codestral_ls.context.words import words
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.awaited_calls import _CALLED
from codestral_ls.generate.docstrings.facts_from_index import _CALL
from support.lsp.lsp_client import fake, serving

LENGTH = 200_000
PATIENCE = 2.0
"""Seconds of processor time; each takes a few hundredths."""
REPEATED = (
    *(
        "a",
        "_",
        "1",
        "$",
        "a$",
        " ",
        "\t",
        ".",
        "a.",
        "a ",
        "(",
        "a(",
        "()",
        "a.b(",
        "{",
        "[",
        '"',
        "'",
        "`",
        "\\",
        "/",
        "//",
        "/*",
    ),
    *("#", "-", "=", "a=", ":", "a: ", ",", '"a",', "<", "<a>", "&", "é", "𝒳", "\u2028", "f(x="),
)
READERS: dict[str, Callable[[str], object]] = {
    "words": words,
    "called": lambda text: _CALLED.search(text, 0, len(text)),
    "call": _CALL.search,
    "around the cursor": lambda text: cursor_text(Snapshot.of(f"x = 1\n{text}\ny", len(text) + 8, "python")),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("end", ["", "!", "\0"], ids=["plain", "marked", "with a zero"])
def test_no_line_is_read_in_the_square_of_its_length(name: str, end: str) -> None:
    began = time.thread_time()
    for part in REPEATED:
        READERS[name](part * (LENGTH // len(part)) + end)
        assert time.thread_time() - began < PATIENCE * 4, part


@pytest.mark.parametrize("language", ["python", "javascript", "plaintext"])
async def test_who_types_near_such_a_line_is_answered(language: str) -> None:
    """``inline`` fails if no answer comes in time."""
    async with serving(fake("return a + b", first_delay_ms=0)) as editor:
        await editor.initialize("vscode")
        await editor.ready()
        for number, part in enumerate(REPEATED):
            line = part * (LENGTH // len(part))
            for kind, text in (("in it", line), ("below it", f"def f(a):\n    s = '{line}'\n    ")):
                uri = f"file:///nowhere/project/{number}{kind[:2]}.x"
                editor.open(uri, text, language)
                last = text.rpartition("\n")[2]
                place = {"line": text.count("\n"), "character": len(last.encode("utf-16-le")) // 2}
                await editor.inline(uri, place)
                editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert await editor.shutdown() == 0


def test_the_words_are_the_same() -> None:
    assert words("$$a1 $b x $ $$ 1ab c$d é_ä a$ _ __") == {"$$a1", "ab", "c$d", "é_ä", "a$", "__"}
    assert cursor_text(Snapshot.of("Foo.bar; baz( ).x; self.a; p->q; T::u; 1.5; o?.k\n", 0, "python")).owners == {
        *("foo", "baz", "p", "t", "o")
    }  # fmt: skip
