"""Opens a model file: checks it, chooses how it is loaded, loads it, and frees it again.

Deliberately knows no requests. What does not fit the memory is ``fit.py``'s concern.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import ModelError
from codestral_ls.host import families, llama
from codestral_ls.host.families import Family
from codestral_ls.host.gguf_file import GgufHeader, read_header
from codestral_ls.host.llama_session import LlamaSession
from codestral_ls.host.llama_vocabulary import LlamaVocabulary

log = logging.getLogger("codestral_ls.host")

Progress = Callable[[float], None]
MOST_CONTEXT = 8192
SMALL_MODEL = 100_000_000
"""Parameters below which one thread decodes: llama.cpp's threads wait for each other by spinning, a few hundred times a
token, and stall as soon as something else wants a core. Random 7 MB model on two busy cores: a hot request took 39 ms
with one
thread and 273 ms with two."""
_KV_TYPES = {"auto": None, "f16": 1, "q8_0": 8, "q4_0": 2}
_FLASH = {"auto": -1, "on": 1, "off": 0}


@dataclass(frozen=True, slots=True)
class Shape:
    """How a model is loaded: layers on the GPU, room of a slot, slots, tokens of a batch and of llama.cpp's own
    step.
    """

    gpu_layers: int
    context: int
    slots: int
    batch: int
    step: int
    threads: int
    batch_threads: int
    device: str


@dataclass(slots=True)
class Model:
    """A loaded model. ``close`` gives everything back."""

    header: GgufHeader
    shape: Shape
    vocabulary: LlamaVocabulary
    family: Family
    session: LlamaSession
    pointer: Any

    def close(self) -> None:
        """Free context and model. Idempotent."""
        self.session.close()
        if self.pointer is not None:
            llama.load().llama_model_free(self.pointer)
            self.pointer = None


def shape_of(header: GgufHeader, options: LocalOptions, *, gpu: bool) -> Shape:
    """The automatic values where an option is 0 (see ``LocalOptions``). Pure.

    Batches are 512 on the CPU, where a decode can be aborted in the middle, and 256 on a GPU, where it cannot; a step
    of
    128 on the CPU keeps what is lost by an abort small at 97 % of the speed of 512 (measured, random 7 MB model).
    """
    trained = header.number("context_length") or 2048
    context = options.context_tokens or min(trained, MOST_CONTEXT)
    context = -(-min(context, max(trained, 256)) // 256) * 256
    batch = min(options.batch_tokens or (256 if gpu else 512), context)
    cores = _cores()
    small = header.parameters < SMALL_MODEL
    return Shape(
        gpu_layers=options.gpu_layers if gpu else 0,
        context=context,
        slots=max(1, min(options.slots, 64)),
        batch=batch,
        step=batch if gpu or options.batch_tokens else min(batch, 128),
        threads=options.threads or (1 if small else cores),
        batch_threads=options.threads or (max(1, min(cores // 2, 4)) if small else cores),
        device="gpu" if gpu and options.gpu_layers != 0 else "cpu",
    )


def _cores() -> int:
    """CPU cores this process may use; of hyper-threads only every second one, which llama.cpp prefers."""
    try:
        usable = len(os.sched_getaffinity(0))
    except AttributeError:
        usable = os.cpu_count() or 1
    try:
        siblings = Path("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list").read_text().strip()
    except OSError:
        siblings = "0"
    return max(1, usable // 2 if siblings != "0" and usable > 1 else usable)


def open_model(path: Path, options: LocalOptions, progress: Progress) -> Model:
    """Load the model at ``path``; ``progress`` hears 0..1 from this thread.

    Raises: ModelError with a sentence for the user.
    """
    header = read_header(path)
    api = llama.load()
    shape = shape_of(header, options, gpu=bool(api.llama_supports_gpu_offload()))
    pointer = _load(api, path, shape, progress)
    try:
        vocabulary = LlamaVocabulary(api.llama_model_get_vocab(pointer))
        family = families.choose(vocabulary.find, header.number, header.architecture, header.name)
        session = _session(api, pointer, shape, options, vocabulary.size)
    except BaseException:
        api.llama_model_free(pointer)
        raise
    log.info("loaded %s: %s, %s", header.name, family.name, shape)
    return Model(header, shape, vocabulary, family, session, pointer)


def _load(api: Any, path: Path, shape: Shape, progress: Progress) -> Any:
    def report(value: float, _: object) -> bool:
        progress(float(value))
        return True

    callback = api.llama_progress_callback(report)
    params = api.llama_model_default_params()
    params.n_gpu_layers = shape.gpu_layers
    params.progress_callback = callback
    # ggml's AMX kernels crash on some machines (ggml-org/llama.cpp#20824); without extra buffers they are not used.
    params.use_extra_bufts = b"AMX_INT8 = 1" not in api.llama_print_system_info()
    pointer = api.llama_model_load_from_file(os.fsencode(path), params)
    if not pointer:
        raise ModelError(f"llama.cpp cannot load the model {path}; the host's log says why.")
    return pointer


def _session(api: Any, pointer: Any, shape: Shape, options: LocalOptions, vocabulary: int) -> LlamaSession:
    params = api.llama_context_default_params()
    params.n_ctx = shape.context * shape.slots
    params.n_seq_max = shape.slots
    params.n_batch = shape.batch
    params.n_ubatch = shape.step
    params.n_outputs_max = min(shape.batch, 16 * shape.slots)
    params.n_threads, params.n_threads_batch = shape.threads, shape.batch_threads
    params.flash_attn_type = _FLASH[options.flash_attention]
    params.kv_unified = False
    params.no_perf = True
    kv_type = _KV_TYPES[options.kv_type]
    if kv_type is not None:
        params.type_k = params.type_v = kv_type
    context = api.llama_init_from_model(pointer, params)
    if not context:
        raise ModelError(
            f"There is not enough memory for {shape.slots} slots of {shape.context} tokens. "
            "Lower `local.context_tokens`, `local.slots` or `local.gpu_layers`."
        )
    return LlamaSession(context, slots=shape.slots, batch=shape.batch, vocabulary=vocabulary, abortable=shape.device == "cpu")
