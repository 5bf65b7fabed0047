"""``python -m benchmarks.replay``: types real files into the real server and measures what a typist experiences.

Each file is in a copy of its folder, as in a project. There are two backends: the embedded model, and a paced fake with the speed
of a 22B model on one GPU (the rates are arguments; it writes the right text, except for every third line). Two arms do the same
typing: the pipeline, and the usual alternative (`replaying/plain.py`). Results with a description of the machine go to
``benchmarks/results/replay.md`` and ``.json`` and ``.png``.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import engine_load
from benchmarks.replaying import alone, editor, plain, report
from benchmarks.replaying.passages import Passage, laid_out, passages
from benchmarks.replaying.record import RecordedKey
from codestral_ls.backends.base import Backend, Usage
from codestral_ls.backends.build_backend import build_backend
from codestral_ls.backends.ready import until_ready
from codestral_ls.config.sections import BackendOptions, FakeOptions, Options

RESULTS = Path(__file__).parent / "results"
LOADS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "nothing": nullcontext,
    "loops": engine_load.busy_loops,
    "compiler": engine_load.compiler,
}
WINDOW = {"embedded": (1200, 400), "paced": (4600, 1500)}
"""Characters of prefix and suffix in the plain arm: about as many as the pipeline uses with that model."""


def main() -> int:
    """Run what the arguments name and write the results."""
    arguments = _arguments()
    chosen = ["embedded", "paced"] if arguments.backend == "both" else [arguments.backend]
    documents: dict[str, Any] = {"machine": report.machine()}
    texts = [f"# Replay of typing\n\nMachine: {documents['machine']}. `python -m benchmarks.replay` with {_said(arguments)}.\n"]
    for name in chosen:
        with LOADS[arguments.beside]():
            document, text = asyncio.run(_backend(name, arguments))
        documents[name] = document
        texts.append(text)
    if not arguments.dry:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "replay.md").write_text("\n".join(texts), encoding="utf-8")
        report.write_json(RESULTS / "replay.json", documents)
    print("\n".join(texts))
    return 0


async def _backend(name: str, arguments: argparse.Namespace) -> tuple[dict[str, Any], str]:
    typed = passages(arguments.passages, arguments.lines, arguments.seed)
    with tempfile.TemporaryDirectory(prefix="cls-") as folder:
        backend, closing = await _direct(name, arguments, Path(folder))
        usages: list[Usage] = []
        try:
            alternative = typed if arguments.arms == "both" else []
            arms_run = (
                _pipeline_arm(name, typed, arguments, Path(folder)),
                _plain_arm(name, backend, alternative, arguments, usages),
            )
            if name == "embedded":  # a real model needs the cores: one arm after the other
                (pipeline, generations), plain_records = await arms_run[0], await arms_run[1]
            else:
                (pipeline, generations), plain_records = await asyncio.gather(*arms_run)
            quality = await alone.compare(
                backend, dict(enumerate(typed)), pipeline, WINDOW[name], arguments.quality, arguments.seed,
                lambda passage: _point_at(backend, passage),
            )  # fmt: skip
        finally:
            await closing()
    flat = [record for records in pipeline.values() for record in records]
    plain_flat = [record for records in plain_records.values() for record in records]
    plain_generations = [(usage.prompt_tokens, usage.evaluated_tokens, usage.completion_tokens) for usage in usages]
    arms = {"pipeline": report.summary(flat, generations), "plain": report.summary(plain_flat, plain_generations)}
    title = "Embedded model" if name == "embedded" else (
        f"Paced fake of a 22B model (prefill {arguments.prefill:.0f} tokens/s, decode {arguments.decode:.0f} tokens/s)"
    )  # fmt: skip
    characters = sum(len(passage.text) for passage in typed)
    note = f"{len(typed)} passages, {characters} characters, languages: {', '.join(sorted({p.language for p in typed}))}."
    note += " Each file stands in a copy of its folder."
    text = report.markdown(title, arms, [note])
    text += "\nQuality at a sample of the pauses, against waiting for the raw model without any limit:\n\n"
    text += "| | value |\n|---|---|\n"
    text += "".join(f"| {key.replace('_', ' ')} | {value:.3f} |\n" for key, value in quality.items())
    if not arguments.dry:
        RESULTS.mkdir(exist_ok=True)
        report.plot(RESULTS / f"replay-{name}.png", {"pipeline": flat, "plain": plain_flat}, title)
        text += f"\n![distribution](replay-{name}.png)\n"
    return {"arms": arms, "quality": quality}, text


async def _plain_arm(
    name: str, backend: Backend, typed: list[Passage], arguments: argparse.Namespace, usages: list[Usage]
) -> dict[int, list[RecordedKey]]:
    records: dict[int, list[RecordedKey]] = {}
    for index, passage in enumerate(typed):
        await _point_at(backend, passage)
        seed = arguments.seed + index
        records[index] = await plain.type_passage(backend, passage, seed, arguments.speed, WINDOW[name], usages)
    return records


async def _pipeline_arm(
    name: str, typed: list[Passage], arguments: argparse.Namespace, folder: Path
) -> tuple[dict[int, list[RecordedKey]], list[tuple[int, int, int]]]:
    records: dict[int, list[RecordedKey]] = {}
    generations: list[tuple[int, int, int]] = []
    if name == "embedded":
        # Only time is measured here, so a model that writes no code will do.
        own = {"CODESTRAL_LS_LOCAL_MODEL": arguments.model, "CODESTRAL_LS_LOCAL_SELF_TEST": "off"}
        chosen = own if arguments.model else {}
        server = await editor.ReplayServer.start(folder, {"CODESTRAL_LS_BACKEND_PRIMARY": "local", **chosen})
        await server.until_ready(120)
        for index, passage in enumerate(typed):
            uri = laid_out(passage, folder / "replay" / str(index))
            records[index] = await editor.type_passage(server, passage, arguments.seed + index, arguments.speed, uri)
        await server.stop()
        if arguments.log:
            _keep(Path(arguments.log), server.log)
        generations = editor.read_log(server.log, [record for kept in records.values() for record in kept])
        return records, generations
    for index, passage in enumerate(typed):
        truth = folder / f"truth-{index}.txt"
        truth.write_text(passage.before + _spoiled(passage.text, arguments.wrong) + passage.after, encoding="utf-8")
        settings = {
            "CODESTRAL_LS_BACKEND_PRIMARY": "fake",
            "CODESTRAL_LS_FAKE_TRUTH": str(truth),
            "CODESTRAL_LS_FAKE_PREFILL_RATE": str(arguments.prefill),
            "CODESTRAL_LS_FAKE_DECODE_RATE": str(arguments.decode),
        }
        server = await editor.ReplayServer.start(folder, settings)
        await server.until_ready(30)
        uri = laid_out(passage, folder / "replay" / str(index))
        records[index] = await editor.type_passage(server, passage, arguments.seed + index, arguments.speed, uri)
        await server.stop()
        generations += editor.read_log(server.log, records[index])
    return records, generations


async def _direct(name: str, arguments: argparse.Namespace, folder: Path) -> tuple[Backend, Callable[[], Awaitable[None]]]:
    """The server of the plain arm: llama-server with the embedded model, or the same paced fake."""
    if name == "embedded":
        from support.backends.llama_server import RunningLlamaServer

        process = await RunningLlamaServer.start(folder)
        return process.backend, process.aclose
    backend = build_backend(
        replace(
            Options(),
            backend=BackendOptions(primary="fake"),
            fake=FakeOptions(text="", prefill_rate=arguments.prefill, decode_rate=arguments.decode, slots=1),
        )
    )
    backend.wrong = arguments.wrong  # type: ignore[attr-defined]
    await until_ready(backend, 30)
    return backend, backend.aclose


async def _point_at(backend: Backend, passage: Passage) -> None:
    """Make the paced fake write the text of this passage."""
    from codestral_ls.backends.fake import FakeBackend, continue_like

    if isinstance(backend, FakeBackend):
        wrong: int = backend.wrong  # type: ignore[attr-defined]
        backend._script = continue_like(passage.before + _spoiled(passage.text, wrong) + passage.after)


def _keep(path: Path, lines: list[str]) -> None:
    path.write_text("".join(lines), encoding="utf-8")


def _spoiled(text: str, every: int) -> str:
    """The text with the second half of every n-th line reversed: a model that is right in the other lines."""
    rows = text.split("\n")
    for index in range(every - 1, len(rows), every):
        row = rows[index]
        half = (len(row) + len(row) - len(row.lstrip())) // 2
        rows[index] = row[:half] + row[half:][::-1]
    return "\n".join(rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", choices=["embedded", "paced", "both"], default="both")
    parser.add_argument("--passages", type=int, default=10, help="files to type from")
    parser.add_argument("--lines", type=int, default=12, help="lines typed in each")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--speed", type=float, default=1.0, help="typing speed; 1 is a good human typist")
    parser.add_argument("--prefill", type=float, default=2500.0, help="tokens/s of the paced fake")
    parser.add_argument("--decode", type=float, default=60.0, help="tokens/s of the paced fake")
    parser.add_argument("--wrong", type=int, default=3, help="the paced fake is wrong in every n-th line")
    parser.add_argument("--quality", type=int, default=400, help="pauses at which the model alone is asked too")
    parser.add_argument("--log", default="", help="keep the server's log of the embedded arm in this file")
    parser.add_argument("--arms", choices=["both", "pipeline"], default="both", help="leave out the usual alternative")
    parser.add_argument("--beside", choices=sorted(LOADS), default="nothing", help="other work on all cores meanwhile")
    parser.add_argument("--model", default="", help="another model file for the pipeline's arm instead of the embedded one")
    parser.add_argument("--dry", action="store_true", help="print, and write no files")
    return parser.parse_args()


def _said(arguments: argparse.Namespace) -> str:
    return ", ".join(f"{name} {value}" for name, value in vars(arguments).items() if name != "dry")


if __name__ == "__main__":
    raise SystemExit(main())
