"""Code with the cursor drawn in it, and helpers that set up a completer on the fake backend in one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from codestral_ls.backends.fake import FakeBackend, fixed
from codestral_ls.completion.answer import Answer, Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.config import CompletionOptions, Options
from codestral_ls.documents.snapshot import Snapshot

CURSOR = "│"


def drawn(code: str, language: str = "python", uri: str = "file:///work/code", version: int = 0) -> Snapshot:
    """A snapshot of ``code`` with the cursor at the ``│``."""
    offset = code.index(CURSOR)
    return Snapshot.of(code.replace(CURSOR, "", 1), offset, language, uri, version=version)


def typed(snapshot: Snapshot, text: str) -> Snapshot:
    """The snapshot after typing ``text`` at the cursor."""
    offset = snapshot.offset
    return Snapshot.of(snapshot.text[:offset] + text + snapshot.text[offset:], offset + len(text), snapshot.language, snapshot.uri)


def options(**completion: object) -> Options:
    """Options for tests: no debounce, no prefetch, no copies, no suggestion held back."""
    chosen = {"debounce_ms": 0, "prefetch": False, "copy": False, "show": "eager", **completion}
    return Options(completion=replace(CompletionOptions(), **chosen))  # type: ignore[arg-type]


def instant(text: str | FakeBackend) -> FakeBackend:
    """A backend that writes ``text`` without any delay."""
    if isinstance(text, FakeBackend):
        return text
    return FakeBackend(fixed(text), prefill_rate=0, decode_rate=0)


async def with_completer(
    backend: FakeBackend, scenario: Callable[[Completer], Awaitable[None]], chosen: Options | None = None
) -> None:
    """Run ``scenario`` on a new completer, then close it."""
    completer = Completer(backend, chosen or options())
    await completer.start()
    try:
        await scenario(completer)
    finally:
        await completer.aclose()


async def complete(
    code: str, text: str | FakeBackend, language: str = "python", ask: Ask | None = None, **chosen: object
) -> Answer:
    """The answer for the drawn cursor when the model writes ``text``."""
    answers: list[Answer] = []

    async def scenario(completer: Completer) -> None:
        answers.append(await completer.complete(drawn(code, language), ask or Ask()))

    await with_completer(instant(text), scenario, options(**chosen))
    return answers[0]


def shown(snapshot: Snapshot, answer: Answer) -> str:
    """The document with the first item accepted, or unchanged if there is none."""
    if not answer.items:
        return snapshot.text
    item = answer.items[0]
    return snapshot.text[: item.start] + item.text + snapshot.text[item.end :]
