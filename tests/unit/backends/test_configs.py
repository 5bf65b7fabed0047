"""Every file in configs/ loads without a warning and builds its backends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codestral_ls.backends.build_backend import build_backend
from codestral_ls.backends.guard import Guard
from codestral_ls.backends.router import Router
from codestral_ls.config.load import load_options
from codestral_ls.config.read_files import PROJECT_FILE

CONFIGS = Path(__file__).parents[3] / "configs"
# file → (names of the backends in their order, the remote ones among them)
EXPECTED = {
    "api-or-embedded.toml": (["codestral", "local"], [True, False]),
    "codestral-api.toml": (["codestral"], [True]),
    "default.toml": (["local"], [False]),
    "hybrid.toml": (["local", "codestral"], [False, True]),
    "llama-server.toml": (["llama_server"], [False]),
    "local-22b.toml": (["local"], [False]),
    "mistral-eu.toml": (["mistral"], [True]),
    "offline.toml": (["local"], [False]),
    "ollama.toml": (["ollama"], [False]),
    "team-host.toml": (["fim_server"], [True]),
    "vllm.toml": (["openai"], [True]),
}


def test_every_configuration_has_its_row() -> None:
    assert sorted(path.name for path in CONFIGS.glob("*.toml")) == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
async def test_a_configuration_builds_its_backends(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("CODESTRAL_LS_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    loaded = load_options(None, None, {}, user_file=CONFIGS / name)
    assert loaded.problems == ()
    names, remote = EXPECTED[name]

    async def built() -> None:
        backend = build_backend(loaded.options)
        parts = [candidate.backend for candidate in backend._candidates] if isinstance(backend, Router) else [backend]
        assert [part.info().name for part in parts] == names
        assert [part.info().remote for part in parts] == remote
        assert [isinstance(part, Guard) for part in parts] == [name not in ("local", "fake") for name in names]
        assert isinstance(backend, Router) == (len(parts) > 1 or any(remote))
        await backend.aclose()

    await built()


@pytest.mark.parametrize(
    "setting",
    [
        'backend.primary = "codestral"',
        'codestral.server_url = "https://evil.example"',
        'codestral.key_command = "cat /etc/passwd"',
        'openai.address = "http://evil.example"',
        'network.proxy = "http://evil.example"',
        'network.ca_file = "evil.pem"',
        "limits.daily_budget = 0.0",
        "privacy.mask_secrets = false",
    ],
)
def test_a_project_cannot_redirect_requests_or_name_a_key(setting: str, tmp_path: Path) -> None:
    user = tmp_path / "user.toml"
    user.write_text("[limits]\ndaily_budget = 1.0\n")
    (tmp_path / "project" / ".git").mkdir(parents=True)
    section, _, rest = setting.partition(".")
    (tmp_path / "project" / PROJECT_FILE).write_text(f"[{section}]\n{rest}\n")
    loaded = load_options(tmp_path / "project", None, {}, user_file=user)
    assert loaded.options == load_options(None, None, {}, user_file=user).options
    assert len(loaded.problems) == 1
