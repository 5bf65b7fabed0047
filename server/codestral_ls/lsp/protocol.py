"""JSON-RPC as LSP wants it, on top of pygls: every request gets exactly one reply, and no message ends the server.

pygls 2.1.1 gives no reply to a request with malformed params, to requests after ``shutdown`` and to bodies that are not JSON, sends
tracebacks to the user, and keeps a second copy of every document; so routing, replies and the documents are not its own here. Its
registry of features, its types and its requests to the client stay in use. docs/development.md says why the base class was kept.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, LanguageServerProtocol

from codestral_ls.errors import CodestralLsError

log = logging.getLogger(__name__)

PARSE_ERROR = types.ErrorCodes.ParseError.value
INVALID_REQUEST = types.ErrorCodes.InvalidRequest.value
INVALID_PARAMS = types.ErrorCodes.InvalidParams.value
METHOD_NOT_FOUND = types.ErrorCodes.MethodNotFound.value
INTERNAL_ERROR = types.ErrorCodes.InternalError.value
NOT_INITIALIZED = types.ErrorCodes.ServerNotInitialized.value
REQUEST_FAILED = types.LSPErrorCodes.RequestFailed.value
REQUEST_CANCELLED = types.LSPErrorCodes.RequestCancelled.value

MessageId = int | str


class Protocol(LanguageServerProtocol):
    """Routes one message at a time, in the order of arrival.

    ``on_lost`` is called once when the editor can no longer be written to. ``on_bad_notification`` gets the method and
    the raw params of a notification that could not be understood: its effect is unknown from then on.
    """

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self._initialized = False
        self._open: set[MessageId] = set()
        self._all_answered = asyncio.Event()
        self._all_answered.set()
        self.params_types: dict[str, type[Any]] = {}
        self.on_lost: Callable[[], None] = lambda: None
        self.on_bad_notification: Callable[[str, object], None] = lambda _method, _params: None

    @property
    def types(self) -> Converter:
        """The converter that reads and writes the classes of LSP's types."""
        return self._converter

    def _register_builtin_features(self) -> None:
        """Register none of pygls' own features: they keep copies of the documents (and count their lines wrongly)."""

    # Receiving

    def receive(self, body: bytes) -> bool:
        """Handle one message body. Returns False if it is not JSON (the stream may be out of step)."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            log.warning("a message is no JSON: %s", error)
            self._reply_error(None, PARSE_ERROR, "The message is not JSON in UTF-8.")
            return False
        try:
            contextvars.copy_context().run(self._route, data)
        except Exception as error:
            report("a message could not be handled", error)
        return True

    def _route(self, data: object) -> None:
        if not isinstance(data, dict):
            self._reply_error(None, INVALID_REQUEST, "A message must be one JSON object.")
            return
        method, message_id = data.get("method"), data.get("id")
        if method is None and "id" in data and ("result" in data or "error" in data):
            self._response(message_id, data)
        elif not isinstance(method, str) or (
            "id" in data and (isinstance(message_id, bool) or not isinstance(message_id, MessageId))
        ):
            known = message_id if isinstance(message_id, MessageId) and not isinstance(message_id, bool) else None
            self._reply_error(known, INVALID_REQUEST, "A request needs a method and an integer or a string as its id.")
        elif "id" in data:
            self._request(message_id, method, data)  # type: ignore[arg-type]
        else:
            self._notification(method, data)

    def _request(self, message_id: MessageId, method: str, data: dict[str, Any]) -> None:
        refusal = self._refusal(method)
        if refusal is not None:
            self._reply_error(message_id, *refusal)
            return
        if method not in self.fm.features:
            log.info("there is no method %s here", method)
            self._reply_error(message_id, METHOD_NOT_FOUND, f"There is no method {method} here.")
            return
        try:
            message = self._structure(method, data, JsonRPCRequestMessage)
        except Exception as error:
            self._reply_error(message_id, INVALID_PARAMS, _conversion_error(method, error))
            return
        self._initialized = True  # the first request that gets here is initialize
        self._open.add(message_id)
        self._all_answered.clear()
        self._ctx_msg_id.set(message_id)
        reply = partial(self._send_handler_result, msg_id=message_id)
        self._execute_handler(message_id, self.fm.features[method], callback=reply, args=(message.params,))

    def _refusal(self, method: str) -> tuple[int, str] | None:
        """Why this request may not be answered now: code and sentence, None if it may."""
        if self._shutdown:
            return INVALID_REQUEST, "The server is shutting down."
        if method == types.INITIALIZE:
            return (INVALID_REQUEST, "The server is initialized already.") if self._initialized else None
        if not self._initialized:
            return NOT_INITIALIZED, "The first request must be initialize."
        return None

    def _notification(self, method: str, data: dict[str, Any]) -> None:
        if method == types.CANCEL_REQUEST:
            params = data.get("params")
            self._handle_cancel_notification(params.get("id") if isinstance(params, dict) else None)
            return
        if method != types.EXIT and (self._shutdown or not self._initialized):
            log.info("%s came outside of a session and was ignored", method)
            return
        handler = self.fm.features.get(method)
        if handler is None:
            return  # "$/setTrace" and other messages that change nothing here
        try:
            answer = handler(self._structure(method, data, JsonRPCNotification).params)
            if asyncio.iscoroutine(answer):  # the method of a request but no id: nobody waits for the answer
                answer.close()
        except JsonRpcException as error:
            log.info("%s was no notification: %s", method, error.message)
        except BaseValidationError as error:
            log.warning("%s", _conversion_error(method, error))
            self.on_bad_notification(method, data.get("params"))
        except Exception as error:
            report(f"{method} failed", error)

    def _response(self, message_id: object, data: dict[str, Any]) -> None:
        """What the client answers to a request of ours, as plain JSON."""
        known = message_id if isinstance(message_id, MessageId) else ""
        self._result_types.pop(known, None)
        future = self._request_futures.pop(known, None)
        if future is None or future.done():
            log.debug("an answer to the unknown request %r was ignored", message_id)
        elif "error" in data:
            error = data["error"]
            message = error.get("message") if isinstance(error, dict) else error
            future.set_exception(JsonRpcException(str(message)))
        else:
            future.set_result(data["result"])

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        """A request that was answered meanwhile is ignored."""
        if isinstance(msg_id, MessageId) and msg_id in self._open and (future := self._request_futures.get(msg_id)) is not None:
            future.cancel()

    def _structure(self, method: str, data: dict[str, Any], otherwise: type[Any]) -> Any:
        """The message as objects of LSP's types; if LSP does not know the method, its params are plain dicts and lists.

        Raises: BaseValidationError (params are malformed).
        """
        message_type = self.params_types.get(method) or self.get_message_type(method)
        if message_type is None:
            known = {"id": data["id"]} if "id" in data else {}
            return otherwise(**known, method=method, jsonrpc="2.0", params=data.get("params"))
        return self._converter.structure(data, message_type)

    # Answering

    def _execute_handler(
        self,
        msg_id: MessageId,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """Call the handler at once, so that its first effects happen in the order of the messages.

        pygls wants to know what kind of function a handler is; here the answer simply waits for a coroutine that it returns.
        """
        future: Future[Any] | asyncio.Future[Any] = Future()
        try:
            result = handler(*(args or ()), **(kwargs or {}))
            if asyncio.iscoroutine(result):
                future = asyncio.ensure_future(result)
                self._request_futures[msg_id] = future  # type: ignore[assignment]
            else:
                future.set_result(result)
        except Exception as error:
            future.set_exception(error)
        future.add_done_callback(callback)  # type: ignore[arg-type]

    def _send_handler_result(self, future: Future[Any], *, msg_id: MessageId) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._reply_error(msg_id, REQUEST_CANCELLED, "The request was cancelled.")
        elif (error := future.exception()) is None:
            self._reply(msg_id, future.result())
        elif isinstance(error, JsonRpcException):
            self._reply_error(msg_id, error.code, error.message)
        elif isinstance(error, CodestralLsError):
            self._reply_error(msg_id, REQUEST_FAILED, str(error))
        else:
            report(f"request {msg_id!r} failed", error)
            self._reply_error(msg_id, INTERNAL_ERROR, "The server failed; its log says why.")
        self._open.discard(msg_id)
        if not self._open:
            self._all_answered.set()

    def _reply(self, message_id: MessageId, result: object) -> None:
        try:
            self._send_data({"jsonrpc": "2.0", "id": message_id, "result": self._converter.unstructure(result)})
        except (TypeError, ValueError) as error:
            report(f"the answer to request {message_id!r} is no JSON", error)
            self._reply_error(message_id, INTERNAL_ERROR, "The server failed; its log says why.")

    def _reply_error(self, message_id: MessageId | None, code: int, message: str) -> None:
        self._send_data({"jsonrpc": "2.0", "id": message_id, "error": {"code": code, "message": message}})

    def _send_data(self, data: Any) -> None:
        """Write one message at once, as LSP frames it. Raises: TypeError, ValueError (not JSON)."""
        body = json.dumps(data, default=self._converter.unstructure, separators=(",", ":")).encode("ascii")
        if self.writer is None:
            return
        try:
            self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        except (OSError, ValueError) as error:  # ValueError: the file is closed
            log.info("the editor can no longer be written to: %s", error)
            self.writer = None
            self.on_lost()

    # Ending

    def begin_shutdown(self) -> None:
        """Refuse requests from now on."""
        self._shutdown = True

    @property
    def was_shut_down(self) -> bool:
        """True after the client asked to shut down, so that ``exit`` is expected."""
        return self._shutdown

    async def cancel_open_requests(self, deadline: float) -> None:
        """Cancel every request but the one that calls this; wait ``deadline`` seconds for their answers."""
        current = self.msg_id
        for message_id in self._open - {current}:
            if (future := self._request_futures.get(message_id)) is not None:
                future.cancel()
        self._open.discard(current)  # its own answer is sent last
        if self._open:
            self._all_answered.clear()
            try:
                await asyncio.wait_for(self._all_answered.wait(), deadline)
            except TimeoutError:
                log.warning("%d requests were not answered in time", len(self._open))


def report(what: str, error: BaseException) -> None:
    """Log an unexpected failure in one line; with its traceback at level debug only."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" (in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno})"
    log.error("%s: %s: %s%s", what, type(error).__name__, error, place)
    log.debug("%s", what, exc_info=error)


def _conversion_error(method: str, error: Exception) -> str:
    """The fault in a message's params, in words that name the fields."""
    reasons = transform_error(error, path="message") if isinstance(error, BaseValidationError) else [str(error)]
    return f"The params of {method} are malformed: {'; '.join(reasons[:3])}"
