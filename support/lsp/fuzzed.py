"""LSP messages that no editor would send: real ones with mutated values, and a check of the server's log about them."""

from __future__ import annotations

import random
import re
from typing import Any

from support.lsp.lsp_client import Editor

CONTENT = "KANARIENVOGEL"
"""A word that all documents contain: it must never be in a log."""
NAME = "NAME"
"""A word in all other values: it may be in a log, because addresses, methods and settings may."""
_FAULTS = re.compile(r"Traceback \(most recent|never retrieved|Segmentation|Fatal Python|\bERROR\b|" + CONTENT)
_URIS = (
    *(
        "file:///w/a.py",
        "file:///w/b.rs",
        "file:///w/c.json",
        "untitled:Untitled-1",
        "file:///a%00b.py",
        "file:///" + "x" * 5_000 + ".py",
    ),
    *(
        "vscode-notebook-cell:/w/n.ipynb#W0",
        "",
        "file://",
        "http://[",
        "FILE:///w/.env",
        "file:///%FF%FE",
        "c:\\w\\a.py",
        "\ud800",
        "git:/w/a?{",
    ),
    *(
        "file:///" + "d/" * 1_500,
        "file:///dev/zero",
        "file:///proc/self/mem",
        "file:///w/../../etc/passwd",
        "jar:file:///a!/b",
        NAME,
    ),
)
_TEXTS = (
    "",
    f"def {CONTENT.lower()}(a, b):\n    return '{CONTENT}'\n",
    f"# {CONTENT}\n",
    f'{{"a": "{CONTENT}"}}',
    "é𝒳",
    "\ud800",
    "a\0b",
    "\r\r\n",
)
_HEAVY_TEXTS = (
    *(
        "",
        f"def {CONTENT.lower()}(a, b):\n    return '{CONTENT}'\n",
        "\x00" * 50,
        "\ud800\udc00\ud800",
        "(" * 3_000,
        "\r\r\n\n" * 300,
        "é𝒳" * 2_000,
    ),
    *('{"a": [' * 500, "fn f() { " + "&" * 3_000, "begin\n" * 3_000, "\u2028" * 20, "# " + CONTENT + "\n" * 1_000),
)
_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**31,
        -(2**63),
        10**40,
        1.5,
        -0.0,
        1e308,
        "",
        NAME,
        "python",
        "x" * 1_000,
        [],
        {},
        [[]],
        [None],
    ),
    *(
        {"line": 0, "character": 0},
        {"line": -5, "character": 10**9},
        {"uri": "file:///w/a.py"},
        [{}] * 20,
        {"a": {"b": {"c": [1, NAME]}}},
    ),
)


def messages(chance: random.Random, count: int) -> list[dict[str, Any]]:
    """``count`` messages: notifications, and requests whose ids begin with ``fuzz``."""
    return [_message(chance, number) for number in range(count)]


def faults(log: str) -> list[str]:
    """The lines that must not be in a log: tracebacks, errors and documents' content."""
    return [line for line in log.splitlines() if _FAULTS.search(line)]


async def barrier(editor: Editor) -> None:
    """Wait until the server answers a valid request for a valid document. Raises: AssertionError if it does not."""
    editor.open("file:///w/honest.py", "def f(a):\n    return ")
    await editor.inline("file:///w/honest.py", {"line": 1, "character": 11})


def _message(chance: random.Random, number: int) -> dict[str, Any]:
    method, params = chance.choice(_seeds(chance))
    for _ in range(chance.choice((0, 1, 1, 1, 2, 4))):
        params = _mutated(chance, params)
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
    if chance.random() < 0.45:
        message["id"] = f"fuzz{number}"
    if chance.random() < 0.03:
        message.pop(chance.choice(("jsonrpc", "params")))
    if chance.random() < 0.02:
        message["method"] = chance.choice(("", "$/x", NAME, "textDocument/hover", "a/b/c"))
    return message


def _seeds(chance: random.Random) -> list[tuple[str, Any]]:
    uri = {"uri": chance.choice(_URIS)}
    versioned = {**uri, "version": chance.randrange(-2, 50)}
    place = {"line": chance.randrange(4), "character": chance.randrange(30)}
    span = {"start": place, "end": {"line": chance.randrange(6), "character": chance.randrange(30)}}
    text = chance.choice(_HEAVY_TEXTS if chance.random() < 0.03 else _TEXTS)
    change = {"range": span, "text": text[:200], "rangeLength": chance.randrange(9)} if chance.random() < 0.7 else {"text": text}
    context = {"triggerKind": chance.choice((1, 2, 3)), "selectedCompletionInfo": {"range": span, "text": CONTENT}}
    return [
        (
            "textDocument/didOpen",
            {"textDocument": {**versioned, "languageId": chance.choice(("python", "rust", "", 5, NAME)), "text": text}},
        ),
        ("textDocument/didChange", {"textDocument": versioned, "contentChanges": [change] * chance.randrange(4)}),
        ("textDocument/didChange", {"textDocument": versioned, "contentChanges": [change]}),
        ("textDocument/didClose", {"textDocument": uri}),
        ("textDocument/didSave", {"textDocument": uri, "text": text}),
        ("textDocument/inlineCompletion", {"textDocument": uri, "position": place, "context": context}),
        ("textDocument/inlineCompletion", {"textDocument": uri, "position": place, "context": {"triggerKind": 1}}),
        ("textDocument/copilotInlineEdit", {"textDocument": versioned, "position": place, "context": context}),
        ("textDocument/copilotInlineEdit", {"textDocument": uri, "position": place}),
        ("textDocument/didShowInlineEdit", {"item": {"text": text, "range": span, "textDocument": versioned}}),
        ("workspace/executeCommand", {"command": "codestral-ls.refusedEdit", "arguments": [chance.choice(("edit-1", NAME))]}),
        ("textDocument/completion", {"textDocument": uri, "position": place, "context": {"triggerKind": 1}}),
        ("textDocument/codeAction", {"textDocument": uri, "range": span, "context": {"diagnostics": [], "only": ["refactor"]}}),
        ("workspace/executeCommand", {"command": chance.choice(("codestral-ls.nothing", NAME)), "arguments": [uri, place, NAME]}),
        ("workspace/didChangeWatchedFiles", {"changes": [{**uri, "type": chance.randrange(5)}] * chance.randrange(4)}),
        ("workspace/didChangeWorkspaceFolders", {"event": {"added": [{**uri, "name": "a"}], "removed": [{**uri, "name": "a"}]}}),
        ("workspace/didChangeConfiguration", {"settings": {"codestral-ls": {"completion": {"max_lines": NAME}}}}),
        ("$/cancelRequest", {"id": chance.choice(("fuzz1", 7, None, NAME))}),
        ("$/setTrace", {"value": "verbose"}),
        ("textDocument/didFocus", {"textDocument": uri}),
        ("codestral-ls/itemShown", {"id": NAME}),
    ]


def _mutated(chance: random.Random, value: Any) -> Any:
    """``value`` with one part, however deep, replaced, dropped, added or repeated."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        copy = dict(value)
        if chance.random() < 0.12:
            del copy[key]
        elif chance.random() < 0.08:
            copy[chance.choice(("x", NAME, ""))] = chance.choice(_VALUES)
        else:
            copy[key] = _mutated(chance, value[key])
        return copy
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], _mutated(chance, value[place]), *value[place + chance.randrange(2) :]]
    return chance.choice(_VALUES)
