"""Secrets of `free_forms` that programs make: keys, tokens and hashes."""

from __future__ import annotations

import base64
import random
import string
import urllib.parse
import uuid
import zlib

from support.backends.drawn_keys import in_base64
from support.backends.form_templates import Draw

ALNUM = string.ascii_letters + string.digits
TOKEN = ALNUM + "-_"
CRYPT = "./" + ALNUM
LOWER = string.ascii_lowercase + string.digits
HEX = "0123456789abcdef"
BASE32 = string.ascii_uppercase + "234567"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def some(alphabet: str, count: int, before: str = "", after: str = "") -> Draw:
    """``count`` letters of ``alphabet`` between two fixed texts."""
    return lambda chance: before + "".join(chance.choices(alphabet, k=count)) + after


def checksum(body: str) -> str:
    """The CRC-32 of ``body`` as six digits in base 62, with which tokens of GitHub and npm end."""
    rest, tail = zlib.crc32(body.encode()), ""
    while len(tail) < 6:
        rest, low = divmod(rest, 62)
        tail = BASE62[low] + tail
    return tail


def checked(prefix: str) -> Draw:
    """Tokens of GitHub's or npm's kind: 30 letters and digits, and their `checksum`."""

    def draw(chance: random.Random) -> str:
        body = some(ALNUM, 30)(chance)
        return prefix + body + checksum(body)

    return draw


def bech32(part: str, payload: bytes) -> str:
    """``payload`` in Bech32 (BIP 173) after ``part``, which is in lower case."""
    bits = "".join(f"{byte:08b}" for byte in payload)
    bits += "0" * (-len(bits) % 5)
    data = [int(bits[at : at + 5], 2) for at in range(0, len(bits), 5)]
    check = 1
    for value in [ord(sign) >> 5 for sign in part] + [0] + [ord(sign) & 31 for sign in part] + data + [0] * 6:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    check ^= 1
    return part + "1" + "".join(BECH32[digit] for digit in data + [check >> 5 * (5 - at) & 31 for at in range(6)])


def age_key(chance: random.Random) -> str:
    """A private key of age."""
    return bech32("age-secret-key-", chance.randbytes(32)).upper()


def guid(chance: random.Random) -> str:
    """A random UUID (RFC 9562, version 4)."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def conda_token(chance: random.Random) -> str:
    """A token of Anaconda."""
    return some(string.ascii_lowercase, 2)(chance) + "-" + guid(chance)


def kubeadm_token(chance: random.Random) -> str:
    """A token with which a node joins a cluster."""
    return some(LOWER, 6)(chance) + "." + some(LOWER, 16)(chance)


def rke2_token(chance: random.Random) -> str:
    """A token with which a server joins a cluster of RKE2."""
    return some(HEX, 64, "K10", "::server:")(chance) + some(HEX, 32)(chance)


def apr1_doubled(chance: random.Random) -> str:
    """A hash of htpasswd, with ``$`` written twice as in files of Compose."""
    return some(CRYPT, 8, "$$apr1$$", "$$")(chance) + some(CRYPT, 22)(chance)


def quoted_base64(chance: random.Random) -> str:
    """32 random bytes in base64, as a parameter of an address."""
    return urllib.parse.quote(in_base64(32)(chance), safe="")


def discord_token(chance: random.Random) -> str:
    """A token of a Discord bot."""
    number = str(chance.randint(4 * 10**17, 13 * 10**17)).encode()
    head = base64.b64encode(number).decode().rstrip("=")
    return head + some(TOKEN, 5, ".G", ".")(chance) + some(TOKEN, 38)(chance)


def telegram_token(chance: random.Random) -> str:
    """A token of a Telegram bot."""
    return f"{chance.randint(10**8, 7 * 10**9)}:AA" + some(TOKEN, 33)(chance)


def mailgun_key(chance: random.Random) -> str:
    """A key of Mailgun, in its old or its new form."""
    if chance.random() < 0.5:
        return some(HEX, 32, "key-")(chance)
    return "-".join((some(HEX, 32)(chance), some(HEX, 8)(chance), some(HEX, 8)(chance)))


def argon2_hash(chance: random.Random) -> str:
    """A password's hash by Argon2id."""
    return "$argon2id$v=19$m=65536,t=3,p=4$" + in_base64(16)(chance).rstrip("=") + "$" + in_base64(32)(chance).rstrip("=")


def scram_verifier(chance: random.Random) -> str:
    """What PostgreSQL keeps of a password."""
    return f"SCRAM-SHA-256$4096:{in_base64(16)(chance)}${in_base64(32)(chance)}:{in_base64(32)(chance)}"


def elastic_key(chance: random.Random) -> str:
    """A key of Elasticsearch: its name and itself, in base64."""
    return base64.b64encode((some(TOKEN, 20)(chance) + ":" + some(TOKEN, 22)(chance)).encode()).decode()
