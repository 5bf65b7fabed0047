"""OpenMP's idle threads soon sleep, unless the user chose otherwise; the library reads that only when it is loaded."""

from __future__ import annotations

from codestral_ls.host.llama import SPINS, sleeping_threads


def test_what_the_user_set_stays() -> None:
    environment = {"GOMP_SPINCOUNT": "7"}
    sleeping_threads(environment)
    assert environment == {"GOMP_SPINCOUNT": "7", "OMP_WAIT_POLICY": "passive"}


def test_threads_look_for_less_than_a_millisecond_before_they_sleep() -> None:
    environment: dict[str, str] = {}
    sleeping_threads(environment)
    assert environment == {"GOMP_SPINCOUNT": SPINS, "OMP_WAIT_POLICY": "passive"}
    assert 500 <= int(SPINS) <= 100_000
