"""``codestral-ls.host``: how much memory the model host holds and how long it has been idle, for an editor's menu."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from lsprotocol import types

from codestral_ls.backends.base import Occupancy, Occupant
from codestral_ls.lsp.session import Session

HOST = "codestral-ls.host"


def host_state(session: Session, _params: types.ExecuteCommandParams) -> Coroutine[Any, Any, dict[str, str]]:
    """The command: no arguments → ``{message}``, "" if no model of ours is in memory."""
    return _state(session)


async def _state(session: Session) -> dict[str, str]:
    backend = session.backend
    occupancy = await backend.occupancy() if isinstance(backend, Occupant) else None
    return {"message": sentence(occupancy, session.options.local.idle_unload_seconds) if occupancy is not None else ""}


def sentence(occupancy: Occupancy, unload_seconds: int) -> str:
    """The user's text: "The model host holds 110 MB and has been idle for 3 min (it unloads after 15 min)."."""
    size = occupancy.memory_bytes
    held = f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
    if not occupancy.loaded:
        return f"The model is not in memory; its host holds {held}."
    idle = _duration(occupancy.idle_seconds)
    after = f" (it unloads after {_duration(unload_seconds)})" if unload_seconds else ""
    return f"The model host holds {held} and has been idle for {idle}{after}."


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"
