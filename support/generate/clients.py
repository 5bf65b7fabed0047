"""The clients with which a batch requests its texts, and options that point each of them to a stand-in API."""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.config.sections import (
    BackendName,
    BackendOptions,
    FimServerOptions,
    LimitsOptions,
    MistralOptions,
    OpenAiOptions,
    Options,
)
from codestral_ls.generate.batch.batch import WriterName

KEYS = dict.fromkeys(("CODESTRAL_FIM_SERVER_KEY", "CODESTRAL_OPENAI_KEY", "MISTRAL_API_KEY"), "x")
"""An environment in which every client finds its key."""


@dataclass(frozen=True, slots=True)
class BatchClient:
    """One client: its name in a table, the writer's name and the backend."""

    name: str
    writer: WriterName
    primary: BackendName

    def options(self, address: str) -> Options:
        """Options that point the client to the API at ``address``, without a rate limit."""
        return Options(
            backend=BackendOptions(primary=self.primary),
            fim_server=FimServerOptions(address, "codestral", timeout_seconds=60.0),
            openai=OpenAiOptions(address=address, model="codestral", prompt="text", timeout_seconds=60.0),
            mistral=MistralOptions(server_url=address),
            limits=LimitsOptions(requests_per_second=0.0, tokens_per_minute=0),
        )


CLIENTS = (
    BatchClient("a FIM server (aiohttp)", "here", "fim_server"),
    BatchClient("an OpenAI-compatible server (aiohttp)", "here", "openai"),
    BatchClient("Mistral's FIM API (mistralai SDK)", "here", "mistral"),
    BatchClient("Mistral's chat API (mistralai SDK)", "chat", "mistral"),
)
