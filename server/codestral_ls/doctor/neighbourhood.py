"""Model servers on this machine as findings: which could be used and how, and whether a configured style is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from codestral_ls.backends.running_servers import FoundServer, neighbours
from codestral_ls.backends.usual_ports import is_automatic
from codestral_ls.config.sections import Options
from codestral_ls.doctor.finding import Finding

GROUP = "Model servers on this machine"


async def neighbourhood(options: Options) -> list[Finding]:
    """A finding for each model of each server."""
    return findings(options, await neighbours())


def findings(options: Options, found: Sequence[FoundServer]) -> list[Finding]:
    """The findings about ``found``. Pure."""
    return [_one(options, neighbour) for neighbour in found]


def _one(options: Options, neighbour: FoundServer) -> Finding:
    facts = asdict(neighbour)
    name = f"{neighbour.address} {neighbour.model}"
    text = f"{neighbour.program} at {neighbour.address} has {neighbour.model}"
    if neighbour.style is not None:
        text += f", style {neighbour.style}"
    if neighbour.context:
        text += f", {neighbour.context} tokens" + (f" in each of {neighbour.slots} slots" if neighbour.slots else "")
    if not neighbour.inserts:
        return Finding(GROUP, name, "note", f"{text}; by its own word it cannot fill in the middle", "", facts)
    configured = _configured_style(options, neighbour)
    if configured is not None and neighbour.style is not None and configured[1] not in ("auto", neighbour.style):
        setting, style = configured
        advice = f'Set {setting} = "{neighbour.style}": its model does not know the control words of "{style}".'
        return Finding(GROUP, name, "warning", f"{text}; {setting} says {style}", advice, facts)
    if configured is not None and configured[1] == "auto" and neighbour.style is None:
        advice = f"Set {configured[0]} to the family of the model: nothing tells it, and Codestral's is assumed."
        return Finding(GROUP, name, "warning", f"{text}; its style is unknown", advice, facts)
    if configured is not None:
        return Finding(GROUP, name, "ok", f"{text}; in use", "", facts)
    advice = f"To use {neighbour.model} of {neighbour.program}: {', '.join(neighbour.settings)}." if neighbour.style else ""
    return Finding(GROUP, name, "note", text, advice, facts)


def _configured_style(options: Options, neighbour: FoundServer) -> tuple[str, str] | None:
    """The setting and the style with which a configured backend would ask this model; None if none would."""
    chain = (options.backend.primary, *options.backend.fallbacks)
    here = neighbour.address.replace("127.0.0.1", "localhost")

    def same(address: str) -> bool:
        return address.rstrip("/").replace("127.0.0.1", "localhost") == here

    llama_server = options.llama_server.address
    if neighbour.program == "llama-server" and "llama_server" in chain and (is_automatic(llama_server) or same(llama_server)):
        return "llama_server.style", options.llama_server.style
    if (
        neighbour.program == "Ollama"
        and "ollama" in chain
        and same(options.ollama.address)
        and neighbour.model == options.ollama.model
    ):
        return "ollama.style", options.ollama.style
    if "openai" in chain and same(options.openai.address) and options.openai.model in ("", neighbour.model):
        return "openai.style", options.openai.style
    return None
