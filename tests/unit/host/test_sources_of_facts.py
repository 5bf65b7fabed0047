"""Every row of the FIM table and every model in the catalogue names the source of its facts."""

from __future__ import annotations

from datetime import date

import pytest

from codestral_ls.fim.family import FamilyFacts
from codestral_ls.fim.table import TABLE
from codestral_ls.host.catalogue import CHECKED, KNOWN, KnownModel
from codestral_ls.host.ladder import LADDER, Rung


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_row_of_the_table(row: FamilyFacts) -> None:
    assert row.addresses
    assert all(address.startswith("https://") for address in row.addresses)
    assert row.source
    assert date.fromisoformat(row.checked)


@pytest.mark.parametrize("model", KNOWN.values(), ids=lambda model: model.name)
def test_a_model_of_the_catalogue(model: KnownModel) -> None:
    assert model.source
    assert date.fromisoformat(CHECKED)
    assert model.size_bytes > 0
    assert bool(model.sha256) == (model.sized == "pinned")
    assert model.sized != "pinned" or model.size_bytes % 1000, "a pinned size is exact"


@pytest.mark.parametrize("rung", LADDER, ids=lambda rung: rung.label)
def test_a_rung_of_the_ladder(rung: Rung) -> None:
    assert rung.source
    assert rung.pull or rung.name == "embedded" or rung.remote or "no GGUF file found" in rung.source
