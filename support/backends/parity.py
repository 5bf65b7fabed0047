"""Compares greedy completions at the same cursor positions from four ways to the same model: how often do the texts agree?

The ways are Mistral-compatible HTTP and the SDK to this project's host, and llama-server through /v1/completions and through its
own /completion; the host's raw answer is the reference. The host takes back the end of a prefix that may be half a token
(healing). llama-server then reads other tokens, so it must agree only at positions without healing. Half of the positions are
chosen to be of that kind, because only one in twelve is by chance. A prompt evaluated at once, a prompt continued from a cache
and a prompt with drafted tokens give logits that differ in the last bits, and a small model has near ties. So the host is asked
before and after the others; where its own two answers differ (``steady`` is False), nothing can be compared.
"""

from __future__ import annotations

import json
import random
import sysconfig
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import aiohttp

from codestral_ls.backends import fim_wire
from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.fim_server import FimServer
from codestral_ls.backends.llama_server import LlamaServer
from codestral_ls.backends.mistral import MistralApi
from codestral_ls.backends.openai_compatible import OpenAiCompatible
from codestral_ls.config.sections import (
    CodestralOptions,
    FimServerOptions,
    LlamaServerOptions,
    NetworkOptions,
    OpenAiOptions,
)
from support.backends.real_servers import MODEL, TOKEN, host, llama_server

PREFIX, SUFFIX, TOKENS = 900, 300, 12  # characters on each side of the cursor; tokens written


@dataclass(frozen=True)
class ParityPosition:
    """The text from each way at one cursor position; the host took back ``healed`` characters.

    ``gap``: if llama-server read the same tokens and wrote another text, the difference in nats between the token that it chose
    there and the host's token. Two builds of llama.cpp may decide a near tie differently.
    """

    request: FimRequest
    raw: str
    steady: bool
    healed: int
    texts: dict[str, str]
    gap: float | None = None


def places(seed: int) -> Iterator[FimRequest]:
    """Requests at random places of Python's own library; the same Python and seed give the same requests."""
    chance = random.Random(seed)
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    while True:
        text = chance.choice(files).read_text(encoding="utf-8")
        if len(text) < 1500:
            continue
        offset = chance.randrange(400, len(text) - 400)
        prefix, suffix = text[max(0, offset - PREFIX) : offset], text[offset : offset + SUFFIX]
        yield FimRequest(prefix, suffix, max_tokens=TOKENS, stop=("\n\n",), timeout=60.0)


async def compare(count: int, folder: Path, seed: int = 6) -> list[ParityPosition]:
    """Ask every way at ``count`` positions."""
    candidates = places(seed)
    found: list[ParityPosition] = []
    with servers(folder) as (host_address, llama_address):
        ways = _ways(host_address, llama_address)
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
            while len(found) < count:
                request = next(candidates)
                if len(found) % 2:  # only the end of the prefix decides whether it is healed
                    end = replace(request, prefix=request.prefix[-40:], suffix="", max_tokens=0)
                    if (await _raw(session, host_address, end))[1]:
                        continue
                before, _ = await _raw(session, host_address, request)
                await text_of(ways["llama_server"], replace(request, max_tokens=0))
                texts = {name: await text_of(backend, request) for name, backend in ways.items()}
                raw, healed = await _raw(session, host_address, request)
                gap = None
                if not healed and texts["llama_server"] != raw:
                    gap = await _gap(session, ways["llama_server"], llama_address, request, raw)
                found.append(ParityPosition(request, raw, raw == before, healed, texts, gap))
        for backend in ways.values():
            await backend.aclose()
    return found


@contextmanager
def servers(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of a host and a llama-server; the host's keys are in the environment."""
    keys = {"CODESTRAL_API_KEY": TOKEN, "CODESTRAL_FIM_SERVER_KEY": TOKEN}
    with mock.patch.dict("os.environ", keys), host(folder) as host_address, llama_server(MODEL) as llama_address:
        yield host_address, llama_address


def _ways(host_address: str, llama_address: str) -> dict[str, Backend]:
    network = NetworkOptions()
    return {
        "fim_server": FimServer(FimServerOptions(address=host_address, timeout_seconds=60.0), network),
        "sdk": MistralApi("codestral", CodestralOptions(server_url=host_address, timeout_seconds=60.0), network),
        "openai": OpenAiCompatible(OpenAiOptions(address=llama_address, timeout_seconds=60.0), network),
        "llama_server": LlamaServer(LlamaServerOptions(address=llama_address, timeout_seconds=60.0), network),
    }


async def text_of(backend: Backend, request: FimRequest) -> str:
    """The whole text of an answer."""
    async with aclosing(backend.stream(request)) as pieces:
        return "".join([piece.text async for piece in pieces])


async def _raw(session: aiohttp.ClientSession, address: str, request: FimRequest) -> tuple[str, int]:
    """The host's answer, read without this project's client code, and the number of characters that it healed."""
    text, healed = "", 0
    body = fim_wire.body(request, "codestral")
    async with session.post(f"{address}{fim_wire.PATH}", json=body, headers=fim_wire.headers(request)) as response:
        async for line in response.content:
            if line.startswith(b"data: {"):
                value = json.loads(line[len(b"data: ") :])
                text += value["choices"][0]["delta"]["content"]
                healed = (value.get("usage") or {}).get("codestral_ls", {}).get("healed_characters", healed)
    return text, healed


async def _gap(session: aiohttp.ClientSession, backend: Backend, address: str, request: FimRequest, raw: str) -> float | None:
    """Nats between llama-server's token and the host's where their texts part; None if the host's is not among its best ten."""
    assert isinstance(backend, LlamaServer)
    body = json.loads((await backend.outgoing(request)).body) | {"n_probs": 10, "stream": False}
    async with session.post(f"{address}/completion", json=body) as response:
        tokens = (await response.json())["completion_probabilities"]
    common = ""
    for token in tokens:
        if not raw.startswith(common + token["token"]):
            rest = raw[len(common) :]
            best_ten = [(best["token"], best["logprob"]) for best in token["top_logprobs"]]  # the end has no spelling
            others = [logprob for word, logprob in best_ten if (bool(word) and rest.startswith(word)) or (not word and not rest)]
            return float(token["logprob"] - max(others)) if others else None
        common += token["token"]
    return None
