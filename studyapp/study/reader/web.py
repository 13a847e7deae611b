"""Web addresses as they really are, to show before one is opened."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from studyapp.core.errors import StudyError

SCHEMES = ("http", "https")


def is_web(target: str) -> bool:
    """Whether something is an address on the web."""
    return target.partition(":")[0].lower() in SCHEMES


class AddressError(StudyError):
    """An address that is not opened."""


def real_address(address: str) -> str:
    """The address in plain ASCII, as a browser would request it, whatever it looks like; else AddressError."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", parts.port
        if parts.scheme.lower() not in SCHEMES or not host or not host.isprintable() or " " in host:
            raise AddressError(f"{address[:80]!r} is not a web address; other links can't be opened")
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError) as error:
        raise AddressError(f"{address[:80]!r} is not an address that can be opened") from error
    place = f"[{name}]" if ":" in name else name
    place = f"{place}:{port}" if port is not None else place
    if parts.username is not None:  # `https://bank.example@evil.example` goes to evil.example
        raise AddressError(f"{address[:80]!r} hides where it leads ({name}); it is not opened")
    path, query, fragment = (quote(part, safe="/%:=&?~#+!$,;'@()*[]-._") for part in parts[2:])
    return urlunsplit((parts.scheme.lower(), place, path, query, fragment))
