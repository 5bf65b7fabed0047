"""Secrets are found, masked the same way everywhere, and put back; ordinary code is unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codestral_ls.backends.masking.find import find_secrets
from codestral_ls.backends.masking.mask import STAND_IN, Mask, Unmasker

GITHUB = "ghp_" + "a1B2c3D4e5" * 4
HEX = "3f2a9c0b7d5e41f8" * 2


def masked(text: str) -> str:
    prefix, suffix = Mask(b"key").mask(text, "")
    assert suffix == ""
    return STAND_IN.sub("▓", prefix)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'token = "{GITHUB}"', 'token = "▓"'),
        (f"git clone https://{GITHUB}@github.com/a/b", "git clone https://▓@github.com/a/b"),
        ('db = "postgres://me:s3cr3t@host/db"', 'db = "postgres://me:▓@host/db"'),
        ('password = "hunter2"', 'password = "▓"'),
        ('self.db_password: str = "correcthorse"', 'self.db_password: str = "▓"'),
        (f'{{"client_secret": "{HEX}"}}', '{"client_secret": "▓"}'),
        (f"API_KEY={HEX}\nDEBUG=1", "API_KEY=▓\nDEBUG=1"),
        (f"export TOKEN={HEX}", "export TOKEN=▓"),
        (f"  api_key: {HEX}", "  api_key: ▓"),
        (f"headers = {{'Authorization': 'Bearer {HEX}'}}", "headers = {'Authorization': 'Bearer ▓'}"),
        ("Server=db;Password=Tiger99!;", "Server=db;Password=▓;"),
        (f'x = "{GITHUB}" + "{GITHUB}"', 'x = "▓" + "▓"'),
        (
            "-----BEGIN PRIVATE KEY-----\nMIIE\nabc=\n-----END PRIVATE KEY-----\nx",
            "-----BEGIN PRIVATE KEY-----▓-----END PRIVATE KEY-----\nx",
        ),
        ("-----BEGIN EC PRIVATE KEY-----\nMIIE\nabc=\n", "-----BEGIN EC PRIVATE KEY-----▓"),
        ("MIIEabcd1234\nQ29kZQ==\n-----END RSA PRIVATE KEY-----\nx = 1", "▓-----END RSA PRIVATE KEY-----\nx = 1"),
        ("İİ = 1\npassword = 'tiger'", "İİ = 1\npassword = '▓'"),
    ],
)
def test_what_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "password = get_password()",
        'password = os.environ["PASSWORD"]',
        'parser.add_argument("--token", help="the token to use")',
        'token = "access_token"',
        'TOKEN_TYPE = "bearer"',
        'password: "Enter your password"',
        'label = "Password"',
        'password = ""',
        'password = "<your password>"',
        'api_key = "YOUR_API_KEY"',
        'api_key = "${API_KEY}"',
        'secret_name = "db-credentials"',
        'url = "postgres://user:{password}@host"',
        'url = "https://example.com:8080/path@v1"',
        'key = "some_dictionary_key"',
        'cache_key = "user:1234:profile"',
        'encoding = "utf-8-sig"',
        'sha256 = "' + "deadbeef" * 3 + '"',
        'class = "sk-spinner sk-spinner-double-bounce"',
        "from huggingface_hub import hf_hub_download",
        "for token in tokens: yield token.value",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        'alphabet = "abcdefghijklmnopqrstuvwxyz"',
        'path = "/usr/lib/python3.11/site-packages/module"',
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert find_secrets(text) == []


def test_one_secret_has_one_stand_in_and_two_have_two() -> None:
    mask = Mask()
    prefix, suffix = mask.mask(f'a = "{GITHUB}"\nb = "', f'{GITHUB}"\npassword = "hunter2"\n')
    stand_ins = STAND_IN.findall(prefix + suffix)
    assert len(stand_ins) == 3
    assert len(set(stand_ins)) == 2
    again, _ = mask.mask(f'c = "{GITHUB}"', "")
    assert STAND_IN.findall(again) == stand_ins[:1]
    assert STAND_IN.findall(Mask().mask(f'"{GITHUB}"', "")[0]) != stand_ins[:1]  # another process has other masks


@pytest.mark.parametrize("place", range(0, len(GITHUB) + 1, 5))
def test_a_secret_that_the_cursor_is_in_is_masked_on_both_sides(place: int) -> None:
    mask = Mask()
    prefix, suffix = mask.mask(f'token = "{GITHUB[:place]}', f'{GITHUB[place:]}"\n')
    assert GITHUB[:8] not in prefix + suffix
    assert GITHUB[-8:] not in prefix + suffix
    assert mask.unmask(prefix) + mask.unmask(suffix) == f'token = "{GITHUB}"\n'


@pytest.mark.parametrize("typed", ["ghp_a1B2c3", "sk-proj-Ab12", "AKIAIOSF", "xoxb-123456", "glpat-abcdef"])
def test_a_key_that_is_being_typed_is_masked_before_it_is_whole(typed: str) -> None:
    prefix, _ = Mask().mask(f"x = f({typed}", ")\n")
    assert typed not in prefix


@given(st.lists(st.integers(0, 80), max_size=10), st.booleans())
def test_an_answer_is_unmasked_wherever_it_is_cut(places: list[int], twice: bool) -> None:
    mask = Mask(b"key")
    prefix, _ = mask.mask(f'"{GITHUB}"', "")
    stand_in = STAND_IN.findall(prefix)[0]
    answer = f"M MASK MASKED_ {stand_in} MASKED_00000000 " + stand_in * twice + "MASKED_1"
    edges = sorted({0, len(answer), *(place for place in places if place < len(answer))})
    unmasker = Unmasker(mask)
    pieces = [unmasker.feed(answer[start:end]) for start, end in zip(edges, edges[1:], strict=False)]  # noqa: RUF007
    assert "".join(pieces) + unmasker.end() == answer.replace(stand_in, GITHUB)


def test_text_without_stand_ins_is_passed_on_at_once() -> None:
    unmasker = Unmasker(Mask())
    assert unmasker.feed("return 1\n") == "return 1\n"
    assert unmasker.feed("x M") == "x "
    assert unmasker.feed("y") == "My"


def test_a_whole_stand_in_is_not_held_back() -> None:
    mask = Mask()
    _, suffix = mask.mask("x = 1\n", 'y = 2\npassword = "hunter2"\n')
    stand_in = STAND_IN.findall(suffix)[0]
    assert suffix == f'y = 2\npassword = "{stand_in}"\n'
    unmasker = Unmasker(mask)
    assert (unmasker.feed(stand_in[:-1]), unmasker.feed(stand_in[-1]), unmasker.end()) == ("", "hunter2", "")
