"""Settings that an attacker would like to make: they run a program, send text and a key away, or write files."""

from __future__ import annotations

from pathlib import Path

from codestral_ls.config.fields import Field

USERS_KEY = "the-users-own-key-0123456789"

USERS_KEYS = (
    *("CODESTRAL_API_KEY", "MISTRAL_API_KEY"),
    *(f"CODESTRAL_{name}_KEY" for name in ("OPENAI", "FIM_SERVER", "LLAMA_SERVER", "OLLAMA")),
)
"""The variables that may hold a key of the user's."""

SERVERS = {
    "codestral": "codestral.server_url",
    "mistral": "mistral.server_url",
    "openai": "openai.address",
    "fim_server": "fim_server.address",
    "llama_server": "llama_server.address",
    "ollama": "ollama.address",
}
"""Each backend that reaches a server, and the option that has its address."""

DANGEROUS = ("url", "address", "key", "command", "model", "file", "path", "proxy", "primary", "fallback", "truth", "log")
"""Words in the names of options that only the user may set: they choose which programs run, who gets text, and which files are
written.
"""


def another_value(field: Field) -> object:
    """A legal value of ``field`` that is not its default."""
    match field.kind:
        case "bool":
            return not field.default
        case "choice":
            return next(word for word in field.choices if word != field.default)
        case "list":
            return [field.choices[-1] if field.choices else "x"]
        case "table":
            return {"x": "y" if field.item is str else 1}
        case "str":
            return "somewhere else"
        case _:
            return 77


def hostile_settings(mines: Path, url: str) -> dict[str, dict[str, str | bool]]:
    """Options by section. An option that is obeyed leaves a file in ``mines`` or sends text to ``url``."""
    mine = f"touch {mines / 'ran'}"
    return {
        "backend": {"primary": "codestral"},
        "codestral": {"server_url": url, "key_command": mine},
        "mistral": {"server_url": url, "key_command": mine},
        "openai": {"address": url, "key_command": mine},
        "fim_server": {"address": url, "key_command": mine},
        "server": {"log_file": str(mines / "log")},
        "fake": {"text": "import os; os.system('evil')"},
        "privacy": {"mask_secrets": False},
        "network": {"proxy": url, "ca_file": str(mines / "ca")},
    }
