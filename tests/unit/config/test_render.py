"""The files generated from the options are up to date and correct."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from codestral_ls.config import Options, render
from codestral_ls.config.describe import meanings
from codestral_ls.config.editor_settings import SHOWN, setting_name
from codestral_ls.config.fields import all_fields, section_classes
from codestral_ls.config.load import load_options

ROOT = Path(__file__).parents[3]


def test_the_generated_files_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    code = render.main(["--check"])
    assert (code, capsys.readouterr().err) == (0, "")


def test_the_default_file_holds_every_option_at_its_default(tmp_path: Path) -> None:
    file = tmp_path / "default.toml"
    file.write_text(render.default_toml(), encoding="utf-8")
    loaded = load_options(None, None, {}, user_file=file)
    assert (loaded.options, loaded.problems) == (Options(), ())
    assert set(loaded.origins) == set(all_fields())


def test_every_option_is_in_the_table_and_thirty_are_settings() -> None:
    table = render.option_table()
    schema = json.loads(render.vscode_schema())
    properties = {key: value for part in schema["configuration"] for key, value in part["properties"].items()}
    assert list(properties) == [f"codestral-ls.{setting_name(key)}" for key in SHOWN]
    assert len(properties) == 30
    assert "_" not in "".join(properties)
    assert "fake" not in properties["codestral-ls.backend.primary"]["enum"]
    for field in all_fields().values():
        assert f"| `{field.name}` |" in table
    for key in SHOWN:
        assert properties[f"codestral-ls.{setting_name(key)}"]["markdownDescription"] == meanings()[key]
    for section in section_classes():
        assert f"`[{section}]`" in table


def test_a_workspace_may_not_set_addresses_in_the_editor_either() -> None:
    schema = json.loads(render.vscode_schema())
    scopes = {key: value["scope"] for part in schema["configuration"] for key, value in part["properties"].items()}
    assert scopes["codestral-ls.fimServer.address"] == "machine"
    assert scopes["codestral-ls.completion.maxLines"] == "window"


def test_a_settings_name_is_read_as_its_option() -> None:
    words = {setting_name(key): None for key in all_fields()}
    assert len(words) == len(all_fields())
    said = load_options(None, {"codestral-ls": {"completion.maxLines": 3, "completion.showAfterMs": 40}}, {})
    assert (said.options.completion.max_lines, said.options.completion.show_after_ms, said.problems) == (3, 40, ())


def test_the_schema_accepts_its_own_defaults() -> None:
    kinds = {"boolean": bool, "integer": int, "number": float, "string": str, "array": list, "object": dict}
    for part in json.loads(render.vscode_schema())["configuration"]:
        for key, schema in part["properties"].items():
            default = schema["default"]
            assert isinstance(default, kinds[schema["type"]]), key
            assert default in schema.get("enum", [default]), key
            assert "minimum" not in schema or default >= schema["minimum"], key


def test_writing_renews_only_what_is_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").touch()
    page = tmp_path / "docs/configuration.md"
    page.parent.mkdir()
    page.write_text(f"# Mine\n{render.BEGIN}\nwhat was here\n{render.END}\nthe rest\n")
    families = tmp_path / "docs/backends.md"
    families.write_text(f"# Mine\n{render.FAMILIES_BEGIN}{render.FAMILIES_END}\nthe rest\n")
    assert render.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err.count("is stale") == 4
    assert render.main([], tmp_path) == 0
    assert capsys.readouterr().err.count("written") == 4
    assert "| `mellum` | `<fim_suffix>s<fim_prefix>p<fim_middle>` |" in families.read_text()
    written = page.read_text()
    assert written.startswith("# Mine\n")
    assert written.endswith("the rest\n")
    assert "what was here" not in written
    assert render.main(["--check"], tmp_path) == 0
    assert tomllib.loads((tmp_path / "configs/default.toml").read_text())["local"]["model"] == "embedded"


def test_without_markers_or_checkout_a_sentence_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main([], tmp_path) == 1
    assert "source checkout" in capsys.readouterr().err
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/configuration.md").write_text("# Mine\n")
    assert render.main([], tmp_path) == 1
    (tmp_path / "docs/backends.md").write_text("# Mine\n")
    render.main([], tmp_path)
    said = capsys.readouterr().err
    assert "docs/configuration.md has no place" in said
    assert "docs/backends.md has no place" in said
