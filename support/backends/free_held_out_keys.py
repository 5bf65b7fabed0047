"""Secrets of `free_held_out_forms` that programs make: keys, tokens and hashes.

No rule is written and no weight is learned from this set; keep it so.
"""

from __future__ import annotations

import base64
import json
import random
import string

from support.backends.drawn_keys import in_base64
from support.backends.form_templates import Draw
from support.backends.free_held_out_passwords import NAMES
from support.backends.free_keys import checksum
from support.backends.key_forms import made

CRYPT = "./" + string.digits + string.ascii_uppercase + string.ascii_lowercase


def github_token(head: str) -> Draw:
    """Tokens of GitHub, which end with a `checksum`."""

    def draw(chance: random.Random) -> str:
        body = made("{w30}", chance)
        return head + body + checksum(body)

    return draw


def apr1_hash(chance: random.Random) -> str:
    """A hash of htpasswd, with ``$`` written twice as in files of Compose."""
    return "$$apr1$$" + _crypt(8, chance) + "$$" + _crypt(22, chance)


def bcrypt_hash(chance: random.Random) -> str:
    """A password's hash by bcrypt."""
    return "$2a$10$" + _crypt(53, chance)


def mosquitto_hash(chance: random.Random) -> str:
    """A password's hash as Mosquitto keeps it."""
    return "$7$101$" + in_base64(12)(chance) + "$" + in_base64(64)(chance)


def slack_token(chance: random.Random) -> str:
    """A token of a Slack bot."""
    numbers = f"{chance.randint(10**11, 10**12 - 1)}-{chance.randint(10**12, 10**13 - 1)}"
    return f"xoxb-{numbers}-{made('{w24}', chance)}"


def discord_login(chance: random.Random) -> str:
    """A token of a Discord bot."""
    number = _in_address(str(chance.randint(10**17, 10**18 - 1)).encode())
    return f"{number}.G" + made("{b5}.{b37}A", chance)


def telegram_login(chance: random.Random) -> str:
    """A token of a Telegram bot."""
    return f"{chance.randint(10**9, 7 * 10**9)}:AA" + made("{b32}s", chance)


def google_key(chance: random.Random) -> str:
    """A key of Google's services."""
    return "AIzaSy" + chance.choice("ABCD") + made("{b31}{w1}", chance)


def databricks_token(chance: random.Random) -> str:
    """A token of Databricks."""
    return made("dapi{h32}", chance) + chance.choice(["", "-2"])


def short_web_token(chance: random.Random) -> str:
    """A JSON web token, signed by HS256."""
    issued = chance.randint(1_690_000_000, 1_760_000_000)
    claims = {"sub": str(chance.randint(100, 99999)), "name": chance.choice(NAMES), "iat": issued, "exp": issued + 3600}
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    return ".".join(_in_address(part) for part in (*parts, chance.randbytes(32)))


def random_password(chance: random.Random) -> str:
    """12 to 24 letters and digits."""
    return made(f"{{w{chance.randint(12, 24)}}}", chance)


def _crypt(count: int, chance: random.Random) -> str:
    return "".join(chance.choice(CRYPT) for _ in range(count))


def _in_address(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
