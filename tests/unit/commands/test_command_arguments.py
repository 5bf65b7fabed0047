"""Subcommands that only pass their arguments on: what the called function gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls import cli
from codestral_ls.config.sections import LocalOptions
from codestral_ls.host import process_life
from codestral_ls.host.reception import Bounds
from codestral_ls.lsp import server

pytestmark = pytest.mark.usefixtures("private_folders")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {}),
        (["--stdio"], {}),
        (["--pipe", "/run/me/editor"], {"pipe": "/run/me/editor"}),
        (["--settings", '{"backend": {"primary": "fake"}}'], {"given": {"backend": {"primary": "fake"}}}),
    ],
    ids=str,
)
def test_serve(arguments: list[str], expected: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[object] = []

    def serve(**given: object) -> int:
        served.append(given)
        return 0

    monkeypatch.setattr(server, "serve", serve)
    more = ["--set", "completion.max_lines=3", "--config", "c.toml"]
    assert cli.main(["serve", *arguments, *more]) == 0
    common = {"pipe": "", "given": None, "assignments": ("completion.max_lines=3",), "user_file": Path("c.toml")}
    assert served == [common | expected]


@pytest.mark.parametrize(
    ("arguments", "listen"),
    [([], None), (["--listen", "127.0.0.1:8012"], "127.0.0.1:8012"), (["--listen", "[::1]:8012"], "[::1]:8012")],
    ids=str,
)
def test_host(arguments: list[str], listen: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[LocalOptions, str | None, Bounds]] = []

    def serve(options: LocalOptions, listen: str | None = None, bounds: Bounds = process_life.SERVER) -> int:
        served.append((options, listen, bounds))
        return 3

    monkeypatch.setattr(process_life, "serve", serve)
    assert cli.main(["host", *arguments, "--set", "local.threads=2"]) == 3
    assert served == [(LocalOptions(threads=2), listen, process_life.SERVER)]


def test_how_patient_a_host_for_others_is(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Bounds] = []

    def serve(_options: LocalOptions, _listen: str, bounds: Bounds) -> int:
        served.append(bounds)
        return 0

    monkeypatch.setattr(process_life, "serve", serve)
    assert cli.main(["host", "--listen", "127.0.0.1:8012", "--most-waiting", "9", "--finish", "5"]) == 0
    assert served == [Bounds(finish=5.0, waiting=9, per_client=4)]
