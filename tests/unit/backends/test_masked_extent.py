"""What is masked is the secret, to the letter: a letter more would be missing from the prompt, one less would leave.

Random secrets from fixed seeds, in every form and surrounding of which a sample is measured in `tests.trust.test_masking`.
"""

from __future__ import annotations

import random

import pytest

from codestral_ls.backends.masking.find import find_secrets
from codestral_ls.backends.masking.randomness import is_random, is_wordless
from support.backends.key_forms import SURROUNDINGS, file_forms, kinds, made
from support.backends.secret_files import more_forms

MORE_OR_LESS = frozenset(
    (
        "Dockerfile ENV of several",
        "PGPASSWORD",
        "account key",
        "ado",
        "ansible vault",
        "api key of an address",
        "chpasswd",
        "connection string at the end",
        "curl option",
        "devise",
        "django",
        "docker run",
        "end of a private key",
        "image pull",
        "java connection",
        "jdbc",
        "jenkins xml",
        "kubernetes argument",
        "kubernetes argument line",
        "laravel",
        "libpq on a command line",
        "libpq words",
        "list of tokens",
        "mysqldump",
        "openssl",
        "openvpn static key",
        "openvpn user",
        "otpauth",
        "packer",
        "perl dbi",
        "php mysqli",
        "php pdo",
        "powershell",
        "powershell parameter",
        "presigned with a session",
        "private key",
        "private key on one line",
        "putty key",
        "sbt in code",
        "service account",
        "set-cookie",
        "shadow",
        "systemd",
        "systemd of several",
        "token header",
        "travis secure",
        "typo3",
        "url with a token alone",
        "wget",
        "wp-config salt",
    )
)
"""Forms of which other words are masked as well (mostly a name before the secret), or that are held out and missed."""
KINDS_IN_PARTS = frozenset(
    (
        "adafruit",
        "alibaba",
        "asana",
        "aws",
        "azure",
        "cloudflare",
        "discord",
        "docker",
        "doppler",
        "dropbox",
        "duffel",
        "etsy",
        "fastly",
        "figma",
        "flutterwave",
        "fly",
        "google",
        "harness",
        "linkedin",
        "mapbox",
        "netlify",
        "sidekiq",
        "supabase",
        "twitter",
        "vault",
    )
)
"""Kinds with a beginning that says what they are and hides nothing, or with parts that are masked one by one."""


CODE = "".join(
    f"def f_{n}(left, right):\n    # the sum of both, and {n} more\n    return left + right + {n}\n\n\n" for n in range(9)
)
"""Longer than every stretch that a rule looks back or ahead."""


def masked(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_secrets(text)]


@pytest.mark.parametrize("seed", range(4))
def test_the_secret_of_a_form_is_masked_and_nothing_beside_it(seed: int) -> None:
    chance = random.Random(seed)
    forms = [*file_forms(chance), *more_forms(chance)]
    assert {name for name, text, secret in forms if masked(text) != [secret]} <= MORE_OR_LESS
    whole = [(name, CODE + text + ("" if text.endswith("\n") else "\n") + CODE, secret) for name, text, secret in forms]
    assert {name for name, text, secret in whole if masked(text) != [secret]} <= MORE_OR_LESS


def test_the_key_in_a_surrounding_is_masked_and_nothing_beside_it() -> None:
    chance = random.Random(1)
    others = set()
    for surrounding in SURROUNDINGS.values():
        for provider, form in kinds():
            secret = made(form, chance)
            if masked("import os\n" + surrounding.replace("▒", secret) + "\nx = 1\n") != [secret]:
                others.add(provider)
            if provider not in others and surrounding != SURROUNDINGS["open string"]:
                assert masked(CODE + surrounding.replace("▒", secret) + "\n" + CODE) == [secret]
    assert others <= KINDS_IN_PARTS


DRAWN = [
    "INSERT INTO users (name, password, age) VALUES ('ann', '«hunter2»', 4), ('bob', '«s3cr3t»', 5);",
    "insert into t (`id`, `api_token`) values (1, '«abc»')",
    "INSERT INTO t (a, password) VALUES (1)",
    "INSERT INTO t (a, password) VALUES (1, NULL), (2, ''), (3, '«x1y»')",
    "name,password,city\nann,«hunter2»,Rome\nbob,«s3cr3t»,Bonn\n",
    "name,password\nann,«hunter2»",
    "name,password\nann,ab\nbob,two words\n",
    "name;password\nann;«hunter2»\nbob;x;y\nzoe;not1now\n",
    "password\tname\n«hunter2»\tann\n",
    "| name | password |\n|------|----------|\n| ann | «hunter2» |\n| bob | «s3cr3t» |\n",
    "name,age\nann,hunter2\n",
    "password = '«hunter2»'\n",
    "password = «hunter2x»\n",
    "login(user, password='«hunter2»', port=1)\n",
    "curl -u me:«hunter2» https://example.org\n",
    "postgres://me:«hunter2»@example.org/db\n",
    "Authorization: Bearer «a1B2c3D4e5F6g7H8i9J0»\n",
    "PASSWORD=«hunter2»\nUSER=me\n",
    "x = '«550e8400-e29b-41d4-a716-446655440000»'\n",
    "x = '«a550e8400-e29b-41d4-a716-44665544000»'\n",
]


@pytest.mark.parametrize("drawn", DRAWN)
def test_drawn_rows(drawn: str) -> None:
    text = drawn.replace("«", "").replace("»", "")
    expected = [part.partition("»")[0] for part in drawn.split("«")[1:]]
    assert masked(text) == expected
    assert masked(CODE + text + "\n\n" + CODE) == expected


LINES = [
    "MIIEpAIBAAKCAQEA7bq98SxSBdLGbBJvkAVbGhcmlSVJjUYXyPZ4vLkTaZbXeWcQ",
    "rR0pT2nE5mHqYwUoIsKdFgJhLzXcVbNmQwErTyUiOp1234567890asdfghjklzxcvb",
    "A9z8Y7x6W5v4U3t2S1r0QpOnMlKjIhGfEdCbAaBbCcDdEeFfGgHhIiJjKkLlMmNnOo",
]


def test_three_lines_of_base64_are_a_key_without_its_ends() -> None:
    assert masked(CODE + "\n".join(LINES[:2]) + "\n" + CODE) == LINES[:2]
    assert masked(CODE + "\n".join(LINES) + "\n" + CODE) == ["\n".join(LINES) + "\n"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('password = "a1B2', ["a1B2"]),
        ('password = "a1B2c', ["a1B2c"]),
        ('password = "hunter', ["hunter"]),
        ('password = "a1', []),
        ('token = "a1B2c3D4', ["a1B2c3D4"]),
        ('x = 1\nkey = cache["a', []),
        ('url = "ghp_a1B2', ["ghp_a1B2"]),
        ("x = ghp_a1B", []),
    ],
)
def test_what_is_open_at_the_cursor(text: str, expected: list[str]) -> None:
    assert [text[span.start : span.end] for span in find_secrets(text, len(text))] == expected
    longer = CODE + text
    assert [longer[span.start : span.end] for span in find_secrets(longer + "\n" + CODE, len(longer))] == expected


@pytest.mark.parametrize(
    ("text", "least", "random_"),
    [
        ("a1b2c3d4e5f6a7b8", 16, True),
        ("a1b2c3d4e5f6a7b", 16, False),
        ("a1b2c3d4e5f6a7b", 15, True),
        ("1234567890123456", 16, False),
        ("getUserNameFromList", 16, False),
        ("QwErTyUiOpAsDfGhZxCv", 16, True),
        ("aB3xK9", 6, True),
        ("aB3xK", 6, False),
        ("version2beta", 8, False),
        ("x7q", 3, True),
        ("0123456789abcdefghij", 16, False),
        ("deadbeef1a2b3c4d5e6f", 16, False),
        ("a1-b2-c3-d4-e5-f6-a7-b8", 16, True),
        ("a1é2c3d4e5f6a7b8c9", 16, False),
        ("request1response2handler3", 16, False),
    ],
)
def test_what_looks_generated(text: str, least: int, random_: bool) -> None:
    assert is_random(text, least) is random_


@pytest.mark.parametrize(
    ("text", "wordless"),
    [
        ("xkqzvwjq", True),
        ("password", False),
        ("12345678", False),
        ("xkqz-vwjq", False),
        ("xkqzvwjé", False),
        ("connection", False),
        ("x1q2z3", True),
    ],
)
def test_what_holds_hardly_a_word(text: str, wordless: bool) -> None:
    assert is_wordless(text) is wordless
