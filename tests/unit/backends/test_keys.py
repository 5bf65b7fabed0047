"""Keys come from the environment, a command or the keyring, in that order, and are never shown."""

from __future__ import annotations

import sys
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from codestral_ls.backends.keys import KEYRING_SERVICE, ApiKey, KeySource
from codestral_ls.errors import BackendNeedsKey

PYTHON = sys.executable


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory; a ``locked`` one cannot be opened."""

    priority = 1.0
    locked = False

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept = {(KEYRING_SERVICE, "codestral"): "from-the-ring"}

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def ring() -> Ring:  # type: ignore[misc]
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


async def found(command: str = "", env: dict[str, str] | None = None, name: str = "codestral") -> str | None:
    return await ApiKey(KeySource("CODESTRAL_API_KEY", command, name), env or {}).get(timeout=20.0)


async def test_the_environment_comes_first_then_the_command_then_the_ring() -> None:
    command = f"{PYTHON} -c \"print('from-the-command')\""
    assert await found(command, {"CODESTRAL_API_KEY": " from-the-environment\n"}) == "from-the-environment"
    assert await found(command, {"CODESTRAL_API_KEY": " "}) == "from-the-command"
    assert await found() == "from-the-ring"
    assert await found(name="mistral") is None


@pytest.mark.parametrize("key", ["two\nlines", "schl\u00fcssel"])
async def test_a_key_that_no_header_can_carry_is_named_and_not_shown(key: str) -> None:
    with pytest.raises(BackendNeedsKey, match="characters that are not allowed in keys") as raised:
        await found(env={"CODESTRAL_API_KEY": key})
    assert key not in str(raised.value)


async def test_a_locked_ring_is_not_a_key(ring: Ring) -> None:
    ring.locked = True
    assert await found() is None


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("no-such-program-at-all", "cannot be run"),
        ("'", "cannot be run"),
        (f'{PYTHON} -c "raise SystemExit(3)"', "status 3"),
        (f'{PYTHON} -c ""', "printed no key"),
        (f"{PYTHON} -c \"import sys; print('x' * 9); sys.exit(1)\"", "status 1"),
    ],
)
async def test_a_command_that_gives_no_key_says_why(command: str, says: str) -> None:
    with pytest.raises(BackendNeedsKey, match=says) as raised:
        await found(command)
    assert "xxx" not in str(raised.value)


async def test_a_command_that_hangs_is_ended() -> None:
    source = KeySource("K", f'{PYTHON} -c "import time; time.sleep(600)"', "codestral")
    with pytest.raises(BackendNeedsKey, match="did not finish"):
        await ApiKey(source, {}).get(timeout=0.2)


async def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    await found(f"{PYTHON} -c \"print('k')\" ; touch {tmp_path / 'made'}")
    assert not (tmp_path / "made").exists()


async def test_the_command_runs_once_until_its_key_is_refused(tmp_path: Path) -> None:
    count = tmp_path / "count"
    code = f"p = open(r'{count}', 'a'); p.write('x'); print('key', p.tell())"
    key = ApiKey(KeySource("K", f'{PYTHON} -c "{code}"', "codestral"), {})

    async def ask() -> list[str | None]:
        asked = [await key.get(), await key.get()]
        key.forget()
        return [*asked, await key.get()]

    assert await ask() == ["key 1", "key 1", "key 2"]


async def test_without_a_key_the_message_says_how_to_give_one() -> None:
    key = ApiKey(KeySource("MISTRAL_API_KEY", "", "mistral"), {})
    with pytest.raises(BackendNeedsKey, match=r"MISTRAL_API_KEY or mistral\.key_command.*keyring set codestral-ls mistral"):
        await key.require()


async def test_a_key_never_shows_itself() -> None:
    key = ApiKey(KeySource("K", "", "codestral"), {"K": "very-secret"})
    await key.get()
    assert "very-secret" not in repr(key)
    assert "known" in repr(key)
