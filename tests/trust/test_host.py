"""The boundary of the host: no request ends it or reaches its log, and a model file that ends it is not tried again and again."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.backends.aborts import DAY, MOST_ABORTS, Aborts
from codestral_ls.backends.address import in_clear, parse_address
from codestral_ls.config.sections import MistralOptions, NetworkOptions, Options
from codestral_ls.errors import BackendNeedsKey
from codestral_ls.generate.writers.mistral_sdk import MistralSdk
from codestral_ls.host import wire
from codestral_ls.host.quiet_log import LINES, SECONDS, WithoutContent

MANY_DIGITS = int("9" * 400)


@pytest.mark.parametrize("name", ["temperature", "top_p", "max_tokens", "min_tokens", "random_seed"])
@pytest.mark.parametrize("value", [MANY_DIGITS, -MANY_DIGITS])
def test_numbers_of_many_digits_are_refused_in_the_apis_words(name: str, value: int) -> None:
    with pytest.raises(wire.InvalidRequestError):
        wire.parse({"model": "m", "prompt": "p", name: value})


def test_a_file_that_ended_the_host_twice_is_not_tried_again_that_day(tmp_path: Path) -> None:
    now = [1000.0]
    note = tmp_path / "folder" / "host.aborts"
    aborts = Aborts(note, now=lambda: now[0])
    assert [aborts.another((1, 2)) for _ in range(MOST_ABORTS)] == [False] * (MOST_ABORTS - 1) + [True]
    assert Aborts(note, now=lambda: now[0]).too_many((1, 2))
    assert not aborts.too_many((1, 3))
    assert note.stat().st_mode & 0o777 == 0o600
    now[0] += DAY
    assert not aborts.too_many((1, 2))


def test_a_host_writes_for_its_user_alone_and_starts_no_debugger_when_it_aborts() -> None:
    code = (
        "import os\nfrom codestral_ls.config.sections import LocalOptions\nfrom codestral_ls.errors import ConfigError\n"
        "from codestral_ls.host.process_life import serve\n"
        "try:\n    serve(LocalOptions(), 'nowhere')\n"
        "except ConfigError:\n    print(os.environ['GGML_NO_BACKTRACE'], oct(os.umask(0)))\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "GGML_NO_BACKTRACE"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["1", "0o77"]


@pytest.mark.parametrize("content", [b"", b"[", b"[1, 2]", b'["x", "many", "now"]', b"{}", b"\xff"])
def test_a_broken_note_counts_nothing(tmp_path: Path, content: bytes) -> None:
    note = tmp_path / "host.aborts"
    note.write_bytes(content)
    assert not Aborts(note).too_many((1, 2))


def test_the_log_holds_the_kind_of_an_error_and_nothing_that_was_asked() -> None:
    now = [0.0]
    quiet = WithoutContent(clock=lambda: now[0])
    error = ValueError("Bearer token, def the_users_own_code")
    passed = []
    for _ in range(LINES + 5):
        record = logging.LogRecord("aiohttp.server", logging.ERROR, "x", 1, "Error %s", ("code",), (ValueError, error, None))
        if quiet.filter(record):
            passed.append(logging.Formatter().format(record))
    assert len(passed) == LINES
    assert set(passed) == {"a connection or request failed: ValueError"}
    now[0] += SECONDS
    record = logging.LogRecord("asyncio", logging.ERROR, "x", 1, "", (), None)
    assert quiet.filter(record)
    assert "5 more were left out" in record.getMessage()


@pytest.mark.parametrize(
    ("address", "allowed", "refused"),
    [
        ("http://gpu.example:8000", False, True),
        ("http://gpu.example:8000", True, False),
        ("https://gpu.example", False, False),
        ("http://127.0.0.1:8000", False, False),
        ("http://box.localhost:8000", False, True),
        ("unix:///run/me/socket", False, False),
    ],
)
def test_a_key_does_not_go_in_clear_to_another_machine(address: str, allowed: bool, refused: bool) -> None:
    assert bool(in_clear(parse_address(address, "openai.address"), allowed)) is refused


async def test_a_batchs_key_does_not_go_in_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "k" * 32)
    options = Options(mistral=MistralOptions(server_url="http://gpu.example:8000"))
    with pytest.raises(BackendNeedsKey, match="allow_plain_http"):
        await MistralSdk(options).load()
    allowed = MistralSdk(replace(options, network=NetworkOptions(allow_plain_http=True)))
    pytest.importorskip("mistralai")
    await allowed.load()
    await allowed.aclose()
