"""PM019: links that work only on the author's machine or network. Nothing is fetched."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pmexport.checks.rule import Found, Subject
from pmexport.checks.rules.texts.own_words import blank_code, is_log

_HELP = "Link to something that every reader can open, or attach its content."
_URL = re.compile(r"\bhttps?://[^\s<>\"'`()]+", re.IGNORECASE)
_FILE_URL = re.compile(r"(?<![\w.-])file:/[^\s<>\"'`()]+", re.IGNORECASE)
_LOCAL_NAMES = (
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa", "svc",
)  # fmt: skip
"""RFC 6761, RFC 6762 and its appendix G, RFC 8375, and ICANN's `internal`; `svc` is from Kubernetes."""
_LOCAL_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        ("0.0.0.0/8", "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10",
         "::/128", "::1/128", "fe80::/10", "fc00::/7"),
    )
)  # fmt: skip


def find_links(subject: Subject) -> Iterator[Found]:
    for written in subject.texts:
        if is_log(written):
            continue
        text = blank_code(written.text)
        for match in _FILE_URL.finditer(text):
            yield Found(written.path, "A file: URL points to a file on your own machine.", _HELP, match.start())
        for match in _URL.finditer(text):
            host = _parse_host(match[0])
            if host and _is_local(host):
                message = f"{host} can be reached only from your own machine or network."
                yield Found(written.path, message, _HELP, match.start())


def _parse_host(url: str) -> str | None:
    try:
        return urlsplit(url if "[" in url else url.partition("]")[0]).hostname
    except ValueError:  # brackets without an IPv6 address
        return None


def _is_local(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        name = host.rstrip(".,;:!?*_~|")
        return "." not in name or name.endswith(tuple(f".{local}" for local in _LOCAL_NAMES)) or ".svc.cluster." in name
    return any(address in network for network in _LOCAL_NETWORKS)
