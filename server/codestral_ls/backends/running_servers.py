"""Finds model servers that already run on this machine: llama-server, Ollama, LM Studio, vLLM. Only on the user's request.

Which program answers is read from its answers, not from its port. These are untrusted: only numbers and short printable names are
taken over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from codestral_ls.backends.address import parse_address
from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.keys import ApiKey, KeySource
from codestral_ls.backends.served_style import read_style, style_in_template
from codestral_ls.config.sections import NetworkOptions
from codestral_ls.errors import BackendError
from codestral_ls.fim.family import FamilyName
from codestral_ls.fim.naming import family_of_name

LLAMA_SERVER_PORTS = (9931, 8080)
"""llama-server's default port, the newer one first: it moves from 8080 to 9931 (llama.cpp, pull request 26508)."""
PORTS = (*LLAMA_SERVER_PORTS, 11434, 1234, 8000)
"""llama-server's default ports, Ollama's, LM Studio's, vLLM's."""
SECONDS = 1.0
"""Seconds per question: a server on this machine answers at once or is busy."""
MOST_MODELS = 12
MOST_CHARACTERS = 80
Program = Literal["llama-server", "Ollama", "LM Studio", "vLLM", "a server with OpenAI's API"]


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server and one of its models. ``style`` is None if unknown; ``context`` (of a slot, in tokens) and ``slots`` are 0 if
    unknown.

    ``inserts`` False: the server itself says that the model cannot fill in the middle.
    """

    program: Program
    address: str
    model: str
    style: FamilyName | None = None
    context: int = 0
    slots: int = 0
    inserts: bool = True

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings with which codestral-ls uses it; the rest it reads from the server."""
        section = {"llama-server": "llama_server", "Ollama": "ollama"}.get(self.program, "openai")
        said = [f'backend.primary="{section}"', f'{section}.address="{self.address}"']
        if section != "llama_server":
            said.append(f'{section}.model="{self.model}"')
        if section == "ollama" and self.style not in (None, family_of_name(self.model)):
            said.append(f'{section}.style="{self.style}"')
        if self.context and self.program in ("Ollama", "LM Studio"):
            said.append(f"{section}.context_tokens={self.context}")
        return tuple(said)


async def neighbours(ports: Sequence[int] = PORTS, seconds: float = SECONDS) -> tuple[FoundServer, ...]:
    """Everything found on this machine's ``ports``, in their order."""
    found = await asyncio.gather(*(at(f"http://127.0.0.1:{port}", seconds) for port in ports))
    return tuple(neighbour for each in found for neighbour in each)


async def at(address: str, seconds: float = SECONDS) -> tuple[FoundServer, ...]:
    """The server at ``address``: one entry for each of its models; nothing if there is no server or an unknown one."""
    key = ApiKey(KeySource("CODESTRAL_NO_KEY", "", "neighbour"))
    exchange = Exchange("the server", parse_address(address, "address"), NetworkOptions(proxy="off"), key)
    server = ServerQuestions(exchange, address, seconds)
    try:
        return await server.llama_server() or await server.ollama() or await server.lm_studio() or await server.openai()
    finally:
        await exchange.aclose()


class ServerQuestions:
    """Questions to one address, each given ``seconds``. An unexpected answer counts as no answer."""

    def __init__(self, exchange: Exchange, address: str, seconds: float) -> None:
        self._exchange = exchange
        self._address = address
        self._seconds = seconds

    async def llama_server(self) -> tuple[FoundServer, ...]:
        """llama-server's one model."""
        props = await self._get("/props")
        if not is_llama_server(props):
            return ()
        settings = props.get("default_generation_settings")
        path = str(props.get("model_path") or "").replace("\\", "/")
        model = _name(path.rsplit("/", 1)[-1].removesuffix(".gguf")) or _name(props.get("model_alias")) or "its model"
        context = _count(settings.get("n_ctx")) if isinstance(settings, dict) else 0
        style = await self._style(model)
        return (FoundServer("llama-server", self._address, model, style, context, _count(props.get("total_slots"))),)

    async def ollama(self) -> tuple[FoundServer, ...]:
        """Every model that Ollama has."""
        tags = await self._get("/api/tags")
        names = _names(tags.get("models"), "name") if isinstance(tags, dict) else ()
        found = [await self.ollama_model(name) for name in names]
        unasked = [FoundServer("Ollama", self._address, name, family_of_name(name)) for name in names]
        return tuple(one or other for one, other in zip(found, unasked, strict=True))

    async def ollama_model(self, name: str) -> FoundServer | None:
        """A model that Ollama has, by its template and its metadata, and last by its name; None if Ollama does not describe it."""
        said = await self._post("/api/show", {"model": name})
        if not isinstance(said, dict):
            return None
        template, abilities, info = str(said.get("template", "")), said.get("capabilities"), said.get("model_info")
        inserts = "insert" in abilities if isinstance(abilities, list) else ".Suffix" in template
        facts = info if isinstance(info, dict) else {}
        trained = next((_count(value) for key, value in facts.items() if str(key).endswith(".context_length")), 0)
        names = [part for key in ("general.basename", "general.name") if (part := _name(facts.get(key)))] + [name]
        style = style_in_template(template, str(facts.get("general.architecture", "")), names)
        style = style or next((family for part in names if (family := family_of_name(part))), None)
        return FoundServer("Ollama", self._address, _name(name), style, min(trained, 8192), 0, inserts)

    async def lm_studio(self) -> tuple[FoundServer, ...]:
        """Every language model of LM Studio."""
        listed = await self._get("/api/v0/models")
        entries = listed.get("data") if isinstance(listed, dict) else None
        if not isinstance(entries, list):
            return ()
        found = []
        for entry in entries[:MOST_MODELS]:
            if isinstance(entry, dict) and entry.get("type") in ("llm", "vlm", None) and _name(entry.get("id")):
                name = _name(entry["id"])
                context = _count(entry.get("loaded_context_length")) or min(_count(entry.get("max_context_length")), 8192)
                found.append(FoundServer("LM Studio", self._address, name, family_of_name(name), context))
        return tuple(found)

    async def openai(self) -> tuple[FoundServer, ...]:
        """Every model of vLLM, or of another server with OpenAI's API."""
        listed = await self._get("/v1/models")
        entries = listed.get("data") if isinstance(listed, dict) else None
        if not isinstance(entries, list):
            return ()
        found = []
        for entry in entries[:MOST_MODELS]:
            name = _name(entry.get("id")) if isinstance(entry, dict) else ""
            if name:
                found.append(await self._openai_model(entry, name))
        return tuple(found)

    async def served(self, model: str) -> FoundServer | None:
        """The model called ``model`` of a server with OpenAI's API, the first if that is empty; None if it lists none."""
        listed = await self._get("/v1/models")
        entries = listed.get("data") if isinstance(listed, dict) else None
        if not isinstance(entries, list):
            return None
        named = {str(entry.get("id")): entry for entry in entries if isinstance(entry, dict) and _name(entry.get("id"))}
        name = model or next(iter(named), "")
        return await self._openai_model(named.get(name, {}), name) if name else None

    async def _openai_model(self, entry: Mapping[str, object], name: str) -> FoundServer:
        program: Program = "vLLM" if entry.get("owned_by") == "vllm" else "a server with OpenAI's API"
        return FoundServer(program, self._address, _name(name), await self._style(name), _count(entry.get("max_model_len")))

    async def _style(self, model: str) -> FamilyName | None:
        return await read_style(lambda text: self._tokens(text, model), model)

    async def _tokens(self, text: str, model: str) -> tuple[int, ...] | None:
        body: dict[str, object] = {"content": text, "prompt": text, "model": model}  # llama-server's field and vLLM's
        body |= {"add_special": False, "add_special_tokens": False, "parse_special": True}
        answer = await self._post("/tokenize", body)
        tokens = answer.get("tokens") if isinstance(answer, dict) else None
        return tuple(tokens) if isinstance(tokens, list) and all(isinstance(token, int) for token in tokens) else None

    async def _get(self, path: str) -> Any:
        try:
            return await self._exchange.get_json(path, timeout=self._seconds)
        except BackendError:
            return None

    async def _post(self, path: str, body: Mapping[str, object]) -> Any:
        try:
            return await self._exchange.post_json(path, body, timeout=self._seconds)
        except BackendError:
            return None


def is_llama_server(props: object) -> TypeGuard[dict[str, Any]]:
    """Whether an answer to /props is llama-server's."""
    return isinstance(props, dict) and ("default_generation_settings" in props or "model_path" in props)


def _name(value: object) -> str:
    """A name that is safe to show: short, without control characters."""
    if not isinstance(value, str):
        return ""
    return "".join(character for character in value if character.isprintable() and character not in "\"'\\`")[-MOST_CHARACTERS:]


def _names(entries: object, key: str) -> tuple[str, ...]:
    if not isinstance(entries, list):
        return ()
    names = [_name(entry.get(key)) for entry in entries[:MOST_MODELS] if isinstance(entry, dict)]
    return tuple(name for name in names if name)


def _count(value: object) -> int:
    """A plausible number of tokens or slots."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000_000 else 0
