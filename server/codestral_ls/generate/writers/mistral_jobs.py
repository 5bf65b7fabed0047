"""Mistral's Batch API: all texts of a run as jobs at half price, uploaded, polled and collected.

The journal knows every job, even one that was being created when the process died: a new process finds it by its name and collects
it. Requests that a job failed or never reached are put into another job, twice at most. The runner finishes the files once the
answers are in the journal.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from codestral_ls.backends.base import FimRequest, FinishReason, Usage
from codestral_ls.backends.build_backend import build_bare
from codestral_ls.backends.door import expected_tokens, open_door
from codestral_ls.backends.mistral_quirks import sent_suffix
from codestral_ls.backends.server_json import read_json
from codestral_ls.config.sections import Options
from codestral_ls.errors import (
    BackendBusy,
    BackendError,
    BackendTimeout,
    BackendUnavailable,
    BackendWithheld,
    GenerateError,
)
from codestral_ls.generate.batch.journal import JobRow, Journal
from codestral_ls.generate.batch.seam import MAX_CHARACTERS, AnswerReceiver, MissingText, Written
from codestral_ls.generate.writers.mistral_sdk import MistralSdk

if TYPE_CHECKING:
    from mistralai.client.models import BatchJob, FileTypedDict

_T = TypeVar("_T")
_ENDPOINT: Literal["/v1/fim/completions"] = "/v1/fim/completions"
_ENDED = {"SUCCESS", "FAILED", "TIMEOUT_EXCEEDED", "CANCELLED"}
_REQUESTS, _BYTES = 5_000, 50_000_000
"""Requests in one job at most; Mistral takes more, but a smaller job is a smaller loss."""
_CALL_SECONDS, _UPLOAD_SECONDS = 60.0, 600.0
_ROUNDS = 3
SHARE = 0.5
"""The share of the model's price that a batch job pays."""
_TRIES = 8


class JobsWriter:
    """Fills the journal by batch jobs; ``say`` is called with sentences for the user."""

    plans_first = True

    def __init__(
        self,
        options: Options,
        journal: Journal,
        hours: int = 24,
        say: Callable[[str], None] = lambda _text: None,
        poll: float = 5.0,
        allowed: Collection[Path] = (),
    ) -> None:
        self._model = options.mistral.model
        self._sdk = MistralSdk(options)
        self._info = build_bare("mistral", options).info()
        self._door = open_door(options, self._info, allowed, share=SHARE)
        self._journal = journal
        self._hours, self._say, self._poll = hours, say, poll
        self._stopping = asyncio.Event()
        self._tried: dict[str, int] = {}
        self._refused: set[str] = set()

    @property
    def model(self) -> str:
        """The same name as for live requests: these answers count as well."""
        return f"mistral/{self._model}"

    async def start(self) -> None:
        """Load the SDK. Raises: GenerateError if there is no key."""
        try:
            await self._sdk.load()
        except BackendError as error:
            raise GenerateError(str(error)) from error

    def stop(self) -> None:
        """Stop waiting for jobs: they continue at Mistral, and a later run collects them."""
        self._stopping.set()

    async def aclose(self) -> None:
        """Close the connections and write the last counts; jobs continue at Mistral."""
        await self._sdk.aclose()
        await self._door.aclose()

    async def fill(self, missing: AsyncIterator[MissingText], keeper: AnswerReceiver) -> None:
        """Collect the jobs that the journal knows, then put the texts still missing into new jobs and collect those.

        Returns early once stopped. Requests that a job did not answer are made again in the next round. Raises: GenerateError.
        """
        try:
            await self._find_lost()
            await self._collect_all(keeper)
            if self._stopping.is_set():
                return
            sent = await self._submit_all(missing, keeper)
            await self._collect_all(keeper)
        except BackendError as error:
            raise GenerateError(f"{error} What was submitted continues; --resume collects it.") from error
        for key in sent if not self._stopping.is_set() else ():
            if key not in self._refused and self._journal.answer(key) is None:
                if self._tried[key] < _ROUNDS:
                    keeper.again(key)
                else:
                    keeper.failed(key, "The batch job did not answer this request.")

    async def _submit_all(self, missing: AsyncIterator[MissingText], keeper: AnswerReceiver) -> list[str]:
        """Put the missing texts into jobs of a sane size; returns the keys that were sent."""
        lines: list[bytes] = []
        keys: list[str] = []
        size = sent = received = 0
        every: list[str] = []
        async for item in missing:
            if self._journal.answer(item.key) is not None:
                continue  # collected a moment ago
            try:
                sealed = self._door.sealed(item.request)
            except BackendWithheld as error:
                keeper.failed(item.key, str(error))
                continue
            self._tried[item.key] = self._tried.get(item.key, 0) + 1
            keys.append(item.key)
            lines.append(_line(item.key, sealed))
            size += len(lines[-1])
            tokens = expected_tokens(self._info, sealed)
            sent, received = sent + tokens[0], received + tokens[1]
            if len(lines) >= _REQUESTS or size >= _BYTES:
                await self._submit(keys, b"".join(lines), sent, received)
                every += keys
                lines, keys, size, sent, received = [], [], 0, 0, 0
        if lines:
            await self._submit(keys, b"".join(lines), sent, received)
        return every + keys

    async def _submit(self, keys: list[str], data: bytes, sent: int, received: int) -> None:
        """Make one job of about so many tokens. The journal records it before Mistral does, by a name that Mistral keeps too."""
        await self._door.admit_together(sent, received)
        name = f"codestral-ls-{secrets.token_hex(8)}"
        sdk = await self._sdk.load()
        upload: FileTypedDict = {"file_name": f"{name}.jsonl", "content": data}
        file = await self._again(partial(sdk.files.upload_async, file=upload, purpose="batch"), _UPLOAD_SECONDS)
        self._journal.keep_job(JobRow(name, "", "making", tuple(keys)))
        async with self._sdk.translated(_CALL_SECONDS):  # not retried: a second job would be paid for too
            job = await sdk.batch.jobs.create_async(
                endpoint=_ENDPOINT, input_files=[file.id], model=self._model, metadata={"name": name}, timeout_hours=self._hours
            )
        self._journal.keep_job(JobRow(name, job.id, "running", tuple(keys)))
        self._say(f"Batch job {job.id}: {len(keys)} requests. It may take up to {self._hours} hours; --resume finds it again.")

    async def _find_lost(self) -> None:
        """Find jobs that were being created when the process died; one that Mistral does not know was never created."""
        for row in self._journal.jobs():
            if row.id or row.state != "making":
                continue
            jobs = (await self._sdk.load()).batch.jobs
            listed = await self._again(partial(jobs.list_async, metadata={"name": row.name}), _CALL_SECONDS)
            found = next((job for job in listed.data or [] if (job.metadata or {}).get("name") == row.name), None)
            state, id_ = ("running", found.id) if found is not None else ("never made", "")
            self._journal.keep_job(JobRow(row.name, id_, state, row.keys))

    async def _collect_all(self, keeper: AnswerReceiver) -> None:
        """Wait for the running jobs and keep their answers."""
        pause = self._poll
        while running := [row for row in self._journal.jobs() if row.state == "running"]:
            for row in running:
                jobs = (await self._sdk.load()).batch.jobs
                job = await self._again(partial(jobs.get_async, job_id=row.id), _CALL_SECONDS)
                if job.status in _ENDED:
                    await self._collect(row, job, keeper)
                else:
                    self._say(f"Batch job {row.id}: {job.completed_requests} of {job.total_requests}, {job.status}.")
            if self._stopping.is_set() or not any(row.state == "running" for row in self._journal.jobs()):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(60.0, pause * 1.5)

    async def _collect(self, row: JobRow, job: BatchJob, keeper: AnswerReceiver) -> None:
        """Store the answers of an ended job: expired and failed ones have some, too."""
        known = set(row.keys)
        good = bad = 0
        for file in (job.output_file, job.error_file):
            if not file:
                continue
            files = (await self._sdk.load()).files
            response = await self._again(partial(files.download_async, file_id=file), _UPLOAD_SECONDS)
            async with self._sdk.translated(_UPLOAD_SECONDS):
                async for line in response.aiter_lines():
                    key, answer, problem = _read(line)
                    if key not in known:
                        continue
                    if answer is not None and self._journal.answer(key) is None:
                        self._door.count(self._info, answer.usage)
                        await keeper.answered(key, replace(answer, text=self._door.unmask(answer.text)))
                        good += 1
                    elif problem and not problem.startswith("5") and "429" not in problem:
                        keeper.failed(key, self._sdk.scrubbed(f"The batch job refused it: {problem}")[:240])
                        self._refused.add(key)
                        bad += 1
        self._journal.keep_job(JobRow(row.name, row.id, str(job.status), row.keys))
        self._say(f"Batch job {row.id}: {job.status}, {good} answers, {len(row.keys) - good} without ({bad} refused).")
        if job.status in ("FAILED", "CANCELLED") and not good:
            errors = self._sdk.scrubbed("; ".join(str(error.message) for error in job.errors or []))[:300]
            raise GenerateError(f"The batch job {row.id} ended as {job.status}{': ' + errors if errors else ''}.")

    async def _again(self, call: Callable[[], Awaitable[_T]], seconds: float) -> _T:
        """Make a call that may be repeated without harm while the API is busy or unreachable."""
        pause = min(1.0, self._poll)
        for attempt in range(_TRIES):
            try:
                async with self._sdk.translated(seconds):
                    return await call()
            except (BackendBusy, BackendTimeout, BackendUnavailable) as error:
                if attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(getattr(error, "retry_after", None) or pause)
                pause = min(60.0, 2.0 * pause)
        raise AssertionError("unreachable")


def _line(key: str, sealed: FimRequest) -> bytes:
    """One request as a line of a job's file."""
    body = {
        "prompt": sealed.prefix.encode("utf-8", "replace").decode(),
        "suffix": sent_suffix(sealed.suffix.encode("utf-8", "replace").decode()),
        "max_tokens": sealed.max_tokens,
        "temperature": sealed.temperature,
        "stop": list(sealed.stop),
    }
    return json.dumps({"custom_id": key, "body": body}).encode() + b"\n"


def _read(line: str) -> tuple[str, Written | None, str]:
    """One line of a result file: (key, answer, problem)."""
    try:
        row = read_json(line)
        key, response = str(row["custom_id"]), row.get("response") or {}
        status = response.get("status_code", 0)
        if status != 200:
            return key, None, f"{status} {row.get('error') or response.get('body') or ''}"
        body = response["body"]
        if isinstance(body, str):
            body = read_json(body)
        usage = body.get("usage") or {}
        sent, cached = (
            int(usage.get("prompt_tokens") or 0),
            int((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0),
        )
        choice = body["choices"][0]
        text = str(choice["message"]["content"] or "")[:MAX_CHARACTERS]
        finish: FinishReason = "length" if choice.get("finish_reason") in ("length", "model_length") else "stop"
        return key, Written(text, Usage(sent, sent - cached, cached, int(usage.get("completion_tokens") or 0)), finish), ""
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return "", None, "not the protocol"
