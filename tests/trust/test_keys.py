"""The boundary of keys: another program of the same user cannot read a key out of the process that holds it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from support.trust.other_user import NOBODY

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux keeps a process's memory from its user's other programs"
)

KEY = "the-users-own-key-0123456789"
# Root may look into everything, so both are another user. Changing the user hides memory by itself: that is undone.
HOLDER = f"""
import asyncio, ctypes, os, resource, sys
from codestral_ls.backends.keys import ApiKey, KeySource
if os.getuid() == 0:
    os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
key = ApiKey(KeySource("PLANTED_API_KEY", "", "planted"))
print("open", flush=True)
sys.stdin.readline()
assert asyncio.run(key.get()) == {KEY!r}
print("holds it", flush=True)
sys.stdin.readline()
print(resource.getrlimit(resource.RLIMIT_CORE)[0])
"""
LOOK = f"""
import os, sys
if os.getuid() == 0:
    os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
for name in ("environ", "mem"):
    try:
        with open("/proc/" + sys.argv[1] + "/" + name, "rb") as file:
            print(name, "open", file.read() if name == "environ" else "")
    except OSError as error:
        print(name, type(error).__name__)
"""


@pytest.fixture
def holder() -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PLANTED_API_KEY": KEY}
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-P", "-c", HOLDER], env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.kill()


def look_into(process: subprocess.Popen[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-S", "-c", LOOK, str(process.pid)], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_a_process_that_holds_a_key_is_closed_to_the_users_other_programs(holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    assert KEY in look_into(holder)
    holder.stdin.write("\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "holds it\n"
    assert look_into(holder) == "environ PermissionError\nmem PermissionError\n"
    assert int(holder.communicate("\n", timeout=60)[0]) <= 1
