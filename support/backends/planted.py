"""Twenty kinds of secrets, made up at random in the forms that providers document, and the lines around them.

For the tests and ``benchmarks/secrets.py``. None is a real key.
"""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable

_AZ09 = string.ascii_letters + string.digits


class Planter:
    """Makes secrets from one random number generator, so that a run can be repeated."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def text(self, length: int, letters: str = _AZ09) -> str:
        """Random letters and digits, with at least one capital, one small letter and one digit, as in most generated keys."""
        while True:
            made = "".join(self.chance.choice(letters) for _ in range(length))
            kinds = (str.isdigit, str.isalpha)
            if all(any(map(kind, made)) for kind in kinds if any(map(kind, letters))):
                return made

    def hex(self, length: int) -> str:
        return self.text(length, "0123456789abcdef")

    def base64(self, size: int) -> str:
        return base64.b64encode(self.chance.randbytes(size)).decode()

    def word(self) -> str:
        """A password as people choose them."""
        return self.chance.choice(("Tiger", "summer", "hunter", "Paris")) + self.text(3, string.digits) + self.chance.choice("!?#+")

    def pem(self) -> str:
        body = self.base64(300)
        return "\n".join(body[start : start + 64] for start in range(0, len(body), 64))


# kind → (makes the secret, the line or lines around it, with ▒ in its place)
KINDS: dict[str, tuple[Callable[[Planter], str], tuple[str, ...]]] = {
    "aws access key": (
        lambda p: "AKIA" + p.text(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
        ('aws_id = "▒"', "AWS_ACCESS_KEY_ID=▒"),
    ),
    "aws secret key": (
        lambda p: p.text(40, _AZ09 + "/+"),
        ('aws_secret_access_key = "▒"', "AWS_SECRET_ACCESS_KEY=▒"),
    ),
    "github token": (lambda p: "ghp_" + p.text(36), ('client = Github("▒")', "git clone https://▒@github.com/a/b.git")),
    "github fine token": (lambda p: f"github_pat_{p.text(22)}_{p.text(59)}", ("GH=▒", 'auth("▒")')),
    "gitlab token": (lambda p: "glpat-" + p.text(20), ('headers = {"PRIVATE-TOKEN": "▒"}', "# ▒")),
    "slack token": (lambda p: f"xoxb-{p.text(11, string.digits)}-{p.text(24)}", ("WebClient(token='▒')", "bot: ▒")),
    "slack webhook": (
        lambda p: f"T{p.text(8).upper()}/B{p.text(8).upper()}/{p.text(24)}",
        ('post("https://hooks.slack.com/services/▒", data)',),
    ),
    "stripe key": (lambda p: "sk_live_" + p.text(24), ('stripe.api_key = "▒"', "const stripe = require('stripe')('▒');")),
    "google key": (lambda p: "AIza" + p.text(35, _AZ09 + "-_"), ("?key=▒&q=x", 'MAPS = "▒"')),
    "model provider key": (lambda p: f"sk-proj-{p.text(40)}", ('OpenAI(api_key="▒")', "export OPENAI=▒")),
    "hugging face token": (lambda p: "hf_" + p.text(34), ('login("▒")', "HF_TOKEN=▒")),
    "package token": (lambda p: "npm_" + p.text(36), ("//registry.example/:_authToken=▒", 'publish("▒")')),
    "json web token": (
        lambda p: f"eyJ{p.text(30)}.eyJ{p.text(60)}.{p.text(43, _AZ09 + '-_')}",
        ('jwt = "▒"', "Cookie: session=▒"),
    ),
    "sendgrid key": (lambda p: f"SG.{p.text(22)}.{p.text(43)}", ('mail = SendGrid("▒")', "SENDGRID: ▒")),
    "telegram token": (lambda p: f"{p.text(9, '123456789')}:AA{p.text(33)}", ('bot = Bot("▒")', "url = f'/bot▒/send'")),
    "password in url": (
        lambda p: p.word().replace("?", "%3F").replace("#", "%23"),
        ('db = "postgresql://app:▒@db.example:5432/main"', "REDIS=redis://:▒@cache.example/0"),
    ),
    "password": (lambda p: p.word(), ('password = "▒"', '    "db_password": "▒",', "connect(user='a', passwd='▒')")),
    "authorization header": (
        lambda p: p.text(48),
        ('headers["Authorization"] = "Bearer ▒"', "curl -H 'Authorization: Basic ▒' url"),
    ),
    "assigned token": (
        lambda p: p.hex(32),
        ('SECRET_TOKEN = "▒"', "api_key: ▒", 'const clientSecret = "▒";', 'auth_token: str = "▒"'),
    ),
    "private key": (
        lambda p: p.pem(),
        ('KEY = """-----BEGIN RSA PRIVATE KEY-----\n▒\n-----END RSA PRIVATE KEY-----"""',),
    ),
}


def plant(planter: Planter, kind: str) -> tuple[str, str]:
    """A secret of ``kind``, and the lines around it."""
    make, frames = KINDS[kind]
    secret = make(planter)
    frame = planter.chance.choice(frames)
    return secret, frame.replace("▒", secret)


def leaked(secret: str, sent: str) -> bool:
    """True if a valuable part of ``secret`` is in ``sent``: the whole secret, or one line if it has several."""
    return any(line in sent for line in secret.split("\n") if len(line) >= 4)
