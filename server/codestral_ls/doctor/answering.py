"""Which backend answers: its health, and how long the first token takes, cold and hot, by really asking it.

The request is a made-up function, never the user's code; it costs a remote backend some fifty tokens.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from codestral_ls.backends.abilities import abilities_of, models_of
from codestral_ls.backends.base import Backend, FimRequest, Health
from codestral_ls.backends.build_backend import build_one
from codestral_ls.backends.ready import until_ready
from codestral_ls.config.sections import BackendName, Options
from codestral_ls.doctor.finding import Finding, State
from codestral_ls.doctor.probing import probe
from codestral_ls.errors import BackendError, ConfigError
from codestral_ls.fim.self_test_holes import unsuited
from codestral_ls.timing import Clock, monotonic

GROUP = "Backends"
PREFIX = '"""Geometry {mark}."""\n\n\ndef area_of_circle(radius: float) -> float:\n    return '
SUFFIX = "\n\n\n# {mark}\nprint(area_of_circle(2.0))\n"
"""A mark that differs in each run of doctor, so that the first request finds no evaluated prompt."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request's answer: text, milliseconds to its first piece and to its end, and the usage if reported."""

    text: str
    first_ms: float
    whole_ms: float
    tells_probability: bool
    tells_usage: bool


async def backends(
    options: Options,
    build: Callable[[str, Options], Backend] = build_one,
    clock: Clock = monotonic,
    *,
    probing: bool = False,
) -> list[Finding]:
    """A finding for the primary backend and for every fallback. Each gets the time that its options allow.

    With ``probing`` each also gets the self-test's holes.
    """
    chain = options.backend
    names = dict.fromkeys((chain.primary, *chain.fallbacks))
    findings = [await _one(name, options, build, clock, primary=name == chain.primary, probing=probing) for name in names]
    if findings[0].state != "ok" and any(finding.state == "ok" for finding in findings[1:]):
        findings[0] = replace(findings[0], state="warning")  # completion works, through a fallback
    return findings


def question() -> FimRequest:
    """The request, with a mark that no earlier request had."""
    mark = secrets.token_hex(4)
    prefix, suffix = PREFIX.format(mark=mark), SUFFIX.format(mark=mark)
    return FimRequest(prefix, suffix, max_tokens=8, stop=("\n",), timeout=30.0, source="untitled:codestral-ls-doctor")


async def ask(backend: Backend, request: FimRequest, clock: Clock = monotonic) -> Asked:
    """Send ``request`` and time it. Raises: BackendError."""
    began = clock()
    first: float | None = None
    text = ""
    probability = usage = False
    async with aclosing(backend.stream(request)) as pieces:
        async for piece in pieces:
            if first is None:
                first = clock()
            text += piece.text
            probability = probability or piece.mean_logprob is not None
            usage = usage or (piece.usage is not None and piece.usage.prompt_tokens > 0)
    ended = clock()
    first_ms = ((ended if first is None else first) - began) * 1000
    return Asked(text, first_ms, (ended - began) * 1000, probability, usage)


async def _one(
    name: BackendName, options: Options, build: Callable[[str, Options], Backend], clock: Clock, *, primary: bool, probing: bool
) -> Finding:
    role = "asked first" if primary else "fallback"
    if name == "none":
        text = "completion is switched off: backend.primary is none"
        return Finding(GROUP, name, "warning", text, 'Set backend.primary, for example to "local".')
    try:
        backend = build(name, options)
    except ConfigError as error:
        return Finding(GROUP, name, "error" if primary else "warning", str(error), f"Correct the options of [{name}].")
    try:
        finding = await _answering(name, role, backend, options, clock, bad="error" if primary else "warning")
        return await _probed(finding, backend) if probing and finding.state == "ok" else finding
    finally:
        await backend.aclose()


async def _answering(name: str, role: str, backend: Backend, options: Options, clock: Clock, *, bad: State) -> Finding:
    info = backend.info()
    where = "remote: text leaves this machine" if info.remote else "on this machine"
    facts: dict[str, object] = {"role": role, "model": info.model, "remote": info.remote}
    health = await until_ready(backend, options.local.start_timeout_seconds)
    if health.state != "ready":
        return _unwell(name, role, health, facts, bad)
    try:
        request = question()
        cold, hot = await ask(backend, request, clock), await ask(backend, request, clock)
    except BackendError as error:
        return _unwell(name, role, Health("error", str(error)), facts, bad)
    models, abilities = await _listed(models_of(backend)), await _listed(abilities_of(backend))
    model = backend.info().model or (models[0].rpartition("/")[2] if models else "a model without a name")
    facts |= {"models": models, "abilities": abilities}
    facts |= {"tells_probability": hot.tells_probability, "tells_usage": hot.tells_usage}
    facts |= {"model": model, "health": "ready", "first_token_ms": round(hot.first_ms, 1), "answer": hot.text}
    facts |= {"first_token_cold_ms": round(cold.first_ms, 1), "whole_answer_ms": round(hot.whole_ms, 1)}
    text = (
        f"{name} ({role}; {where}) answers with {model}: first token after {hot.first_ms:.0f} ms "
        f"({cold.first_ms:.0f} ms cold), {hot.whole_ms:.0f} ms for {hot.text.strip()!r}"
    )
    return Finding(GROUP, name, "ok", text, "", facts)


async def _probed(finding: Finding, backend: Backend) -> Finding:
    """The finding with the self-test's result."""
    try:
        verdict = await probe(backend)
    except BackendError as error:
        return replace(finding, state="warning", text=f"{finding.text}; the self-test was not completed", next=str(error))
    facts = {**finding.facts, "filled_holes": verdict.filled, "asked_holes": verdict.asked, "suited": verdict.suited}
    if verdict.suited:
        return replace(finding, text=f"{finding.text}; filled {verdict.filled} of {verdict.asked} test holes", facts=facts)
    return replace(finding, state="warning", next=unsuited(backend.info().model or finding.name, verdict), facts=facts)


async def _listed(asked: Awaitable[Sequence[str]]) -> list[str]:
    """The list that a server was asked for; empty if it fails."""
    try:
        return list(await asked)
    except BackendError:
        return []


def _unwell(name: str, role: str, health: Health, facts: Mapping[str, object], bad: State) -> Finding:
    text = f"{name} ({role}) does not answer: {health.state.replace('_', ' ')}"
    facts = {**facts, "health": health.state, "message": health.message}
    return Finding(GROUP, name, bad, text, health.message or f"See why {name} is {health.state}.", facts)
