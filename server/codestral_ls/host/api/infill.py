"""llama.cpp's ``POST /infill``, which llama.vim, llama.vscode and llama.el call. Pure.

The answer is greedy unless a ``temperature`` is given and ``samplers`` either name ``temperature`` or are absent; ``top_k`` and the
other samplers then change nothing. ``t_max_prompt_ms``, ``cache_prompt``, ``id_slot`` and ``n_cmpl`` are ignored: the first does
nothing in llama.cpp either, prompts are always kept, the host chooses the slot, and several greedy answers would be equal.
Reference: tools/server/README.md of ggml-org/llama.cpp, and the replies of a llama-server of October 2026.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.host import wire
from codestral_ls.host.answer_run import AnswerCost, Output
from codestral_ls.host.api import completions
from codestral_ls.host.api.dialect import WholeAnswer
from codestral_ls.host.body import MOST_INTEGER, Body, Json

UNNAMED = "filename"
"""llama.cpp's name for a file without a name."""


@dataclass(frozen=True, slots=True)
class InfillApi:
    """One request. ``indent`` is the least indentation of each line after the first (0: any), ``milliseconds`` the time after which
    an answer ends at its next line end (0: never), ``fields`` the paths of the body that are wanted (None: all).
    """

    call: wire.FimCall
    indent: int = 0
    milliseconds: int = 0
    fields: tuple[str, ...] | None = None

    @classmethod
    def read(cls, data: bytes) -> InfillApi:
        """Raises: BadRequestError, 400 with a sentence."""
        given = completions.read_object(data)
        check = Body(given)
        tokens = check.integer("n_predict", wire.DEFAULT_MAX_TOKENS, -1)
        samplers = given.get("samplers")
        warm = samplers is None or (isinstance(samplers, list) and "temperature" in samplers)
        temperature = check.number("temperature", 0.0, 0.0, completions.MOST_TEMPERATURE)
        call = wire.FimCall(
            model=check.text("model", ""),
            prompt=check.text("input_prefix", "") + check.text("prompt", ""),
            suffix=check.text("input_suffix", ""),
            max_tokens=MOST_INTEGER if tokens < 0 else tokens,
            stop=check.stop(),
            temperature=temperature if warm else 0.0,
            top_p=check.number("top_p", 1.0, 0.0, 1.0),
            random_seed=completions.seed_of(check),
            stream=check.flag("stream"),
            files=_files(check),
        )
        indent = check.integer("n_indent", 0, 0)
        milliseconds = check.integer("t_max_predict_ms", 0, -1)
        wanted = _texts(check, "response_fields")
        completions.refuse_invalid(check)
        return cls(call, indent, max(0, milliseconds), wanted)

    def cutter(self) -> LineCutter | None:
        """Ends the answer at a line that is indented too little, or when its time is over."""
        return LineCutter(self.indent, self.milliseconds) if self.indent or self.milliseconds else None

    def answer(self, written: WholeAnswer) -> Json:
        """The body, or only the wanted fields of it, each under its path."""
        kind = "limit" if written.finish == "length" else "word" if written.by_word else "eos"
        body = self._piece(written.text) | self._end(written.counts, kind) | {"has_new_line": "\n" in written.text}
        return body if self.fields is None else chosen(body, self.fields)

    def events(self, output: Output) -> Sequence[str]:
        """One piece; the last has the figures."""
        if output.finish == "error":
            return (completions.dumps(completions.openai_error(output.error, "engine", 500)),)
        if output.finish is None or output.counts is None:
            return (completions.dumps(self._piece(output.text) | {"stop": False}),)
        last = self._piece(output.text) | self._end(output.counts, "limit" if output.finish == "length" else "eos")
        return (completions.dumps(last if self.fields is None else chosen(last, self.fields)),)

    @staticmethod
    def error(message: str, kind: str, status: int) -> Json:
        """OpenAI's form, which llama.cpp uses too."""
        return completions.openai_error(message, kind, status)

    def _piece(self, text: str) -> Json:
        return {"index": 0, "content": text, "tokens": [], "id_slot": -1}

    def _end(self, counts: AnswerCost, kind: str) -> Json:
        return {
            "stop": True,
            "model": self.call.model,
            "tokens_predicted": counts.generated,
            "tokens_evaluated": counts.prompt,
            "generation_settings": {
                "n_predict": -1 if self.call.max_tokens == MOST_INTEGER else self.call.max_tokens,
                "temperature": self.call.temperature,
                "top_p": self.call.top_p,
                "stop": list(self.call.stop),
            },
            "truncated": counts.trimmed > 0,
            "stop_type": kind,
            "stopping_word": "",
            "tokens_cached": counts.prompt + max(0, counts.generated - 1),
            "timings": timings(counts),
        }


class LineCutter:
    """Holds a new line back until its indentation is known; `InfillApi` explains both limits (0: none)."""

    def __init__(self, indent: int, milliseconds: int) -> None:
        self._indent = indent
        self._milliseconds = milliseconds
        self._held = ""
        self.done = False

    def feed(self, text: str, milliseconds: float) -> str:
        """Take more text, which came so many seconds after the first; return the text that may be sent."""
        coming, self._held, ready = self._held + text, "", ""
        while not self.done and (at := coming.find("\n")) >= 0:
            ready, coming = ready + coming[:at], coming[at:]
            line = coming[1:].lstrip(" \t")
            width = len(coming) - 1 - len(line)
            if 0 < self._milliseconds < milliseconds or (line and line[0] not in "\r\n" and width < self._indent):
                self.done = True
            elif not line:
                self._held = coming
                return ready
            else:
                ready, coming = ready + coming[: 1 + width], line
        return ready if self.done else ready + coming

    def rest(self) -> str:
        """The text held back so far, for an answer that ended by itself."""
        return self._held


def timings(counts: AnswerCost) -> Json:
    """llama.cpp's ``timings``."""
    reading, writing = max(counts.prefill_ms, 0.001), max(counts.decode_ms, 0.001)
    read, wrote = max(counts.evaluated, 0), counts.generated
    return {
        "cache_n": max(0, counts.prompt - counts.evaluated),
        "prompt_n": read,
        "prompt_ms": round(reading, 3),
        "prompt_per_token_ms": round(reading / max(read, 1), 3),
        "prompt_per_second": round(read / reading * 1000, 3),
        "predicted_n": wrote,
        "predicted_ms": round(writing, 3),
        "predicted_per_token_ms": round(writing / max(wrote, 1), 3),
        "predicted_per_second": round(wrote / writing * 1000, 3),
    }


def chosen(body: Json, paths: Sequence[str]) -> Json:
    """The values at ``paths`` such as "timings/prompt_n", each under its whole path; paths that do not exist are left out."""
    found: Json = {}
    for path in paths:
        value: object = body
        for name in path.split("/"):
            value = value.get(name) if isinstance(value, dict) else None
        if value is not None:
            found[path] = value
    return found


def _files(check: Body) -> tuple[tuple[str, str], ...]:
    """``input_extra``: a list of objects with ``text`` and optionally ``filename``."""
    given = check.fields.get("input_extra")
    if given is None:
        return ()
    if not isinstance(given, list):
        check.wrong("input_extra", "Input should be a valid list", "list_type")
        return ()
    files = []
    for extra in given:
        inner = Body(extra if isinstance(extra, dict) else {})
        files.append((inner.text("filename", UNNAMED), inner.text("text", None)))
        if inner.detail:
            check.wrong("input_extra", "Input should be a list of objects with a `text` and optionally a `filename`", "extra_type")
            return ()
    return tuple(files)


def _texts(check: Body, name: str) -> tuple[str, ...] | None:
    """A list of strings; None if the field is absent or empty, as in llama.cpp."""
    given = check.fields.get(name)
    if given is None or given == []:
        return None
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        check.wrong(name, "Input should be a list of strings", "list_type")
        return None
    return tuple(given)
