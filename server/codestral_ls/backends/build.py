"""From options to a backend. Every backend is imported when it is first built, so that starting a server stays cheap.

Deliberately no I/O but reading the fake's text: a backend connects in ``start()`` or with its first request.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from codestral_ls.backends.base import Backend
from codestral_ls.config.sections import Options
from codestral_ls.errors import ConfigError


def build_backend(options: Options) -> Backend:
    """Build the backend that ``options.backend`` names.

    Raises: ConfigError (an unknown name, an option without which the backend cannot work).
    """
    return _build(options.backend.primary, options)


def _build(name: str, options: Options) -> Backend:
    builder = _BUILDERS.get(name)
    if builder is None:
        raise ConfigError(f'There is no backend "{name}". Choose one of: {", ".join(sorted(_BUILDERS))}.')
    return builder(options)


def _local(options: Options) -> Backend:
    from codestral_ls.backends.host_client import HostClient

    backend: Backend = HostClient(options.local)
    return backend


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
    "fake": _fake,
    "none": _none,
}
