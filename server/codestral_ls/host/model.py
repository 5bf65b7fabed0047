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
from codestral_ls.host import attention, devices, families, fit, llama
from codestral_ls.host.cores import cores
from codestral_ls.host.families import Family
from codestral_ls.host.gguf_file import GgufHeader, read_header
from codestral_ls.host.llama_session import LlamaSession
from codestral_ls.host.llama_vocabulary import LlamaVocabulary
from codestral_ls.host.session import Batch
from codestral_ls.host.thread_pool import MOST_THREADS, ThreadPools
from codestral_ls.host.threads import candidates

log = logging.getLogger("codestral_ls.host")

Progress = Callable[[float], None]
LEAST_BATCH = 16
"""Room for one token and the longest draft."""
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
    threads: tuple[int, ...]
    """Numbers of threads to choose from, in order; a single one where the user gave it."""
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
    pools: ThreadPools | None = None

    def close(self) -> None:
        """Free context and model. Idempotent."""
        self.session.close()
        if self.pools is not None:
            self.pools.close()
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
    return Shape(
        gpu_layers=plan.gpu_layers,
        context=plan.context,
        slots=slots,
        batch=batch,
        step=batch if gpu or options.batch_tokens else min(batch, 256),
        threads=thread_counts(options, cores, alone=plan.gpu_layers > (header.number("block_count") or 1)),
        device="gpu" if plan.gpu_layers > 0 else "cpu",
    )


def thread_counts(options: LocalOptions, cores: int, *, alone: bool) -> tuple[int, ...]:
    """Numbers of threads to choose from. Pure. A GPU that holds the whole model leaves one thread's work (``alone``)."""
    if options.threads:
        return (min(options.threads, MOST_THREADS),)
    return (1,) if alone else candidates(min(cores, MOST_THREADS))


def flash_attention(options: LocalOptions, shape: Shape, header: GgufHeader, api: Any, pointer: Any) -> int:
    """llama.cpp's value: -1 lets it choose (on a GPU), 0 off, 1 on. Measured for small models on the processor.

    A quantised KV cache cannot do without. Large models take what was faster in a build for AVX2 and slower in one for
    AVX-512 (see ``attention.py``).
    """
    if options.flash_attention != "auto":
        return 1 if options.flash_attention == "on" else 0
    if shape.device != "cpu":
        return -1
    if options.kv_type in ("q8_0", "q4_0"):
        return 1
    if header.parameters > attention.MOST_PARAMETERS:
        return 0 if b"AVX512 = 1" in api.llama_print_system_info() else 1
    return int(attention.faster_with_it(lambda flash: _trial(api, pointer, shape, flash=flash)))


class _Trial:
    """``attention.Steps`` in a small context of its own."""

    def __init__(self, session: LlamaSession) -> None:
        self._session = session
        self._batch = Batch(attention.TOKENS)

    def evaluate(self, tokens: int, position: int) -> None:
        self._session.cut(0, position)
        self._batch.clear()
        self._batch.add([0] * tokens, position, 0, 1)
        self._session.decode(self._batch)

    def close(self) -> None:
        self._session.close()


def _trial(api: Any, pointer: Any, shape: Shape, *, flash: bool) -> _Trial | None:
    alone = replace(shape, context=2 * attention.TOKENS, slots=1, batch=attention.TOKENS, step=attention.TOKENS, threads=(1,))
    size = int(api.llama_vocab_n_tokens(api.llama_model_get_vocab(pointer)))
    session = _session(api, pointer, alone, LocalOptions(), size, flash)
    return _Trial(session) if session is not None else None


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


def open_model(path: Path, options: LocalOptions, progress: Progress) -> Model:
    """Load the model at ``path``; ``progress`` hears 0..1 from this thread. Where memory runs out, less is tried.

    Raises: ModelError with a sentence for the user.
    """
    header = read_header(path)
    api = llama.load()
    plan = first_plan(header, options)
    layers = header.number("block_count") or 1
    attempts = list(fit.retreats(plan, layers))
    pointer, loaded_layers, there, flash = None, -1, cores(), 0
    llama.forget_errors()
    try:
        for attempt in attempts:
            shape = shape_of(header, options, attempt, gpu=attempt.gpu_layers > 0, cores=there.count)
            if pointer is None or attempt.gpu_layers != loaded_layers:
                if pointer is not None:
                    api.llama_model_free(pointer)
                pointer, loaded_layers = _load(api, path, shape, progress), attempt.gpu_layers
                flash = flash_attention(options, shape, header, api, pointer) if pointer is not None else 0
            if pointer is None:
                if shape.device == "cpu":
                    break
                continue
            vocabulary = LlamaVocabulary(api.llama_model_get_vocab(pointer))
            family = families.choose(vocabulary.find, _within(header, vocabulary.size), header.architecture, header.name, path.stem)
            pools = ThreadPools(there.fast if there.mixed and len(shape.threads) > 1 else ())
            session = _session(api, pointer, shape, options, vocabulary.size, flash, pools)
            if session is not None:
                log.info("loaded %s: %s, %s %s", header.name, family.name, shape, attempt.notice)
                return Model(header, shape, vocabulary, family, session, pointer, attempt.notice, pools)
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


def _within(header: GgufHeader, size: int) -> Callable[[str], int | None]:
    """The header's integers, where those that name a token name one of the ``size`` there are: llama.cpp ignores others, too."""

    def number(key: str) -> int | None:
        value = header.number(key)
        return None if value is not None and key.endswith("_token_id") and not 0 <= value < size else value

    return number


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


def _session(
    api: Any,
    pointer: Any,
    shape: Shape,
    options: LocalOptions,
    vocabulary: int,
    flash: int,
    pools: ThreadPools | None = None,
) -> LlamaSession | None:
    params = api.llama_context_default_params()
    params.n_ctx = shape.context * shape.slots
    params.n_seq_max = shape.slots
    params.n_batch = shape.batch
    params.n_ubatch = shape.step
    params.n_outputs_max = min(shape.batch, 16 * shape.slots)
    params.n_threads = params.n_threads_batch = shape.threads[-1]
    params.flash_attn_type = int(flash)
    params.kv_unified = False
    params.no_perf = True
    kv_type = _KV_TYPES[options.kv_type]
    if kv_type is not None:
        params.type_k = params.type_v = kv_type
    context = api.llama_init_from_model(pointer, params)
    if not context:
        return None
    abortable = shape.device == "cpu"
    return LlamaSession(context, slots=shape.slots, batch=shape.batch, vocabulary=vocabulary, abortable=abortable, pools=pools)
