"""Rules that hold for every writer, tested through their common interface: private files, secrets, budget, ledger and key."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from codestral_ls.backends.base import FimRequest, Usage
from codestral_ls.backends.ledger import Ledger, Price, ledger_file
from codestral_ls.config.sections import BackendOptions, LimitsOptions, MistralOptions, Options, PrivacyOptions
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.batch import Batch, Cluster, WriterName
from codestral_ls.generate.batch.discover import Selection
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.seam import MissingText, Writer, Written
from codestral_ls.generate.writers.choose import WriterSettings, make_writer
from support.generate.batch_api import KEY, BatchApi
from support.generate.ray_stand_in import ray_stand_in

WRITERS: tuple[WriterName, ...] = ("here", "ray", "mistral-batch", "chat")
SECRET = "ghp_" + "Zk4Qw8Lr2Tn6Vb0Xc5Yd9Fh3Gj7Kp1MsN5Ru"


@dataclass
class Kept:
    """Keeps the answers it gets."""

    answers: dict[str, Written] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    async def answered(self, key: str, written: Written) -> None:
        self.answers[key] = written

    def failed(self, key: str, reason: str) -> None:
        self.failures[key] = reason

    def again(self, key: str) -> None:
        raise AssertionError(f"nothing is asked twice here: {key}")


class KeptInJournal(Kept):
    """Keeps the answers in the journal as well, where a batch job looks for them."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    async def answered(self, key: str, written: Written) -> None:
        await super().answered(key, written)
        await self._journal.keep_answer(key, written.text, written.usage, 0.0, written.finish)


@dataclass
class Scene:
    """A project with a private file, an API, and the writer under test."""

    root: Path
    name: WriterName
    api: BatchApi
    journal: Journal
    said: list[str] = field(default_factory=list)
    options: Options = field(default_factory=Options)

    def missing(self) -> list[MissingText]:
        """Missing texts for two open files and a private file."""
        return [
            MissingText(
                name, FimRequest(f"# {name}\ntoken = '{SECRET}'\ndef f_{name}", "\n", 100, source=(self.root / path).as_uri())
            )
            for name, path in (("first", "a.py"), ("hidden", "drafts/b.py"), ("last", "c.py"))
        ]

    async def fill(self, keeper: Kept, address: str) -> None:
        writer = self._writer(address)
        try:
            await writer.start()
            await writer.fill(self._all(), keeper)
        finally:
            await writer.aclose()

    async def _all(self) -> AsyncIterator[MissingText]:
        for one in self.missing():
            yield one

    def _writer(self, address: str) -> Writer:
        options = replace(
            self.options,
            backend=BackendOptions(primary="mistral"),
            mistral=MistralOptions(server_url=address),
            privacy=PrivacyOptions(ignore=("drafts/",)),
        )
        batch = Batch("tests", Selection((self.root,), frozenset()), self.root, writer=self.name, cluster=Cluster(workers=2))
        return make_writer(WriterSettings(batch, options, self.journal, 2, self.said.append, self.said.append))


@pytest.fixture(params=WRITERS)
def scene(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("MISTRAL_API_KEY", KEY)
    monkeypatch.setitem(sys.modules, "ray", ray_stand_in())
    (tmp_path / "p").mkdir()
    journal = Journal(tmp_path / "j.db")
    api = BatchApi(lambda body: f"saw {body['prompt']}", chat=lambda body: json.dumps({"tests": [body["messages"][-1]["content"]]}))
    yield Scene(tmp_path / "p", request.param, api, journal, options=Options(limits=LimitsOptions(requests_per_second=0.0)))
    journal.close()


async def test_a_private_file_is_withheld_and_secrets_are_masked(scene: Scene) -> None:
    keeper = KeptInJournal(scene.journal)
    async with scene.api.running() as address:
        await scene.fill(keeper, address)
    assert "drafts" not in scene.api.heard()
    assert "f_hidden" not in scene.api.heard()
    assert "f_first" in scene.api.heard()
    assert SECRET not in scene.api.heard()
    assert str(scene.root) not in scene.api.heard()
    assert set(keeper.answers) == {"first", "last"}
    assert all(SECRET in written.text for written in keeper.answers.values())
    assert "privacy.ignore" in keeper.failures["hidden"]


async def test_the_ledger_counts_every_answer(scene: Scene) -> None:
    async with scene.api.running() as address:
        await scene.fill(KeptInJournal(scene.journal), address)
    (row,) = Ledger(ledger_file()).rows()
    assert (row.backend, row.requests, row.sent, row.received) == ("mistral", 2, 200, 20)
    share = 0.5 if scene.name == "mistral-batch" else 1.0
    assert row.cost == pytest.approx(share * (200 * 0.30 + 20 * 0.90) / 1e6)


async def test_the_daily_budget_stops_it_before_anything_is_sent(scene: Scene) -> None:
    Ledger(ledger_file()).add("mistral", "codestral-latest", Usage(1_000_000, 1_000_000), Price(1.0, 1.0, 1.0))
    scene.options = replace(scene.options, limits=LimitsOptions(requests_per_second=0.0, daily_budget=1.0))
    keeper = KeptInJournal(scene.journal)
    async with scene.api.running() as address:
        with pytest.raises(GenerateError, match="budget"):
            await scene.fill(keeper, address)
    assert (scene.api.fims, scene.api.chats, scene.api.jobs) == ([], [], {})
    assert keeper.answers == {}
    (row,) = Ledger(ledger_file()).rows()
    assert row.requests == 1


@pytest.mark.parametrize("status", [401, 403, 422])
async def test_the_key_is_never_printed(
    scene: Scene, status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    scene.api.echo = status
    keeper = KeptInJournal(scene.journal)
    with heard_errors(scene.said):
        async with scene.api.running() as address:
            await scene.fill(keeper, address)
    printed = capfd.readouterr()
    everything = "\n".join([*scene.said, *keeper.failures.values(), caplog.text, printed.out, printed.err])
    assert "***" in everything, "the server's own words are shown, without the key"
    assert KEY not in everything


async def test_a_job_that_failed_repeats_no_key(scene: Scene) -> None:
    if scene.name != "mistral-batch":
        pytest.skip("only batch jobs bring refusals in a file")
    scene.api.fate, scene.api.refusal = (lambda _job, _index: "422"), f"{KEY} is over its limit"
    keeper = KeptInJournal(scene.journal)
    async with scene.api.running() as address:
        await scene.fill(keeper, address)
    assert "*** is over its limit" in keeper.failures["first"]
    assert KEY not in "\n".join([*keeper.failures.values(), *scene.said])


@contextmanager
def heard_errors(said: list[str]) -> Iterator[None]:
    """An error that ends the batch is reported like every other."""
    try:
        yield
    except GenerateError as error:
        said.append(str(error))
