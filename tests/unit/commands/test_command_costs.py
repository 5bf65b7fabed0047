"""``codestral-ls costs``: the ledger as a table and as JSON, and a sentence if it is empty or cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codestral_ls import cli
from codestral_ls.backends.base import Usage
from codestral_ls.backends.build_backend import build_backend
from codestral_ls.backends.guard import Guard
from codestral_ls.backends.ledger import Ledger, Price, ledger_file
from codestral_ls.config.sections import BackendOptions, Options

pytestmark = pytest.mark.usefixtures("private_folders")

PRICE = Price(0.3, 0.9, 0.03)
ROWS = [("2026-11-20", 1_500_000, 0), ("2026-11-21", 2_000_000, 1_000_000), ("2026-11-21", 500_000, 0)]


@pytest.fixture
def spent(private_folders: Path) -> None:
    ledger = Ledger(ledger_file())
    for day, sent, cached in ROWS:
        ledger.add("codestral", "codestral-latest", Usage(prompt_tokens=sent, cached_tokens=cached), PRICE, day)


@pytest.mark.usefixtures("spent")
def test_what_was_spent_is_a_row_for_every_day_and_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["costs", "--set", "prices.currency=EUR"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:] == [
        ["2026-11-20", "codestral", "codestral-latest", "1", "1,500,000", "0", "0", "0.4500", "EUR"],
        ["2026-11-21", "codestral", "codestral-latest", "2", "2,500,000", "1,000,000", "0", "0.4800", "EUR"],
        ["in", "all", "0.9300", "EUR"],
    ]


@pytest.mark.usefixtures("spent")
def test_as_json_since_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["costs", "--json", "--since", "2026-11-21"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["currency"], told["cost"]) == ("USD", pytest.approx(0.48))
    assert [(row["day"], row["requests"], row["sent"]) for row in told["rows"]] == [("2026-11-21", 2, 2_500_000)]


@pytest.mark.parametrize(("more", "said"), [((), "Nothing was spent yet"), (("--since", "2030-01-01"), "since 2030-01-01")])
def test_nothing_is_said_to_be_nothing(more: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["costs", *more]) == 0
    assert said in capsys.readouterr().out
    assert cli.main(["costs", "--json", *more]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == []
    assert not ledger_file().exists()


def test_a_broken_ledger_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    ledger_file().parent.mkdir(parents=True, exist_ok=True)
    ledger_file().write_bytes(b"no database" * 100)
    assert cli.main(["costs"]) == 1
    assert f"The costs in {ledger_file()} cannot be read" in capsys.readouterr().err


def test_a_day_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["costs", "--since", "yesterday"])
    assert ended.value.code == 2
    assert "is not a day" in capsys.readouterr().err


def test_the_backends_write_the_same_file() -> None:
    router = build_backend(Options(backend=BackendOptions(primary="codestral")))
    [candidate] = router._candidates  # type: ignore[attr-defined]
    assert isinstance(candidate.backend, Guard)
    assert candidate.backend._door._limits._ledger._path == ledger_file()  # type: ignore[union-attr]
