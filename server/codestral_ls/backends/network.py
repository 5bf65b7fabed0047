"""Network settings: proxies and their exceptions, certificate authorities.

Knows the environment's conventions (HTTP_PROXY, NO_PROXY, SSL_CERT_FILE) and no HTTP library. An address of this machine never goes
through a proxy, whatever the environment says.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from codestral_ls.backends.address import is_loopback
from codestral_ls.config.sections import NetworkOptions
from codestral_ls.errors import ConfigError

# Where distributions keep the system's authorities, for Pythons whose OpenSSL was built with another path.
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def proxy_for(url: str, options: NetworkOptions, env: Mapping[str, str] = os.environ) -> str | None:
    """The proxy's address for ``url``, or None for a direct connection.

    The lower-case variables win over the upper-case ones, as in curl; upper-case HTTP_PROXY is ignored if REQUEST_METHOD is set
    (a CGI client could have set it). Raises: ConfigError (``network.proxy`` is not an http(s) address).
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or options.proxy == "off":
        return None
    if options.proxy != "auto":
        return _checked(options.proxy, "network.proxy")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if _excepted(host, port, env.get("no_proxy") or env.get("NO_PROXY") or ""):
        return None
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        upper = "" if name == "http_proxy" and "REQUEST_METHOD" in env else env.get(name.upper(), "")
        found = env.get(name) or upper
        if found:
            return _checked(found if "://" in found else f"http://{found}", name.upper())
    return None


def _checked(proxy: str, origin: str) -> str:
    try:
        parts = urlsplit(proxy)
        scheme, host, _ = parts.scheme, parts.hostname or "", parts.port
    except ValueError:  # the port is not a number or above 65535, or there is only half of an IPv6 address
        scheme, host = "", ""
    if scheme not in ("http", "https") or not host:
        shown = f"{scheme}://{host}"  # without a password that may be in it
        raise ConfigError(f'{origin}: "{shown}" is not a proxy this program can use. Write http://host:port, or "off".')
    return proxy


def _excepted(host: str, port: int, no_proxy: str) -> bool:
    """True if NO_PROXY names this host: ``*``, a domain and all below it, an address, a network; with a port or not."""
    host = host.rstrip(".").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    for entry in no_proxy.replace(" ", ",").lower().split(","):
        if entry == "*":
            return True
        pattern, wanted_port = _split_port(entry)
        if not pattern or (wanted_port is not None and wanted_port != port):
            continue
        if address is not None:
            try:
                if address in ipaddress.ip_network(pattern, strict=False):
                    return True
            except ValueError:
                continue
        else:
            domain = pattern.removeprefix("*").removeprefix(".").rstrip(".")
            if host == domain or host.endswith("." + domain):
                return True
    return False


def _split_port(entry: str) -> tuple[str, int | None]:
    """``host:80`` → (host, 80); an IPv6 address without brackets has colons and no port."""
    if entry.startswith("["):
        inside, _, rest = entry[1:].partition("]")
        return inside, int(rest[1:]) if rest[1:].isdigit() else None
    pattern, _, port = entry.rpartition(":")
    if pattern and ":" not in pattern and port.isdigit():
        return pattern, int(port)
    return entry, None


def trust(options: NetworkOptions) -> ssl.SSLContext:
    """The trusted authorities: SSL_CERT_FILE / SSL_CERT_DIR or the system's, and ``network.ca_file``.

    Takes about ten milliseconds: call it off the event loop. Raises: ConfigError (not a PEM file of certificates).
    """
    context = ssl.create_default_context()  # OpenSSL reads SSL_CERT_FILE and SSL_CERT_DIR itself
    named = "SSL_CERT_FILE" in os.environ or "SSL_CERT_DIR" in os.environ
    if not named and not context.cert_store_stats()["x509_ca"]:
        for bundle in _SYSTEM_BUNDLES:
            if Path(bundle).is_file():
                context.load_verify_locations(cafile=bundle)
                break
    if options.ca_file:
        try:
            context.load_verify_locations(cafile=str(Path(options.ca_file).expanduser()))
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"network.ca_file: {options.ca_file} cannot be read as certificates: {error}") from error
    return context
