"""The door: a request without its document's address is refused, released files pass, a job must fit into the day's budget."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo, FimRequest, Usage
from codestral_ls.backends.door import Door, expected_tokens
from codestral_ls.backends.ledger import Ledger, Price
from codestral_ls.backends.limits import RequestLimits
from codestral_ls.backends.masking.mask import Mask
from codestral_ls.config.sections import LimitsOptions
from codestral_ls.documents.privacy import FileRules
from codestral_ls.errors import BackendWithheld, BudgetSpent

INFO = BackendInfo("mistral", "codestral", remote=True)


def make_door(folder: Path, *, budget: float = 0.0, allowed: tuple[Path, ...] = ()) -> tuple[Door, Ledger]:
    ledger = Ledger(folder / "costs.sqlite", lambda: "2026-11-21")
    options = LimitsOptions(requests_per_second=0.0, daily_budget=budget)
    mask = Mask()
    return Door(RequestLimits(options, Price(1.0, 1.0, 1.0), "USD", ledger), mask, mask, FileRules(("drafts/",)), allowed), ledger


def test_a_request_that_names_no_document_is_refused(tmp_path: Path) -> None:
    door, _ = make_door(tmp_path)
    with pytest.raises(BackendWithheld, match="does not name the document"):
        door.sealed(FimRequest("a", "b"))


def test_a_guess_from_other_files_stays_here(tmp_path: Path) -> None:
    door, _ = make_door(tmp_path)
    sealed = door.sealed(FimRequest("a", "b", source=(tmp_path / "a.py").as_uri(), guess="text of another file"))
    assert sealed.guess == ""


def test_an_ignored_file_passes_only_when_it_was_released(tmp_path: Path) -> None:
    path = tmp_path / "drafts" / "a.py"
    request = FimRequest("a", "b", source=path.as_uri())
    door, _ = make_door(tmp_path)
    with pytest.raises(BackendWithheld, match=r"privacy\.ignore"):
        door.sealed(request)
    released, _ = make_door(tmp_path, allowed=(path,))
    assert released.sealed(request).prefix == "a"
    with pytest.raises(BackendWithheld):
        released.sealed(FimRequest("a", "b", source=path.with_name("b.py").as_uri()))


async def _spend(door: Door, tokens: int) -> None:
    door.count(INFO, Usage(prompt_tokens=tokens))
    await door.aclose()


async def test_a_job_that_does_not_fit_into_the_budget_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    door, ledger = make_door(tmp_path, budget=1.0)
    await door.admit_together(900_000, 50_000)
    with pytest.raises(BudgetSpent, match=r"needs about 1\.10 USD, and 1\.00 USD"):
        await door.admit_together(1_000_000, 100_000)
    await _spend(door, 1_000_000)
    assert ledger.cost_today() == 1.0
    with pytest.raises(BudgetSpent, match="used up"):
        await door.admit(FimRequest("a", "b"), 10)


def test_tokens_are_estimated_from_both_sides_and_the_longest_answer() -> None:
    assert expected_tokens(INFO, FimRequest("a" * 32, "b" * 32, max_tokens=7)) == (23, 7)
