"""The boundary of masking: keys in every surrounding and file form, open strings among them, and hostile text.

Measured at length by ``python -m benchmarks.secrets``; here a sample must keep the promised shares.
"""

from __future__ import annotations

import random
import time

import pytest

from codestral_ls.backends.masking.mask import Mask, Unmasker
from support.backends.every_form import HELD_OUT_SETS, every_form
from support.backends.key_forms import HELD_OUT, SURROUNDINGS, file_forms, is_left, kinds, made
from support.hostile_texts import HOSTILE_TEXTS

PATIENCE = 2.0
"""Seconds of processor time, far more than any of it takes."""


@pytest.mark.parametrize("surrounding", SURROUNDINGS)
def test_keys_of_unknown_kinds_are_masked_in_every_surrounding(surrounding: str) -> None:
    chance, mask = random.Random(surrounding), Mask()
    after = "" if surrounding == "open string" else "\nx = 1\n"
    left: list[str] = []
    planted = 0
    for provider, form in kinds():
        secret = made(form, chance)
        prefix, suffix = mask.mask("import os\n" + SURROUNDINGS[surrounding].replace("▒", secret), after)
        planted += 1
        if is_left(secret, prefix + suffix):
            left.append(provider)
    assert len(left) <= 0.07 * planted, left
    assert len([provider for provider in left if provider not in HELD_OUT]) <= 1


def test_most_of_the_many_forms_are_masked() -> None:
    chance, mask = random.Random(2), Mask()
    forms = [form for _ in range(3) for form in every_form(chance)]
    left = {name for name, text, secret in forms if is_left(secret, mask.mask(text, "")[0])}
    names = {name for name, _, _ in forms}
    assert len(names) > 600
    assert len(left) <= 0.04 * len(names), left


@pytest.mark.parametrize("name", HELD_OUT_SETS)
def test_of_67_forms_held_out_four_leave_their_secret_on_average_at_most(name: str) -> None:
    mask, rounds = Mask(), 10
    forms, *_ = HELD_OUT_SETS[name]
    drawn = [form for seed in range(rounds) for form in forms(random.Random(seed))]
    left = [name for name, text, secret in drawn if is_left(secret, mask.mask(text, "")[0])]
    assert len(drawn) == 67 * rounds
    assert len(left) <= 4 * rounds, left


@pytest.mark.parametrize(
    "text",
    [
        "def login(user, password):\n    return connect(user, password)\n",
        "password = getpass('Password: ')\n",
        "# the password must be changed by tomorrow\n",
        "for name, token in pairs:\n    print(name, token)\n",
        "elements are identified by number\n",
        "user, password, token\n",
        "image: redis:7alpine\n",
        "ssh -u me -p 2222 host\n",
        "signal.connect('clicked', 'handler')\n",
        "os.environ['PASSWORD']\n",
        "from secrets import token_hex\n",
        "self.password = password\nself.user = user\n",
        "open('file.txt', 'w')\n",
        "auth_user: admin:8080\n",
        "key = cache.get('user:12:name')\n",
        "    sa_pw = sa_column.pw\n",
        "mkdir -p packages\n",
        "docker run -p 8080:80 image\n",
        "      - uses: actions/checkout@v4\n",
        "echo message | grep mess\n",
        "def login(user: str, password: str, mode: str = 'fast') -> None:\n",
        "if password and mode == 'strict':\n",
        "passwords = []\nnames = ['a']\n",
    ],
)
def test_ordinary_code_is_left_alone(text: str) -> None:
    assert Mask().mask(text, "") == (text, "")


def test_forms_of_files_are_masked() -> None:
    chance, mask = random.Random(1), Mask()
    left = {name for _ in range(5) for name, text, secret in file_forms(chance) if is_left(secret, mask.mask(text, "")[0])}
    assert len(left) <= 3, left


@pytest.mark.parametrize(
    "line", ['password = "{}', "connect('me', password='{}", 'token: str = "{}', 'headers = {{"X-Api-Key": "{}']
)
@pytest.mark.parametrize("after", ["", "\n", ")\n", '")\n'])
def test_what_is_typed_into_an_open_string_does_not_leave(line: str, after: str) -> None:
    secret = "a1B2c3D4e5F6g7H8"
    mask = Mask()
    for length in range(6, len(secret) + 1):
        prefix, suffix = mask.mask("x = 1\n" + line.format(secret[:length]), after)
        assert secret[:length] not in prefix + suffix


def test_a_completion_that_needs_the_masked_word_comes_out_right() -> None:
    mask = Mask()
    prefix, _ = mask.mask("DB_PASSWORD=Tiger99!\nexport PGPASSWORD=", "")
    stand_in = prefix.split("=")[1].split("\n")[0]
    assert stand_in != "Tiger99!"
    unmasker = Unmasker(mask)
    assert "".join(unmasker.feed(piece) for piece in (stand_in[:5], stand_in[5:], "\n")) + unmasker.end() == "Tiger99!\n"


def test_what_is_far_from_the_cursor_is_masked_as_what_is_near_it() -> None:
    chance, mask = random.Random(4), Mask()
    filler = "".join(f"value_{number} = compute(value_{number - 1}, {number})\n" for number in range(1, 120))
    for lines in (0, 40, 60, 110):
        at = sum(map(len, filler.splitlines(keepends=True)[:lines]))
        for name, text, secret in chance.sample(file_forms(chance), 20):
            planted = f"{filler[:at]}{text}\n{filler[at:]}"
            alone = is_left(secret, mask.mask(text + "\n", "")[0])
            for cursor in (0, len(planted) // 2, len(planted)):
                if not at < cursor < at + len(text):
                    masked = "".join(mask.mask(planted[:cursor], planted[cursor:]))
                    assert alone or not is_left(secret, masked), (name, lines, cursor)


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text[:20]))
def test_no_text_stops_the_server(text: str) -> None:
    began = time.thread_time()
    Mask().mask(text, text[:1_000])
    assert time.thread_time() - began < PATIENCE


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=lambda text: ascii(text[:20]))
def test_the_time_grows_no_faster_than_the_text(text: str) -> None:
    long = text * (80_000 // len(text))
    began = time.thread_time()
    Mask().mask(long, "")
    assert time.thread_time() - began < PATIENCE


def test_many_different_words_that_look_like_passwords_take_no_longer_each() -> None:
    words = "".join(f"Walnut{number}!\n" for number in range(30_000))
    began = time.thread_time()
    Mask().mask(words, "")
    assert time.thread_time() - began < PATIENCE
