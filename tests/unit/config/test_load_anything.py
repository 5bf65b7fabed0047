"""Whatever a user, a project or an editor sends, the result is options; mistakes become sentences and nothing raises."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from codestral_ls.config.fields import all_fields, section_classes, value_of
from codestral_ls.config.load import LoadedOptions, assignment_problems, load_options
from codestral_ls.config.option_values import checked
from codestral_ls.config.trust import PROJECT_MAY

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
NAMES = st.sampled_from([*section_classes(), *all_fields(), *(f.name for f in all_fields().values()), "codestral-ls"])
KEYS = NAMES | st.text(max_size=20)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)
TOML_LINES = st.lists(
    st.sampled_from([f"[{name}]" for name in section_classes()])
    | st.builds(
        "{} = {}".format,
        st.sampled_from([field.name for field in all_fields().values()]),
        st.sampled_from(["1", "-1", "true", '"x"', "[]", '["a"]', "{}", "inf", "2020-01-01", "1e400", "'", ""]),
    )
    | st.text(max_size=10),
    max_size=12,
)


def assert_sound(loaded: LoadedOptions) -> None:
    """Assert that every value is legal and every problem is one line."""
    for key, field in all_fields().items():
        value = value_of(loaded.options, key)
        assert checked(field, value) == value
    assert all(problem and "\n" not in problem for problem in loaded.problems)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
@settings(deadline=None, max_examples=150)
def test_any_editor_settings(editor: dict[str, object]) -> None:
    assert_sound(load_options(None, editor, {}, user_file=Path("/nowhere/config.toml")))


@given(st.dictionaries(st.sampled_from([f.variable for f in all_fields().values()]), st.text(max_size=12), max_size=4))
@settings(deadline=None, max_examples=100)
def test_any_environment(env: dict[str, str]) -> None:
    assert_sound(load_options(None, None, env, user_file=Path("/nowhere/config.toml")))


@given(st.lists(st.text(max_size=30) | st.builds("{}={}".format, st.sampled_from([*all_fields()]), st.text(max_size=9))))
@settings(deadline=None, max_examples=100)
def test_any_assignments(assignments: list[str]) -> None:
    loaded = load_options(None, None, {}, assignments=assignments, user_file=Path("/nowhere/config.toml"))
    assert_sound(loaded)
    problems = assignment_problems(assignments)
    assert [problem for problem in loaded.problems if "config.toml" not in problem] == list(dict.fromkeys(problems))
    assert len(problems) <= len(assignments)
    named = {assignment.partition("=")[0].strip() for assignment in assignments}
    assert set(loaded.origins) <= named, "what nobody named is not set"
    assert problems or not assignments or loaded.origins, "an assignment holds, or is told to be wrong"


@given(TOML_LINES)
@settings(deadline=None, max_examples=150)
def test_any_project_file_stays_inside_its_list(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "codestral-ls.toml").write_text("\n".join(lines), encoding="utf-8")
        loaded = load_options(Path(folder), None, {}, user_file=Path(folder) / "none.toml")
    assert_sound(loaded)
    assert set(loaded.origins) <= set(PROJECT_MAY)
