"""Requests that no honest client sends to a model host: broken HTTP, broken JSON, wrong tokens, clients that stall or leave."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

CONTENT = "KANARIENVOGEL"
"""A word in every prompt: it must never be in a log."""
TOKEN = "the-hosts-own-token-5f3a9c"
Way = Literal["whole", "any", "leave", "hold", "slow"]
Route = tuple[str, str]
"""A method and a path."""


@dataclass(frozen=True, slots=True)
class HttpAttack:
    """Bytes to send, and how.

    ``whole``: send them and expect an answer. ``any``: the same, but an answer need not come, because bytes that were announced
    may be missing. ``leave``: send them and hang up. ``hold``: send them and then nothing more. ``slow``: send them bit by bit.
    With ``stranger`` the request has no valid token, so it may get nothing but a refusal.
    """

    data: bytes
    way: Way = "whole"
    stranger: bool = False


_DEEP = 100_000
_VALUES = (
    *("null", "true", "false", "0", "-0", "-1", "1", "1.5", "-0.0"),
    *("1e308", "1e999", "-1e999", "1e-999", "NaN", "Infinity", "-Infinity"),
    *("9" * 400, "-" + "9" * 400, "1" + "0" * 5_000, "0." + "9" * 400, str(2**31), str(2**63), str(2**64), str(-(2**63))),
    *('""', '" "', '"x"', f'"{CONTENT}"', '"\\u0000"', '"\\ud800"'),
    *('"\\udc00\\ud800"', '"\\uffff"', '"é𝒳\\u200b"', '"' + "ab\\n" * 30_000 + '"'),
    *("[]", "{}", "[null]", "[[]]", '[""]', '["\\n", 5]', "[" + ",".join('"a"' for _ in range(500)) + "]", '{"a": {"b": [1]}}'),
    *("[" * 3_000 + "]" * 3_000, "[" * _DEEP + "]" * _DEEP),
    *('{"a":' * 3_000 + "1" + "}" * 3_000, "[" * 500, '"open', "'x'", "undefined", "0x10"),
    *("1_000", "01", "+1", "1.", ".5", "tru", "[1,]", '{"a":1,}', "// comment\n1", '"\\x41"', '"\t"', '"a\nb"'),
)  # fmt: skip
_NAMES = (
    *("model", "prompt", "suffix", "max_tokens", "min_tokens", "stop", "temperature", "top_p", "random_seed", "stream", "metadata"),
    *("prompt_cache_key", "n_predict", "input_prefix", "input_suffix", "input_extra", "seed", "n", "best_of", "echo", "logprobs"),
    *("messages", "", "\\u0000", "__proto__", CONTENT, "x" * 3_000),
)
_PROMPT = f'"def {CONTENT.lower()}(a, b):\\n    # {CONTENT}\\n    return "'
_BODIES: tuple[dict[str, str], ...] = (
    {"model": '"m"', "prompt": _PROMPT, "suffix": '"\\n"', "max_tokens": "3", "temperature": "0", "stop": '["\\n\\n"]'},
    {"model": '"m"', "prompt": _PROMPT, "max_tokens": "3", "stream": "true", "random_seed": "1"},
    {"input_prefix": _PROMPT, "input_suffix": '"\\n"', "n_predict": "3", "prompt": '""', "stream": "false"},
    {"model": '"m"', "prompt": f"[{_PROMPT}]", "suffix": "null", "max_tokens": "3", "top_p": "0.9", "n": "1"},
)
_WRONG = (
    *(
        "",
        "Authorization:",
        "Authorization: Bearer",
        "Authorization: Bearer ",
        f"Authorization: {TOKEN}",
        f"Authorization: Basic {TOKEN}",
    ),
    *(f"Authorization: Bearer {TOKEN[:-1]}", f"Authorization: Bearer {TOKEN}x", f"Authorization: Bearer {TOKEN.upper()}"),
    *(
        f"Authorization: Bearer x {TOKEN}",
        f"X-Authorization: Bearer {TOKEN}",
        f"Cookie: token={TOKEN}",
        f"Proxy-Authorization: Bearer {TOKEN}",
    ),
    *(
        "Authorization: Bearer " + "x" * 7_000,
        "Authorization: Bearer é𝒳",
        f"Authorization: Bearer x\r\nAuthorization: Bearer {TOKEN}",
    ),
    *(f"Authorization: Bearer {TOKEN[:8]}\0{TOKEN[8:]}", "Authorization: Bearer *", "Authorization: Bearer ' or 1=1 --"),
)
_HEADERS = (
    *("Content-Length: -1", "Content-Length: 0", "Content-Length: 5"),
    *("Content-Length: 99999999999999999999", "Content-Length: 1, 2"),
    *("Content-Length: x", "Content-Length: +10", "Content-Length: 0x10"),
    *("Content-Length: 1\r\nContent-Length: 2", "Transfer-Encoding: chunked"),
    *("Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Transfer-Encoding: \x0bchunked", "Transfer-Encoding: x"),
    *("Expect: 100-continue", "Expect: 200-maybe"),
    *("Upgrade: websocket\r\nConnection: Upgrade", "Upgrade: h2c\r\nHTTP2-Settings: AA"),
    *("Connection: close", "Connection: keep-alive, x", "Host: evil.example"),
    *("Host:", "Host: a\r\nHost: b", "Origin: https://evil.example"),
    *("X-Codestral-Priority: " + "9" * 400, "X-Codestral-Client: " + "x" * 5_000),
    *("X-Codestral-Files: " + "9" * 400, "X-Codestral-Files: ²"),
    *("X-Codestral-Heal: maybe", "X-Codestral-Draft: \xff", "Content-Type: text/plain"),
    "Content-Type: multipart/form-data; boundary=" + "x" * 200,
    *("Content-Type: application/json; charset=utf-16", "Content-Encoding: gzip"),
    *("Content-Encoding: br", "Content-Encoding: x", ": x", "x"),
    *(" folded: 1", "A\0: b", "A: b\0c", "A: " + "b" * 9_000, "A" * 9_000 + ": b"),
    *("Range: bytes=0-", "\r\n", "A: b\nC: d", f"X: {CONTENT}"),
)  # fmt: skip
_LINES = (
    *("GET", "get /health HTTP/1.1", "GET /health", "GET /health HTTP/9.9"),
    *("GET /health HTTP/1.0", "GET  /health  HTTP/1.1", "GET\t/health\tHTTP/1.1"),
    *("PRI * HTTP/2.0", "CONNECT a:1 HTTP/1.1", "OPTIONS * HTTP/1.1"),
    *("GET http://evil.example/health HTTP/1.1", "GET //health HTTP/1.1"),
    *("GET /" + "a" * 9_000 + " HTTP/1.1", "GET /%00%ff%zz HTTP/1.1"),
    *("GET /../../etc/passwd HTTP/1.1", "GET /é HTTP/1.1", "GET / HTTP/1.1\0"),
    *(f"{CONTENT} /v1/models HTTP/1.1", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    *("SSH-2.0-OpenSSH_9.0", "\r\n\r\nGET /health HTTP/1.1"),
    *("POST /unload?x=1 HTTP/1.1\r\nX", "DELETE /v1/models HTTP/1.1"),
    *("TRACE /health HTTP/1.1", "PUT /unload HTTP/1.1", "HEAD /health HTTP/1.1"),
)  # fmt: skip


def attacks(chance: random.Random, count: int, routes: Sequence[Route]) -> list[HttpAttack]:
    """``count`` attacks on a host that serves ``routes``."""
    return [_attack(chance, routes) for _ in range(count)]


def request(
    route: Route, body: bytes = b"", headers: Sequence[str] = (), authorization: str = f"Authorization: Bearer {TOKEN}"
) -> bytes:
    """A request as an honest client writes it, with more ``headers``; a length or an encoding among them replaces the right one."""
    lines = [f"{route[0]} {route[1]} HTTP/1.1"]
    if not any(header.startswith("Host") for header in headers):
        lines.append("Host: 127.0.0.1")
    lines += [line for line in (authorization, *headers) if line]
    if body and not any(header.startswith(("Content-Length", "Transfer-Encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def _attack(chance: random.Random, routes: Sequence[Route]) -> HttpAttack:
    route = chance.choice(routes)
    kind = chance.random()
    if kind < 0.45:
        posts = [route for route in routes if route[0] == "POST" and route[1] != "/unload"]
        data = request(chance.choice(posts), _body(chance))
        return HttpAttack(data, "leave" if chance.random() < 0.1 else "whole")
    if kind < 0.60:
        path = f"{route[1]}?token={TOKEN}" if chance.random() < 0.1 else route[1]
        body = _body(chance) if route[0] == "POST" else b""
        return HttpAttack(request((route[0], path), body, authorization=chance.choice(_WRONG)), stranger=True)
    if kind < 0.75:
        return _odd_headers(chance, route)
    if kind < 0.85:
        return _mutated(chance, request(route, _body(chance) if route[0] == "POST" else b""))
    if kind < 0.92:
        line = chance.choice(_LINES)
        headers = "" if chance.random() < 0.2 else f"\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        return HttpAttack((line + headers).encode("latin-1", "replace"), chance.choice(("any", "hold")))
    if kind < 0.99:
        return _waiting(chance, request(route, _body(chance) if route[0] == "POST" else b""))
    return _large(chance, routes)


def _body(chance: random.Random) -> bytes:
    fields = list(chance.choice(_BODIES).items())
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        match chance.randrange(4):
            case 0 | 1:
                place = chance.randrange(len(fields))
                fields[place] = (fields[place][0], chance.choice(_VALUES))
            case 2:
                fields.insert(chance.randrange(len(fields) + 1), (chance.choice(_NAMES), chance.choice(_VALUES)))
            case _ if len(fields) > 1:
                del fields[chance.randrange(len(fields))]
    text = "{" + ",".join(f'"{name}": {value}' for name, value in fields) + "}"
    if not fields:
        return b""
    match chance.randrange(40):
        case 0:
            return text.encode("utf-16")
        case 1:
            return b"\xef\xbb\xbf" + text.encode()
        case 2:
            return text.encode()[: chance.randrange(len(text))]
        case 3:
            return text.encode() + chance.choice((b"}", b"\0", b"\n{}", b"x"))
        case 4:
            return chance.choice(_VALUES).encode()
        case 5:
            broken = bytearray(text.encode())
            broken[chance.randrange(len(broken))] = chance.randrange(256)
            return bytes(broken)
    return text.encode()


def _odd_headers(chance: random.Random, route: Route) -> HttpAttack:
    headers = chance.sample(_HEADERS, chance.choice((1, 1, 2, 3)))
    if chance.random() < 0.05:
        headers += [f"X-{number}: {CONTENT}" for number in range(chance.choice((100, 2_000)))]
    body = _body(chance) if route[0] == "POST" or chance.random() < 0.2 else b""
    joined = "\n".join(headers)
    if "gzip" in joined and "Content-Encoding" in joined:
        body = chance.choice((gzip.compress(body), gzip.compress(body)[:-5], zlib.compress(body), body))
    if "chunked" in joined and chance.random() < 0.7:
        size = chance.choice(
            (f"{len(body):x}", "0", "-1", "f" * 20, "x", f"{len(body):x};{CONTENT}", f" {len(body):x}", "00000000001")
        )
        body = f"{size}\r\n".encode() + body + chance.choice((b"\r\n0\r\n\r\n", b"", b"\r\n", b"\r\n0\r\nX: y\r\n\r\n"))
    return HttpAttack(request(route, body, headers), chance.choice(("any", "any", "hold")))


def _mutated(chance: random.Random, data: bytes) -> HttpAttack:
    broken = bytearray(data[:20_000])
    for _ in range(chance.choice((1, 1, 2, 8))):
        if not broken:
            break
        place = chance.randrange(len(broken))
        match chance.randrange(5):
            case 0:
                broken[place] = chance.randrange(256)
            case 1:
                del broken[place : place + chance.choice((1, 5, 50))]
            case 2:
                broken[place:place] = bytes(broken[max(0, place - 30) : place])
            case 3:
                broken[place:place] = chance.choice((b"\r\n", b"\n", b"\0", b"\r", b": ", b" ", b"\x80"))
            case _:
                broken = broken[: place + 1]
    return HttpAttack(bytes(broken), chance.choice(("any", "hold")))


def _waiting(chance: random.Random, data: bytes) -> HttpAttack:
    match chance.randrange(4):
        case 0:
            return HttpAttack(b"", "hold")
        case 1:
            return HttpAttack(data[: chance.randrange(len(data))], "hold")
        case 2:
            return HttpAttack(data[: chance.randrange(len(data))], "leave")
        case _:
            return HttpAttack(data[:400], "slow")


def _large(chance: random.Random, routes: Sequence[Route]) -> HttpAttack:
    route = chance.choice([route for route in routes if route[0] == "POST"])
    match chance.randrange(4):
        case 0:
            return HttpAttack(request(route, b"x", ("Content-Length: 100000000",)), "hold")
        case 1:
            return HttpAttack(request(route, gzip.compress(bytes(100_000_000), 1), ("Content-Encoding: gzip",)))
        case 2:
            body = json.dumps({"model": "m", "prompt": f"{CONTENT} " * 200_000, "max_tokens": 1})
            return HttpAttack(request(route, body.encode()))
        case _:
            return HttpAttack(request(route, bytes(66_000_000)))
