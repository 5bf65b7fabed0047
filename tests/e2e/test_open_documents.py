"""Documents: edits in every position encoding, odd line ends, binary and too large files, versions, closing.

The fake backend continues a text that it is given, so a right completion proves that the server's copy of the document is right.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import Editor, drawn, fake

URI = "file:///nowhere/project/file.py"
ENCODINGS = ["utf-8", "utf-16", "utf-32"]

TRUTHS = {
    "ascii": "alpha = 1\nbeta = alpha + 22\ngamma = beta\n",
    "accents": "größe = 'café'  # naïve\nänderung = größe + 'ß'\ngamma = 3\n",
    "beyond the basic plane": "face = '😀𝕏' + '👩\u200d🚀'\nother = face + '𐐷𐐷'\nthird = 3\n",
    "CRLF": "alpha = '😀'\r\nbeta = alpha + 'é'\r\ngamma = beta\r\n",
    "CR": "alpha = '😀'\rbeta = alpha + 'é'\rgamma = beta\r",
    "form feed and line separators": "a = 1\n\x0c\nb\u2028 = '\x85\x0b\x1c' + '😀'\nc = b + 2\n",
    "no last newline": "delta = 1\nepsilon = 'ü'",
}
JUNK = ["x", "é", "😀", "\n", "\r\n", "\r", "\x0c", "\u2028", "'+'", "𝕏\n𝕏", ""]


def units(text: str, encoding: str) -> int:
    """The length in the encoding's units, computed in the slow, obvious way."""
    if encoding == "utf-32":
        return len(text)
    width = 2 if encoding == "utf-16" else 1
    return len(text.encode("utf-16-le" if width == 2 else "utf-8")) // width


def place(text: str, offset: int, encoding: str) -> dict[str, int]:
    """The protocol's position of ``offset``, by LSP's definition of lines."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    lines = before.split("\n")
    return {"line": len(lines) - 1, "character": units(lines[-1], encoding)}


def edit(text: str, start: int, end: int, new: str, encoding: str) -> dict[str, Any]:
    return {"range": {"start": place(text, start, encoding), "end": place(text, end, encoding)}, "text": new}


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_every_place_of_every_text_means_the_same_to_both_sides(encoding: str, tmp_path: Path) -> None:
    truth_file = tmp_path / "truth"
    truth_file.write_bytes("\n".join(TRUTHS.values()).encode())
    offered = {"general": {"positionEncodings": [encoding]}}
    async with forked_serving(fake(truth=truth_file)) as editor:
        capabilities = await editor.initialize("bare", capabilities=offered)
        assert capabilities["positionEncoding"] == encoding
        await editor.ready()
        for seed, truth in enumerate(truth for truth in TRUTHS.values() for _ in range(3)):
            await follow(editor, f"file:///nowhere/{seed}.txt", truth, encoding, random.Random(seed))


async def follow(editor: Editor, uri: str, truth: str, encoding: str, chance: random.Random) -> None:
    """Open a randomly damaged ``truth``, undo the damage edit by edit, cut off the end: the server must complete the end."""
    text, undo = truth, []
    for _ in range(30):
        start, end = sorted(chance.choice(addressable(text)) for _ in range(2))
        end = min(end, start + 5) if min(end, start + 5) in addressable(text) else start
        new = chance.choice(JUNK)
        spoiled = text[:start] + new + text[end:]
        if start in addressable(spoiled) and start + len(new) in addressable(spoiled):
            undo.append((start, start + len(new), text[start:end]))
            text = spoiled
    editor.open(uri, text, "plaintext")
    for version, (start, end, old) in enumerate(reversed(undo), start=2):
        editor.change(uri, version, edit(text, start, end, old, encoding))
        text = text[:start] + old + text[end:]
    assert text == truth
    offset = truth.rindex("=") + 2
    editor.change(uri, 1_000, edit(text, offset, len(text), "", encoding))
    [item] = await editor.inline(uri, place(text, offset, encoding))
    assert re.split("[\r\n]", item["insertText"])[0] == re.split("[\r\n]", truth[offset:])[0]
    assert item["range"]["start"] == place(text, offset, encoding)


def addressable(text: str) -> list[int]:
    """Offsets that a position can denote: all except those between CR and LF."""
    return [offset for offset in range(len(text) + 1) if text[offset - 1 : offset + 1] != "\r\n" or offset == 0]


OUTSIDE = [
    {"line": 1, "character": 9_999},
    {"line": 9_999, "character": 0},
    {"line": 2**31 - 1, "character": 2**31 - 1},
    {"line": 0, "character": 2**31 - 1},
]


async def test_positions_outside_of_the_document_are_clamped_or_answered_empty() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        editor.open(URI, "def add(a, b):\n    ")
        await editor.ready()
        for position in OUTSIDE:
            for item in await editor.inline(URI, position):
                start = item["range"]["start"]
                assert (start["line"], start["character"]) in {(0, 14), (1, 4)}, position
        beyond = {"start": {"line": 1, "character": 4}, "end": {"line": 50, "character": 0}}
        editor.change(URI, 2, {"range": beyond, "text": "\n    "})
        assert await editor.inline(URI, {"line": 2, "character": 4})


NOT_COMPLETED = {
    "never opened": None,
    "binary": "\x00\x01\x02ELF" + "\x00" * 100 + "\n    ",
    "too large": "x = 1\n" * 20_000 + "    ",
}


@pytest.mark.parametrize("name", NOT_COMPLETED)
async def test_what_cannot_be_completed_is_answered_empty(name: str) -> None:
    async with forked_serving(fake("return a + b") | {"CODESTRAL_LS_COMPLETION_MAX_FILE_BYTES": "100000"}) as editor:
        await editor.initialize()
        await editor.ready()
        text = NOT_COMPLETED[name]
        position = {"line": 0, "character": 0}
        if text is not None:
            editor.open(URI, text)
            position = {"line": text.count("\n"), "character": 4}
        assert await editor.inline(URI, position) == []
        editor.change(URI, 2, {"text": "def add(a, b):\n    "})
        assert bool(await editor.inline(URI, {"line": 1, "character": 4})) == (text is not None)


async def test_a_hundred_megabytes_are_taken_in_and_left_alone() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        await editor.ready()
        editor.open(URI, "x" * 99 + "\n" + ("y" * 99 + "\n") * 1_000_000)
        assert await editor.inline(URI, {"line": 5, "character": 99}) == []
        nowhere = {"line": 5, "character": 0}
        editor.change(URI, 2, {"range": {"start": nowhere, "end": nowhere}, "text": "z"})
        other = "file:///nowhere/project/other.py"
        text, position = drawn("def add(a, b):\n    │\n")
        editor.open(other, text)
        assert await editor.inline(other, position)


async def test_closing_forgets_and_opening_again_starts_anew() -> None:
    text, position = drawn("def add(a, b):\n    │\n")
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        await editor.ready()
        editor.open(URI, text)
        assert await editor.inline(URI, position)
        editor.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        assert await editor.inline(URI, position) == []
        editor.open(URI, text, version=1)
        assert await editor.inline(URI, position)


async def test_a_version_that_goes_backwards_is_reported_and_its_text_taken() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        await editor.ready()
        editor.open(URI, "x = 1\n", version=7)
        editor.change(URI, 3, {"text": "def add(a, b):\n    "})
        assert await editor.inline(URI, {"line": 1, "character": 4})
        await editor.until(lambda: "version 3" in editor.log, "a line in the log")


async def test_a_request_for_another_version_is_answered_empty() -> None:
    text, position = drawn("def add(a, b):\n    │\n")
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        await editor.ready()
        editor.open(URI, text, version=4)
        assert await editor.inline(URI, position, textDocument={"uri": URI, "version": 3}) == []
        assert await editor.inline(URI, position, textDocument={"uri": URI, "version": 4})


async def test_an_edit_that_is_not_understood_stops_completion_until_the_file_is_sent_again() -> None:
    text, position = drawn("def add(a, b):\n    │\n")
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        await editor.ready()
        editor.open(URI, text)
        editor.change(URI, 2, {"range": {"start": {"line": "first"}}, "text": "x"})
        assert await editor.inline(URI, position) == []
        editor.change(URI, 3, {"text": text})
        assert await editor.inline(URI, position)


async def test_a_lone_surrogate_is_text_like_any_other() -> None:
    async with forked_serving(fake("return a + b")) as editor:
        await editor.initialize()
        await editor.ready()
        editor.open(URI, "x = '\ud83d'\ndef add(a, b):\n    ")
        assert await editor.inline(URI, {"line": 2, "character": 4})
