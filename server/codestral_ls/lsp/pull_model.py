"""``codestral-ls.pullModel``: fetch a model of the catalogue, with a progress bar that can be stopped.

The work is ``codestral-ls models pull`` in a separate process, so that stopping it ends it; it resumes where it stopped when
it is requested again. Only models of the catalogue: an editor may name a model, not an address.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from codestral_ls.config.host_address import models_dir
from codestral_ls.lsp.session import Session
from codestral_ls.lsp.work_done import WorkDone
from codestral_ls.system import processes

PULL = "codestral-ls.pullModel"
LOOK_SECONDS = 0.5
LONGEST_MESSAGE = 4_000


def pull_model(session: Session, params: types.ExecuteCommandParams) -> Coroutine[Any, Any, dict[str, Any]]:
    """The command: ``arguments: [{name, licenceAccepted}]`` → ``{pulled, message}``. Raises: JsonRpcInvalidParams."""
    wanted = (params.arguments or (None,))[0]
    name = wanted.get("name") if isinstance(wanted, Mapping) else None
    if not isinstance(name, str) or not isinstance(wanted, Mapping):
        raise JsonRpcInvalidParams(f"{PULL} wants [{{name, licenceAccepted}}].")
    return _pull(session, name, wanted.get("licenceAccepted") is True, params.work_done_token)


async def _pull(session: Session, name: str, accepted: bool, token: types.ProgressToken | None) -> dict[str, Any]:
    from codestral_ls.host import catalogue

    model = catalogue.KNOWN.get(name)
    if model is None:
        return {"pulled": False, "message": f'There is no model "{name}" in the catalogue.'}
    if not model.licence.free and not accepted:
        return {"pulled": False, "message": f"{name} is under the {model.licence.name}: {model.licence.summary}"}
    bar = WorkDone(session, f"Fetching {name}", token)
    said = await bar.run(_fetched(name, model.size_bytes, bar))
    if said is None:
        return {"pulled": False, "message": f"The fetch of {name} was stopped; the next one resumes from there."}
    return {"pulled": not said, "message": said}


async def _fetched(name: str, size: int, bar: WorkDone) -> str:
    """Run the fetch; returns why it failed, "" if it did not."""
    process = await processes.start_own_reading_errors("codestral_ls", "models", "pull", name, "--accept-licence")
    saying = asyncio.ensure_future(process.communicate())
    try:
        while not (await asyncio.wait([saying], timeout=LOOK_SECONDS))[0]:
            bar.report(_progress(await asyncio.to_thread(_arrived, models_dir() / "incoming" / name), size))
        _, errors = saying.result()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
        saying.cancel()
    lines = errors.decode(errors="replace")[-LONGEST_MESSAGE:].strip().splitlines()
    return "" if process.returncode == 0 else (lines[-1] if lines else f"The fetch of {name} failed.")


def _arrived(folder: Path) -> int:
    """Bytes that are on the disk already. Files may come and go while they are counted."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _progress(arrived: int, size: int) -> str:
    if not size:
        return f"{arrived / 1e9:.2f} GB"
    return f"{arrived / 1e9:.2f} of {size / 1e9:.2f} GB ({min(99, 100 * arrived // size)} %)"
