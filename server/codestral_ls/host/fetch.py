"""Fetch a model from the Hugging Face hub: resumed after an interruption, checked, and only then put on the shelf.

``huggingface_hub`` does everything about the network: HF_ENDPOINT, HF_HUB_OFFLINE, HF_TOKEN, proxies, its progress bar. It checks
only a file's size, so the hub's SHA-256 is checked here. The command has asked the user to accept the licence before.
"""

from __future__ import annotations

import hashlib
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestral_ls.config.host_address import models_dir
from codestral_ls.errors import ModelError
from codestral_ls.host.catalogue import KnownModel
from codestral_ls.host.gguf_file import read_header
from codestral_ls.host.shelf import note
from codestral_ls.system.private_files import private_file, private_if_new

SPARE_BYTES = 500_000_000
"""Bytes that must stay free on the disk after the fetch."""

Tell = Callable[[str], None]
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class Remote:
    """The hub's record of a file. ``sha256`` is empty if the hub does not give it."""

    size_bytes: int
    sha256: str
    revision: str


def fetch(model: KnownModel, tell: Tell) -> Path:
    """Fetch ``model`` and return its path. ``tell`` is called with each step, as a sentence.

    An interrupted fetch resumes when it is called again.

    Raises: ModelError (no network, no such file, no access, no space, a file that is not the hub's).
    """
    target = models_dir() / f"{model.name}.gguf"
    incoming = models_dir() / "incoming" / model.name
    with _said_plainly(model):
        hub = _hub()
        private_if_new(incoming)
        remote = _look(hub, model)
        if model.sha256 and remote.sha256 and remote.sha256 != model.sha256:
            raise ModelError(
                f"The hub's {model.file} is another file than the one this version of codestral-ls knows (its SHA-256 differs). "
                f"If you trust it: codestral-ls models pull {model.repository}:{model.file}"
            )
        if target.is_file() and remote.sha256 and _sha256(target) == remote.sha256:
            tell(f"{model.name} is already here and complete.")
            return target
        _check_space(incoming, remote.size_bytes, model)
        tell(f"Fetching {model.file} ({remote.size_bytes / 1e9:.2f} GB) from {model.repository}.")
        arrived = Path(hub.hf_hub_download(model.repository, model.file, local_dir=incoming, revision=remote.revision))
        try:
            _check(arrived, remote, model, tell)
        except ModelError:
            shutil.rmtree(incoming, ignore_errors=True)  # otherwise the next fetch would take it for complete
            raise
        private_file(arrived).replace(target)
        note(target, _origin(model, remote))
        shutil.rmtree(incoming, ignore_errors=True)
    return target


def _hub() -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.constants
    except ImportError:
        raise ModelError("Fetching models needs huggingface_hub: pip install huggingface_hub.") from None
    # It resumes by itself; its remaining failures are reported in our own words.
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    return huggingface_hub


def _look(hub: Any, model: KnownModel) -> Remote:
    """Ask for the file's size and checksum. Raises what the hub's library raises."""
    if hub.constants.HF_HUB_OFFLINE:
        raise ModelError(f"{model.name} is not here, and HF_HUB_OFFLINE forbids fetching it. Unset it and try again.")
    said = hub.get_hf_file_metadata(hub.hf_hub_url(model.repository, model.file))
    sha256 = said.etag if said.etag and _SHA256.fullmatch(said.etag) else ""
    return Remote(said.size or 0, sha256, said.commit_hash or "main")


@contextmanager
def _said_plainly(model: KnownModel) -> Iterator[None]:
    """Turn other libraries' exceptions into ModelError. The hub's library also raises those of its HTTP library."""
    try:
        yield
    except ModelError:
        raise
    except OSError as error:  # the hub's HTTP errors are among them
        raise ModelError(_sentence(model, error)) from None
    except Exception as error:
        if not type(error).__module__.startswith(("httpx", "httpcore", "huggingface_hub", "hf_xet", "requests")):
            raise
        raise ModelError(_sentence(model, error)) from None


def _sentence(model: KnownModel, error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403) or type(error).__name__ == "GatedRepoError":
        return f"The hub does not let you fetch {model.repository}: log in with `hf auth login`, or set HF_TOKEN."
    if status == 404:
        return f"The hub has no {model.file} in {model.repository}."
    if status is not None:
        return f"The hub answered with status {status}. Try again later; the part that arrived is kept."
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        return f"{model.name} cannot be stored in {models_dir()}: {error.strerror}."
    return f"The hub cannot be reached ({type(error).__name__}). Is the network up? The part that arrived is kept."


def _check(arrived: Path, remote: Remote, model: KnownModel, tell: Tell) -> None:
    """Raises: ModelError if the file is not the hub's, or not a model."""
    expected = model.sha256 or remote.sha256
    if expected:
        tell("Checking its SHA-256.")
        if _sha256(arrived) != expected:
            raise ModelError(f"{model.file} arrived damaged: its SHA-256 is not the expected one. Fetch it again.")
    read_header(arrived)


def _check_space(folder: Path, size_bytes: int, model: KnownModel) -> None:
    arrived = sum(path.stat().st_size for path in folder.rglob("*.incomplete"))
    free = shutil.disk_usage(folder).free
    if free < size_bytes - arrived + SPARE_BYTES:
        raise ModelError(
            f"{model.name} needs {size_bytes / 1e9:.1f} GB, but {folder} has only {free / 1e9:.1f} GB free. "
            "Make room, or set XDG_CACHE_HOME to a larger disk."
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _origin(model: KnownModel, remote: Remote) -> dict[str, str]:
    return {
        "repository": model.repository,
        "file": model.file,
        "revision": remote.revision,
        "sha256": remote.sha256,
        "licence": model.licence.name,
    }
