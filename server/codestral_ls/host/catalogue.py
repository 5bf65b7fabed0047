"""Known models that fill in the middle: where they are fetched from, their sizes and licences.

Data and its arithmetic only. Other models work too: by their path, or fetched by repository and file name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codestral_ls.config.host_address import models_dir
from codestral_ls.config.suggest import did_you_mean
from codestral_ls.errors import ModelError

CHECKED = "2026-11-27"
"""When sizes, licences and names were last looked up: in model cards and public source code, not at the hub itself."""

SizeSource = Literal["pinned", "reported", "rounded", "computed"]
"""Where a file's size comes from.

``pinned``: several independent programs pin this size and checksum for the file. ``reported``: one program states this exact
size. ``rounded``: a model card or a program states a rounded figure. ``computed``: from the model's published shape and the
quantisation, not verified. Bytes of KV cache are always computed from the published shape.
"""

COMPUTE_BYTES = 600_000_000
"""Room for llama.cpp's own buffers in addition to weights and KV cache, for a 22B model at 8,192 tokens, rounded up."""

CONTEXT_TOKENS = 8192
"""The context that ``memory_bytes`` assumes: the largest that ``local.context_tokens`` chooses automatically."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence. ``free``: it need not be accepted before use; ``summary`` is a sentence for the user."""

    short: str
    name: str
    free: bool
    summary: str
    url: str = ""


MNPL = Licence(
    "non-production",
    "Mistral AI Non-Production License",
    False,
    "Codestral 22B may be used for research and testing, not in production or in a company's daily work, "
    "unless you have a commercial licence from Mistral AI.",
    "https://mistral.ai/licenses/MNPL-0.1.md",
)
APACHE = Licence("Apache-2.0", "Apache License 2.0", True, "Free for any use.", "https://www.apache.org/licenses/LICENSE-2.0")
MIT = Licence("MIT", "MIT License", True, "Free for any use.", "https://opensource.org/license/mit")
QWEN_RESEARCH = Licence(
    "research",
    "Qwen Research License",
    False,
    "Qwen2.5-Coder 3B may be used for research and evaluation, not commercially, unless you have a licence from Alibaba Cloud.",
    "https://huggingface.co/Qwen/Qwen2.5-Coder-3B/blob/main/LICENSE",
)
UNKNOWN = Licence("?", "that of its repository", True, "Read the model's page before you use it.")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model file on the hub. ``size_bytes`` is 0 if unknown; ``kv_bytes`` is the KV cache per token in f16; ``sha256`` is "" if
    unknown; a file with another one is not kept. ``source`` says who names this file, ``sized`` how its size is known.
    """

    name: str
    repository: str
    file: str
    size_bytes: int
    kv_bytes: int
    licence: Licence
    note: str = ""
    sha256: str = ""
    source: str = ""
    sized: SizeSource = "computed"

    @property
    def memory_bytes(self) -> int:
        """Memory needed with one slot of 8,192 tokens: weights, KV cache and buffers."""
        return self.size_bytes + self.kv_bytes * CONTEXT_TOKENS + COMPUTE_BYTES


def _kv(layers: int, kv_heads: int, head: int) -> int:
    """Bytes of KV cache per token: keys and values, two bytes each, for every layer."""
    return layers * 2 * kv_heads * head * 2


def _codestral(quantisation: str, gigabytes: float, note: str) -> KnownModel:
    repository, file = "bartowski/Codestral-22B-v0.1-GGUF", f"Codestral-22B-v0.1-{quantisation}.gguf"
    name = f"codestral-22b-{quantisation.lower()}"
    source = "model card of bartowski/Codestral-22B-v0.1-GGUF (names and sizes); mistralai/Codestral-22B-v0.1 (licence, shape)"
    return KnownModel(name, repository, file, int(gigabytes * 1e9), _kv(56, 8, 128), MNPL, note, source=source, sized="rounded")


def _qwen(
    size: str, size_bytes: int, kv_bytes: int, note: str, sized: SizeSource, sha256: str = "", licence: Licence = APACHE
) -> KnownModel:
    repository, file = f"ggml-org/Qwen2.5-Coder-{size}-Q8_0-GGUF", f"qwen2.5-coder-{size.lower()}-q8_0.gguf"
    source = (
        f"llama.cpp's presets (--fim-qwen-…) and its users' manifests; model card of Qwen/Qwen2.5-Coder-{size} (licence, shape)"
    )
    name = f"qwen2.5-coder-{size.lower()}"
    return KnownModel(name, repository, file, size_bytes, kv_bytes, licence, note, sha256, source, sized)


KNOWN: Mapping[str, KnownModel] = {
    model.name: model
    for model in (
        _codestral("Q4_K_M", 13.34, "the usual choice for a 24 GB GPU"),
        _codestral("Q3_K_M", 10.75, "for a 16 GB GPU, a little worse"),
        _codestral("Q5_K_M", 15.72, "a little better, for a 24 GB GPU with a short context"),
        _codestral("Q6_K", 18.25, "for a 32 GB GPU"),
        _codestral("Q8_0", 23.64, "nearly the full model, for a 48 GB GPU"),
        _qwen("0.5B", 531_000_000, _kv(24, 2, 64), "for a laptop without a GPU", "rounded"),
        _qwen(
            "1.5B",
            1_646_573_056,
            _kv(28, 2, 128),
            "for a small GPU or a fast CPU",
            "pinned",
            "29871c94d15727a6e243f79a37113d4ae625a6215b5e800bf41a23af2da32832",
        ),
        _qwen(
            "3B",
            3_285_476_160,
            _kv(36, 2, 128),
            "for a 6 GB GPU; not for commercial use",
            "pinned",
            "a522a906e299ed34db738b9626b2cd0da9e446c14674468a22fc2eae3dbd344d",
            QWEN_RESEARCH,
        ),
        _qwen(
            "7B",
            8_098_525_600,
            _kv(28, 4, 128),
            "for a 12 GB GPU",
            "pinned",
            "0ef48dc94a3c551a6736ac2601de38413dc9aa9318534b16e8baee08290a4aaf",
        ),
        _qwen("14B", 15_701_597_984, _kv(48, 8, 128), "for a 24 GB GPU", "reported"),
        KnownModel(
            "seed-coder-8b",
            "mradermacher/Seed-Coder-8B-Base-GGUF",
            "Seed-Coder-8B-Base.Q4_K_M.gguf",
            5_070_000_000,
            _kv(32, 8, 128),
            MIT,
            "for an 8 GB GPU",
            source="the file's name in its quantiser's list; model card of ByteDance-Seed/Seed-Coder-8B-Base (licence, shape)",
        ),
        KnownModel(
            "qwen3-coder-30b-a3b",
            "ggml-org/Qwen3-Coder-30B-A3B-Instruct-Q8_0-GGUF",
            "qwen3-coder-30b-a3b-instruct-q8_0.gguf",
            32_483_933_856,
            _kv(48, 4, 128),
            APACHE,
            "for a 48 GB GPU; a token uses only 3 billion of its weights",
            sha256="f22993e29318b5b9ec2026f6b65802a5ca99b38ab4844aab83aed8a26ce00ff6",
            source="llama.cpp's preset --fim-qwen-30b-default; model card of Qwen/Qwen3-Coder-30B-A3B-Instruct (licence, shape)",
            sized="pinned",
        ),
    )
}
"""The table, with each family's recommended model first."""

_ON_THE_HUB = re.compile(r"([\w.-]+/[\w.-]+):([\w./-]+\.gguf)")


def find(name: str) -> KnownModel:
    """The known model ``name``, or the file that ``OWNER/REPOSITORY:FILE.gguf`` names. Raises: ModelError."""
    if name in KNOWN:
        return KNOWN[name]
    anywhere = _ON_THE_HUB.fullmatch(name)
    if anywhere is not None and ".." not in name:
        repository, file = anywhere.groups()
        short = file.rsplit("/", 1)[-1].removesuffix(".gguf").lower()
        return KnownModel(short, repository, file, 0, 0, UNKNOWN)
    raise ModelError(
        f'There is no known model "{name}"{_guess(name)} `codestral-ls models list` shows the known ones; '
        "fetch any other as OWNER/REPOSITORY:FILE.gguf."
    )


def missing(path: Path) -> str:
    """The message for a missing model file; for a known model it says how to fetch it."""
    if path.name.strip() == ".gguf":  # the path of an empty name
        return '`local.model` is empty. Name "embedded", a model of `codestral-ls models list`, or the path of a GGUF file.'
    known = path.parent == models_dir() and path.stem in KNOWN
    advice = f"Fetch it: codestral-ls models pull {path.stem}" if known else "Check `local.model`"
    return f"There is no model file at {path}. {advice}."


def _guess(name: str) -> str:
    """The recommended model of the family whose name begins with this text, or the model with the most similar name."""
    begun = next((known for known in KNOWN if known.startswith(name.lower())), None) if name else None
    return f'; did you mean "{begun}"?' if begun else did_you_mean(name, KNOWN) or "."
