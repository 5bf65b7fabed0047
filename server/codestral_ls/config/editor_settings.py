"""Which options VS Code shows as settings: those a user may want to change there. All others belong into the configuration file.

VS Code makes a setting's title from its name, so the names are in camelCase: `completion.showAfterMs` reads "Show After Ms".
"""

from __future__ import annotations

SHOWN: tuple[str, ...] = (
    "backend.primary",
    "backend.fallbacks",
    "local.model",
    "codestral.model",
    "mistral.model",
    "fim_server.address",
    "fim_server.model",
    "openai.address",
    "openai.model",
    "llama_server.address",
    "ollama.address",
    "ollama.model",
    "network.proxy",
    "limits.daily_budget",
    "completion.enabled",
    "completion.trigger",
    "completion.show",
    "completion.show_after_ms",
    "completion.max_lines",
    "completion.alternatives",
    "completion.disabled_languages",
    "completion.disabled_globs",
    "completion.disabled_in",
    "completion.commit_messages",
    "completion.on_battery",
    "edits.enabled",
    "edits.show",
    "privacy.mask_secrets",
    "privacy.ignore",
    "generate.style",
)

TITLES = {
    "fim_server": "FIM Server",
    "openai": "OpenAI-compatible Server",
    "llama_server": "llama-server",
    "codestral": "Codestral API",
    "mistral": "Mistral API",
    "local": "Local Model",
    "limits": "Costs",
    "generate": "Docstrings and Tests",
}
"""Titles of sections that differ from their name."""

NOT_CHOSEN = frozenset({"fake"})
"""Words of a choice that are there for demonstrations and tests."""


def setting_name(key: str) -> str:
    """The name of ``section.option`` as a setting: ``fim_server.address`` → ``fimServer.address``."""
    return ".".join(_camel(part) for part in key.split("."))


def _camel(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(word.capitalize() for word in more)
