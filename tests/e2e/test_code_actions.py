"""Code actions from the offer to the edit: what is offered where, the edit that the editor gets, and how it can refuse it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import Editor, Json, RefusedError, drawn, fake, private_folder

WRITE_DOCSTRING, WRITE_TESTS = "codestral-ls.writeDocstring", "codestral-ls.writeTests"
BOTH = ["Write docstring", "Write tests"]
APPLY, PROGRESS, SAY = "workspace/applyEdit", "$/progress", "window/showMessage"
WORDS = fake("Return the sum of both.")
SLOW = fake("Return the sum of both.", first_delay_ms=150)
NEVER = fake("Return the sum of both.", first_delay_ms=60_000)
URI = "file:///nowhere/project/sums.py"
ADD = "def add(a, b):\n    return│ a + b\n"
CANCELLED, FAILED = -32800, -32803


def units(text: str, encoding: str) -> int:
    """The length of a text in UTF-16 units, as the protocol counts it."""
    name, size = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    return len(text.encode(name)) // size


def offset_of(text: str, position: Json, encoding: str) -> int:
    """The str index of a position."""
    start = sum(len(line) for line in text.splitlines(keepends=True)[: position["line"]])
    return next(at for at in range(start, len(text) + 1) if units(text[start:at], encoding) == position["character"])


def edited(text: str, edit: Json, encoding: str) -> str:
    """The text after an edit, applied as an editor does."""
    start, end = (offset_of(text, edit["range"][edge], encoding) for edge in ("start", "end"))
    new: str = edit["newText"]
    return text[:start] + new + text[end:]


async def begin(editor: Editor, name: str = "vscode", **params: object) -> Json:
    """Begin a session with an editor that makes every edit; wait until the server is ready."""
    editor.replies[APPLY] = {"applied": True}
    capabilities = await editor.initialize(name, **params)
    await editor.ready()
    return capabilities


async def offers(editor: Editor, uri: str, position: Json, **context: object) -> list[Json]:
    """The code actions at a position."""
    params = {
        "textDocument": {"uri": uri},
        "range": {"start": position, "end": position},
        "context": {"diagnostics": [], **context},
    }
    found: list[Json] = await editor.request("textDocument/codeAction", params)
    return found


def run(editor: Editor, command: str, position: Json, uri: str = URI, version: int | None = 1, **more: object) -> int:
    """Execute a command; return the request's id."""
    return editor.ask("workspace/executeCommand", {"command": command, "arguments": [uri, position, version], **more})


def bars(editor: Editor) -> list[Any]:
    """The messages of the progress bars for writing: kind, and title or message."""
    values = [(params["token"], params["value"]) for params in editor.told(PROGRESS)]
    ours = {token for token, value in values if str(value.get("title")).startswith("Write")}
    return [(value["kind"], value.get("title") or value.get("message")) for token, value in values if token in ours]


FUNCTION = "def f(a):\n    return │a\n"
OFFERS: list[tuple[str, str, str, Json, list[str]]] = [
    ("in a body", "in/one.py", FUNCTION, {}, BOTH),
    ("on its name", "in/two.py", "def │f(a):\n    return a\n", {}, BOTH),
    ("on a decorator", "in/three.py", "@d│\ndef f(a):\n    return a\n", {}, BOTH),
    ("documented", "in/four.py", 'def f(a):\n    """Do it."""\n    return │a\n', {}, ["Rewrite docstring", "Write tests"]),
    ("on one line", "in/five.py", "def f(a): return │a\n", {}, ["Write tests"]),
    ("a class", "in/six.py", "class A:\n    x = 1│\n", {}, ["Write docstring"]),
    ("no definition", "in/seven.py", "def f(a):\n    return a\n\n\n│x = 1\n", {}, []),
    ("not Python", "in/eight.py", "def f(a:\n    return │a\n", {}, []),
    ("no tree", "in/nine.txt", FUNCTION, {}, []),
    ("no tests in Go", "in/ten.go", "package p\n\nfunc F(a int) int {\n\treturn │a\n}\n", {}, ["Write docstring"]),
    ("TypeScript", "in/eleven.ts", "export function f(a: number) {\n  return │a;\n}\n", {}, BOTH),
    ("JSON", "in/twelve.json", '{"a": │1}\n', {}, []),
    ("tests", "in/tests/test_f.py", FUNCTION.replace("f(a)", "test_f(a)"), {}, ["Write docstring"]),
    ("outside", "out/one.py", FUNCTION, {}, ["Write docstring"]),
    ("private", "in/secret.py", FUNCTION, {}, []),
    ("credentials", "in/credentials.py", FUNCTION, {}, []),
    ("other kinds", "in/thirteen.py", FUNCTION, {"only": ["quickfix", "refactor.extract", "refactor.rew"]}, []),
    ("our kind", "in/fourteen.py", FUNCTION, {"only": ["source", "refactor.rewrite"], "triggerKind": 2}, BOTH),
    ("a kind above", "in/fifteen.py", FUNCTION, {"only": ["refactor"], "triggerKind": 1}, BOTH),
]
LANGUAGES = {".py": "python", ".go": "go", ".ts": "typescript", ".json": "json", ".txt": "plaintext"}


async def test_what_is_offered_where() -> None:
    with private_folder() as folder:
        (folder / "in").mkdir()
        (folder / "in/.codestralignore").write_text("secret.*\n")
        folders = [{"uri": (folder / "in").as_uri(), "name": "in"}]
        async with forked_serving(WORDS) as editor:
            await begin(editor, workspaceFolders=folders)
            found, wanted = {}, {}
            for name, path, code, context, titles in OFFERS:
                text, position = drawn(code)
                uri = (folder / path).as_uri()
                editor.open(uri, text, LANGUAGES[Path(path).suffix], version=7)
                actions = await offers(editor, uri, position, **context)
                found[name], wanted[name] = [action["title"] for action in actions], titles
                for action in actions:
                    assert action["command"]["arguments"] == [uri, position, 7]
                    assert action["command"]["command"] in (WRITE_DOCSTRING, WRITE_TESTS)
                    assert action["kind"] == "refactor.rewrite"
                    assert "edit" not in action
            assert found == wanted
            untitled, position = drawn(FUNCTION)
            editor.open("untitled:one", untitled)
            assert [one["title"] for one in await offers(editor, "untitled:one", position)] == ["Write docstring"]
            assert await offers(editor, "file:///nowhere/unopened.py", position) == []
            assert await editor.shutdown() == 0
            assert "failed" not in editor.log


ALWAYS = [
    f"codestral-ls.{name}"
    for name in ("accepted", "explain", "host", "acceptedEdit", "refusedEdit", "models", "preview", "pullModel", "recommendModel")
]
COMMANDS = [
    ("vscode", ALWAYS, [WRITE_DOCSTRING, WRITE_TESTS]),
    ("neovim-0.12", [*ALWAYS, WRITE_DOCSTRING, WRITE_TESTS], []),
    ("emacs-eglot", [*ALWAYS, WRITE_DOCSTRING, WRITE_TESTS], []),
    ("bare", ALWAYS, []),
]


@pytest.mark.parametrize(("name", "announced", "registered"), COMMANDS, ids=[row[0] for row in COMMANDS])
async def test_commands_are_announced_at_once_or_registered_later(name: str, announced: list[str], registered: list[str]) -> None:
    async with forked_serving(WORDS) as editor:
        capabilities = await begin(editor, name)
        assert capabilities["executeCommandProvider"]["commands"] == announced
        assert ("codeActionProvider" in capabilities) == (name != "bare")

        def known() -> list[str]:
            asked = [one for params in editor.asked("client/registerCapability") for one in params["registrations"]]
            chosen = [one["registerOptions"] for one in asked if one["method"] == "workspace/executeCommand"]
            return [command for options in chosen for command in options["commands"]]

        await editor.until(lambda: known() == registered, "the registration")


MULTI_BYTE = "# Ünïcödé 🎉🎉\r\nNAME = '🎉'\r\n\r\n\r\ndef add(a, b):  # 🎉 │sums\r\n    return a + b\r\n"


@pytest.mark.parametrize("name", ["vscode", "neovim-0.12", "emacs-eglot", "sublime-lsp"])
async def test_a_docstring_after_multi_byte_text_with_crlf(name: str) -> None:
    async with forked_serving(WORDS) as editor:
        capabilities = await begin(editor, name)
        encoding = capabilities["positionEncoding"]
        text = MULTI_BYTE.replace("│", "")
        line = MULTI_BYTE.split("│", maxsplit=1)[0].rsplit("\n", 1)[1]
        editor.open(URI, text, version=3)
        position = {"line": 4, "character": units(line, encoding)}
        assert await editor.answer(run(editor, WRITE_DOCSTRING, position, version=3)) is None
        [params] = editor.asked(APPLY)
        if name == "sublime-lsp":
            [edit] = params["edit"]["changes"][URI]
        else:
            [change] = params["edit"]["documentChanges"]
            assert change["textDocument"] == {"uri": URI, "version": 3}
            [edit] = change["edits"]
        body = '"""Return the sum of both."""'
        assert edited(text, edit, encoding) == text.replace("    return", f"    {body}\r\n    return")
        notes = params["edit"].get("changeAnnotations")
        confirms = name in ("vscode", "neovim-0.12")
        assert notes == ({edit["annotationId"]: {"label": "Write docstring", "needsConfirmation": True}} if confirms else None)
        assert editor.told(SAY) == []
        assert await editor.shutdown() == 0


async def test_a_bar_shows_what_is_being_done() -> None:
    async with forked_serving(SLOW) as editor:
        await begin(editor)
        text, position = drawn(ADD)
        editor.open(URI, text)
        await editor.answer(run(editor, WRITE_DOCSTRING, position))
        said = bars(editor)
        assert said[0] == ("begin", "Write docstring")
        assert said[-1] == ("end", None)
        assert {message for kind, message in said if kind == "report"} <= {"documenting add"}
        await editor.answer(run(editor, WRITE_DOCSTRING, position, workDoneToken="ours"))
        ours = [params["value"] for params in editor.told(PROGRESS) if params["token"] == "ours"]
        assert [value["kind"] for value in ours] == ["begin", "report", "end"]
        assert (ours[0]["cancellable"], ours[1]["message"]) == (True, "documenting add")
        created = [params["token"] for params in editor.asked("window/workDoneProgress/create")]
        assert "ours" not in created


async def test_the_bar_and_the_request_can_be_cancelled() -> None:
    async with forked_serving(NEVER) as editor:
        await begin(editor)
        text, position = drawn(ADD)
        editor.open(URI, text)
        editor.notify("window/workDoneProgress/cancel", {"token": "nobody's"})
        stopped = run(editor, WRITE_DOCSTRING, position, workDoneToken="one")
        await editor.until(lambda: any(p["token"] == "one" for p in editor.told(PROGRESS)), "the bar")
        editor.notify("window/workDoneProgress/cancel", {"token": "one"})
        assert await editor.answer(stopped) is None
        cancelled = run(editor, WRITE_TESTS, position, workDoneToken="two")
        editor.notify("$/cancelRequest", {"id": cancelled})
        with pytest.raises(RefusedError) as refusal:
            await editor.answer(cancelled)
        assert refusal.value.code == CANCELLED
        made = run(editor, WRITE_DOCSTRING, position)
        await editor.until(lambda: ("begin", "Write docstring") in bars(editor)[-2:], "the server's own bar")
        token = editor.told(PROGRESS)[-1]["token"]
        editor.notify("window/workDoneProgress/cancel", {"token": token})
        assert await editor.answer(made) is None
        last = {params["token"]: params["value"]["kind"] for params in editor.told(PROGRESS)}
        assert [last[name] for name in ("one", "two", token)] == ["end"] * 3
        assert (editor.asked(APPLY), editor.told(SAY)) == ([], [])
        run(editor, WRITE_DOCSTRING, position)
        assert await editor.shutdown() == 0
        assert "failed" not in editor.log


START = {"line": 0, "character": 0}


async def test_nothing_is_written_into_a_document_that_moved_on() -> None:
    async with forked_serving(SLOW) as editor:
        await begin(editor)
        text, position = drawn(ADD)
        editor.open(URI, text)
        asked = [run(editor, WRITE_DOCSTRING, position)]
        editor.change(URI, 2, {"range": {"start": START, "end": START}, "text": "# new\n"})
        asked.append(run(editor, WRITE_DOCSTRING, position, version=1))
        editor.open("file:///nowhere/project/other.py", text)
        asked.append(run(editor, WRITE_DOCSTRING, position, "file:///nowhere/project/other.py"))
        editor.notify("textDocument/didClose", {"textDocument": {"uri": "file:///nowhere/project/other.py"}})
        for message_id in asked:
            assert await editor.answer(message_id) is None
        names = sorted(message["message"].removeprefix("codestral-ls: ").split()[0] for message in editor.told(SAY))
        assert names == ["other.py", "sums.py", "sums.py"]
        assert all("has changed meanwhile" in message["message"] for message in editor.told(SAY))
        assert editor.asked(APPLY) == []
        moved = {"line": 2, "character": 4}
        await editor.answer(run(editor, WRITE_DOCSTRING, moved, version=None))
        assert editor.asked(APPLY)[0]["edit"]["documentChanges"][0]["textDocument"]["version"] == 2


GARBAGE = fake("}{ ;;")
AWAY = {"CODESTRAL_LS_BACKEND_PRIMARY": "fim_server", "CODESTRAL_LS_FIM_SERVER_ADDRESS": "http://127.0.0.1:9"}


@pytest.mark.parametrize(("variables", "reason"), [(GARBAGE, "wrote nothing that can be used"), (AWAY, "does not answer")])
async def test_a_backend_that_fails_is_one_message(variables: dict[str, str], reason: str) -> None:
    async with forked_serving(variables) as editor:
        await editor.initialize()
        # The server has already reported, once, that the backend cannot be reached.
        await editor.until(lambda: editor.states()[-1:] == ["ready"] or editor.told(SAY), "the backend's state")
        text, position = drawn(ADD)
        editor.open(URI, text)
        before = len(editor.told(SAY))
        assert await editor.answer(run(editor, WRITE_DOCSTRING, position)) is None
        [message] = editor.told(SAY)[before:]
        assert message["type"] == 2
        assert reason in message["message"]
        assert editor.asked(APPLY) == []
        assert bars(editor)[-1][0] == "end"
        assert await editor.shutdown() == 0


async def test_an_editor_that_takes_no_edits_is_offered_none() -> None:
    async with forked_serving(WORDS) as editor:
        await begin(editor, "bare")
        text, position = drawn(ADD)
        editor.open(URI, text)
        assert await offers(editor, URI, position) == []
        assert await editor.answer(run(editor, WRITE_DOCSTRING, position)) is None
        [message] = editor.told(SAY)
        assert "does not let a language server change files" in message["message"]
        assert editor.asked(APPLY) == []


async def test_an_editor_without_action_literals_gets_commands() -> None:
    async with forked_serving(WORDS) as editor:
        await begin(editor, "bare", capabilities={"workspace": {"applyEdit": True}})
        text, position = drawn(ADD)
        editor.open(URI, text)
        assert await offers(editor, URI, position) == [
            {"title": "Write docstring", "command": WRITE_DOCSTRING, "arguments": [URI, position, 1]},
        ]


ANSWERS = [
    ("vscode", {"applied": True}, None),
    ("vscode", {"applied": False}, None),  # the user saw it and did not want it
    ("vscode", {"applied": False, "failureReason": "read-only"}, "read-only"),
    ("emacs-eglot", {"applied": False}, "did not make the edit"),
]


@pytest.mark.parametrize(("name", "answer", "said"), ANSWERS)
async def test_an_edit_that_the_editor_refuses(name: str, answer: Json, said: str | None) -> None:
    async with forked_serving(WORDS) as editor:
        await begin(editor, name)
        editor.replies[APPLY] = answer
        text, position = drawn(ADD)
        editor.open(URI, text)
        assert await editor.answer(run(editor, WRITE_DOCSTRING, position)) is None
        assert len(editor.asked(APPLY)) == 1
        messages = [message["message"] for message in editor.told(SAY)]
        assert len(messages) == (said is not None)
        assert all(said is not None and said in message for message in messages)


async def test_an_action_is_resolved_to_a_plain_edit_for_a_client_that_shows_it_itself() -> None:
    async with forked_serving(WORDS) as editor:
        await begin(editor)
        text, position = drawn(ADD)
        editor.open(URI, text)
        [action, *_] = await offers(editor, URI, position)
        resolved = await editor.request("codeAction/resolve", action)
        [change] = resolved["edit"]["documentChanges"]
        assert "Return the sum of both." in edited(text, change["edits"][0], "utf-16")
        assert "annotationId" not in change["edits"][0]
        assert "command" not in resolved
        assert editor.asked(APPLY) == []
        assert await editor.request("codeAction/resolve", {"title": "Another's"}) == {"title": "Another's"}
        editor.change(URI, 2, {"range": {"start": START, "end": START}, "text": "# new\n"})
        with pytest.raises(RefusedError, match="has changed meanwhile") as refusal:
            await editor.request("codeAction/resolve", action)
        assert refusal.value.code == FAILED
        for arguments in ([], [URI, position], [URI, {"line": -1, "character": 0}, 1], [URI, position, "1"]):
            with pytest.raises(RefusedError):
                await editor.request("workspace/executeCommand", {"command": WRITE_DOCSTRING, "arguments": arguments})
        assert editor.told(SAY) == []


TESTS = fake("_small():\n    assert add(1, 2) == 3\n")


@pytest.mark.parametrize("name", ["vscode", "emacs-eglot"])
async def test_tests_go_to_a_new_file_and_then_after_what_it_holds(name: str) -> None:
    with private_folder() as folder:
        source, target = folder / "sums.py", folder / "tests/test_sums_generated.py"
        text, position = drawn(ADD)
        source.write_text(text)
        async with forked_serving(TESTS) as editor:
            await begin(editor, name, workspaceFolders=[{"uri": folder.as_uri(), "name": "project"}])
            editor.open(source.as_uri(), text)
            assert await editor.answer(run(editor, WRITE_TESTS, position, source.as_uri())) is None
            *made, change = editor.asked(APPLY)[0]["edit"]["documentChanges"]
            assert [one["kind"] for one in made] == (["create"] if name == "vscode" else [])
            assert all(one["uri"] == target.as_uri() for one in made)
            assert change["textDocument"] == {"uri": target.as_uri(), "version": None}
            new = edited("", change["edits"][0], "utf-16")
            assert "from sums import add\n" in new
            assert "def test_add_small():\n    assert add(1, 2) == 3\n" in new
            [message] = editor.told(SAY)
            assert message["message"] == "codestral-ls: 1 new test in test_sums_generated.py. They have not been run yet."
            assert message["type"] == 3
            assert not target.exists()

            editor.open(target.as_uri(), new.replace("\n", "\r\n"), version=5)
            assert await editor.answer(run(editor, WRITE_TESTS, position, source.as_uri())) is None
            [change] = editor.asked(APPLY)[1]["edit"]["documentChanges"]
            assert change["textDocument"] == {"uri": target.as_uri(), "version": 5}
            more = edited(new.replace("\n", "\r\n"), change["edits"][0], "utf-16")
            assert more.startswith(new.replace("\n", "\r\n"))
            assert more.count("from sums import add") == 1
            assert "\r\ndef test_add_small_2():\r\n" in more
            assert more.count("\n") == more.count("\r\n")
            assert await editor.shutdown() == 0


async def test_a_file_in_no_workspace_folder_gets_no_tests() -> None:
    async with forked_serving(TESTS) as editor:
        await begin(editor)
        text, position = drawn(ADD)
        editor.open("file:///elsewhere/sums.py", text)
        assert await editor.answer(run(editor, WRITE_TESTS, position, "file:///elsewhere/sums.py")) is None
        [message] = editor.told(SAY)
        assert "workspace folder" in message["message"]
