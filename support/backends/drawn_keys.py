"""Secrets of a fifth author's forms that programs make: keys, tokens, hashes and first passwords."""

from __future__ import annotations

import base64
import random

from support.backends.form_templates import Draw
from support.backends.key_forms import made


def key(form: str) -> Draw:
    """Keys of a form, which is written as in `key_forms`."""
    return lambda chance: made(form, chance)


def in_base64(size: int) -> Draw:
    """``size`` random bytes in base64."""
    return lambda chance: base64.b64encode(chance.randbytes(size)).decode()


def in_url_base64(size: int, *, padded: bool = False) -> Draw:
    """``size`` random bytes in base64 for addresses, with ``=`` at the end only if ``padded``."""

    def draw(chance: random.Random) -> str:
        text = base64.urlsafe_b64encode(chance.randbytes(size)).decode()
        return text if padded else text.rstrip("=")

    return draw


def uuid(chance: random.Random) -> str:
    """A random UUID (RFC 9562, version 4)."""
    return made("{h8}-{h4}-4{h3}-", chance) + chance.choice("89ab") + made("{h3}-{h12}", chance)


def web_token(chance: random.Random) -> str:
    """A JSON web token with a signature as long as those of RS256."""
    subject, expires = uuid(chance), chance.randint(1_700_000_000, 1_799_999_999)
    claims = f'{{"iss":"https://sso.example.com","sub":"{subject}","exp":{expires},"scope":"read"}}'
    body = base64.urlsafe_b64encode(claims.encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.{body}.{made('{b342}', chance)}"


def bot_token(chance: random.Random) -> str:
    """A token of a Telegram bot."""
    return chance.choice("56789") + made("{d9}:AA{b33}", chance)


def first_password(chance: random.Random) -> str:
    """The password that MySQL's server makes up when it starts for the first time."""
    start, first = made("{U1}{w4}", chance), chance.choice("!#%*+;:")
    return start + first + made("{w4}", chance) + chance.choice("-_=,.") + made("{L1}", chance)
