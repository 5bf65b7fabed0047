"""Opens a model file: checks it, chooses how it is loaded, loads it, and frees it again.

``memory_fit.py`` computes what fits the memory. Requests are unknown here.
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
from codestral_ls.host import attention, devices, families, llama, memory_fit
from codestral_ls.host.attention import Attention
from codestral_ls.host.cores import cores
from codestral_ls.host.families import Family
from codestral_ls.host.gguf_file import GgufHeader, read_header
from codestral_ls.host.llama_session import LlamaSession
from codestral_ls.host.llama_vocabulary import LlamaVocabulary
from codestral_ls.host.model_session import TokenBatch
from codestral_ls.host.thread_pool import MOST_THREADS, ThreadPools
from codestral_ls.host.threads import candidates

log = logging.getLogger("codestral_ls.host")

Progress = Callable[[float], None]
LEAST_BATCH = 16
"""Room for one token and the longest draft."""
_KV_TYPES = {"auto": None, "f16": attention.F16, "q8_0": attention.Q8_0, "q4_0": attention.Q4_0}


@dataclass(frozen=True, slots=True)
class LoadShape:
    """How a model is loaded: layers on the GPU, room of a slot, number of slots, tokens of a batch and of llama.cpp's own step."""

    gpu_layers: int
    context: int
    slots: int
    batch: int
    step: int
    threads: tuple[int, ...]
    """Numbers of threads to choose from, in order; a single number if the user gave it."""
    device: str


@dataclass(slots=True)
class Model:
    """A loaded model. ``notice`` names what memory did not allow; ``close`` frees everything."""

    header: GgufHeader
    shape: LoadShape
    vocabulary: LlamaVocabulary
    family: Family
    session: LlamaSession
    pointer: Any
    attends: Attention
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


def shape_of(header: GgufHeader, options: LocalOptions, plan: memory_fit.MemoryPlan, *, gpu: bool, cores: int) -> LoadShape:
    """The automatic values for options that are 0 (see ``LocalOptions``). Pure.

    Batches are 512 on the CPU, where a decode can be aborted in the middle, and 256 on a GPU, where it cannot; on the CPU an abort
    loses at most a step of 256 (128 was 5-10 % slower, 512 no faster). llama.cpp ends the process if a batch has no room for a
    token of every slot or for an answer's next token with its guesses, or if it cannot start so many threads.
    """
    slots = slots_of(options)
    batch = max(min(options.batch_tokens or (256 if gpu else 512), plan.context), slots, LEAST_BATCH)
    return LoadShape(
        gpu_layers=plan.gpu_layers,
        context=plan.context,
        slots=slots,
        batch=batch,
        step=batch if gpu or options.batch_tokens else min(batch, 256),
        threads=thread_counts(options, cores, alone=plan.gpu_layers > (header.number("block_count") or 1)),
        device="gpu" if plan.gpu_layers > 0 else "cpu",
    )


def thread_counts(options: LocalOptions, cores: int, *, alone: bool) -> tuple[int, ...]:
    """The numbers of threads to choose from. Pure. If a GPU holds the whole model (``alone``), one thread is enough."""
    if options.threads:
        return (min(options.threads, MOST_THREADS),)
    return (1,) if alone else candidates(min(cores, MOST_THREADS))


def attend(options: LocalOptions, shape: LoadShape, header: GgufHeader, api: Any, pointer: Any) -> Attention:
    """How the model computes attention: as the options say; else llama.cpp's choice on a GPU, the measured choice for small models
    on the processor, and the usual one for others. A quantised cache of values needs flash attention.
    """
    kept = _KV_TYPES[options.kv_type]
    if options.flash_attention != "auto" or shape.device != "cpu" or kept not in (None, attention.F16):
        always = shape.device == "cpu" and kept not in (None, attention.F16)
        flash = {"on": 1, "off": 0}.get(options.flash_attention, 1 if always else -1)
        return Attention(flash, kept or attention.F16, kept or attention.F16)
    system = api.llama_print_system_info().decode()
    chosen = attention.usual(header.parameters, system, dispatched=llama.is_dispatched())
    if header.parameters <= attention.MOST_MEASURED:
        chosen = attention.fastest(lambda candidate: _trial(api, pointer, shape, candidate))
    return chosen if kept is None else replace(chosen, keys=kept)


def _possible(attends: Attention, options: LocalOptions, header: GgufHeader) -> Attention:
    """The result of ``attends``, but with plain keys if nobody asked for others and the size of a head is not a multiple of 32."""
    heads = header.number("attention.head_count") or 1
    key = header.number("attention.key_length") or (header.number("embedding_length") or 0) // heads
    return attends if key % 32 == 0 or _KV_TYPES[options.kv_type] is not None else replace(attends, keys=attention.F16)


class _Trial:
    """``attention.Steps`` in a small context of its own."""

    def __init__(self, session: LlamaSession) -> None:
        self._session = session
        self._batch = TokenBatch(attention.TOKENS)

    def evaluate(self, tokens: int, position: int) -> None:
        self._session.cut(0, position)
        self._batch.clear()
        self._batch.add([0] * tokens, position, 0, 1)
        self._session.decode(self._batch)

    def close(self) -> None:
        self._session.close()


def _trial(api: Any, pointer: Any, shape: LoadShape, candidate: Attention) -> _Trial | None:
    alone = replace(shape, context=2 * attention.TOKENS, slots=1, batch=attention.TOKENS, step=attention.TOKENS, threads=(1,))
    size = int(api.llama_vocab_n_tokens(api.llama_model_get_vocab(pointer)))
    session = _session(api, pointer, alone, size, candidate)
    return _Trial(session) if session is not None else None


def slots_of(options: LocalOptions) -> int:
    """The number of slots: llama.cpp allows 256 sequences, and more than 64 hot places do not help."""
    return max(1, min(options.slots, 64))


def first_plan(header: GgufHeader, options: LocalOptions) -> memory_fit.MemoryPlan:
    """The plan for the memory that is free now."""
    needed = memory_fit.need(header, options.kv_type)
    trained, slots = max(header.number("context_length") or 2048, 256), slots_of(options)
    context = min(options.context_tokens, trained)
    gpus = [device for device in devices.devices() if device.kind == "gpu"]
    if gpus and options.gpu_layers != 0:
        free = sum(gpu.free for gpu in gpus)
        return memory_fit.plan(needed, trained=trained, gpu_layers=options.gpu_layers, context=context, slots=slots, free=free)
    return memory_fit.plan_cpu(needed, trained=trained, context=context, slots=slots, free=devices.free_memory())


def open_model(path: Path, options: LocalOptions, progress: Progress, like: Attention | None = None) -> Model:
    """Load the model at ``path``; ``progress`` is called with 0..1 on this thread. If memory runs out, a smaller plan is tried.

    With ``like`` it computes attention as that model does, and nothing is measured.

    Raises: ModelError with a sentence for the user.
    """
    header = read_header(path)
    api = llama.load()
    plan = first_plan(header, options)
    layers = header.number("block_count") or 1
    attempts = list(memory_fit.retreats(plan, layers))
    pointer, loaded_layers, there, attends = None, -1, cores(), Attention(-1)
    llama.forget_errors()
    try:
        for attempt in attempts:
            shape = shape_of(header, options, attempt, gpu=attempt.gpu_layers > 0, cores=there.count)
            if pointer is None or attempt.gpu_layers != loaded_layers:
                if pointer is not None:
                    api.llama_model_free(pointer)
                pointer, loaded_layers = _load(api, path, shape, progress), attempt.gpu_layers
                if pointer is not None:
                    attends = _possible(like or attend(options, shape, header, api, pointer), options, header)
            if pointer is None:
                if shape.device == "cpu":
                    break
                continue
            vocabulary = LlamaVocabulary(api.llama_model_get_vocab(pointer))
            family = families.choose(vocabulary.find, _within(header, vocabulary.size), header.architecture, header.name, path.stem)
            pools = ThreadPools(there.fast if there.mixed and len(shape.threads) > 1 else ())
            session = _session(api, pointer, shape, vocabulary.size, attends, pools)
            if session is not None:
                log.info("loaded %s: %s, %s, %s %s", header.name, family.name, shape, attends, attempt.notice)
                return Model(header, shape, vocabulary, family, session, pointer, attends, attempt.notice, pools)
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
    """The header's integers; those that name a token are left out if there is no such token among ``size``, as llama.cpp does."""

    def number(key: str) -> int | None:
        value = header.number(key)
        return None if value is not None and key.endswith("_token_id") and not 0 <= value < size else value

    return number


MOST_PADDING = 128
"""Vocabularies may differ by this many unused ids at the end: a family's sizes are padded differently."""


def open_draft(options: LocalOptions, main: Model) -> Model:
    """Load the model that ``local.draft_model`` names, with one slot as long as the main model's.

    Raises: ModelError with a sentence for the user; the main model works without it.
    """
    alone = replace(options, draft_model="", context_tokens=main.shape.context, slots=1)
    # Rounded as in the main model: two kinds of attention disagree on near ties, and each costs a right guess.
    like = main.attends if main.shape.device == "cpu" else None
    draft = open_model(model_path(options.draft_model), alone, lambda _progress: None, like)
    mine, other = main.vocabulary.pieces, draft.vocabulary.pieces
    size = min(len(mine), len(other))
    if abs(len(mine) - len(other)) > MOST_PADDING or mine[:size] != other[:size]:
        draft.close()
        raise ModelError(f"{draft.header.name} has another vocabulary than {main.header.name}.")
    return draft


def _load(api: Any, path: Path, shape: LoadShape, progress: Progress) -> Any:
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
    shape: LoadShape,
    vocabulary: int,
    attends: Attention,
    pools: ThreadPools | None = None,
) -> LlamaSession | None:
    params = api.llama_context_default_params()
    params.n_ctx = shape.context * shape.slots
    params.n_seq_max = shape.slots
    params.n_batch = shape.batch
    params.n_ubatch = shape.step
    params.n_outputs_max = min(shape.batch, 16 * shape.slots)
    params.n_threads = params.n_threads_batch = shape.threads[-1]
    params.flash_attn_type, params.type_k, params.type_v = attends.flash, attends.keys, attends.values
    params.kv_unified = False
    params.no_perf = True
    context = api.llama_init_from_model(pointer, params)
    if not context:
        return None
    abortable = shape.device == "cpu"
    return LlamaSession(context, slots=shape.slots, batch=shape.batch, vocabulary=vocabulary, abortable=abortable, pools=pools)
