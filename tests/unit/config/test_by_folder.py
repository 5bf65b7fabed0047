"""Several workspace folders: which options a document gets, and which values are the strictest."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.config.by_folder import ByFolder, options_by_folder, tightest
from codestral_ls.config.fields import all_fields, value_of
from codestral_ls.config.load import load_options
from codestral_ls.config.sections import CompletionOptions, ContextOptions, Options, PrivacyOptions
from codestral_ls.config.trust import EDITOR_MAY, PROJECT_MAY, Rule, stricter
from support.trust.hostile_settings import another_value

ONE, OTHER, INNER = Path("/w/one"), Path("/w/other"), Path("/w/one/inner")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/w/one/a.py", "one"),
        ("/w/one/inner/a.py", "inner"),
        ("/w/one/innermost/a.py", "one"),
        ("/w/other/deep/a.py", "other"),
        ("/w/one", "one"),
        ("/w/oneself/a.py", "elsewhere"),
        ("/a.py", "elsewhere"),
        (None, "elsewhere"),
    ],
)
def test_the_innermost_folder_counts(path: str | None, value: str) -> None:
    by_folder = ByFolder("elsewhere", ((ONE, "one"), (INNER, "inner"), (OTHER, "other")))
    assert by_folder.at(Path(path) if path is not None else None) == value
    assert by_folder.map(str.upper).at(Path(path) if path is not None else None) == value.upper()


def test_a_folders_file_counts_in_it_alone_but_what_it_withholds_is_withheld_everywhere() -> None:
    quiet = Options(completion=CompletionOptions(enabled=False), privacy=PrivacyOptions(ignore=("secret.py",)))
    own = Options(privacy=PrivacyOptions(ignore=("notes.md",)), context=ContextOptions(index=False))
    by_folder = options_by_folder([(ONE, quiet), (OTHER, own)])
    assert not by_folder.at(ONE / "a.py").completion.enabled
    assert by_folder.at(OTHER / "a.py").completion.enabled
    assert by_folder.at(ONE / "a.py").context.index
    assert not by_folder.at(None).completion.enabled
    assert not by_folder.at(None).context.index
    assert {options.privacy.ignore for options in by_folder} == {("secret.py", "notes.md")}


@pytest.mark.parametrize("key", sorted(PROJECT_MAY))
def test_the_strictest_is_what_a_project_could_have_set(tmp_path: Path, key: str) -> None:
    """If a project's file changed the user's value, the project's value is the strictest: in either order, and without an error."""
    field = all_fields()[key]
    changed = load_options(None, None, {}, given={field.section: {field.name: another_value(field)}}).options
    default = Options()
    rule, mine, theirs = PROJECT_MAY[key], value_of(default, key), value_of(changed, key)
    found = value_of(tightest([default, changed]), key)
    assert found == value_of(tightest([changed, default]), key)
    assert found in (mine, theirs)
    word = f'"{found}"' if isinstance(found, str) else str(found).lower()
    if not isinstance(found, tuple) and found != mine:
        (tmp_path / "codestral-ls.toml").write_text(f"[{field.section}]\n{field.name} = {word}\n")
        loaded = load_options(tmp_path, None, {})
        assert loaded.problems == ()
        assert value_of(loaded.options, key) == found
    assert stricter(rule, mine, mine) == mine


def test_lists_are_put_together_and_numbers_counted_from_what_the_program_chooses() -> None:
    assert stricter(Rule("add"), ("a", "b"), ("b", "c")) == ("a", "b", "c")
    assert stricter(PROJECT_MAY["context.prefix_tokens"], 0, 64) == 64
    assert stricter(PROJECT_MAY["context.project_tokens"], 0, -1) == -1
    assert stricter(PROJECT_MAY["completion.debounce_ms"], -1, 300) == 300
    with pytest.raises(ValueError, match="no value is stricter"):
        stricter(EDITOR_MAY["completion.show"], "eager", "quiet")
