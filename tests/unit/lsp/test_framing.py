"""Framing: which messages come out of a stream that is cut anywhere and may be broken."""

from __future__ import annotations

import pytest

from codestral_ls.lsp import framing
from codestral_ls.lsp.framing import Broken, Framing


def message(body: bytes, *more_headers: bytes) -> bytes:
    lines = [b"Content-Length: %d" % len(body), *more_headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


ONE, TWO = message(b'{"a":1}'), message(b'{"b":"\xc3\xa9"}')
BODIES = [b'{"a":1}', b'{"b":"\xc3\xa9"}']

GOOD = {
    "two in one read": ONE + TWO,
    "a content type before the length": b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n" + ONE + TWO,
    "a content type after the length": message(BODIES[0], b"Content-Type: x") + TWO,
    "lower case and no space": ONE.replace(b"Content-Length: ", b"content-length:") + TWO,
    "an odd line among the headers": b"\x00\xff hello\r\n" + ONE + TWO,
    "bare newlines": ONE.replace(b"\r\n", b"\n") + TWO,
}

BROKEN = {
    "no number": b'Content-Length: many\r\n\r\n{"lost":1}' + ONE + TWO,
    "a negative number": b'Content-Length: -7\r\n\r\n{"lost":1}' + ONE + TWO,
    "a number with a tail": b'Content-Length: 7x\r\n\r\n{"lost":1}' + ONE + TWO,
    "no Content-Length": b'Content-Size: 7\r\n\r\n{"lost":1}' + ONE + TWO,
    "empty lines first": b"\r\n\r\n" + ONE + TWO,
    "a very long line first": b"x" * (3 * framing.MAX_HEADER_BYTES) + ONE + TWO,
    "the end of a longer body": b'and so on"}' + ONE + TWO,
}


def bodies(framed: Framing, data: bytes, cut: int) -> list[bytes]:
    return [
        event
        for start in range(0, len(data), cut)
        for event in framed.feed(data[start : start + cut])
        if not isinstance(event, Broken)
    ]


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 1000, 100_000])
@pytest.mark.parametrize("name", [*GOOD, *BROKEN])
def test_the_bodies_come_out_whole_and_in_order(name: str, cut: int) -> None:
    assert bodies(Framing(), (GOOD | BROKEN)[name], cut) == BODIES


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_skipped_is_reported(name: str) -> None:
    reported = [event for event in Framing().feed(BROKEN[name]) if isinstance(event, Broken)]
    assert reported
    assert all("skipped" in event.reason for event in reported)


@pytest.mark.parametrize("cut", [1, 5, 1000])
def test_a_body_above_the_limit_is_skipped_without_being_kept(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_BODY_BYTES", 16)
    assert bodies(Framing(), message(b"x" * 40) + ONE + TWO, cut) == BODIES


def test_an_empty_body_is_a_body() -> None:
    assert bodies(Framing(), message(b"") + ONE, 1000) == [b"", BODIES[0]]


def test_a_length_that_swallowed_the_next_message_gives_it_back() -> None:
    framed, seen = Framing(), []
    stream = b"Content-Length: 60\r\n\r\n" + b'{"short":1}' + ONE + TWO + ONE
    for event in framed.feed(stream):
        assert isinstance(event, bytes)
        if event.startswith(b'{"short"'):
            assert framed.resume_inside(event)
        else:
            seen.append(event)
    assert seen == [*BODIES, BODIES[0]]


def test_a_bad_body_without_another_message_inside_is_just_lost() -> None:
    assert not Framing().resume_inside(b'{"short":1')
