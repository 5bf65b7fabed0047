"""The rate limiter, the budget, and the account of tokens and costs."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo, FimRequest, Priority, Usage
from codestral_ls.backends.ledger import FREE, Ledger, Price, Spent, price_of
from codestral_ls.backends.limits import LimitReached, RequestLimits
from codestral_ls.backends.pace import RateLimiter
from codestral_ls.config.sections import LimitsOptions, PricesOptions
from codestral_ls.errors import BackendBusy, ConfigError

INFO = BackendInfo("codestral", "codestral-latest", remote=True)
REQUEST = FimRequest("a", "b", timeout=10.0)
PREFETCH = FimRequest("a", "b", priority=Priority.PREFETCH)
PRICE = Price(sent=0.3, received=0.9, cached=0.03)


class Now:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_pace_gives_a_burst_and_then_its_rate() -> None:
    now = Now()
    pace = RateLimiter(rate=2.0, burst=3.0, clock=now)
    for _ in range(3):
        assert pace.wait_for(1) == 0
        pace.take(1)
    assert pace.wait_for(1) == 0.5
    now.now += 0.5
    assert pace.wait_for(1) == 0
    now.now += 100
    assert pace.wait_for(3) == 0
    assert pace.wait_for(1000) == 0  # more than a burst waits only until the bucket is full
    pace.take(5)
    assert pace.wait_for(1) == 1.5
    pace.take(-2)
    assert pace.wait_for(1) == 0.5
    assert RateLimiter(0.0, 0.0, now).wait_for(1e9) == 0


def limits(now: Now, ledger: Ledger | None = None, **options: float) -> RequestLimits:
    return RequestLimits(LimitsOptions(**options), PRICE, "USD", ledger, now)  # type: ignore[arg-type]


async def test_a_keystroke_waits_a_moment_at_most_and_a_prefetch_not_at_all() -> None:
    now = Now()
    one = limits(now, requests_per_second=4.0)
    await one.admit(PREFETCH, 10)
    await one.admit(PREFETCH, 10)
    with pytest.raises(LimitReached):
        await one.admit(PREFETCH, 10)  # half of the burst is for keystrokes
    await one.admit(REQUEST, 10)
    await one.admit(REQUEST, 10)
    await one.admit(REQUEST, 10)  # waits a quarter of a second
    with pytest.raises(LimitReached) as raised:
        await one.admit(REQUEST, 10)
    assert raised.value.retry_after == pytest.approx(0.5)


async def test_tokens_are_paced_by_what_the_server_counted() -> None:
    now = Now()
    one = limits(now, requests_per_second=0.0, tokens_per_minute=600)
    await one.admit(REQUEST, 500)
    one.count(INFO, Usage(prompt_tokens=100, completion_tokens=10), expected=500)
    await one.admit(REQUEST, 480)
    with pytest.raises(LimitReached):
        await one.admit(REQUEST, 100)
    now.now += 9.0
    await one.admit(REQUEST, 100)


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("codestral-latest", Price(0.3, 0.9, 0.03)),
        ("codestral-2508", Price(1.0, 2.0, 0.1)),
        ("qwen", FREE),
        ("", FREE),
    ],
)
def test_the_longest_beginning_of_a_models_name_is_its_price(model: str, price: Price) -> None:
    assert price_of(model, PricesOptions(models=("codestral 0.3 0.9 0.03", "codestral-25 1 2 0.1"))) == price


def test_cached_tokens_cost_their_own_price() -> None:
    usage = Usage(prompt_tokens=1_000_000, cached_tokens=900_000, completion_tokens=100_000)
    assert PRICE.of(usage) == pytest.approx(0.1 * 0.3 + 0.9 * 0.03 + 0.1 * 0.9)
    assert price_of("codestral-latest", PricesOptions()) == PRICE


@pytest.mark.parametrize("row", ["codestral", "codestral 1 2", "codestral a b c", ""])
def test_a_row_that_is_not_a_price_is_named(row: str) -> None:
    with pytest.raises(ConfigError, match=r"prices\.models"):
        price_of("codestral", PricesOptions(models=(row or " ",)))


def test_the_ledger_adds_up_by_day_backend_and_model(tmp_path: Path) -> None:
    day = ["2026-11-21"]
    ledger = Ledger(tmp_path / "state" / "costs.sqlite", lambda: day[0])
    assert (ledger.rows(), ledger.cost_today()) == ([], 0.0)
    usage = Usage(prompt_tokens=1000, cached_tokens=400, completion_tokens=20)
    ledger.add("codestral", "codestral-latest", usage, PRICE)
    ledger.add("codestral", "codestral-latest", usage, PRICE)
    ledger.add("openai", "codestral", usage, FREE)
    day[0] = "2026-11-22"
    ledger.add("codestral", "codestral-latest", usage, PRICE)
    rows = [(row.day, row.backend, row.requests, row.sent, row.cached, row.received) for row in ledger.rows()]
    assert rows == [
        ("2026-11-21", "codestral", 2, 2000, 800, 40),
        ("2026-11-21", "openai", 1, 1000, 400, 20),
        ("2026-11-22", "codestral", 1, 1000, 400, 20),
    ]
    assert ledger.cost_today() == pytest.approx(PRICE.of(usage))
    assert len(ledger.rows("2026-11-22")) == 1


def test_processes_share_the_ledger(tmp_path: Path) -> None:
    def write() -> None:
        ledger = Ledger(tmp_path / "costs.sqlite", lambda: "2026-11-21")
        for _ in range(20):
            ledger.add("codestral", "m", Usage(prompt_tokens=1), PRICE)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.sent for row in Ledger(tmp_path / "costs.sqlite").rows()] == [80]


async def test_a_used_up_budget_pauses_until_midnight_and_a_new_day_begins_anew(tmp_path: Path) -> None:
    day = ["2026-11-21"]
    now = Now()
    one = limits(now, Ledger(tmp_path / "costs.sqlite", lambda: day[0]), daily_budget=0.001, requests_per_second=0.0)
    await one.admit(REQUEST, 10)
    one.count(INFO, Usage(prompt_tokens=10_000), expected=10)
    with pytest.raises(BackendBusy, match=r"daily budget of 0\.00 USD.*00:00 UTC.*limits\.daily_budget") as raised:
        await one.admit(REQUEST, 10)
    assert not isinstance(raised.value, LimitReached)  # this one is reported
    assert raised.value.retry_after is not None
    assert 0 < raised.value.retry_after <= 86_400
    day[0] = "2026-11-22"
    await one.admit(REQUEST, 10)
    await one.aclose()


async def test_what_another_window_spent_counts(tmp_path: Path) -> None:
    now = Now()
    path = tmp_path / "costs.sqlite"
    one = limits(now, Ledger(path), daily_budget=1.0, requests_per_second=0.0)
    await one.admit(REQUEST, 10)
    Ledger(path).add("codestral", "codestral-latest", Usage(prompt_tokens=10_000_000), PRICE)
    await one.admit(REQUEST, 10)  # has not been read again yet
    now.now += 31.0
    with pytest.raises(BackendBusy):
        await one.admit(REQUEST, 10)
    await one.aclose()


async def test_an_unwritable_ledger_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "costs.sqlite"
    broken.write_bytes(b"no database at all" * 100)
    one = limits(Now(), Ledger(broken), daily_budget=1.0)
    await one.admit(REQUEST, 10)
    one.count(INFO, Usage(prompt_tokens=10), expected=10)
    await one.aclose()
    with pytest.raises(sqlite3.Error):
        Ledger(broken).rows()
    assert "could not be written" in caplog.text


async def test_many_answers_share_a_turn_of_the_disk_and_none_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, turns, failing = tmp_path / "costs", 0, 2
    written = Ledger.add_all

    def add_all(self: Ledger, rows: list[Spent]) -> None:
        nonlocal turns, failing
        turns += 1
        if failing:
            failing -= 1
            raise sqlite3.OperationalError("database is locked")
        written(self, rows)

    monkeypatch.setattr(Ledger, "add_all", add_all)
    limits = RequestLimits(LimitsOptions(), PRICE, "USD", Ledger(path))
    for _ in range(300):
        limits.count(INFO, Usage(prompt_tokens=2, completion_tokens=1), 3)
        if turns < 2:
            await asyncio.sleep(0)
    await limits.aclose()
    await limits.aclose()
    (row,) = Ledger(path).rows()
    assert (row.requests, row.sent, row.received) == (300, 600, 300)
    assert row.cost == pytest.approx(300 * PRICE.of(Usage(prompt_tokens=2, completion_tokens=1)))
    assert turns < 20
