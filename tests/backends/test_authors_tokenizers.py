"""The tokens that backends send to real and stand-in servers are, id by id, those of mistral-common's ``encode_fim``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from aiohttp import web

from codestral_ls.backends.base import FimRequest
from codestral_ls.backends.llama_server import LlamaServer
from codestral_ls.backends.openai_compatible import OpenAiCompatible
from codestral_ls.config.sections import LlamaServerOptions, NetworkOptions, OpenAiOptions
from support.backends.real_servers import llama_server
from support.backends.standin_servers import running
from support.models import authors_vocabularies as authors
from support.models.odd_prompts import prompts

mistral = pytest.importorskip("mistral_common.tokens.tokenizers.mistral", reason="the authors' tokenizers come with the dev extra")
V3, TEKKEN = "mistral_instruct_tokenizer_240323.model.v3", "tekken_240911.json"
PROMPTS = list(prompts(3341))


def encode_fim(file: str) -> Callable[[str, str], list[int]]:
    from mistral_common.protocol.fim.request import FIMRequest

    tokenizer = mistral.MistralTokenizer.from_file(str(files("mistral_common") / "data" / file))
    return lambda prefix, suffix: list(tokenizer.encode_fim(FIMRequest(prompt=prefix, suffix=suffix)).tokens)


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real llama-server whose model has Codestral's own vocabulary."""
    path = authors.write(tmp_path_factory.mktemp("v3") / "codestral.gguf", authors.mistral_v3(), "Codestral-22B-v0.1")
    with llama_server(path) as address:
        yield address


async def sent(backend: LlamaServer | OpenAiCompatible, prefix: str, suffix: str) -> object:
    outgoing = await backend.outgoing(FimRequest(prefix, suffix, timeout=60.0))
    return json.loads(outgoing.body)["prompt"] if isinstance(outgoing.body, str | bytes) else outgoing.body["prompt"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["llama_server", "openai"])
async def test_llama_server_gets_the_authors_ids(kind: str, real_server: str) -> None:
    backend: LlamaServer | OpenAiCompatible
    if kind == "llama_server":
        backend = LlamaServer(LlamaServerOptions(address=real_server), NetworkOptions())
    else:
        backend = OpenAiCompatible(OpenAiOptions(address=real_server), NetworkOptions())
    theirs = encode_fim(V3)
    try:
        wrong = [
            (prefix, suffix)
            for prefix, suffix in PROMPTS
            # Some servers read control words in text as control tokens. For them the text beyond such a word is left out on
            # purpose.
            if not (kind == "openai" and any(word in prefix + suffix for word in ("[PREFIX]", "[SUFFIX]")))
            and await sent(backend, prefix, suffix) != theirs(prefix, suffix)
        ]
    finally:
        await backend.aclose()
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize(("file", "suffix_id"), [(V3, 13), (TEKKEN, 16)])
async def test_vllm_with_mistrals_tokenizer_gets_the_authors_ids(file: str, suffix_id: int, tmp_path: Path) -> None:
    """vLLM in its Mistral mode: /tokenize takes every text as plain text, so it cannot give the ids of control words."""
    tokenizer = mistral.MistralTokenizer.from_file(str(files("mistral_common") / "data" / file)).instruct_tokenizer.tokenizer

    async def tokenize(request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response({"tokens": tokenizer.encode(body["prompt"], bos=False, eos=False)})

    async def models(_request: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": "codestral"}]})

    theirs = encode_fim(file)
    async with running({("POST", "/tokenize"): tokenize, ("GET", "/v1/models"): models}) as address:
        backend = OpenAiCompatible(OpenAiOptions(address=address, prompt="token_ids"), NetworkOptions())
        try:
            plain = [pair for pair in PROMPTS if not any(word in "".join(pair) for word in ("[PREFIX]", "[SUFFIX]"))]
            wrong = [pair for pair in plain if await sent(backend, *pair) != theirs(*pair)]
            first = await sent(backend, "a", "b")
        finally:
            await backend.aclose()
    assert isinstance(first, list)
    assert first[1] == suffix_id
    assert wrong == []


async def test_a_real_llama_server_reads_the_control_words_of_a_raw_prompt(real_server: str) -> None:
    backend = LlamaServer(LlamaServerOptions(address=real_server), NetworkOptions())
    try:
        counts = []
        for prompt in ("[SUFFIX]b[PREFIX]a", "[SUFFIX-]b[PREFIX-]a"):
            request = FimRequest(prompt, "", 1, timeout=60.0, raw=True)
            pieces = [piece async for piece in backend.stream(request)]
            assert pieces[-1].usage is not None
            counts.append(pieces[-1].usage.prompt_tokens)
    finally:
        await backend.aclose()
    begins, controls, letters = 1, 2, 2
    assert begins + controls + letters <= counts[0] <= begins + controls + letters + 2  # a vocabulary may add a blank
    assert counts[1] > counts[0] + 2  # as plain text it is several tokens
