"""Streams cut at any byte: server-sent events, JSON lines, stop strings, the assembled pieces, the first piece of an API."""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.backends.base import Piece, Usage
from codestral_ls.backends.events import EventReader, Framing
from codestral_ls.backends.mistral_quirks import FirstPiece, sent_suffix
from codestral_ls.backends.stops import StopCutter
from codestral_ls.backends.stream_assembly import StreamPart, assemble
from codestral_ls.errors import BackendProtocolError

cuts = st.lists(st.integers(0, 200), max_size=12)


def pieces_of(whole: str, places: list[int]) -> list[str]:
    edges = sorted({0, len(whole), *(place for place in places if place < len(whole))})
    return [whole[start:end] for start, end in itertools.pairwise(edges)]


def chunks_of(whole: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(whole), *(place for place in places if place < len(whole))})
    return [whole[start:end] for start, end in itertools.pairwise(edges)]


EVENTS = [
    (b"data: {}\n\ndata: [DONE]\n\n", "events", ["{}", "[DONE]"]),
    (b"data: a\r\n\r\ndata: b\r\n\r\n", "events", ["a", "b"]),
    (b"data: a\r\rdata: b\r\r", "events", ["a", "b"]),
    (b": a comment\n\nevent: x\nid: 1\ndata:a\ndata: b\n\n", "events", ["a\nb"]),
    (b"data: half", "events", ["half"]),
    ("data: né☺\n\n".encode(), "events", ["né☺"]),
    (b"", "events", []),
    (b'{"a": 1}\n\n{"b": 2}', "lines", ['{"a": 1}', '{"b": 2}']),
]


@pytest.mark.parametrize(("body", "framing", "expected"), EVENTS)
@given(places=cuts)
def test_events_cut_anywhere(body: bytes, framing: Framing, expected: list[str], places: list[int]) -> None:
    reader = EventReader(framing)
    found = [data for chunk in chunks_of(body, places) for data in reader.feed(chunk)]
    assert found + reader.end() == expected


def test_an_endless_line_and_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BackendProtocolError, match="4 MB"):
        EventReader().feed(b"data: " + b"x" * 5_000_000)
    with pytest.raises(BackendProtocolError, match="UTF-8"):
        EventReader().feed(b"data: \xff\n")


@pytest.mark.parametrize(
    ("whole", "stop", "expected"),
    [
        ("abc", (), "abc"),
        ("abc", ("",), "abc"),
        ("one\n\ntwo", ("\n\n",), "one"),
        ("one\ntwo\n", ("\n\n",), "one\ntwo\n"),
        ("xaab", ("aab", "ab"), "x"),
        ("a<|end", ("<|endoftext|>",), "a<|end"),
        ("STOP", ("STOP",), ""),
        ("aSTOPbSTOP", ("STOP",), "a"),
    ],
)
@given(places=cuts)
def test_stop_strings_cut_anywhere(whole: str, stop: tuple[str, ...], expected: str, places: list[int]) -> None:
    cutter = StopCutter(stop)
    text = "".join(cutter.feed(piece) for piece in pieces_of(whole, places))
    assert text + cutter.end() == expected
    assert cutter.stopped is (any(ending in whole for ending in stop if ending))


async def _assembled(parts: list[StreamPart], stop: tuple[str, ...] = ()) -> tuple[list[Piece], int]:
    taken = 0

    async def source() -> AsyncGenerator[StreamPart, None]:
        nonlocal taken
        for part in parts:
            taken += 1
            yield part

    return [piece async for piece in assemble(source(), stop, "The server")], taken


async def test_assembled_pieces_end_with_reason_usage_and_mean() -> None:
    usage = Usage(prompt_tokens=5)
    parts = [StreamPart("a", logprobs=(-1.0,)), StreamPart("b", logprobs=(-3.0,)), StreamPart("", "stop"), StreamPart(usage=usage)]
    pieces, _ = await _assembled(parts)
    assert pieces == [Piece("a", None, None, -1.0), Piece("b", None, None, -2.0), Piece("", "stop", usage, -2.0)]


async def test_a_missed_stop_string_ends_the_answer_without_reading_on() -> None:
    pieces, taken = await _assembled([StreamPart("a\n"), StreamPart("b"), StreamPart("c"), StreamPart("", "length")], ("\n",))
    assert ("".join(piece.text for piece in pieces), pieces[-1].finish_reason, taken) == ("a", "stop", 1)


async def test_an_answer_without_its_ending_is_not_an_answer() -> None:
    with pytest.raises(BackendProtocolError, match="broke off"):
        await _assembled([StreamPart("a")])


@pytest.mark.parametrize(
    ("prefix", "suffix", "answer", "expected"),
    [
        ("x = ", "\n", " 1", "1"),
        ("x = ", "\n", "1", "1"),
        ("x = ", "\n", "  1", "  1"),
        ("x =", "\n", " 1", " 1"),
        ("    ", "\n", " # deeper", " # deeper"),
        ("x = ", "\n", " ", ""),
        ("import os\n\n", "", "\nimport re", "import re"),
        ("import os\n\n", "\n", "\nimport re", "\nimport re"),
        ("import os\n", "", "\nimport re", "\nimport re"),
    ],
)
@given(places=cuts)
def test_the_first_piece_of_an_api(prefix: str, suffix: str, answer: str, expected: str, places: list[int]) -> None:
    first = FirstPiece(prefix, suffix)
    assert "".join(first.feed(piece) for piece in pieces_of(answer, places)) + first.end() == expected


def test_an_empty_suffix_is_sent_as_a_newline() -> None:
    assert (sent_suffix(""), sent_suffix(")")) == ("\n", ")")
