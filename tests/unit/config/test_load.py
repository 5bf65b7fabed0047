"""Where option values come from, which source wins, and the messages for wrong values. Each row makes one claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.config import Options
from codestral_ls.config.fields import value_of
from codestral_ls.config.load import LoadedOptions, assignment_problems, load_options


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private configuration folder and a project with a ``.git``; returns the project."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "etc"))
    (tmp_path / "etc/codestral-ls").mkdir(parents=True)
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    return project


def user_file(home: Path) -> Path:
    return home.parent / "etc/codestral-ls/config.toml"


def load(home: Path, user: str = "", project: str = "", **more: object) -> LoadedOptions:
    if user:
        user_file(home).write_text(user)
    if project:
        (home / "codestral-ls.toml").write_text(project)
    editor, env = more.pop("editor", None), more.pop("env", {})
    return load_options(home, editor, env, **more)  # type: ignore[arg-type]  # rows of a table


def test_nothing_set_gives_the_defaults(home: Path) -> None:
    assert load(home) == LoadedOptions(Options(), root=home)


LAYERS = [
    ("user", {"user": "[completion]\nmax_lines = 11"}),
    ("project", {"project": "[completion]\nmax_lines = 10"}),
    ("environment", {"env": {"CODESTRAL_LS_COMPLETION_MAX_LINES": "9"}}),
    ("editor", {"editor": {"completion": {"max_lines": 8}}}),
    ("command line", {"assignments": ["completion.max_lines=7"]}),
]


@pytest.mark.parametrize("count", range(1, len(LAYERS) + 1))
def test_the_later_source_wins(home: Path, count: int) -> None:
    given: dict[str, object] = {}
    for _, layer in LAYERS[:count]:
        given |= layer  # type: ignore[call-overload]
    loaded = load(home, **given)  # type: ignore[arg-type]  # rows of a table
    assert loaded.options.completion.max_lines == 12 - count
    assert loaded.problems == ()
    origin = loaded.origins["completion.max_lines"]
    expected = ["config.toml:2", "codestral-ls.toml:2", "COMPLETION_MAX_LINES", "editor", "--set"][count - 1]
    assert expected in origin


@pytest.mark.parametrize(
    ("editor", "key", "value"),
    [
        ({"completion": {"max_lines": 3}}, "completion.max_lines", 3),
        ({"completion.max_lines": 3}, "completion.max_lines", 3),
        ({"codestral-ls": {"completion": {"max_lines": 3}}}, "completion.max_lines", 3),
        ({"codestral-ls.completion.max_lines": 3}, "completion.max_lines", 3),
        ({"codestral-ls": {"completion.max_lines": 3}}, "completion.max_lines", 3),
        ({"completion": {"maxLines": 3}}, "completion.max_lines", 3),
        ({"codestralLs": {"completion": {"maxLines": 3.0}}}, "completion.max_lines", 3),
        ({"completion": {"max_lines": None}}, "completion.max_lines", 12),
        ({"completion": None}, "completion.max_lines", 12),
        ({"trace": {"server": "off"}, "client.command": ["x"]}, "completion.max_lines", 12),
        ({"privacy": {"ignore": ["*.pem", "a/", "*.pem"]}}, "privacy.ignore", ("*.pem", "a/")),
    ],
)
def test_what_editors_send(home: Path, editor: dict[str, object], key: str, value: object) -> None:
    loaded = load(home, editor=editor)
    assert (value_of(loaded.options, key), loaded.problems) == (value, ())


@pytest.mark.parametrize(
    ("given", "key", "value"),
    [
        ({"local": {"flashAttention": "off"}}, "local.flash_attention", "off"),
        ({"codestral.timeout_seconds": 3}, "codestral.timeout_seconds", 3.0),
        ({"backend": {"primary": "fake"}}, "backend.primary", "fake"),
    ],
)
def test_what_the_command_lines_object_says(home: Path, given: dict[str, object], key: str, value: object) -> None:
    loaded = load(home, given=given)
    assert (value_of(loaded.options, key), loaded.problems) == (value, ())
    assert loaded.origins[key] == "--settings"


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("COMPLETION_ENABLED", "off", "completion.enabled", False),
        ("COMPLETION_ENABLED", "1", "completion.enabled", True),
        ("COMPLETION_MAX_LINES", " 7 ", "completion.max_lines", 7),
        ("COMPLETION_MAX_LINES", "", "completion.max_lines", 12),
        ("CODESTRAL_TIMEOUT_SECONDS", "2.5", "codestral.timeout_seconds", 2.5),
        ("LOCAL_MODEL", "/m/a b.gguf", "local.model", "/m/a b.gguf"),
        ("LOCAL_KV_TYPE", "q8_0", "local.kv_type", "q8_0"),
        ("BACKEND_FALLBACKS", "codestral, ollama", "backend.fallbacks", ("codestral", "ollama")),
        ("LLAMA_SERVER_ADDRESS", "http://127.0.0.1:1", "llama_server.address", "http://127.0.0.1:1"),
    ],
)
def test_variables(home: Path, variable: str, text: str, key: str, value: object) -> None:
    loaded = load(home, env={f"CODESTRAL_LS_{variable}": text, "CODESTRAL_LS_TOKEN": "t", "PATH": "/bin"})
    assert (value_of(loaded.options, key), loaded.problems) == (value, ())


PROBLEMS = [
    ("unknown option", {"user": "[completion]\nmax_line = 3"}, ":2: unknown option", 'mean "completion.max_lines"?'),
    ("unknown section", {"user": "\n[completions]\nmax_lines = 3"}, ":2: unknown section", 'mean "completion"?'),
    ("other section", {"user": "[local]\nmax_lines = 3"}, ":2: unknown option", 'mean "completion.max_lines"?'),
    ("nothing like it", {"user": "[local]\nqwertz = 3"}, ':2: unknown option "local.qwertz"', ""),
    ("top-level key", {"user": "model = 'x'"}, ':1: unknown section "model"', ""),
    ("section is a value", {"user": "completion = 3"}, ":1: [completion] must be a section", ""),
    ("dotted key", {"user": "completion.max_lines = 'x'"}, ":1: completion.max_lines must be a whole number", '"x"'),
    ("text for a number", {"user": "[completion]\nmax_lines = '3'"}, "must be a whole number", 'not "3"'),
    ("bool for a number", {"user": "[completion]\nmax_lines = true"}, "must be a whole number", "not true"),
    ("half", {"user": "[completion]\nmax_lines = 2.5"}, "must be a whole number", "not 2.5"),
    ("too small", {"user": "[completion]\nmax_lines = 0"}, "must be at least 1", "not 0"),
    ("negative", {"user": "[completion]\nbudget_ms = -1"}, "must be at least 1", "not -1"),
    ("not finite", {"user": "[codestral]\ntimeout_seconds = inf"}, "must be a finite number", ""),
    ("huge", {"user": "[completion]\nmax_lines = 99999999999999999999"}, "too large", ""),
    ("number for bool", {"user": "[completion]\nenabled = 1"}, "must be true or false", "not 1"),
    ("bad word", {"user": "[completion]\nshow = 'eagre'"}, "must be eager, balanced or quiet", 'mean "eager"?'),
    ("bad list", {"user": "[privacy]\nignore = ['a', 1]"}, "must be a list of texts", "not a list"),
    ("text for a list", {"user": "[privacy]\nignore = 'a'"}, "must be a list of texts", 'not "a"'),
    ("bad item", {"user": "[backend]\nfallbacks = ['olama']"}, "backend.fallbacks must be", 'mean "ollama"?'),
    ("NUL", {"user": '[local]\nmodel = "a\\u0000b"'}, "local.model must not contain a NUL", ""),
    ("broken TOML", {"user": "[completion]\n\nmax_lines = = 3"}, "config.toml:3: is not valid TOML", ""),
    ("cut TOML", {"user": "[completion]\nshow = '''"}, "config.toml:2: is not valid TOML", ""),
    ("nested", {"user": "a = " + "[" * 50_000}, "config.toml: is nested too deeply", ""),
    ("variable", {"env": {"CODESTRAL_LS_COMPLETION_MAX_LINE": "3"}}, "sets no option", "COMPLETION_MAX_LINES"),
    ("variable's value", {"env": {"CODESTRAL_LS_COMPLETION_MAX_LINES": "x"}}, "must be a whole number", 'not "x"'),
    ("variable's bool", {"env": {"CODESTRAL_LS_COMPLETION_ENABLED": "maybe"}}, "must be true or false", "maybe"),
    ("editor", {"editor": {"completion": {"max_line": 3}}}, "editor settings: unknown option", "max_lines"),
    ("editor's section", {"editor": {"complation": {"max_lines": 3}}}, "unknown section", '"completion"?'),
    ("editor's value", {"editor": {"completion": {"max_lines": {}}}}, "must be a whole number", "not a table"),
    ("editor's deep key", {"editor": {"completion.max_lines.x": 3}}, "unknown option", ""),
    ("editor's list", {"editor": {"completion": [1]}}, "[completion] must be a section", ""),
    ("escape codes", {"user": '"\\u001b[2J" = 1'}, 'unknown section "\\x1b[2J"', ""),
    ("line ends", {"editor": {"a\nb": 1}}, 'unknown section "a\\nb"', ""),
    ("--set", {"assignments": ["completion.max_line=3"]}, "unknown option", 'mean "completion.max_lines"?'),
    ("--set without =", {"assignments": ["completion.max_lines"]}, "write it as section.option=value", ""),
]


@pytest.mark.parametrize(("given", "start", "rest"), [row[1:] for row in PROBLEMS], ids=[row[0] for row in PROBLEMS])
def test_problems_are_sentences_and_the_rest_is_used(home: Path, given: dict[str, object], start: str, rest: str) -> None:
    loaded = load(home, project="[completion]\nshow = 'quiet'", **given)  # type: ignore[arg-type]  # rows
    assert len(loaded.problems) == 1
    assert start in loaded.problems[0]
    assert rest in loaded.problems[0]
    assert "\n" not in loaded.problems[0]
    assert loaded.options.completion.show == "quiet"
    assert loaded.options.completion.max_lines == 12


def test_good_values_next_to_bad_ones_are_used(home: Path) -> None:
    loaded = load(home, "[completion]\nmax_lines = 'x'\nmax_tokens = 9\n[nowhere]\na = 1\n[local]\nthreads = 2\n")
    assert (loaded.options.completion.max_tokens, loaded.options.local.threads) == (9, 2)
    assert len(loaded.problems) == 2


def test_a_file_that_is_not_text_and_a_path_that_is_not_a_file(home: Path) -> None:
    user_file(home).write_bytes(b"[local]\nmodel = '\xff'")
    (home / "codestral-ls.toml").mkdir()
    first, second = load(home).problems
    assert "config.toml:2: is not UTF-8" in first
    assert "codestral-ls.toml: is not a regular file" in second


def test_a_byte_order_mark_is_not_a_problem(home: Path) -> None:
    user_file(home).write_bytes(b"\xef\xbb\xbf[local]\r\nthreads = 3\r\n")
    loaded = load(home)
    assert (loaded.options.local.threads, loaded.problems) == (3, ())


def test_a_file_named_on_the_command_line_replaces_the_users(home: Path, tmp_path: Path) -> None:
    user_file(home).write_text("[local]\nthreads = 1")
    other = tmp_path / "other.toml"
    other.write_text("[local]\nslots = 2")
    for loaded in (load(home, user_file=other), load(home, env={"CODESTRAL_LS_CONFIG": str(other)})):
        assert (loaded.options.local.threads, loaded.options.local.slots, loaded.files) == (0, 2, (other,))
    missing = load(home, user_file=tmp_path / "none.toml")
    assert missing.problems == (f"{tmp_path / 'none.toml'}: there is no such configuration file",)


@pytest.mark.parametrize("start", ["", "src/deep", "src/deep/file.py", "src/not/there.py"])
def test_the_projects_file_is_found_from_below(home: Path, start: str) -> None:
    (home / "src/deep").mkdir(parents=True)
    (home / "src/deep/file.py").write_text("")
    (home / "codestral-ls.toml").write_text("[completion]\nmax_lines = 2")
    loaded = load_options(home / start, None, {})
    assert (loaded.options.completion.max_lines, loaded.root) == (2, home)


def test_the_nearest_repository_ends_the_search(home: Path) -> None:
    (home.parent / "codestral-ls.toml").write_text("[completion]\nmax_lines = 2")
    loaded = load_options(home, None, {})
    assert (loaded.options.completion.max_lines, loaded.files) == (12, ())


def test_without_a_workspace_no_project_file_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "codestral-ls.toml").write_text("[completion]\nmax_lines = 2")
    monkeypatch.chdir(home)
    assert load_options(None, None, {}).options == Options()


def test_wrong_assignments_alone() -> None:
    assert assignment_problems(["completion.max_lines=3", "privacy.ignore=a,b"]) == ()
    assert len(assignment_problems(["x=1", "completion.max_lines=x", "completion.enabled"])) == 3
