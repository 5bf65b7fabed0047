"""The command line as users see it: exit codes, sentences instead of tracebacks, quick starts, clean ends."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codestral_ls import __version__, cli, commands
from codestral_ls.config.paths import state_dir
from codestral_ls.errors import CodestralLsError

SOURCE = "def add(a, b):\n    return \n"
FAKE = ["--set", "backend.primary=fake", "--set", "fake.text=a + b"]


@pytest.fixture(autouse=True)
def home(private_folders: Path) -> Path:
    """The working folder, with valid and broken files in it."""
    (private_folders / "a.py").write_text(SOURCE)
    (private_folders / "latin1.py").write_bytes(b"# caf\xe9\n")
    (private_folders / "binary.py").write_bytes(b"a\0b\n")
    (private_folders / "folder.py").mkdir()
    return private_folders


def code_of(arguments: list[str]) -> int:
    """The exit code, whether returned or raised by argparse."""
    try:
        return cli.main(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else -1


WRONG_USAGE = [
    ([], "COMMAND"),
    (["complate"], "invalid choice"),
    (["complete"], "FILE:LINE:COLUMN"),
    (["complete", "a.py"], '"a.py" is not a place'),
    (["complete", "a.py:1"], "is not a place"),
    (["complete", "a.py:0:1"], "is not a place"),
    (["complete", "a.py:1:-1"], "is not a place"),
    (["complete", "a.py:1:x"], "is not a place"),
    (["complete", "a.py:1:1", "--alternatives", "0"], "not a number from 1 to 10"),
    (["complete", "a.py:1:1", "--set", "completion.max_line=1"], 'did you mean "completion.max_lines"?'),
    (["complete", "a.py:1:1", "--set", "completion.max_lines=x"], "must be a whole number"),
    (["serve", "--tcp", "127.0.0.1:1"], "unrecognized arguments"),
    (["serve", "--stdio", "--pipe", "name"], "not allowed with"),
    (["serve", "--settings", "[]"], "is not a JSON object"),
    (["serve", "--settings", "[" * 100_000], "is not a JSON object"),
    (["serve", "--set", "x"], "write it as section.option=value"),
    (["host", "--listen", "1:2:x"], "is not an address"),
    (["demo", "--count", "0"], "not a number from 1 to 1000"),
    (["demo", "--count", "-1"], "not a number from 1 to 1000"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG_USAGE, ids=lambda value: " ".join(value)[:40])
def test_wrong_usage_is_2_and_says_what(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(arguments) == 2
    output = capsys.readouterr()
    assert sentence in output.err
    assert output.out == ""


FAILURES = [
    (["complete", "none.py:1:1"], "none.py does not exist."),
    (["complete", "folder.py:1:1"], "folder.py is not a regular file."),
    (["complete", "latin1.py:1:1"], "latin1.py is not UTF-8 text (byte 5)."),
    (["complete", "binary.py:1:1"], "binary.py looks like a binary file."),
    (["complete", "a.py:4:1"], "a.py has 3 lines; line 4 is outside."),
    (["complete", "a.py:2:13"], "Line 2 of a.py has 11 characters; the last column is 12, 13 is outside."),
    (["complete", "a.py:1:1", "--set", "completion.max_file_bytes=5"], "larger than 5 bytes (completion.max_file_bytes)"),
    (["complete", "a.py:2:12", "--set", "backend.primary=none"], "backend.primary"),
    (["demo", "folder.py"], "folder.py is not a regular file."),
    (["demo", "a.py", "--set", "completion.max_file_bytes=5"], "larger than 5 bytes (completion.max_file_bytes)"),
]


@pytest.mark.parametrize(("arguments", "sentence"), FAILURES, ids=lambda value: " ".join(value)[:40])
def test_what_cannot_be_done_is_1_and_one_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(arguments) == 1
    output = capsys.readouterr()
    assert output.err.startswith("codestral-ls: ")
    assert sentence in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_a_wrong_configuration_file_is_reported_and_does_not_stop_anything(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / ".git").mkdir()
    (home / "codestral-ls.toml").write_text("[codestral]\nserver_url = 'http://evil'\n[completion\n")
    assert code_of(["complete", "a.py:2:12", *FAKE]) == 0
    output = capsys.readouterr()
    assert output.out == "a + b\n"
    assert "codestral-ls.toml:3: is not valid TOML" in output.err


def test_help_names_every_command_and_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in cli.COMMANDS)
    assert code_of(["--version"]) == 0
    assert capsys.readouterr().out == f"codestral-ls {__version__}\n"


def test_every_command_module_is_in_the_table() -> None:
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    modules = {name: importlib.import_module(f"codestral_ls.commands.{name}") for name in names}
    assert {name for name, module in modules.items() if hasattr(module, "configure")} == set(cli.COMMANDS)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of([name, "--help"]) == 0
    assert f"codestral-ls {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("raised", "code", "words"),
    [
        (KeyboardInterrupt(), 130, ""),
        (CodestralLsError("It rained. Try again."), 1, "codestral-ls: It rained. Try again.\n"),
    ],
)
def test_how_a_command_may_end(
    raised: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from codestral_ls.commands import complete

    def fail(_arguments: object) -> int:
        raise raised

    monkeypatch.setattr(complete, "run", fail)
    assert code_of(["complete", "a.py:1:1"]) == code
    assert capsys.readouterr().err == words


def test_a_fault_of_the_program_is_a_sentence_and_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from codestral_ls.commands import complete

    def fail(_arguments: object) -> int:
        return 1 // 0

    monkeypatch.setattr(complete, "run", fail)
    assert code_of(["complete", "a.py:1:1"]) == 1
    report = state_dir() / "fault.txt"
    expected = "codestral-ls: This is a fault of the program: ZeroDivisionError: integer division or modulo by zero. "
    assert capsys.readouterr().err == f"{expected}Please report it with {report}.\n"
    assert "Traceback" in report.read_text()


def process(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "codestral_ls", *arguments]


def test_text_that_the_output_has_no_letters_for_is_escaped_as_in_json(home: Path) -> None:
    written = ["--set", "backend.primary=fake", "--set", "fake.text='é🦀'"]
    narrow = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(process("complete", "a.py:2:12", *written), capture_output=True, env=narrow, check=False)
    assert (done.returncode, done.stdout) == (0, b"'\\u00e9\\ud83e\\udd80'\n")
    done = subprocess.run(process("complete", "a.py:2:12", "--json", *written), capture_output=True, env=narrow, check=True)
    assert json.loads(done.stdout)["text"] == "'é🦀'"


def test_a_project_does_not_take_the_place_of_pythons_modules(home: Path) -> None:
    for name in ("secrets", "json", "asyncio", "rich"):
        (home / f"{name}.py").write_text(f"import pathlib; pathlib.Path({str(home / 'reached')!r}).touch()")
    done = subprocess.run(process("complete", "a.py:2:12", *FAKE), capture_output=True, text=True, check=False, cwd=home)
    assert (done.returncode, done.stdout) == (0, "a + b\n")
    assert not (home / "reached").exists()


def test_a_reader_that_goes_away_causes_no_noise(home: Path) -> None:
    with subprocess.Popen(
        process("complete", "a.py:2:12", "--json", *FAKE), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert (child.stderr.read(), child.wait(60)) == (b"", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent to one process")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_whose_disk_is_full_is_reported(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            process("complete", "a.py:2:12", *FAKE), stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert (done.returncode, done.stderr) == (1, "codestral-ls: The disk is full: the output could not be written.\n")


def test_an_interrupt_ends_a_command_quietly(home: Path) -> None:
    slow = ["--set", "fake.first_delay_ms=600000", "--set", "backend.primary=fake", "--set", "fake.text=x"]
    # A shell starts background jobs with interrupts ignored, and children inherit that; this child must not ignore them.
    started = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "sys.stderr.write('up'); sys.stderr.flush(); from codestral_ls.cli import main; sys.exit(main())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", started, "complete", "a.py:2:12", *slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stderr is not None
        assert child.stderr.read(2) == b"up"
        while True:  # an interrupt during the interpreter's imports is handled by Python itself: repeat until our code handles it
            try:
                child.wait(0.7)
                break
            except subprocess.TimeoutExpired:
                os.kill(child.pid, signal.SIGINT)
        assert (child.stderr.read(), child.returncode) == (b"", 130)


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom codestral_ls.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    heavy = {"pygls", "aiohttp", "mistralai", "llama_cpp", "rich", "numpy", "asyncio", "tree_sitter_python"}
    assert not heavy & {name.partition(".")[0] for name in done.stderr.split()}
