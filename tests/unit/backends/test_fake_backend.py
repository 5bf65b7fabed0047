"""The fake backend takes as long for a prompt as a host would, and stops when its listener is gone."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from codestral_ls.backends.base import FimRequest, Piece, Usage
from codestral_ls.backends.build_backend import build_backend
from codestral_ls.backends.fake import FakeBackend, Fault, continue_like, in_order, tokenize
from codestral_ls.config.sections import BackendOptions, FakeOptions, Options
from codestral_ls.errors import BackendBusy, BackendUnavailable, ConfigError

SUFFIX = "\n\ndef after():\n    return 2\n" * 20
PREFIX = "import os\n\n\ndef before():\n    " * 20


class Time:
    """A clock, in seconds, that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def collect(backend: FakeBackend, request: FimRequest) -> list[Piece]:
    return [piece async for piece in backend.stream(request)]


async def usage_of(backend: FakeBackend, prefix: str, suffix: str = SUFFIX, max_tokens: int = 0) -> Usage:
    usage = (await collect(backend, FimRequest(prefix, suffix, max_tokens=max_tokens)))[-1].usage
    assert usage is not None
    return usage


async def test_typing_at_the_end_costs_only_what_was_typed() -> None:
    backend = FakeBackend()
    cold = await usage_of(backend, PREFIX)
    hot = await usage_of(backend, PREFIX + "return o")
    assert cold.cached_tokens == 0
    assert cold.evaluated_tokens == cold.prompt_tokens > 400
    assert hot.evaluated_tokens <= 5
    assert hot.evaluated_tokens + hot.cached_tokens == hot.prompt_tokens


async def test_a_change_of_the_suffix_costs_nearly_everything() -> None:
    backend = FakeBackend()
    await usage_of(backend, PREFIX)
    changed = await usage_of(backend, PREFIX, ")" + SUFFIX)
    assert changed.cached_tokens == 1


@pytest.mark.parametrize(("slots", "hot"), [(2, True), (1, False)])
async def test_returning_to_an_earlier_place_is_hot_while_a_slot_remembers_it(slots: int, hot: bool) -> None:
    backend = FakeBackend(slots=slots)
    await usage_of(backend, PREFIX)
    await usage_of(backend, "another file", "with other text\n" * 50)
    assert ((await usage_of(backend, PREFIX)).evaluated_tokens == 1) is hot


async def test_rates_pace_the_answer_on_the_injected_clock() -> None:
    time = Time()
    rates = {"prefill_rate": 100.0, "decode_rate": 10.0, "first_delay": 0.5}
    backend = FakeBackend("one two", **rates, clock=time, sleep=time.sleep)  # type: ignore[arg-type]
    usage = await usage_of(backend, PREFIX, max_tokens=50)
    assert usage.prefill_ms == pytest.approx(500.0 + 10.0 * usage.evaluated_tokens)
    assert usage.decode_ms == pytest.approx(100.0 * len(tokenize("one two")))


@pytest.mark.parametrize(
    ("stop", "max_tokens", "text", "reason"),
    [
        ((), 50, "one\ntwo\n", "stop"),
        (("\n",), 50, "one", "stop"),
        (("wo", "ne"), 50, "o", "stop"),
        ((), 2, "one\n", "length"),
        ((), 0, "", "length"),
    ],
)
async def test_where_the_text_ends(stop: tuple[str, ...], max_tokens: int, text: str, reason: str) -> None:
    pieces = await collect(FakeBackend("one\ntwo\n"), FimRequest("a", "b", max_tokens, stop))
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.finish_reason for piece in pieces if piece.finish_reason] == [reason]


async def test_closing_the_stream_ends_the_generation_and_keeps_what_was_evaluated() -> None:
    backend = FakeBackend("text that goes on", decode_rate=1000.0)

    async with aclosing(backend.stream(FimRequest(PREFIX, SUFFIX))) as pieces:
        await anext(pieces)
    assert (backend.cancelled, backend.running) == (1, 0)
    assert (await usage_of(backend, PREFIX)).evaluated_tokens == 1


async def test_faults_come_in_order_and_after_the_tokens_they_name() -> None:
    faults = [BackendUnavailable("gone"), None, Fault(BackendBusy("full"), after_tokens=2)]
    backend = FakeBackend("a b c d", faults=faults)
    with pytest.raises(BackendUnavailable, match="gone"):
        await collect(backend, FimRequest("x", "y"))
    assert (await collect(backend, FimRequest("x", "y")))[-1].finish_reason == "stop"

    async def until_fault() -> list[str]:
        seen: list[str] = []
        with pytest.raises(BackendBusy):  # noqa: PT012 - what came before the error is the point
            async for piece in backend.stream(FimRequest("x", "y")):
                seen.append(piece.text)
        return seen

    assert await until_fault() == ["a", " "]
    assert backend.cancelled == 0


TRUTH = "def area(w, h):\n    return w * h\n\n\ndef main():\n    print(area(2, 3))\n"


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        ("def area(w, h):\n    re│\n\n\ndef main():\n", "turn w * h\n\n"),
        ("h\n\n\ndef main():\n    print(│)\n", "area(2, 3"),
        ("# another top\ndef main():\n    │", "print(area(2, 3))\n"),
        ("nothing that is there│", ""),
        ("│", TRUTH),
    ],
)
def test_a_truth_is_continued_where_the_prefix_ends(drawn: str, expected: str) -> None:
    prefix, _, suffix = drawn.partition("│")
    assert continue_like(TRUTH)(FimRequest(prefix, suffix)) == expected


def test_scripts_in_order_repeat_the_last() -> None:
    script = in_order(["1", "2"])
    assert [script(FimRequest("", "")) for _ in range(3)] == ["1", "2", "2"]


async def test_it_is_built_by_name_from_its_section() -> None:
    options = Options(backend=BackendOptions(primary="fake"), fake=FakeOptions(text="hello"))
    backend = build_backend(options)
    assert isinstance(backend, FakeBackend)
    assert (await collect(backend, FimRequest("", "")))[0].text == "hell"


def test_an_unreadable_truth_and_an_unknown_name_say_what_is_wrong() -> None:
    with pytest.raises(ConfigError, match=r"fake\.truth"):
        build_backend(Options(backend=BackendOptions(primary="fake"), fake=FakeOptions(truth="/nowhere/at/all")))
    with pytest.raises(ConfigError, match="none"):
        build_backend(Options(backend=BackendOptions(primary="gpt")))  # type: ignore[arg-type]


async def test_no_backend_says_how_to_choose_one() -> None:
    backend = build_backend(Options(backend=BackendOptions(primary="none")))
    assert (await backend.health()).state == "paused"
    with pytest.raises(BackendUnavailable, match=r"backend\.primary"):
        await anext(backend.stream(FimRequest("", "")))
