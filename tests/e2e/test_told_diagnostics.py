"""``codestral-ls/didChangeDiagnostics``: another server's diagnostics near the cursor reach the prompt."""

from __future__ import annotations

from pathlib import Path

from support.lsp.fim_stand_in import FimStandIn, fim_stand_in
from support.lsp.forked_server import forked_serving
from support.lsp.lsp_client import Editor, drawn
from support.waiting import until

TEXT, POSITION = drawn("def add(a, b):\n    retrun a\n    │\n\n\n" + "x = 1\n" * 30)

RESTS = 0.5
"""The pause in seconds after which the server counts typing as rested and chooses context again."""


def told(line: int, message: str) -> dict[str, object]:
    place = {"line": line, "character": 0}
    return {"range": {"start": place, "end": place}, "message": message, "severity": 1}


async def prompt_with(editor: Editor, stand_in: FimStandIn, uri: str, wanted: str, there: bool = True) -> str:
    """Type until ``wanted`` is in a prompt (or no longer is): context changes only when typing rests for a moment."""

    async def so() -> bool:
        version = 2 + len(stand_in.prompts)
        typed = f"value_{version} = "
        whole = {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 99}}
        editor.change(uri, version, {"range": whole, "text": typed})
        await editor.inline(uri, {"line": 2, "character": 4 + len(typed)})
        return (wanted in stand_in.prompts[-1]) == there

    await until(so, f"the prompt with {wanted!r}" if there else f"the prompt without {wanted!r}", poll=RESTS)
    return stand_in.prompts[-1]


async def test_a_complaint_at_the_cursor_is_in_the_prompt_until_it_is_taken_back(tmp_path: Path) -> None:
    uri = (tmp_path / "sums.py").as_uri()

    def change(editor: Editor, *diagnostics: dict[str, object]) -> None:
        editor.notify("codestral-ls/didChangeDiagnostics", {"textDocument": {"uri": uri}, "diagnostics": diagnostics})

    async with fim_stand_in("") as stand_in, forked_serving(stand_in.variables) as editor:
        await editor.initialize()
        editor.open(uri, TEXT)
        await editor.ready()
        await editor.inline(uri, POSITION)
        assert "undefined" not in stand_in.prompts[-1]
        far = told(30, "far away from the cursor")
        change(editor, told(1, 'undefined name "retrun"\nand more'), far, told(1, "y" * 5_000))
        prompt = await prompt_with(editor, stand_in, uri, '# undefined name "retrun" and more\n')
        assert "far away" not in prompt
        assert "y" * 301 not in prompt
        change(editor, far)
        await prompt_with(editor, stand_in, uri, "undefined", there=False)
        assert await editor.shutdown() == 0


async def test_diagnostics_before_the_first_completer_are_not_lost(tmp_path: Path) -> None:
    uri = (tmp_path / "sums.py").as_uri()

    async with fim_stand_in("") as stand_in, forked_serving(stand_in.variables) as editor:
        await editor.initialize()
        editor.open(uri, TEXT)
        params = {"textDocument": {"uri": uri}, "diagnostics": [told(1, "undefined name")]}
        editor.notify("codestral-ls/didChangeDiagnostics", params)
        await editor.ready()
        await prompt_with(editor, stand_in, uri, "# undefined name\n")
        assert await editor.shutdown() == 0


MALFORMED: list[object] = [
    None,
    [],
    {},
    {"textDocument": {"uri": 7}, "diagnostics": []},
    {"textDocument": {"uri": "file:///a.py"}, "diagnostics": {"range": 1}},
    {"textDocument": {"uri": "file:///a.py"}, "diagnostics": [None, {}, {"range": {"start": {"line": -1}}, "message": "m"}]},
    {"textDocument": {"uri": "file:///a.py"}, "diagnostics": [told(2**70, "m"), {**told(1, "m"), "message": ["m"]}]},
    {"textDocument": {"uri": "file:///a.py"}, "diagnostics": [told(1, "m")] * 5_000},
    {"textDocument": {"uri": "file:///never/opened.py"}, "diagnostics": [told(1, "m")]},
]


async def test_whatever_is_malformed_is_a_line_of_log() -> None:
    async with fim_stand_in("return a + b") as stand_in, forked_serving(stand_in.variables) as editor:
        await editor.initialize()
        editor.open("file:///a.py", TEXT)
        await editor.ready()
        for params in MALFORMED:
            editor.notify("codestral-ls/didChangeDiagnostics", params)
        assert await editor.inline("file:///a.py", POSITION)
        assert await editor.shutdown() == 0
        assert "without a document and a list of diagnostics was ignored" in editor.log
        assert "3 malformed diagnostics were ignored" in editor.log
        assert "Traceback" not in editor.log
        assert "failed" not in editor.log
