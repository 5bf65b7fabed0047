"""The writers by name: whose model answers, which share of its price is paid, and how a writer is made. Each is imported when
chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codestral_ls.backends.base import BackendInfo
from codestral_ls.backends.build_backend import build_backend, build_bare
from codestral_ls.backends.door import GATEWAYS
from codestral_ls.backends.ledger import FREE, Price, price_of
from codestral_ls.config.sections import Options
from codestral_ls.generate.batch.batch import Batch, WriterName
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.seam import Writer

Hear = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class WriterSettings:
    """What a writer is made from. ``concurrency`` is in requests; ``trouble`` is called with the reason for a wait ("" when it is
    over), ``say`` with sentences for the user.
    """

    batch: Batch
    options: Options
    journal: Journal
    concurrency: int
    trouble: Hear
    say: Hear


@dataclass(frozen=True, slots=True)
class _Kind:
    """One writer. ``leaves``: its text leaves the machine whatever the backend is; ``share`` of the price is paid."""

    make: Callable[[WriterSettings], Writer]
    info: Callable[[Options], BackendInfo]
    leaves: bool = False
    share: float = 1.0


def make_writer(order: WriterSettings) -> Writer:
    """The writer that the batch names. Raises: GenerateError, ConfigError."""
    return _KINDS[order.batch.writer].make(order)


def info_of(name: WriterName, options: Options) -> BackendInfo:
    """The facts of the model that would answer, without starting anything. Raises: ConfigError."""
    return _KINDS[name].info(options)


def writer_price(name: WriterName, options: Options) -> Price:
    """The price of its answers: none for a local model, for a gateway on this machine that of its API. Raises: ConfigError."""
    kind = _KINDS[name]
    info = kind.info(options)
    is_paid = info.remote or info.name in GATEWAYS or kind.leaves
    return price_of(info.model, options.prices).times(kind.share) if is_paid else FREE


def _here(order: WriterSettings) -> Writer:
    from codestral_ls.generate.writers.backend import BackendAsker
    from codestral_ls.generate.writers.live import Live

    # without a fallback the only message is the error that ends the batch, which is shown anyway
    tell = order.say if order.options.backend.fallbacks else order.trouble
    backend = build_backend(order.options, tell, order.batch.allowed)
    return Live(BackendAsker(backend, order.concurrency, on_trouble=order.trouble), order.concurrency)


def _ray(order: WriterSettings) -> Writer:
    from codestral_ls.generate.writers.live import Live
    from codestral_ls.generate.writers.ray import RayAsker

    cluster, count = order.batch.cluster, order.concurrency
    return Live(RayAsker(order.options, count, cluster.address, cluster.workers, order.batch.allowed), count)


def _chat(order: WriterSettings) -> Writer:
    from codestral_ls.generate.writers.live import Live
    from codestral_ls.generate.writers.mistral_chat import ChatAsker

    return Live(ChatAsker(order.options, order.concurrency, order.batch.allowed), order.concurrency)


def _jobs(order: WriterSettings) -> Writer:
    from codestral_ls.generate.writers.mistral_jobs import JobsWriter

    return JobsWriter(order.options, order.journal, order.batch.batch_hours, order.say, allowed=order.batch.allowed)


def _mistral(options: Options) -> BackendInfo:
    return build_bare("mistral", options).info()


def _primary(options: Options) -> BackendInfo:
    return build_bare(options.backend.primary, options).info()


_KINDS: dict[WriterName, _Kind] = {
    "here": _Kind(_here, _primary),
    "ray": _Kind(_ray, _primary),
    "chat": _Kind(_chat, _mistral, leaves=True),
    "mistral-batch": _Kind(_jobs, _mistral, leaves=True, share=0.5),
}
