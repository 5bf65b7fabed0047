"""The guard of a remote backend: secrets masked, the document's name hidden, tokens counted, also those of unfinished answers."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import pytest

from codestral_ls.backends.base import FimRequest
from codestral_ls.backends.door import Door
from codestral_ls.backends.fake import FakeBackend
from codestral_ls.backends.guard import Guard
from codestral_ls.backends.ledger import Ledger, Price
from codestral_ls.backends.limits import LimitReached, RequestLimits
from codestral_ls.backends.masking.mask import STAND_IN, Mask
from codestral_ls.config.sections import LimitsOptions
from codestral_ls.documents.privacy import FileRules
from codestral_ls.errors import BackendWithheld

SECRET = "ghp_" + "a1B2c3D4e5" * 4
REQUEST = FimRequest(f'token = "{SECRET}"\nlogin(', ")\n", source="file:///home/me/secret-project/main.py")


def echo(request: FimRequest) -> str:
    """Repeats the first quoted text of the prompt."""
    return request.prefix.split('"')[1] if '"' in request.prefix else "nothing"


class Scene:
    """A guard in front of a fake backend, and its account."""

    def __init__(
        self, folder: Path, *, mask: bool = True, options: LimitsOptions | None = None, ignore: tuple[str, ...] = ()
    ) -> None:
        self.inner = FakeBackend(echo)
        self.ledger = Ledger(folder / "costs.sqlite", lambda: "2026-11-21")
        self.limits = RequestLimits(options or LimitsOptions(requests_per_second=0.0), Price(1, 1, 1), "USD", self.ledger)
        own = Mask()
        self.door = Door(self.limits, own if mask else None, own, FileRules(ignore))
        self.guard = Guard(self.inner, self.door)

    async def type(self, request: FimRequest = REQUEST) -> str:
        return "".join([piece.text async for piece in self.guard.stream(request)])


async def test_the_backend_sees_no_secret_and_the_user_no_stand_in(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    assert await scene.type() == SECRET
    seen = scene.inner.requests[0]
    assert SECRET not in seen.prefix
    assert STAND_IN.search(seen.prefix)
    assert await scene.type() == SECRET
    assert scene.inner.requests[1] == seen  # the same bytes as before, so a server's prompt cache still matches
    await scene.guard.aclose()
    assert scene.inner.closed


@pytest.mark.parametrize("mask", [True, False])
def test_the_documents_name_is_a_digest(tmp_path: Path, mask: bool) -> None:
    scene = Scene(tmp_path, mask=mask)
    one = scene.door.sealed(REQUEST).cache_key
    assert "secret-project" not in one
    assert len(one) == 32
    assert scene.door.sealed(REQUEST).cache_key == one
    assert scene.door.sealed(FimRequest("a", "b", source="file:///other")).cache_key != one
    assert scene.door.sealed(REQUEST).source == ""


async def test_masking_can_be_switched_off(tmp_path: Path) -> None:
    scene = Scene(tmp_path, mask=False)
    assert await scene.type() == SECRET
    assert SECRET in scene.inner.requests[0].prefix
    await scene.guard.aclose()


async def test_tokens_are_counted_as_the_server_counts_them(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    await scene.type()
    await scene.type()
    await scene.guard.aclose()
    (row,) = scene.ledger.rows()
    assert (row.backend, row.requests) == ("fake", 2)
    assert row.cached > 0
    assert row.received > 0


async def test_an_answer_left_half_way_is_counted_too_and_ends_the_generation(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    async with aclosing(scene.guard.stream(FimRequest("x" * 90, "\n", source="untitled:1"))) as pieces:
        await anext(pieces)
    assert scene.inner.cancelled == 1
    await scene.guard.aclose()
    (row,) = scene.ledger.rows()
    assert (row.sent, row.received) == (33, 1)


async def test_a_request_beyond_the_pace_is_not_sent(tmp_path: Path) -> None:
    scene = Scene(tmp_path, options=LimitsOptions(requests_per_second=0.001))
    await scene.type()
    with pytest.raises(LimitReached):
        await scene.type()
    assert len(scene.inner.requests) == 1
    await scene.type(FimRequest("a", "b", max_tokens=0, source="untitled:1"))  # the rate limiter does not delay a prewarm
    await scene.guard.aclose()


@pytest.mark.parametrize(
    ("uri", "sent"),
    [
        ("file:///home/me/project/main.py", True),
        ("file:///home/me/project/.env", False),
        ("file:///home/me/my%20keys/server.key", False),
        ("file:///home/me/project/customers/acme.py", False),
        ("untitled:Untitled-1", True),
        ("", False),
    ],
)
async def test_a_private_file_is_never_sent(tmp_path: Path, uri: str, sent: bool) -> None:
    scene = Scene(tmp_path, ignore=("customers/",))
    for tokens in (16, 0):
        request = FimRequest("a = ", "\n", max_tokens=tokens, source=uri)
        if sent:
            await scene.type(request)
        else:
            with pytest.raises(BackendWithheld, match="Nothing"):
                await scene.type(request)
    assert len(scene.inner.requests) == (2 if sent else 0)
    await scene.guard.aclose()
