"""When nothing is shown without an explicit request, and what is generated ahead of time."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.completion.answer import Ask
from codestral_ls.completion.completer import Completer
from codestral_ls.completion.off import Off
from codestral_ls.config import CompletionOptions
from codestral_ls.documents.snapshot import Snapshot
from support.drawing import drawn, instant, options, shown, typed, with_completer

ROOT = Path("/work/project")

PLACES = [
    ("x = 1  # a note │\n", "python", "comments", "comment"),
    ('x = "a text │"\n', "python", "strings", "string"),
    ("x = │\n", "python", "comments", None),
    ("x = │\n", "python", "strings", None),
    ("// note │\nlet x = 1;\n", "javascript", "comments", "comment"),
    ("# Title\n\nSome words │\n", "markdown", "prose", "prose"),
    ("# Title\n\n```python\nx = │\n```\n", "markdown", "prose", None),
    ("# Title\n\n```python\nx = 1\n```\nwords │\n", "markdown", "prose", "prose"),
    ("~~~~\n```\nx │\n", "markdown", "prose", None),
    ("````\n```\nx │\n````\n", "markdown", "prose", None),
    ("``` not a fence ` at all\nx │\n", "markdown", "prose", "prose"),
    ("words │\n", "plaintext", "prose", "prose"),
    ("words │\n", "markdown", "comments", None),
]


@pytest.mark.parametrize(("code", "language", "place", "why"), PLACES)
async def test_regions_are_off_unasked_and_on_when_asked(code: str, language: str, place: str, why: str | None) -> None:
    async def scenario(completer: Completer) -> None:
        snapshot = drawn(code, language)
        answer = await completer.complete(snapshot, Ask())
        assert (answer.reason if why else None) == why
        assert (await completer.complete(snapshot, Ask(invoked=True))).reason != why or why is None

    await with_completer(instant("something()"), scenario, options(disabled_in=(place,)))


FILES = [
    ("vendor/", "vendor/a.py", True),
    ("vendor/", "src/vendor/deep/a.py", True),
    ("/vendor/", "src/vendor/a.py", False),
    ("src/*.gen.ts", "src/x.gen.ts", True),
    ("src/*.gen.ts", "lib/src/x.gen.ts", False),
    ("*.md", "docs/a.md", True),
    ("*.md", "docs/a.mdx", False),
]


@pytest.mark.parametrize(("pattern", "name", "is_off"), FILES)
@pytest.mark.parametrize("invoked", [True, False])
def test_files_are_off_by_patterns_from_the_workspace_on(pattern: str, name: str, is_off: bool, invoked: bool) -> None:
    off = Off(CompletionOptions(disabled_globs=(pattern,)), [ROOT])
    snapshot = Snapshot.of("x = ", 4, "python", (ROOT / name).as_uri(), path=ROOT / name)
    assert off.why(snapshot, Ask(invoked=invoked)) == ("file_disabled" if is_off else None)


COMMITS = [
    (".git/COMMIT_EDITMSG", "plaintext"),
    (".git/rebase-merge/git-rebase-todo", "git-rebase"),
    (".git/TAG_EDITMSG", "plaintext"),
    ("anything", "gitcommit"),
    ("T/editor-1.jjdescription", "plaintext"),
]


@pytest.mark.parametrize(("name", "language"), COMMITS)
def test_messages_of_commits_are_off_but_for_who_wants_them(name: str, language: str) -> None:
    snapshot = Snapshot.of("Fix ", 4, language, (ROOT / name).as_uri(), path=ROOT / name)
    assert Off(CompletionOptions()).why(snapshot, Ask()) == "commit_message"
    assert Off(CompletionOptions()).why(snapshot, Ask(invoked=True)) is None
    assert Off(CompletionOptions(commit_messages=True)).why(snapshot, Ask()) is None


async def test_manual_completes_only_when_asked() -> None:
    backend = instant("compute()")

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        assert (await completer.complete(snapshot, Ask())).reason == "manual"
        assert backend.requests == []
        assert shown(snapshot, await completer.complete(snapshot, Ask(invoked=True))) == "x = compute()\n"

    await with_completer(backend, scenario, options(trigger="manual"))


async def test_subtle_writes_ahead_and_shows_when_asked_without_asking_again() -> None:
    backend = instant("compute()")

    async def scenario(completer: Completer) -> None:
        snapshot = drawn("x = │\n")
        assert (await completer.complete(snapshot, Ask())).reason == "withheld"
        assert len(backend.requests) == 1
        answer = await completer.complete(snapshot, Ask(invoked=True, count=3))
        assert shown(snapshot, answer) == "x = compute()\n"
        assert len(backend.requests) == 1
        again = await completer.complete(snapshot, Ask(invoked=True, count=3))
        assert again.items
        assert len(backend.requests) > 1, "the second question is for the alternatives"

    await with_completer(backend, scenario, options(trigger="subtle"))


async def test_nothing_known_or_new_is_shown_before_the_rest_that_is_wanted() -> None:
    waits: list[float] = []

    async def scenario(completer: Completer) -> None:
        async def pause(seconds: float) -> None:
            waits.append(seconds)

        completer._pipeline.inflight.pause = pause  # type: ignore[method-assign]
        snapshot = drawn("x = │\n")
        await completer.complete(snapshot, Ask())
        known = await completer.complete(typed(snapshot, "com"), Ask())
        assert known.source == "typed_along"
        waits[:] = [seconds for seconds in waits if seconds > 1]
        assert len(waits) == 2
        assert all(29 < seconds <= 30 for seconds in waits)
        await completer.complete(typed(snapshot, "com"), Ask(invoked=True))
        assert len([seconds for seconds in waits if seconds > 1]) == 2

    await with_completer(instant("compute()"), scenario, options(show_after_ms=30_000))


@pytest.mark.parametrize(
    ("on_battery", "draining", "writes_ahead"), [("less", True, False), ("less", False, True), ("same", True, True)]
)
async def test_on_battery_nothing_is_written_ahead(on_battery: str, draining: bool, writes_ahead: bool) -> None:
    backend = instant("compute()")

    async def scenario(completer: Completer) -> None:
        completer._pipeline.on_battery = lambda: draining
        completer.cursor_moved(drawn("x = │\n"))
        assert bool(completer._pipeline.inflight.busy or completer._pipeline.inflight._background) == writes_ahead

    await with_completer(backend, scenario, options(on_battery=on_battery))


def test_the_battery_is_asked_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    from codestral_ls.system.battery import Battery

    answers = [type("Power", (), {"power_plugged": plugged})() for plugged in (False, True)]
    asked: list[int] = []

    def sensors() -> object:
        asked.append(1)
        return answers[len(asked) - 1]

    monkeypatch.setattr(psutil, "sensors_battery", sensors, raising=False)
    now = 0.0
    battery = Battery(lambda: now)
    assert battery.is_draining()
    now = 29.0
    assert battery.is_draining()
    assert len(asked) == 1
    now = 31.0
    assert not battery.is_draining()


def test_a_machine_without_a_battery_never_drains(monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    from codestral_ls.system.battery import Battery

    monkeypatch.setattr(psutil, "sensors_battery", lambda: None, raising=False)
    assert not Battery().is_draining()
