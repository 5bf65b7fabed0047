"""`doctor --probe`: the self-test of servers, and of a real llama-server with the right and with a wrong prompt order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codestral_ls.config.sections import BackendOptions, LlamaServerOptions, NetworkOptions, OllamaOptions, OpenAiOptions, Options
from codestral_ls.doctor.answering import backends
from codestral_ls.fim.family import FamilyName
from codestral_ls.fim.self_test_holes import HOLES
from support.backends.real_servers import llama_server
from support.backends.standin_servers import StandInOllama, Vllm, running


@pytest.fixture(scope="module")
def real_server() -> Iterator[str]:
    with llama_server() as address:
        yield address


def served(address: str, style: FamilyName) -> Options:
    server = LlamaServerOptions(address=address, style=style, context_tokens=1024, timeout_seconds=60.0)
    patient = NetworkOptions(connect_seconds=30.0)
    return Options(backend=BackendOptions(primary="llama_server", fallbacks=()), llama_server=server, network=patient)


async def test_a_model_that_fills_in_the_middle_is_suited(real_server: str) -> None:
    (finding,) = await backends(served(real_server, "codestral"), probing=True)
    assert finding.state == "ok", finding
    assert finding.facts["suited"] is True
    assert "answers with tiny-fim-q8_0.gguf" in finding.text
    assert f"filled {finding.facts['filled_holes']} of {finding.facts['asked_holes']} test holes" in finding.text


async def test_a_style_whose_words_the_model_lacks_is_reported_before_any_hole(real_server: str) -> None:
    (finding,) = await backends(served(real_server, "qwen"), probing=True)
    assert finding.state == "error"
    assert "Choose another style" in finding.next
    assert "asked_holes" not in finding.facts


async def test_without_the_option_no_hole_is_asked(real_server: str) -> None:
    (finding,) = await backends(served(real_server, "codestral"))
    assert finding.state == "ok"
    assert "asked_holes" not in finding.facts


async def test_one_that_goes_on_talking_is_unsuited_in_one_sentence_with_a_better_one() -> None:
    server = Vllm([HOLES[0].answer, " and so on"])
    async with running(server.routes) as address:
        options = Options(backend=BackendOptions(primary="openai", fallbacks=()), openai=OpenAiOptions(address=address))
        (finding,) = await backends(options, probing=True)
    assert finding.state == "warning"
    assert finding.facts["suited"] is False
    assert "not trained to fill in the middle" in finding.next
    assert "qwen2.5-coder-0.5b" in finding.next


async def test_the_probe_of_ollama_asks_with_a_suffix() -> None:
    server = StandInOllama(["no idea"])
    async with running(server.routes) as address:
        options = Options(backend=BackendOptions(primary="ollama", fallbacks=()), ollama=OllamaOptions(address=address))
        (finding,) = await backends(options, probing=True)
    assert (finding.state, finding.facts["filled_holes"]) == ("warning", 0)
    assert any(seen.get("suffix") == HOLES[0].suffix for seen in server.seen)
