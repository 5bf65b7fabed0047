"""A project's own file is untrusted: what it may set, and the sentence for everything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codestral_ls.config import Options
from codestral_ls.config.fields import Field, all_fields, value_of
from codestral_ls.config.load import LoadedOptions, load_options
from codestral_ls.config.trust import PROJECT_MAY
from support.trust.hostile_settings import DANGEROUS, another_value


def load(tmp_path: Path, project: str, editor: dict[str, object] | None = None, user: str = "") -> LoadedOptions:
    (tmp_path / "codestral-ls.toml").write_text(project)
    (tmp_path / "user.toml").write_text(user)
    return load_options(tmp_path, editor, {}, user_file=tmp_path / "user.toml")


def toml(value: object) -> str:
    """``value`` as TOML, which is the same as JSON except for tables."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value)


@pytest.mark.parametrize("field", [f for f in all_fields().values() if f.key not in PROJECT_MAY], ids=lambda f: f.key)
def test_everything_off_the_list_is_refused(tmp_path: Path, field: Field) -> None:
    loaded = load(tmp_path, f"[{field.section}]\n{field.name} = {toml(another_value(field))}\n")
    assert loaded.options == Options()
    assert len(loaded.problems) == 1
    assert f"codestral-ls.toml:2: {field.key} may not be set by a project's file" in loaded.problems[0]


@pytest.mark.parametrize("word", [*DANGEROUS, "budget", "prices"])
def test_nothing_dangerous_is_on_the_list(word: str) -> None:
    assert not [key for key in PROJECT_MAY if word in key.partition(".")[2]]


ALLOWED = [
    ("set", "[completion]\nmax_lines = 3", "", "completion.max_lines", 3, ""),
    ("set too much", "[completion]\ndebounce_ms = 5001", "", "completion.debounce_ms", -1, "may be at most 5000"),
    ("add", "[privacy]\nignore = ['b', 'a']", "[privacy]\nignore = ['a']", "privacy.ignore", ("a", "b"), ""),
    ("switch off", "[completion]\nenabled = false", "", "completion.enabled", False, ""),
    ("not on", "[completion]\nenabled = true", "[completion]\nenabled = false", "completion.enabled", False, "off by"),
    ("no change", "[completion]\nenabled = true", "", "completion.enabled", True, ""),
    ("mask on", "[privacy]\nmask_secrets = true", "[privacy]\nmask_secrets = false", "privacy.mask_secrets", True, ""),
    ("mask off", "[privacy]\nmask_secrets = false", "", "privacy.mask_secrets", True, "only be switched on"),
    ("lower", "[completion]\nmax_tokens = 10", "", "completion.max_tokens", 10, ""),
    ("not raise lines", "[completion]\nmax_lines = 13", "", "completion.max_lines", 12, "only be lowered"),
    ("quieter edits", '[edits]\nshow = "quiet"', "", "edits.show", "quiet", ""),
    ("louder edits", '[edits]\nshow = "balanced"', '[edits]\nshow = "quiet"', "edits.show", "quiet", "only be made quieter"),
    ("quieter", '[completion]\nshow = "quiet"', "", "completion.show", "quiet", ""),
    ("louder", '[completion]\nshow = "eager"', "", "completion.show", "balanced", "only be made quieter"),
    ("slower", "[completion]\ndebounce_ms = 300", "", "completion.debounce_ms", 300, ""),
    ("faster", "[completion]\ndebounce_ms = 0", "[completion]\ndebounce_ms = 200", "completion.debounce_ms", 200, "only be raised"),
    ("copy on", "[completion]\ncopy = true", "[completion]\ncopy = false", "completion.copy", False, "off by"),
    ("no project", "[context]\nproject_tokens = 8192", "[context]\nproject_tokens = -1", "context.project_tokens", -1, "lowered"),
    ("auto of none", "[context]\nproject_tokens = 0", "[context]\nproject_tokens = -1", "context.project_tokens", -1, "lowered"),
    ("less project", "[context]\nproject_tokens = -1", "", "context.project_tokens", -1, ""),
    ("more prefix", "[context]\nprefix_tokens = 8192", "[context]\nprefix_tokens = 64", "context.prefix_tokens", 64, "lowered"),
    ("more than chosen", "[context]\nprefix_tokens = 8192", "", "context.prefix_tokens", 0, "chooses at most 1536"),
    ("less than chosen", "[context]\nprefix_tokens = 64", "", "context.prefix_tokens", 64, ""),
    ("raise", "[completion]\nmax_tokens = 500", "", "completion.max_tokens", 128, "only be lowered"),
]


@pytest.mark.parametrize(
    ("project", "user", "key", "value", "problem"), [row[1:] for row in ALLOWED], ids=[row[0] for row in ALLOWED]
)
def test_how_far_a_project_may_go(tmp_path: Path, project: str, user: str, key: str, value: object, problem: str) -> None:
    loaded = load(tmp_path, project, user=user)
    assert value_of(loaded.options, key) == value
    assert len(loaded.problems) == bool(problem)
    assert problem in "".join(loaded.problems)


@pytest.mark.parametrize("key", [key for key, rule in PROJECT_MAY.items() if rule.act == "quieter"])
def test_every_word_of_a_choice_has_its_place_in_the_order(key: str) -> None:
    assert sorted(PROJECT_MAY[key].order) == sorted(all_fields()[key].choices)


def test_the_list_names_options_that_exist() -> None:
    assert set(PROJECT_MAY) <= set(all_fields())
