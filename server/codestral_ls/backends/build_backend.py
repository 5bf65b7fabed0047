"""From options to a backend. Each backend is imported when it is first built, so that starting a server stays cheap.

Every backend except our own host gets a guard; several backends, or a remote one, get a router. Nothing is read or sent here,
except the fake's text: a backend connects in ``start()`` or with its first request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from codestral_ls.backends.base import Backend, BackendInfo
from codestral_ls.config.sections import BackendName, Options
from codestral_ls.errors import ConfigError

_OWN = frozenset({"local", "fake", "none"})
_TITLES: dict[str, str] = {
    "local": "The local model",
    "codestral": "The Codestral API",
    "mistral": "Mistral's API",
    "fim_server": "The FIM server",
    "openai": "The completion server",
    "llama_server": "llama-server",
    "ollama": "Ollama",
    "fake": "The fake",
    "none": "No backend",
}


def build_backend(options: Options, tell: Callable[[str], None] | None = None, allowed: Collection[Path] = ()) -> Backend:
    """Build the backend that ``options.backend`` names, with its fallbacks.

    ``tell`` is called with each sentence that a user should see once (a switch to a fallback, a wrong key); None logs them.
    ``allowed`` are private files that the user released by name.

    Raises: ConfigError (an unknown name, or a missing option that the backend needs).
    """
    names: list[BackendName] = [options.backend.primary]
    names += [name for name in options.backend.fallbacks if name not in names]
    backends = [build_one(name, options, allowed) for name in names]
    if len(backends) == 1 and not backends[0].info().remote:
        return backends[0]
    from codestral_ls.backends.router import RoutedBackend, Router

    candidates = [RoutedBackend(_TITLES[name], backend) for name, backend in zip(names, backends, strict=True)]
    return Router(candidates, hedge_after=options.backend.hedge_after_ms / 1000.0, tell=tell)


def build_one(name: str, options: Options, allowed: Collection[Path] = ()) -> Backend:
    """Build one backend by its name, guarded unless it is our own and on this machine. Raises: ConfigError."""
    backend = build_bare(name, options)
    if not needs_door(backend.info()):
        return backend
    from codestral_ls.backends.door import open_door
    from codestral_ls.backends.guard import Guard

    return Guard(backend, open_door(options, backend.info(), allowed))


def needs_door(info: BackendInfo) -> bool:
    """True if text for the backend of ``info`` passes a door: every backend except our own on this machine."""
    return info.remote or info.name not in _OWN


def build_bare(name: str, options: Options) -> Backend:
    """Build one backend without its guard, for a caller that has already passed the door. Raises: ConfigError."""
    builder = _BUILDERS.get(name)
    if builder is None:
        raise ConfigError(f'There is no backend "{name}". Choose one of: {", ".join(sorted(_BUILDERS))}.')
    return builder(options)


def _local(options: Options) -> Backend:
    from codestral_ls.backends.host_client import HostClient

    backend: Backend = HostClient(options.local)
    return backend


def _codestral(options: Options) -> Backend:
    from codestral_ls.backends.mistral import MistralApi

    return MistralApi("codestral", options.codestral, options.network)


def _mistral(options: Options) -> Backend:
    from codestral_ls.backends.mistral import MistralApi

    return MistralApi("mistral", options.mistral, options.network)


def _fim_server(options: Options) -> Backend:
    from codestral_ls.backends.fim_server import FimServer

    return FimServer(options.fim_server, options.network)


def _openai(options: Options) -> Backend:
    from codestral_ls.backends.openai_compatible import OpenAiCompatible

    return OpenAiCompatible(options.openai, options.network)


def _llama_server(options: Options) -> Backend:
    from codestral_ls.backends.llama_server import LlamaServer

    return LlamaServer(options.llama_server, options.network)


def _ollama(options: Options) -> Backend:
    from codestral_ls.backends.ollama import Ollama

    return Ollama(options.ollama, options.network)


def _fake(options: Options) -> Backend:
    from codestral_ls.backends.fake import FakeBackend, continue_like, fixed

    section = options.fake
    if section.truth:
        try:
            script = continue_like(Path(section.truth).expanduser().read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"fake.truth cannot be read: {error}") from error
    else:
        script = fixed(section.text)
    return FakeBackend(
        script,
        prefill_rate=section.prefill_rate,
        decode_rate=section.decode_rate,
        first_delay=section.first_delay_ms / 1000.0,
        slots=section.slots,
    )


def _none(_options: Options) -> Backend:
    from codestral_ls.backends.none import NoBackend

    return NoBackend()


_BUILDERS: dict[str, Callable[[Options], Backend]] = {
    "local": _local,
    "codestral": _codestral,
    "mistral": _mistral,
    "fim_server": _fim_server,
    "openai": _openai,
    "llama_server": _llama_server,
    "ollama": _ollama,
    "fake": _fake,
    "none": _none,
}
