"""Opens a model file: checks it, chooses how it is loaded, loads it, and frees it again.

Deliberately knows no requests. What fits the memory is worked out in ``fit.py``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codestral_ls.config.host_address import model_path
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import ModelError
from codestral_ls.host import devices, families, fit, llama
from codestral_ls.host.families import Family
from codestral_ls.host.gguf_file import GgufHeader, read_header
from codestral_ls.host.llama_session import LlamaSession
from codestral_ls.host.llama_vocabulary import LlamaVocabulary

log = logging.getLogger("codestral_ls.host")

Progress = Callable[[float], None]
SMALL_MODEL = 100_000_000
"""Parameters below which one thread decodes: llama.cpp's threads wait for each other by spinning, a few hundred times a
token, and stall as soon as something else wants a core. Random 7 MB model on two busy cores: a hot request took 39 ms
with one
thread and 273 ms with two."""
LEAST_BATCH = 16
"""Room for one token and the longest draft."""
MOST_THREADS = 512
"""GGML_MAX_N_THREADS of llama.cpp."""
_KV_TYPES = {"auto": None, "f16": 1, "q8_0": 8, "q4_0": 2}


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
    """A loaded model. ``notice`` says what memory did not allow; ``close`` gives everything back."""

    header: GgufHeader
    shape: Shape
    vocabulary: LlamaVocabulary
    family: Family
    session: LlamaSession
    pointer: Any
    notice: str = ""

    def close(self) -> None:
        """Free context and model. Idempotent."""
        self.session.close()
        if self.pointer is not None:
            llama.load().llama_model_free(self.pointer)
            self.pointer = None


def shape_of(header: GgufHeader, options: LocalOptions, plan: fit.Plan, *, gpu: bool, cores: int) -> Shape:
    """The automatic values where an option is 0 (see ``LocalOptions``). Pure.

    Batches are 512 on the CPU, where a decode can be aborted in the middle, and 256 on a GPU, where it cannot; a step
    of
    256 on the CPU is what an abort loses at most (128 was 5-10 % slower, 512 no faster). llama.cpp ends the process where a
    batch has no room for a token of every slot or for an answer's next token with its guesses, or where it cannot start so
    many threads.
    """
    slots = slots_of(options)
    batch = max(min(options.batch_tokens or (256 if gpu else 512), plan.context), slots, LEAST_BATCH)
    small = header.parameters < SMALL_MODEL
    threads = min(options.threads, MOST_THREADS)
    return Shape(
        gpu_layers=plan.gpu_layers,
        context=plan.context,
        slots=slots,
        batch=batch,
        step=batch if gpu or options.batch_tokens else min(batch, 256),
        threads=threads or (1 if small else cores),
        batch_threads=threads or (max(1, min(cores // 2, 4)) if small else cores),
        device="gpu" if plan.gpu_layers > 0 else "cpu",
    )


def flash_attention(options: LocalOptions, shape: Shape) -> int:
    """llama.cpp's value: -1 lets it choose, 0 off, 1 on. Pure.

    Left to itself llama.cpp also uses it on the CPU, where it is slower: embedded model, 820 tokens of context, one decode
    1.5 ms without and 3.4 ms with it (CPU time, AVX-512). A quantised KV cache cannot do without.
    """
    if options.flash_attention != "auto":
        return 1 if options.flash_attention == "on" else 0
    if shape.device != "cpu":
        return -1
    return 1 if options.kv_type in ("q8_0", "q4_0") else 0


def slots_of(options: LocalOptions) -> int:
    """llama.cpp has room for 256 sequences; more than 64 places are no help to anybody."""
    return max(1, min(options.slots, 64))


def first_plan(header: GgufHeader, options: LocalOptions) -> fit.Plan:
    """What should fit the memory that is free now."""
    needed = fit.need(header, options.kv_type)
    trained, slots = max(header.number("context_length") or 2048, 256), slots_of(options)
    context = min(options.context_tokens, trained)
    gpus = [device for device in devices.devices() if device.kind == "gpu"]
    if gpus and options.gpu_layers != 0:
        free = sum(gpu.free for gpu in gpus)
        return fit.plan(needed, trained=trained, gpu_layers=options.gpu_layers, context=context, slots=slots, free=free)
    return fit.plan_cpu(needed, trained=trained, context=context, slots=slots, free=devices.free_memory())


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
    """Load the model at ``path``; ``progress`` hears 0..1 from this thread. Where memory runs out, less is tried.

    Raises: ModelError with a sentence for the user.
    """
    header = read_header(path)
    api = llama.load()
    plan = first_plan(header, options)
    layers = header.number("block_count") or 1
    attempts = list(fit.retreats(plan, layers))
    pointer, loaded_layers = None, -1
    llama.forget_errors()
    try:
        for attempt in attempts:
            shape = shape_of(header, options, attempt, gpu=attempt.gpu_layers > 0, cores=_cores())
            if pointer is None or attempt.gpu_layers != loaded_layers:
                if pointer is not None:
                    api.llama_model_free(pointer)
                pointer, loaded_layers = _load(api, path, shape, progress), attempt.gpu_layers
            if pointer is None:
                if shape.device == "cpu":
                    break
                continue
            vocabulary = LlamaVocabulary(api.llama_model_get_vocab(pointer))
            family = families.choose(vocabulary.find, header.number, header.architecture, header.name, path.stem)
            session = _session(api, pointer, shape, options, vocabulary.size)
            if session is not None:
                log.info("loaded %s: %s, %s %s", header.name, family.name, shape, attempt.notice)
                return Model(header, shape, vocabulary, family, session, pointer, attempt.notice)
    except BaseException:
        if pointer is not None:
            api.llama_model_free(pointer)
        raise
    if pointer is None:
        raise ModelError(f"llama.cpp cannot load the model {path}: {llama.first_error()}")
    api.llama_model_free(pointer)
    raise ModelError(
        f"There is not enough memory for {plan.context} tokens in each of {slots_of(options)} slots "
        f"({llama.first_error()}). Lower `local.context_tokens` or `local.slots`."
    )


MOST_PADDING = 128
"""Unused ids at the end by which vocabularies may differ: a family's sizes are padded differently."""


def open_draft(options: LocalOptions, main: Model) -> Model:
    """Load the model that ``local.draft_model`` names, with one slot as long as the main model's.

    Raises: ModelError with a sentence for the user; the main model can do without.
    """
    alone = replace(options, draft_model="", context_tokens=main.shape.context, slots=1)
    draft = open_model(model_path(options.draft_model), alone, lambda _progress: None)
    mine, other = main.vocabulary.pieces, draft.vocabulary.pieces
    size = min(len(mine), len(other))
    if abs(len(mine) - len(other)) > MOST_PADDING or mine[:size] != other[:size]:
        draft.close()
        raise ModelError(f"{draft.header.name} has another vocabulary than {main.header.name}.")
    return draft


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
    return pointer or None


def _session(api: Any, pointer: Any, shape: Shape, options: LocalOptions, vocabulary: int) -> LlamaSession | None:
    params = api.llama_context_default_params()
    params.n_ctx = shape.context * shape.slots
    params.n_seq_max = shape.slots
    params.n_batch = shape.batch
    params.n_ubatch = shape.step
    params.n_outputs_max = min(shape.batch, 16 * shape.slots)
    params.n_threads, params.n_threads_batch = shape.threads, shape.batch_threads
    params.flash_attn_type = flash_attention(options, shape)
    params.kv_unified = False
    params.no_perf = True
    kv_type = _KV_TYPES[options.kv_type]
    if kv_type is not None:
        params.type_k = params.type_v = kv_type
    context = api.llama_init_from_model(pointer, params)
    if not context:
        return None
    return LlamaSession(context, slots=shape.slots, batch=shape.batch, vocabulary=vocabulary, abortable=shape.device == "cpu")
