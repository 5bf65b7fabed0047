"""Where the model host of these options is: socket, lock, log and saved state, and the file of the model it loads.

There is one host per user, model and set of loading options: the names contain a digest of these options. Nothing is created here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import codestral_ls
from codestral_ls.config.paths import cache_dir, expanded, runtime_dir, state_dir
from codestral_ls.config.sections import LocalOptions
from codestral_ls.system.private_channel import channel

EMBEDDED = Path(codestral_ls.__file__).parent / "embedded" / "tiny-fim-q8_0.gguf"
_NOT_LOADING = ("idle_unload_seconds", "idle_exit_seconds", "start_timeout_seconds")


@dataclass(frozen=True, slots=True)
class HostAddress:
    """Files of one host. ``kv_folder`` keeps evaluated prompts between two runs, ``verdicts`` the self-tests' verdicts on model
    files.

    ``socket`` is a named pipe on Windows.
    """

    socket: Path
    lock: Path
    log: Path
    kv_folder: Path
    verdicts: Path


def models_dir() -> Path:
    """Where `codestral-ls models pull` puts model files."""
    return cache_dir() / "models"


def model_path(model: str) -> Path:
    """The file that ``local.model`` names: "embedded", a path, or the name of a fetched model. It need not exist."""
    if model == "embedded":
        return EMBEDDED
    if "/" in model or "\\" in model or model.endswith(".gguf") or model.startswith("~"):
        return expanded(model).absolute()
    return models_dir() / f"{model}.gguf"


def with_whole_paths(options: LocalOptions) -> LocalOptions:
    """The same options for a process in another folder: files are named by absolute paths. The host is the same."""
    draft = options.draft_model and str(model_path(options.draft_model))
    model = options.model if options.model == "embedded" else str(model_path(options.model))
    return replace(options, model=model, draft_model=draft)


def host_address(options: LocalOptions) -> HostAddress:
    """Where the host of ``options`` is, or would be."""
    load = {name: value for name, value in asdict(options).items() if name not in _NOT_LOADING}
    load |= {"model": str(model_path(options.model)), "version": codestral_ls.__version__}
    load["draft_model"] = str(model_path(options.draft_model)) if options.draft_model else ""
    digest = hashlib.sha256(json.dumps(load, sort_keys=True).encode()).hexdigest()[:12]
    name = f"host-{digest}"
    return HostAddress(
        socket=Path(channel(runtime_dir(), name)),
        lock=runtime_dir() / f"{name}.lock",
        log=state_dir() / f"{name}.log",
        kv_folder=cache_dir() / "kv" / digest,
        verdicts=cache_dir() / "self-tests",
    )
