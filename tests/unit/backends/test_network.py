"""Addresses, proxies and the addresses without proxy, certificate authorities."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.backends.address import ServerAddress, is_loopback, parse_address
from codestral_ls.backends.network import proxy_for, trust
from codestral_ls.config.sections import NetworkOptions
from codestral_ls.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "url", "socket", "local"),
    [
        ("http://localhost:8080/", "http://localhost:8080", None, True),
        ("http://127.0.0.1", "http://127.0.0.1", None, True),
        ("http://127.9.9.9:1", "http://127.9.9.9:1", None, True),
        ("http://[::1]:8080", "http://[::1]:8080", None, True),
        ("http://[::ffff:127.0.0.1]:1", "http://[::ffff:127.0.0.1]:1", None, True),
        ("https://api.mistral.ai", "https://api.mistral.ai", None, False),
        ("https://gateway.example/llm/", "https://gateway.example/llm", None, False),
        ("http://192.168.1.9:11434", "http://192.168.1.9:11434", None, False),
        ("http://localhost.evil.example", "http://localhost.evil.example", None, False),
        ("unix:///run/user/1000/x.sock", "http://localhost", "/run/user/1000/x.sock", True),
    ],
)
def test_addresses(text: str, url: str, socket: str | None, local: bool) -> None:
    address = parse_address(text, "openai.address")
    assert address == ServerAddress(url, socket)
    assert address.is_local is local


@pytest.mark.parametrize(
    "text",
    [
        *("localhost:8080", "ftp://x", "http://", "", "http://host:port", "http://host:99999", "unix://", "https://me:word@host"),
        *(
            "http://[",
            "http://[::1",
            "http://\u2100.com",
            "http://a\0b",
            "http://a b",
            "http://a\x1b[2Jb",
            "http://" + "a" * 5_000 + ":x",
        ),
        *("ftp://me:word@host", "http://me:word@host:port", "//me:word@host"),
    ],
)
def test_an_address_that_is_none_names_its_option(text: str) -> None:
    with pytest.raises(ConfigError, match=r"openai\.") as raised:
        parse_address(text, "openai.address")
    assert "word" not in str(raised.value).replace("a password", "")
    assert len(str(raised.value)) < 250
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("proxy", ["http://[", "ftp://me:word@proxy", "http://me:word@proxy:port", "http://"])
@pytest.mark.parametrize("by", ["option", "variable"])
def test_a_proxy_that_is_none_is_a_sentence(proxy: str, by: str) -> None:
    options = NetworkOptions(proxy=proxy) if by == "option" else NetworkOptions()
    with pytest.raises(ConfigError, match=r"network\.proxy|HTTP_PROXY") as raised:
        proxy_for("http://host.example", options, {"HTTP_PROXY": proxy})
    assert "word" not in str(raised.value)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("a.localhost", False), ("LOCALHOST.", True), ("::1", True), ("0.0.0.0", False), ("host", False)],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("url", "env", "expected"),
    [
        ("https://api.mistral.ai", {}, None),
        ("https://api.mistral.ai", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://api.mistral.ai", {"HTTP_PROXY": PROXY}, None),
        ("https://api.mistral.ai", {"https_proxy": PROXY, "HTTPS_PROXY": "http://other:1"}, PROXY),
        ("https://api.mistral.ai", {"ALL_PROXY": "proxy.example:3128"}, PROXY),
        ("http://10.1.2.3:8000", {"HTTP_PROXY": PROXY}, PROXY),
        ("http://10.1.2.3:8000", {"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, None),
        ("http://10.1.2.3:8000", {"HTTP_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"}, None),
        ("http://10.1.2.3:8000", {"HTTP_PROXY": PROXY, "NO_PROXY": "10.1.2.3:9000"}, PROXY),
        ("http://10.1.2.3:8000", {"HTTP_PROXY": PROXY, "NO_PROXY": "x, 10.1.2.3:8000"}, None),
        ("http://[2001:db8::5]:80", {"HTTP_PROXY": PROXY, "NO_PROXY": "2001:db8::/32"}, None),
        ("http://[2001:db8::5]:80", {"HTTP_PROXY": PROXY, "NO_PROXY": "[2001:db8::5]:80"}, None),
        ("https://a.corp.example", {"HTTPS_PROXY": PROXY, "NO_PROXY": "corp.example"}, None),
        ("https://a.corp.example", {"HTTPS_PROXY": PROXY, "no_proxy": ".corp.example"}, None),
        ("https://a.corp.example", {"HTTPS_PROXY": PROXY, "no_proxy": "*.corp.example"}, None),
        ("https://acorp.example", {"HTTPS_PROXY": PROXY, "NO_PROXY": "corp.example"}, PROXY),
        ("https://a.example", {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, None),
        ("http://localhost:8080", {"HTTP_PROXY": PROXY}, None),
        ("http://127.0.0.1:8080", {"ALL_PROXY": PROXY}, None),
        ("http://[::1]:8080", {"HTTP_PROXY": PROXY}, None),
    ],
)
def test_the_environment_chooses_the_proxy(url: str, env: dict[str, str], expected: str | None) -> None:
    assert proxy_for(url, NetworkOptions(), env) == expected


@pytest.mark.parametrize(
    ("proxy", "url", "expected"),
    [
        ("off", "https://api.mistral.ai", None),
        (PROXY, "https://api.mistral.ai", PROXY),
        (PROXY, "http://localhost:1", None),
    ],
)
def test_the_option_wins_over_the_environment(proxy: str, url: str, expected: str | None) -> None:
    env = {"HTTPS_PROXY": "http://other:1", "NO_PROXY": "api.mistral.ai"}
    assert proxy_for(url, NetworkOptions(proxy=proxy), env) == expected


def test_an_unusable_proxy_is_named_without_its_password() -> None:
    with pytest.raises(ConfigError, match="HTTPS_PROXY") as raised:
        proxy_for("https://api.mistral.ai", NetworkOptions(), {"HTTPS_PROXY": "socks5://me:hidden@proxy:1"})
    assert "hidden" not in str(raised.value)


def test_a_file_that_is_not_a_certificate_is_named(tmp_path: Path) -> None:
    file = tmp_path / "company.pem"
    file.write_text("no certificate")
    with pytest.raises(ConfigError, match=r"network\.ca_file"):
        trust(NetworkOptions(ca_file=str(file)))
