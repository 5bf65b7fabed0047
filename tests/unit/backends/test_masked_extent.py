"""Exactly the secret is masked: one character more would be missing from the prompt, one less would leave the machine.

Random secrets from fixed seeds, in all the forms and surroundings of which `tests.trust.test_masking` measures a sample.
"""

from __future__ import annotations

import random

import pytest

from codestral_ls.backends.masking.find import find_secrets
from codestral_ls.backends.masking.randomness import is_random, is_wordless
from support.backends.drawn_secrets import CODE
from support.backends.every_form import BY_HAND, every_form
from support.backends.key_forms import SURROUNDINGS, kinds, made

pytestmark = pytest.mark.usefixtures("rules_alone")


def names(table: str) -> frozenset[str]:
    return frozenset(table.replace("\n", " ").strip().split(" | "))


MORE = names(
    """
juniper | inspircd link | quagga | pgbouncer | motion | docstring example | expect script |
db2 | openvpn inline |
account key | ansible vault | api key of an address | beeline | cell of a table | chpasswd | curl option | curl option proxy |
devise | django | encrypted value | end of a private key | ftp in php | ftp in ruby | ftplib | git clone | git remote | go, two
at once | groovy sql | huawei | hubspot hook | java connection | java session | jdbc | jenkins xml | k3s | key in backticks |
key joined of strings | laravel | laravel session | list of tokens | matlab | mpd | mqtt client | oauth body |
oauth signature | openssl | openssl in a build | openvpn static key | otpauth | ovftool | packer | perl dbi | php mysqli | php
pdo | powershell | presigned with a session | private key | private key on one line | putty key | python paramiko | rdp file |
redshift copy | sbt in code | sealed token | service account | set-cookie | shadow | slack hook | smbpasswd | sonar |
taskwarrior | token header | travis secure | typo3 | url with a token alone | weak and strong | yaml list of passwords | znc |
zookeeper |
wput | paramiko | ppp secrets
"""
)
"""Forms in which other words are masked as well, mostly a name before the secret."""
LESS = names(
    """
cisco ppp | cisco tacacs | mikrotik wireless | openwrt wireless | racoon keys | snmpd | squid manager | vpnc | vpnc user |
weblogic | handover brackets | handover sentence | chat line | rust launch | tasmota | french note | autohotkey | markdown
credentials | ceph keyring |
Dockerfile ENV of several | PGPASSWORD | ado | arduino wifi | basic in pieces | connection string at the end | consul |
container command | credential in haskell | csv | cucumber table | curl form | davfs secrets | deluge | django user | docker run
| exim | flux | gcloud sql | go words | go, second of two | go, with another | helm of several | htpasswd, crypt | image pull |
java property | jdbc in markup | jdbc, userpass | json list of variables | kubectl credentials | kubernetes argument |
kubernetes argument line | ldapjs | libpq on a command line | libpq words | libvirt secret | log | micropython | mysqldump |
nagios resource | nmcli | ntlm | omapi | openvpn user | org mode | postman token | proftpd sql | rsyncd secrets | sendmail
authinfo | service variable | spring test | sshpass variable | standby | subscription | svn store | systemd | systemd of several
| tinyproxy | url parameter | uv index | variable in an element | wget | wget password | wp-config salt | yaml in braces |
ticket, reset | mail, attachment | mail, guest network | runbook step | runbook pair | wiki table | italian note |
restructured table | lua table | fixture rows | smtp by hand | redis by hand | here document | qpdf | hashcat mask | compared |
default argument
"""
)
"""Forms in which a part of the secret leaves the machine, or some whole secrets do: a plain word that does not look like a
secret, a secret with `&` in it, or a bare word in settings if the text around it is a program.
"""
KINDS_IN_PARTS = names(
    """
adafruit | alibaba | asana | aws | azure | cloudflare | discord | docker | doppler | dropbox | duffel | etsy | fastly | figma |
flutterwave | fly | google | harness | hubspot | launchdarkly | linkedin | mapbox | netlify | sidekiq | supabase | twitter | vault
"""
)
"""Kinds of keys with a beginning that only says what kind they are, or with parts that are masked separately."""


def masked(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_secrets(text)]


def masked_at(text: str, cut: int) -> list[str]:
    return [text[span.start : span.end] for span in find_secrets(text, cut)]


@pytest.mark.parametrize("seed", range(2))
def test_the_secret_of_a_form_is_masked_and_nothing_next_to_it(seed: int) -> None:
    for name, text, secret in every_form(random.Random(seed), BY_HAND):
        for whole in (text, CODE + text.removesuffix("\n") + "\n" + CODE):
            found = masked(whole)
            assert found == [secret] or name in LESS or (name in MORE and any(secret in part for part in found)), name


def test_the_key_in_a_surrounding_is_masked_and_nothing_next_to_it() -> None:
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
    assert masked_at(text, len(text)) == expected
    longer = CODE + text
    assert [longer[span.start : span.end] for span in find_secrets(longer + "\n" + CODE, len(longer))] == expected


def test_a_password_that_is_being_typed_ends_at_the_cursor() -> None:
    text = 'password = "hunter2 and more'
    assert masked_at(text, text.index(" and")) == ["hunter2"]
    assert masked_at(text, text.index("ter2")) == ["hun"]
    assert masked_at(text, len(text)) == []
    assert masked_at(text + '"', text.index(" and")) == []


def test_what_is_after_the_cursor_is_not_being_typed() -> None:
    text = 'token = "a1B2c"'
    assert find_secrets(text, 0) == []
    assert find_secrets(text, text.index("a1")) == []
    assert masked_at(text, text.index("a1") + 1) == ["a1B2c"]
    assert masked_at(text, len(text) - 1) == ["a1B2c"]
    assert find_secrets(text, len(text)) == []


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
        ("aBcDeFg1", 8, True),
        ("Abcdefg1", 8, False),
        ("0123456789abcdefghij", 16, False),
        ("deadbeef1a2b3c4d5e6f", 16, False),
        ("a1-b2-c3-d4-e5-f6-a7-b8", 16, True),
        ("a1é2c3d4e5f6a7b8c9", 16, False),
        ("request1response2handler3", 16, False),
        ("k4ver9oneabx7ver", 16, False),
        ("torx7wke", 8, True),
        ("3abwonemyw", 8, False),
        ("aX7qZ9aX", 8, True),
        ("aX7qZaX7", 8, False),
        ("aX7qZaX", 7, False),
        ("aX7qZa", 6, True),
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
