"""The server's valid names, and the pages that may send requests."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import closing, suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

_HTTP: Final = 80
_OPEN: Final = "Open the address that studyapp shows in its terminal"
_FAR: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""A documentation address: nothing is sent to find the route to it."""


def ip_of(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is, if it is one; an IPv4-mapped IPv6 address is the IPv4 address."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def is_local(host: str) -> bool:
    """Whether only this machine can reach a server there."""
    found = ip_of(host)
    return host == "localhost" if found is None else found.is_loopback


def origin(host: str, port: int) -> str:
    """The start of the addresses of a server's pages."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}" if port == _HTTP else f"http://{name}:{port}"


def reachable(host: str) -> str:
    """A name by which others reach a server; if it listens on every address, that of the default route."""
    found = ip_of(host)
    if found is None or not found.is_unspecified:
        return host
    family = socket.AF_INET if found.version == 4 else socket.AF_INET6
    with suppress(OSError), closing(socket.socket(family, socket.SOCK_DGRAM)) as way:
        way.connect((_FAR[family], 9))
        return str(way.getsockname()[0])
    return "127.0.0.1" if found.version == 4 else "::1"


class Names:
    """The names of the server.

    A page of another site can make its own name lead to this machine, and so have a browser send us requests: these
    name that site. No other site can have the numeric address of this machine as its name.
    """

    def __init__(self, host: str) -> None:
        self._named = {host.lower()} if ip_of(host) is None else set()

    def wrong(self, headers: Mapping[str, str], arrived: tuple[str, int], *, must_say: bool) -> str:
        """What is wrong with a request's host or origin; empty if nothing is.

        It arrived at an address and port of this machine. The browser must say which page asks wherever something is
        done.
        """
        host = headers.get("Host", "")
        if not self._is_ours(host, arrived):
            return f"this server has another name than the address says. {_OPEN}"
        asks = headers.get("Origin")
        if asks is None:
            return f"the browser did not say which page sent this. {_OPEN}" if must_say else ""
        return "" if asks.lower() == f"http://{host.lower()}" else f"a page of another site sent this. {_OPEN}"

    def _is_ours(self, host: str, arrived: tuple[str, int]) -> bool:
        here, port = ip_of(arrived[0].partition("%")[0]), arrived[1]
        try:
            parts = urlsplit(f"//{host}")
            name, asked = (parts.hostname or "").lower(), parts.port or _HTTP
        except ValueError:
            return False
        if asked != port or host.rpartition("@")[0] or parts.path or parts.query or parts.fragment or here is None:
            return False
        if name == "localhost":
            return here.is_loopback
        return name in self._named or ip_of(name) == here
